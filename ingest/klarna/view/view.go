// Package view takes what is new out of a mail: it leaves out the history of the
// conversation below it, and unwraps a mail that is shown inside it as text, whose
// sender, subject and date then count. It knows marks and heads of mails, and nothing of
// disputes; a forward that is attached whole is the business of who reads it.
package view

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Mail is what is new in a mail, or the mail that was forwarded in it: the
// quoted history of a conversation is left out.
type Mail struct {
	Subject   string
	From      string // as it is shown
	Date      time.Time
	Parts     []eml.Part
	Forwarded bool
	Reply     bool // the subject says that it answers something
	Closed    bool // the mail holds nothing to read but its subject: it may be encrypted
	Answers   bool // and the history below it is a mail of Klarna's
}

// MaxForwards bounds how deep a forward of a forward is followed.
const MaxForwards = 5

// Of takes the history out of m and unwraps inline forwards. d is for their dates;
// ofKlarna says that m itself comes from Klarna.
func Of(v *phrase.Vocabulary, m *eml.Message, d dates.Setting, ofKlarna bool) Mail {
	out := Mail{Subject: m.Subject, Date: m.Date, From: addresses(m), Closed: closed(m)}
	toKlarna := answersKlarna(m)
	for range MaxForwards {
		forward, reply := prefixOf(v, out.Subject)
		out.Reply = reply
		klarna := ofKlarna || out.Forwarded && NamesKlarna(out.From)
		next, ok := out, false
		next.Parts = nil
		for _, p := range parts(m, out) {
			rows, h, cut := withoutHistory(v, parted(v, p.Rows), forward, !klarna && !reply)
			next.Parts = append(next.Parts, eml.Part{Type: p.Type, Rows: rows})
			next.Answers = next.Answers || reply && (toKlarna || letters.FoldContains(h.history, "klarna"))
			if cut && !ok {
				ok = true
				next.Subject, next.From, next.Date = h.subject, h.from, innerDate(v, h.date, d)
			}
		}
		if !ok {
			next.Forwarded, next.Closed = out.Forwarded, out.Closed
			return next
		}
		next.Forwarded = true
		out = next
	}
	return out
}

// closed says that no part of m holds a word.
func closed(m *eml.Message) bool {
	for _, p := range m.Parts {
		for _, r := range p.Rows {
			if rowText(r) != "" {
				return false
			}
		}
	}
	return true
}

// answersKlarna says that m answers a mail of Klarna's, or is written to it.
func answersKlarna(m *eml.Message) bool {
	for _, f := range m.Fields {
		switch strings.ToLower(f.Name) {
		case "to", "cc", "in-reply-to":
			if at := strings.LastIndexByte(f.Value, '@'); at >= 0 && NamesKlarna(f.Value[at:]) {
				return true
			}
		}
	}
	return false
}

func parts(m *eml.Message, v Mail) []eml.Part {
	if v.Parts != nil {
		return v.Parts
	}
	return m.Parts
}

// addresses is who the mail says it is from.
func addresses(m *eml.Message) string {
	var b strings.Builder
	for _, list := range [][]eml.Address{m.From, m.Sender, m.ReplyTo} {
		for _, a := range list {
			b.WriteString(a.Name + " " + a.Addr + " ")
			if a.Addr == "" {
				b.WriteString(a.Raw + " ")
			}
		}
	}
	return b.String()
}

// innerDate reads the date of a forwarded mail's head.
func innerDate(v *phrase.Vocabulary, s string, d dates.Setting) time.Time {
	if t, err := mail.ParseDate(s); err == nil {
		return t
	}
	t := page.New(v, "header", []eml.Row{{Cells: []string{s}}})
	list := dates.In(v, &t, 0, len(t.Words))
	if len(list) == 0 || list[0].Year == 0 {
		return time.Time{}
	}
	day, _ := dates.Resolve(list[0], d)
	return day.At
}

// prefixOf says what the subject's first word makes of the mail: "Fwd:", "AW:".
func prefixOf(v *phrase.Vocabulary, subject string) (forward, reply bool) {
	for range 8 {
		head, rest, ok := strings.Cut(subject, ":")
		if i := strings.IndexAny(head, "[("); i > 0 { // "Re[2]:"
			head = head[:i]
		}
		if !ok || len(head) > 24 {
			return forward, reply
		}
		switch v.Prefix(words.Joined(head)) {
		case "forward":
			if !reply {
				forward = true
			}
		case "reply":
			if !forward {
				reply = true
			}
		default:
			return forward, reply
		}
		subject = rest
	}
	return forward, reply
}

