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
	v.Verdict, v.Why, v.Unanswered = in.Verdict, "the mail inside: "+in.Why, in.Unanswered
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
			if slices.ContainsFunc(addresses, func(ours string) bool { return strings.EqualFold(ours, a.Addr) }) {
				return true
			}
		}
	}
	return false
}

// repeats says that a mail may repeat another's words: whatever a server answers
// by itself, and an answer that could answer or close a case. What else asks for
// something is taken at its word.
func repeats(k rules.Kind, m *eml.Message) bool {
	return isAutomatic(m) || (k == rules.KindResolved || k == rules.KindEvidenceReceived) && isAnswer(m)
}

// isAutomatic says that a server answered by itself (RFC 3834 §5), or reports
// what became of a mail (RFC 6522).
func isAutomatic(m *eml.Message) bool {
	return begins(m, "Auto-Submitted", "auto-replied") || begins(m, "Content-Type", "multipart/report")
}

func begins(m *eml.Message, field, with string) bool {
	return slices.ContainsFunc(m.Get(field), func(v string) bool {
		return strings.HasPrefix(strings.ToLower(strings.TrimSpace(v)), with)
	})
}

// answers is how the subject of an answer begins, as mailers write it and as
// absent people's do. The header that says so need not be signed, the subject is.
var answers = []string{
	"re", "aw", "antw", "antwort", "sv", "svar", "vs", "rif", "ris", "r", "odp", "res", "resp", "rép",
	"automatic reply", "autoreply", "auto", "out of office", "automatische antwort", "automatiskt svar", "autosvar", "automatisk svar",
	"automaattinen vastaus", "automatisch antwoord", "réponse automatique", "respuesta automática", "risposta automatica",
	"resposta automática", "odpowiedź automatyczna", "automatická odpověď",
}

// isAnswer says that a mail answers another: by its headers or its subject.
func isAnswer(m *eml.Message) bool {
	subject := strings.ToLower(m.Subject)
	if rest, ok := strings.CutPrefix(subject, "["); ok { // a desk's name: "[Klarna] Re: …"
		_, subject, _ = strings.Cut(rest, "]")
	}
	prefix, _, _ := strings.Cut(subject, ":")
	prefix, _, _ = strings.Cut(prefix, "[") // "Re[2]: …"
	return len(m.InReplyTo) > 0 || slices.Contains(answers, strings.TrimSpace(prefix))
}
