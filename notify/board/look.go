package board

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// mostStrange is how many things one group lists.
const mostStrange = 50

// group is one kind of thing that a person must look at.
type group struct {
	Key, Title, Hint string
	Items            []item
	More             int // that are not listed
}

// item is one of them: a case, or a mail that is none. Its ID keeps the focus
// on it when the page is brought up to date.
type item struct {
	ID, Case, Text, Note string
}

func (g *group) add(i item) {
	if len(g.Items) == mostStrange {
		g.More++
		return
	}
	i.ID = g.Key + "-" + i.Case
	g.Items = append(g.Items, i)
}

// look gathers what a person must look at: the mails that could not be taken
// for what they are, and the cases in which something does not fit together.
func (s *Server) look(ctx context.Context, cases []rules.Case, now time.Time) []group {
	unmatched := group{Key: "match", Title: "Which charge is it?", Hint: "Say it with: disputewatch link ID CHARGE"}
	unsaid := group{Key: "unsaid", Title: "In Stripe, but no mail came", Hint: "Klarna's mail may have gone elsewhere, or into a folder that is not read."}
	odd := group{Key: "odd", Title: "Something does not fit", Hint: "Each case says what."}
	for _, c := range cases {
		if c.Finished() {
			continue
		}
		i := item{Case: c.ID, Text: joined(", ", c.What(), reference(c))}
		if !c.Match.Sure() && c.Kind != rules.KindUnknownKlarna {
			i.Note = matchWords(c.Match)
			unmatched.add(i)
		}
		if c.Kind == rules.KindStripeDispute && c.LastMail.IsZero() {
			i.Note = stripeWords(c)
			unsaid.add(i)
		}
		if n := len(c.Warnings); n > 0 {
			i.Note = rules.Plain(c.Warnings[n-1], 200)
			odd.add(i)
		}
	}
	var out []group
	for _, g := range append(s.mails(ctx, cases), unmatched, unsaid, odd) {
		if len(g.Items) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// mails groups the mails that a person must look at. Cases that such a mail
// opened are told even where nobody wired the mails.
func (s *Server) mails(ctx context.Context, cases []rules.Case) []group {
	unknown := group{Key: "unknown", Title: "Klarna mails that were not understood", Hint: "Read the mail; the case stays open until somebody answers or closes it."}
	for _, c := range cases {
		if c.Kind == rules.KindUnknownKlarna && !c.Finished() {
			unknown.add(item{Case: c.ID, Text: "Mail in " + rules.Plain(c.Mailbox, 60) + ", read " + s.moment(c.OpenedAt)})
		}
	}
	if s.Look == nil {
		return []group{unknown}
	}
	unreadable := group{Key: "unreadable", Title: "Mails that could not be opened", Hint: "They lie untouched in the mailbox. When somebody has looked: disputewatch dismiss ID"}
	forged := group{Key: "forged", Title: "Mails that pretend to be Klarna's", Hint: "Do not follow their links. When somebody has looked: disputewatch dismiss ID"}
	strange, err := s.Look(ctx)
	if err != nil {
		s.log().Error("mails to look at could not be read", "err", err)
		return []group{unknown, {Title: "Mails to look at", Items: []item{{Text: "The book could not be read; there may be more than is shown here."}}}}
	}
	for _, m := range strange {
		switch {
		case m.Verdict == rules.Forged:
			forged.add(s.strange(m))
		case m.Outcome == rules.OutcomeUnreadable:
			unreadable.add(s.strange(m))
		case m.Case == "":
			unknown.add(s.strange(m))
		}
	}
	return []group{unknown, unreadable, forged}
}

// strange says where a mail lies, so that a person finds it.
func (s *Server) strange(m Strange) item {
	date := "without a date"
	if !m.Date.IsZero() {
		date = "of " + s.moment(m.Date)
	}
	note := rules.Plain(m.Why, 200)
	if len(m.Charges) > 0 {
		note = "It names an order that exists: " + rules.Plain(strings.Join(m.Charges, ", "), 200) + ". " + note
	}
	if m.Case == "" {
		note = joined(": ", rules.Plain(m.ID, 60), note)
	}
	return item{
		Case: m.Case,
		Text: fmt.Sprintf("Mail %s in %s, folder %s, UID %d", date, rules.Plain(m.Mailbox, 60), rules.Plain(m.Folder, 60), m.UID),
		Note: note,
	}
}
