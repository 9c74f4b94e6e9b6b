package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/rules"
)

// serveClicks hears what people click, where an app token is configured, until
// the func that it returns is called; that waits for the clicks in hand.
func (h *house) serveClicks(ctx context.Context) (closeClicks func()) {
	b := h.buttons()
	if b == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	var served sync.WaitGroup
	served.Go(func() { b.Run(ctx) })
	return func() {
		stop()
		served.Wait()
	}
}

// buttons hears the clicks; nil where nothing is to be heard: without an app
// token, or where the daemon only observes and so has posted no card.
func (h *house) buttons() *slack.Buttons {
	token := h.config.Secret(h.config.Slack.AppTokenFile)
	if token == nil || h.config.Observe {
		return nil
	}
	return &slack.Buttons{
		Client: h.slack, AppToken: token.Read, Listener: &clicks{h}, Log: h.log,
		Report: func(ctx context.Context, err error) {
			h.health.Tried("buttons", h.health.Remember(ctx, "buttons", err))
		},
	}
}

// clicks does what people click.
type clicks struct{ *house }

// Clicked does what a click says.
func (k *clicks) Clicked(ctx context.Context, n notify.Click) (reply string, err error) {
	defer k.wakeDesk()
	if n.Case == notify.SampleCase {
		return notify.HelloReply, nil
	}
	if n.Verb == notify.Dismiss {
		return k.dismiss(ctx, n)
	}
	c, err := outbox{k.book}.Case(ctx, n.Case)
	if errors.Is(err, casebook.ErrNoCase) {
		return "Not done: this case is not in the book.", nil
	}
	if err != nil {
		return "", err
	}
	w, refused := k.word(c, n)
	if refused != "" {
		return refused, nil
	}
	history, err := k.book.History(ctx, n.Case)
	if err != nil || again(history, w) {
		return "", err
	}
	after, err := w.speak(ctx, k.config, k.book, c)
	k.show(ctx, n.Case)
	var no *rules.RefusedError
	var unfit *unfitError
	switch {
	case errors.As(err, &no):
		return "Not done: " + no.Why + ".", nil
	case errors.As(err, &unfit):
		return fmt.Sprintf("Not linked to %s: %s.", unfit.charge, unfit.why), nil
	case err != nil:
		return "", err
	case n.How == notify.HowContact && w.verb == rules.EventSnooze:
		return notify.Contacted(after, k.policy), nil
	case n.At != after.Card: // a copy of the card, which is brought up to date after it
		return notify.Done(after, k.policy, k.now()), nil
	}
	return "", nil
}

// show brings the card up to date under the eyes of who clicked, also after a
// refusal: it was an old one then. The desk may have hundreds of others to tell
// first.
func (k *clicks) show(ctx context.Context, id string) {
	c, err := outbox{k.book}.Case(ctx, id)
	if err == nil {
		err = k.desk.Show(ctx, c)
	}
	k.health.Tried("clicked card", err)
}

// word is what a click says, or why it cannot be meant.
func (k *clicks) word(c rules.Case, n notify.Click) (w word, refused string) {
	w = word{at: k.now(), by: n.ByName, slack: n.By, click: n.ID}
	switch n.Verb {
	case notify.Claim:
		w.verb = rules.EventClaim
	case notify.Answer:
		return k.answer(c, n, w)
	case notify.Snooze:
		until, err := n.Until.End(c, k.policy, w.at)
		if err != nil {
			return w, "Not done: " + err.Error() + "."
		}
		w.verb, w.until = rules.EventSnooze, until
	case notify.Reopen:
		w.verb = rules.EventReopen
	case notify.Close:
		w.verb, w.note = rules.EventClose, "not a dispute"
	case notify.Choose:
		w.verb, w.charge = rules.EventLink, n.Charge
	default:
		return w, "Not done: this version of disputewatch does not know that button."
	}
	return w, ""
}

// contactRests is how long before its date a case wakes that rests because the
// customer was contacted (DOMAIN.md, "Stripe's side").
const contactRests = 5 // days

// answer is how a person says that a case was answered. A contact with the
// customer answers none: it lets a dispute rest that he may yet end, and is no
// evidence in a chargeback, nor Klarna's reply.
func (k *clicks) answer(c rules.Case, n notify.Click, w word) (word, string) {
	how := n.How.Words()
	if how == "" {
		return w, "Not done: say how it was answered."
	}
	w.verb, w.note = rules.EventAnswer, how
	if n.Note != "" {
		w.note += ": " + n.Note
	}
	if n.How != notify.HowContact {
		return w, ""
	}
	switch {
	case c.Lane() == rules.LaneStopRequest:
		return w, "Not done: Klarna waits for a reply to that very mail; a contact with the customer is none."
	case c.Stage == rules.StageChargeback:
		return w, "Not done: a chargeback is answered by evidence in Stripe; a contact with the customer is none. “Snooze” lets the case rest."
	}
	w.verb, w.until = rules.EventSnooze, c.Deadline().At.AddDate(0, 0, -contactRests)
	if !w.until.After(w.at) {
		return w, fmt.Sprintf("Not done: a contact only lets the case rest until %d days before its date, and that has passed. Refund the disputed amount, or settle with the customer.", contactRests)
	}
	return w, ""
}

// doubleClick is within what time the same word of the same person is one word.
const doubleClick = 10 * time.Second

// again says that the history holds the word already: Slack may tell of a click
// twice, and a person may click twice.
func again(history []rules.Event, w word) bool {
	var last rules.Event
	for _, e := range history {
		if e.Click != "" && e.Click == w.click {
			return true
		}
		if personal(e.Type) {
			last = e
		}
	}
	return last.Slack == w.slack && last.Type == w.verb && w.at.Sub(last.At) < doubleClick &&
		(w.verb != rules.EventSnooze || last.Until.Sub(w.until).Abs() < doubleClick) &&
		(w.verb != rules.EventLink || last.Match != nil && (last.Match.Charge == w.charge || last.Match.Dispute == w.charge))
}

// personal says that only a person says such a word.
func personal(t rules.EventType) bool {
	switch t {
	case rules.EventClaim, rules.EventAnswer, rules.EventSnooze, rules.EventReopen, rules.EventClose, rules.EventLink:
		return true
	}
	return false
}
