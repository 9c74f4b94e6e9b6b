package ingest

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/sender"
)

// Candidate says whether a mail's headers make it worth reading (DESIGN.md,
// "Candidates"): somebody in them is of a sender domain or of stripe.com, the
// word klarna or a dispute word stands there, or it answers one of the mails
// that are known to belong to a case. The rule is the same on every path.
// Of one that is none, answers are the Message-IDs that would have made it one.
func Candidate(header []byte, s Settings, known map[string]bool) (is bool, answers []string) {
	subject := ""
	eml.Glance(header, func(f eml.Glimpse) {
		switch {
		case is:
		case f.Is("subject"):
			if subject == "" {
				subject = f.Text()
			}
		case f.Is("from"), f.Is("sender"), f.Is("reply-to"), f.Is("list-id"), f.Is("x-original-from"), f.Is("x-original-sender"), f.Is("x-google-original-from"):
			v := f.Value()
			is = saysKlarna(v) || namesSender(v, s.Sender.Domains)
		case f.Is("in-reply-to"), f.Is("references"):
			answers = append(answers, f.IDs()...)
		}
	})
	is = is || saysKlarna(subject) || s.Vocabulary.DisputeWord(subject) ||
		slices.ContainsFunc(answers, func(id string) bool { return known[id] })
	return is, answers
}

// saysKlarna finds the word in any case. ASCII is not copied for it: nearly every
// mail of a mailbox comes through here to no end.
func saysKlarna(s string) bool {
	const word = "klarna"
	if !isASCII(s) {
		return strings.Contains(strings.ToLower(s), word)
	}
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// namesSender says whether a header value holds a name of one of the domains or
// of stripe.com. It looks at every word that could be a host, because addresses
// come malformed.
func namesSender(v string, domains []string) bool {
	if !isASCII(v) {
		v = strings.ToLower(v) // IsSender knows the letters of ASCII alone
	}
	for w := range strings.FieldsFuncSeq(v, func(r rune) bool {
		return !(r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80)
	}) {
		w = strings.Trim(w, ".-")
		if sender.IsSender(w, domains) || sender.IsSender(w, []string{"stripe.com"}) {
			return true
		}
	}
	return false
}
