package casebook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Person is somebody who is to be forgotten.
type Person struct {
	Address string // of mail, in any case
	// Open makes text of a mail's bytes, with its header fields; false where they
	// cannot be opened. Then they are removed too: nobody can say whom they name.
	Open func(raw []byte) (string, bool)
}

// Forget removes one person everywhere: the text of the mails that name the
// address and of those that are about the same dispute, what people wrote of it,
// and the address wherever else it stands. The cases keep their numbers, and go
// on where they are not closed. The claim is as in [Book.Purge].
func (b *Book) Forget(ctx context.Context, claim rules.Claim, p Person) (Purged, error) {
	var all Purged
	named := mention(p.Address)
	cases, mails, err := b.whereNamed(ctx, named, p.Open)
	if err != nil {
		return all, b.fault("look for a person in", err)
	}
	step := func(what string, f func(*change) (Purged, error)) error {
		var some Purged
		err := b.change(ctx, what, func(c *change) error {
			if err := c.under(ctx, &claim); err != nil {
				return err
			}
			var err error
			some, err = f(c)
			return err
		})
		if err == nil {
			all.add(some)
		}
		return err
	}
	for _, id := range cases {
		if err := step("purge case "+id+" in", func(c *change) (Purged, error) { return c.forgetCase(ctx, id) }); err != nil {
			return all, err
		}
	}
	if err := step("purge mails in", func(c *change) (Purged, error) { return c.forgetMails(ctx, mails) }); err != nil {
		return all, err
	}
	return all, step("purge a person from", func(c *change) (Purged, error) {
		n, err := c.replace(ctx, named)
		return Purged{Messages: n}, err
	})
}

// mention finds an address in any spelling that is not part of a longer one,
// also as it stands in a link.
func mention(address string) *regexp.Regexp {
	plain, escaped := regexp.QuoteMeta(address), regexp.QuoteMeta(url.QueryEscape(address))
	return regexp.MustCompile(`(?i)(^|%[0-9a-f]{2}|[^a-z0-9._%+-])(?:` + plain + `|` + escaped + `)($|[^a-z0-9.-]|\.(?:[^a-z0-9]|$))`)
}

// without takes every mention out of a text.
func without(named *regexp.Regexp, text string) string {
	const with = "${1}" + rules.Removed + "${2}"
	return named.ReplaceAllString(named.ReplaceAllString(text, with), with) // two may share what parts them
}

// whereNamed lists the cases that a person is part of, and the mails of no case
// that name the person or cannot be opened.
func (b *Book) whereNamed(ctx context.Context, named *regexp.Regexp, open func([]byte) (string, bool)) (cases, mails []string, err error) {
	err = read(ctx, b.db, func(scan func(...any) error) error {
		var id, caseID, words, said string
		var raw []byte
		if err := scan(&id, &caseID, &words, &said, &raw); err != nil {
			return err
		}
		opened := true
		hit := named.MatchString(words) || named.MatchString(said) || named.Match(raw)
		if !hit && len(raw) > 0 {
			if words, opened = open(raw); opened {
				hit = named.MatchString(words)
			}
		}
		switch {
		case hit && caseID != "":
			cases = append(cases, caseID)
		case hit || !opened:
			mails = append(mails, id)
		}
		return nil
	}, `select id, case_id, words, message_id || ' ' || why || ' ' || error, raw from mails`)
	if err != nil {
		return nil, nil, err
	}
	for _, query := range []string{`select id, body from cases`, `select case_id, body from events`} {
		err := read(ctx, b.db, func(scan func(...any) error) error {
			var id, body string
			if err := scan(&id, &body); err != nil {
				return err
			}
			_, hit, err := replaced(body, func(key, text string) string {
				if key == "by" || key == "who" {
					return text // one of the shop's own, whose name alone is taken out
				}
				return without(named, text)
			})
			if hit {
				cases = append(cases, id)
			}
			return err
		}, query)
		if err != nil {
			return nil, nil, err
		}
	}
	slices.Sort(cases)
	return slices.Compact(cases), mails, nil
}

