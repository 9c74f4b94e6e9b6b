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
func Candidate(header []byte, s Settings, known map[string]bool) bool {
	m := eml.Glance(header)
	if strings.Contains(strings.ToLower(m.Subject), "klarna") || s.Vocabulary.DisputeWord(m.Subject) {
		return true
	}
	for _, f := range m.Fields {
		switch strings.ToLower(f.Name) {
		case "from", "sender", "reply-to", "list-id", "x-original-from", "x-original-sender", "x-google-original-from":
			if v := strings.ToLower(f.Value); strings.Contains(v, "klarna") || namesSender(v, s.Sender.Domains) {
				return true
			}
		}
	}
	for _, id := range slices.Concat(m.InReplyTo, m.References) {
		if known[id] {
			return true
		}
	}
	return false
}

// namesSender says whether a header value, in lower case, holds a name of one
// of the domains or of stripe.com. It looks at every word that could be a
// host, because addresses come malformed.
func namesSender(v string, domains []string) bool {
	stripe := []string{"stripe.com"}
	named := func(d string) bool { return d != "" && strings.Contains(v, strings.ToLower(strings.Trim(d, "."))) }
	if !slices.ContainsFunc(domains, named) && !named(stripe[0]) {
		return false
	}
	words := strings.FieldsFunc(v, func(r rune) bool {
		return !(r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 0x80)
	})
	for _, w := range words {
		w = strings.Trim(w, ".-")
		if w != "" && (sender.IsSender(w, domains) || sender.IsSender(w, stripe)) {
			return true
		}
	}
	return false
}
