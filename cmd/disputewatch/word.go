package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// word is what a person says of a case. The command line and the buttons say the
// same with it.
type word struct {
	verb  rules.EventType
	at    time.Time
	by    string // the person's name
	slack string // the person's Slack id; "" on the command line
	click string // the click's identity; "" on the command line
	note  string

	until  time.Time // EventSnooze
	charge string    // EventLink
}

// event is what the word does to a case. The match of EventLink is missing yet.
func (w word) event(p rules.Policy) rules.Event {
	e := rules.Event{Type: w.verb, At: w.at, By: w.by, Slack: w.slack, Click: w.click, Note: w.note}
	switch w.verb {
	case rules.EventClaim:
		e.Until = p.Calendar.Add(w.at, p.ClaimLapses)
	case rules.EventAnswer:
		e.Until = p.AnswerHolds(w.at)
	case rules.EventSnooze:
		e.Until = w.until
	case rules.EventReopen:
		e.Until = p.Assumed(rules.KindDisputeRequest, "", w.at, w.at)
	case rules.EventClose:
		e.Outcome = cmp.Or(w.note, "closed by a person")
	}
	return e
}

// speak writes the word into the book and returns the case after it.
func (w word) speak(ctx context.Context, cfg *config.Config, book *casebook.Book, c rules.Case) (rules.Case, error) {
	e := w.event(cfg.Policy())
	if w.verb != rules.EventLink {
		return book.Say(ctx, c.ID, e)
	}
	read, err := linked(ctx, cfg, ingest.Search{Book: book, Case: c, Want: charges.Want{Charge: w.charge, Reason: c.Reason, Amount: c.Amount}}, &e)
	if err != nil {
		return c, err
	}
	after, err := book.Say(ctx, c.ID, e)
	if err != nil || read == nil {
		return after, err
	}
	return book.Say(ctx, c.ID, rules.Event{
		Type: rules.EventStripe, At: w.at, By: "stripe " + c.Account, Account: c.Account, Stripe: read, Keys: e.Keys,
	})
}

// unfitError is a charge that a case cannot be linked to.
type unfitError struct{ charge, why string }

func (e *unfitError) Error() string {
	return fmt.Sprintf("%s: %s\nhint: take the id of the charge (ch_… or py_…) or of the dispute (du_…) from Stripe's Dashboard", e.charge, e.why)
}

// linked asks Stripe for the charge that a person names, so that nobody links a
// case to a typing error or to a payment that is not Klarna's, and for its dispute,
// so that he sees at once what is to be done; where that cannot be read, the next
// pass does.
func linked(ctx context.Context, cfg *config.Config, search ingest.Search, e *rules.Event) (*rules.Reading, error) {
	for _, s := range cfg.Stripe {
		if s.Name != search.Case.Account {
			continue
		}
		search.Client = wiring.Stripe(cfg, s, nil, time.Now)
		m, err := search.Match(ctx, e.At)
		if err != nil {
			return nil, err
		}
		if !m.Sure() || m.Charge == "" {
			return nil, &unfitError{search.Want.Charge, m.Why}
		}
		if several := m.Candidates; m.Dispute == "" && len(several) > 1 {
			return nil, &unfitError{search.Want.Charge, fmt.Sprintf("it has %d disputes: name the one that is meant, %s", len(several), disputesOf(several))}
		}
		e.Match = &m
		if m.Dispute == "" {
			return nil, nil
		}
		e.Keys = []string{rules.StripeKey(m.Dispute)}
		read, _ := search.Client.Reading(ctx, nil, m, e.At)
		return read, nil
	}
	return nil, fmt.Errorf("the case's Stripe account %q is not in the config", search.Case.Account)
}

// disputesOf tells the disputes of one charge apart.
func disputesOf(all []rules.Candidate) string {
	var out []string
	for _, k := range all {
		out = append(out, fmt.Sprintf("%s (%s, %s)", k.Dispute, k.Amount, k.Created.UTC().Format("2 Jan")))
	}
	return strings.Join(out, " or ")
}