// withoutHistory ends the rows where history begins. If what follows there is a forwarded
// mail, its rows and its head are returned instead. loose takes a shown head
// of a mail of Klarna's for a forward although nothing else says so.
func withoutHistory(v *phrase.Vocabulary, rows []eml.Row, forward, loose bool) ([]eml.Row, head, bool) {
	base := 0
	if forward {
		base = least(rows)
	}
	marked := false
	for i, r := range rows {
		if r.Hidden {
			continue
		}
		s := rowText(r)
		if s == "" {
			continue
		}
		mark := markOf(v, s)
		marked = marked || mark == "forward"
		if h, n := headOf(v, rows[i:]); n > 0 {
			if !marked && !forward && !(loose && letters.FoldContains(h.from, "klarna")) {
				return open(rows[:i], base), head{history: h.from}, false
			}
			return raise(rows[i+n:], max(r.Quote, depthOf(rows[i+n:]))), h, true
		}
		if mark == "reply" && !marked && r.Quote == base {
			if forward && quotesOn(rows[i+1:], base) || showsHead(v, rows[i+1:], forward, loose) {
				continue
			}
			return open(rows[:i], base), head{history: s}, false
		}
	}
	return open(rows, base), head{}, false
}

// showsHead says that a mark such as "Original Message" stands above the head of a
// mail that was forwarded, or that is Klarna's.
func showsHead(v *phrase.Vocabulary, rows []eml.Row, forward, loose bool) bool {
	for i, r := range rows {
		if rowText(r) == "" && i < 4 {
			continue
		}
		h, n := headOf(v, rows[i:])
		return n > 0 && (forward || loose && letters.FoldContains(h.from, "klarna"))
	}
	return false
}

// least is the smallest depth of quotation among the rows with text.
func least(rows []eml.Row) int {
	n := -1
	for _, r := range rows {
		if !r.Hidden && rowText(r) != "" && (n < 0 || r.Quote < n) {
			n = r.Quote
		}
	}
	return max(n, 0)
}

// depthOf is how deep the next row with text is quoted.
func depthOf(rows []eml.Row) int {
	for _, r := range rows {
		if rowText(r) != "" {
			return r.Quote
		}
	}
	return 0
}

// quotesOn says that the next row with text is quoted.
func quotesOn(rows []eml.Row, base int) bool {
	return depthOf(rows) > base
}

// open keeps the rows that are not quoted deeper than base.
func open(rows []eml.Row, base int) []eml.Row {
	quoted := func(r eml.Row) bool { return r.Quote > base || r.Hidden }
	if !slices.ContainsFunc(rows, quoted) {
		return rows // as most mails are
	}
	return slices.DeleteFunc(slices.Clone(rows), quoted)
}

// raise makes rows quoted to depth base the new text; those less quoted stand
// after the forwarded mail and are dropped.
func raise(rows []eml.Row, base int) []eml.Row {
	out := make([]eml.Row, 0, len(rows))
	for _, r := range rows {
		if r.Quote >= base {
			r.Quote -= base
			out = append(out, r)
		} else if rowText(r) != "" {
			break
		}
	}
	return out
}

func rowText(r eml.Row) string { return strings.TrimSpace(strings.Join(r.Cells, " ")) }

// markOf says whether a row announces a forwarded mail ("forward") or history
// ("reply"): a short line with dashes around a known phrase, or one that ends
// in a colon.
func markOf(v *phrase.Vocabulary, s string) string {
	if len(s) > 200 {
		return ""
	}
	dashes := strings.HasPrefix(s, "--") || strings.HasPrefix(s, "__") || strings.HasPrefix(s, "==")
	colon := strings.HasSuffix(s, ":")
	if !dashes && !colon {
		return ""
	}
	ws, name := words.Of(s), ""
	v.Each(ws, func(h phrase.Hit) {
		switch {
		case h.Key == key.MarkForward && len(ws) <= 12:
			name = "forward"
		case h.Key == key.MarkReply && name == "" && (dashes || letters.HasDigit(s)):
			name = "reply"
		}
	})
	return name
}

// NamesKlarna says that a shown sender is called Klarna or has an address at a
// domain of that name.
func NamesKlarna(from string) bool {
	for _, w := range words.Of(from) {
		if w.Norm == "klarna" {
			return true
		}
	}
	return false
}
