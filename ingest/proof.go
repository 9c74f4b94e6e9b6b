package ingest

import (
	"context"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/sender"
	"github.com/disputewatch/disputewatch/rules"
)

// proved is the verdict on what was read in a mail. The proof of its sender
// reaches the sender's own words only: not a mail that stands inside it, and not
// what an answer repeats. Klarna's servers can be made to say a stranger's
// words: a bounce of, or an automatic answer to, a mail that he wrote in our
// name is truly signed by Klarna, and could close a case.
func proved(ctx context.Context, r Reading, s Settings) sender.Verdict {
	v, why := r.Sender, ""
	switch {
	case v.Verdict == rules.Forged:
	case r.Notice.Inner != nil:
		return inside(ctx, r, s)
	case r.Notice.Forwarded:
		why = "it was read from a mail inside"
	case repeats(r.Notice.Kind, r.Message):
		why = "it answers a mail and may repeat its words"
	}
	if why != "" && v.Verdict == rules.Genuine {
		v.Verdict, v.Why = rules.Unverified, why+", which "+v.Why+" does not prove"
	}
	return v
}

// inside is the verdict on words that were read in a mail that is attached to
// this one. Whoever forwards a mail can have written all of it, and what its
// header says of its own checks, but no signature of Klarna's. Such a signature
// makes it genuine only where the mail that it covers was sent to an address of
// ours: else Klarna said it to somebody, and somebody passed it on (DOMAIN.md,
// "Senders and spoofing"). Unverified it still opens a case, for which Stripe
// speaks as soon as a charge is found.
func inside(ctx context.Context, r Reading, s Settings) sender.Verdict {
	v, m := r.Sender, r.Notice.Inner
	outer := v.Why
	s.Sender.Inside = true
	in := sender.Judge(ctx, m, s.Sender)
	v.Verdict, v.Why = in.Verdict, "the mail inside: "+in.Why
	unproved := ""
	switch {
	case in.Verdict == rules.Unverified && r.Sender.Verdict == rules.Genuine:
		v.Why = "it was read from a mail inside, which " + outer + " does not prove; of that one: " + in.Why
	case in.Verdict != rules.Genuine:
	case in.Stripe && r.Notice.Kind != rules.KindStripeNotice:
		unproved = "but it is not Klarna's"
	case repeats(r.Notice.Kind, m):
		unproved = "but it answers a mail and may repeat its words"
	case !sentTo(m, s.Addresses):
		unproved = "but it was not sent to an address of this mailbox: it may be somebody else's"
	}
	if unproved != "" {
		v.Verdict, v.Why = rules.Unverified, v.Why+", "+unproved
	}
	return v
}

// sentTo says that To names one of addresses. Cc may be unsigned, and proves
// nothing.
func sentTo(m *eml.Message, addresses []string) bool {
	for _, f := range m.Fields {
		if !strings.EqualFold(f.Name, "To") {
			continue
		}
		for _, a := range f.Addresses() {
			if a.Addr != "" && slices.ContainsFunc(addresses, func(ours string) bool { return strings.EqualFold(ours, a.Addr) }) {
				return true
			}
		}
	}
	return false
}

// repeats says that a mail which could answer or close a case answers another
// mail, whose words it may repeat.
func repeats(k rules.Kind, m *eml.Message) bool {
	return (k == rules.KindResolved || k == rules.KindEvidenceReceived) && isAnswer(m)
}

// isAnswer says that a mail answers another: by its headers, or by the subject
// as mailers of the north and west of Europe write it.
func isAnswer(m *eml.Message) bool {
	for _, v := range m.Get("Auto-Submitted") { // RFC 3834 §5
		if strings.HasPrefix(strings.ToLower(v), "auto-replied") {
			return true
		}
	}
	prefix, _, _ := strings.Cut(strings.ToLower(m.Subject), ":")
	switch prefix {
	case "re", "aw", "antw", "sv", "vs", "rif", "odp":
		return true
	}
	return len(m.InReplyTo) > 0
}