// forgetCase leaves of a closed case its numbers, and of any other what the work
// on it needs.
func (c *change) forgetCase(ctx context.Context, id string) (Purged, error) {
	h, err := c.hold(ctx, id)
	if err != nil {
		return Purged{}, err
	}
	if !h.ClosedAt.IsZero() {
		return c.numbers(ctx, h)
	}
	h.Case = h.WithoutWords()
	if err := c.rewriteEvents(ctx, id, rules.Event.WithoutWords); err != nil {
		return Purged{}, err
	}
	if err := c.rewriteCase(ctx, h, time.Time{}); err != nil {
		return Purged{}, err
	}
	mails, err := c.count(ctx, `update mails set words = '', raw = null, error = '', purged_at = $2 where case_id = $1`, id, micros(c.now))
	if err != nil {
		return Purged{}, err
	}
	messages, err := c.emptyTold(ctx, id)
	return Purged{Cases: 1, Mails: mails, Messages: messages}, err
}

// forgetMails empties mails of no case. They may still be understood one day:
// then what they say is news.
func (c *change) forgetMails(ctx context.Context, ids []string) (Purged, error) {
	var all Purged
	for _, id := range ids {
		n, err := c.count(ctx, `update mails set words = '', raw = null, error = '', lure = '', lure_at = 0 where id = $1`, id)
		if err != nil {
			return all, err
		}
		all.Mails += n
	}
	return all, nil
}

// replace takes the address out of every text of every table, whatever that is
// for, and says in how many it stood.
func (c *change) replace(ctx context.Context, named *regexp.Regexp) (int64, error) {
	var all int64
	for _, table := range copied() {
		type spot struct {
			column  int
			was, is string
		}
		var spots []spot
		t, err := readTable(ctx, c.Tx, table, "*", func(row []any) error {
			for i, v := range row {
				was, ok := v.(string)
				if !ok {
					continue
				}
				is, hit, err := taken(named, was)
				if err != nil {
					return err
				}
				if hit {
					spots = append(spots, spot{i, was, is})
				}
			}
			return nil
		})
		if err != nil {
			return all, err
		}
		for _, s := range spots {
			column := t.columns[s.column]
			n, err := c.count(ctx, "update "+table+" set "+column+" = $1 where "+column+" = $2", s.is, s.was)
			if err != nil {
				return all, err
			}
			all += n
		}
	}
	return all, nil
}

// taken is a column's text without the address: JSON stays JSON, and a key stays
// the only one of its kind.
func taken(named *regexp.Regexp, text string) (string, bool, error) {
	if strings.HasPrefix(text, "{") && json.Valid([]byte(text)) {
		return replaced(text, func(_, s string) string { return without(named, s) })
	}
	is := without(named, text)
	if is == text {
		return text, false, nil
	}
	if strings.HasPrefix(text, rules.MailKey("")) {
		sum := sha256.Sum256([]byte(text))
		is = rules.MailKey("removed-" + hex.EncodeToString(sum[:]))
	}
	return is, true, nil
}

// replaced puts each text of a JSON object through f, with the key that it
// stands under, and says whether one was changed.
func replaced(body string, f func(key, text string) string) (string, bool, error) {
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return body, false, err
	}
	hit := false
	var visit func(key string, v any) any
	visit = func(key string, v any) any {
		switch v := v.(type) {
		case string:
			s := f(key, v)
			hit = hit || s != v
			return s
		case []any:
			for i := range v {
				v[i] = visit(key, v[i])
			}
		case map[string]any:
			for k := range v {
				v[k] = visit(k, v[k])
			}
		}
		return v
	}
	tree = visit("", tree)
	if !hit {
		return body, false, nil
	}
	body, err := encoded(tree)
	return body, true, err
}
