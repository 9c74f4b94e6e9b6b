package sender

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
)

const (
	maxSignatures = 5                // of aligned domains, each of which costs a look-up
	maxFields     = 20               // of signatures at all: no honest mail has more
	maxSigned     = 100              // names in h=
	maxLines      = 1000             // of one field: checking a signature takes their square
	lookupTime    = 10 * time.Second // for one key; a slow DNS must not hold the mailbox
	clockSkew     = time.Hour        // a signature may be that much from the future
)

// signed looks for a DKIM signature (RFC 6376) that proves c.domain. Where there
// is none it says what was wrong with the last one.
func signed(ctx context.Context, m *eml.Message, c claim, s Settings) finding {
	none, unanswered := "no DKIM signature", false
	tried := 0
	if len(m.Get("DKIM-Signature")) > maxFields {
		return finding{none: "too many DKIM signatures"}
	}
	if slices.ContainsFunc(m.Fields, func(f eml.Field) bool { return strings.Count(f.Raw, "\n") > maxLines }) {
		return finding{none: "a header field in too many lines for its DKIM signature to be checked"}
	}
	for i, f := range m.Fields {
		if !strings.EqualFold(f.Name, "DKIM-Signature") {
			continue
		}
		sig, err := parseSignature(f.Raw)
		if err != nil || organisation(sig.domain) != organisation(c.domain) {
			if tried == 0 {
				none = "no DKIM signature of " + organisation(c.domain)
			}
			continue
		}
		if tried++; tried > maxSignatures {
			break
		}
		note, err := sig.verify(ctx, m, i, s)
		if err == nil {
			return finding{proof: "DKIM signature of " + sig.domain + " is valid" + note}
		}
		none = "DKIM signature of " + sig.domain + ": " + err.Error()
		unanswered = unanswered || errors.Is(err, errNoAnswer)
	}
	return finding{none: none, unanswered: unanswered}
}

// signature is one DKIM-Signature field.
type signature struct {
	tags             map[string]string
	domain, selector string
	signed           []string // names of h=, lower case
}

// parseSignature reads the tags; it says nothing of their truth.
func parseSignature(raw string) (signature, error) {
	_, value, _ := strings.Cut(raw, ":")
	tags, err := parseTags(value)
	sig := signature{tags: tags, domain: strings.ToLower(tags["d"]), selector: tags["s"]}
	if err != nil {
		return sig, err
	}
	for _, name := range []string{"v", "a", "b", "bh", "d", "h", "s"} {
		if tags[name] == "" {
			return sig, fmt.Errorf("it lacks %s=", name)
		}
	}
	for name := range strings.SplitSeq(tags["h"], ":") {
		sig.signed = append(sig.signed, strings.ToLower(name))
	}
	if len(sig.signed) > maxSigned {
		return sig, errors.New("it signs too many fields")
	}
	return sig, nil
}

// parseTags reads a tag list (RFC 6376 §3.2), white space taken out of the
// values.
func parseTags(s string) (map[string]string, error) {
	tags := map[string]string{}
	for part := range strings.SplitSeq(s, ";") {
		name, value, ok := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		if !ok {
			if name == "" {
				continue
			}
			return tags, errors.New("its tags are malformed")
		}
		if _, twice := tags[name]; twice {
			return tags, errors.New("a tag stands twice")
		}
		tags[name] = strings.Join(strings.Fields(value), "")
	}
	return tags, nil
}

// verify checks the signature in the i-th field of m. The note says what the
// signature leaves open.
func (sig signature) verify(ctx context.Context, m *eml.Message, i int, s Settings) (note string, err error) {
	if err := sig.checkTags(s.Now); err != nil {
		return "", err
	}
	if err := sig.checkCover(m); err != nil {
		return "", err
	}
	record, err := lookupKey(ctx, sig.selector+"._domainkey."+sig.domain, s.LookupTXT)
	if err != nil {
		return "", err
	}
	if err := sig.checkKey(record); err != nil {
		return "", err
	}
	if err := sig.arithmetic(m, i, record); err != nil {
		return "", err
	}
	if !slices.Contains(sig.signed, "content-type") && len(m.Get("Content-Type")) > 0 {
		note = " (structure not covered: Content-Type is unsigned)"
	}
	return note, nil
}

// checkTags checks what the signature says of itself.
func (sig signature) checkTags(now time.Time) error {
	t := sig.tags
	if t["v"] != "1" {
		return errors.New("unknown version")
	}
	if _, has := t["l"]; has {
		return errors.New("it covers a part of the body only (l=)")
	}
	if !isName(sig.domain) || !isName(sig.selector) {
		return errors.New("its key has no name")
	}
	if q, has := t["q"]; has && !slices.Contains(strings.Split(q, ":"), "dns/txt") {
		return errors.New("unknown query method")
	}
	if at, has := t["i"]; has {
		if _, host, _ := cutLast(at, "@"); !IsSender(host, []string{sig.domain}) {
			return errors.New("i= is outside of d=")
		}
	}
	signedAt, err1 := tagTime(t, "t")
	expires, err2 := tagTime(t, "x")
	switch {
	case err1 != nil || err2 != nil:
		return errors.New("its times cannot be read")
	case signedAt.After(now.Add(clockSkew)):
		return errors.New("it was made in the future")
	case !expires.IsZero() && !now.Before(expires):
		return errors.New("it has expired")
	}
	return nil
}

// isName says that the DNS may be asked for it.
func isName(s string) bool {
	return len(s) < 200 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == "" && !strings.Contains(s, "..")
}

// tagTime reads a time tag, zero where it is absent.
func tagTime(tags map[string]string, name string) (time.Time, error) {
	v, has := tags[name]
	if !has {
		return time.Time{}, nil
	}
	n, err := strconv.ParseUint(v, 10, 40)
	return time.Unix(int64(n), 0), err
}

// checkCover requires the signature to cover what a reader goes by: each of
// these fields that the mail has, and a transfer encoding that changes bytes.
func (sig signature) checkCover(m *eml.Message) error {
	for _, name := range []string{"From", "Subject", "Date", "To", "Message-ID", "Reply-To"} {
		if len(m.Get(name)) > 0 && !slices.Contains(sig.signed, strings.ToLower(name)) {
			return fmt.Errorf("it does not cover %s", name)
		}
	}
	if slices.Contains(sig.signed, "content-transfer-encoding") {
		return nil
	}
	for _, v := range m.Get("Content-Transfer-Encoding") {
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "7bit", "8bit", "binary":
		default:
			return errors.New("it does not cover Content-Transfer-Encoding")
		}
	}
	return nil
}
