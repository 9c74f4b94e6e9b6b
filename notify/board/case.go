package board

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// casePage is one case with all that is known and all that happened.
type casePage struct {
	frame
	row
	Facts      []fact
	Candidates []candidate
	Answers    []answer
	Warnings   []string
	Links      []Link
	Told       []told
	Round      string
	Commands   []string // what a person may say of it on the command line
	History    []entry
	Earlier    int // events that are not shown
}

// fact is one thing that is known.
type fact struct{ Name, Value string }

type candidate struct {
	Charge, Dispute, Amount, Why string
	Created                      When
}

type answer struct {
	Text, Note string
	At         When
}

// told is a step of the ladder that was told in this round.
type told struct {
	Step, Note string
	At         When
}

// one answers /case/ID.
func (p *pages) one(w http.ResponseWriter, r *http.Request) {
	c, err := p.Book.Case(r.Context(), r.PathValue("id"))
	if errors.Is(err, ErrNoCase) {
		p.say(w, http.StatusNotFound, "No such case", "There is no case of this id; an old one may have been removed.")
		return
	}
	if err != nil {
		p.fault(w, "load a case", err)
		return
	}
	page, err := p.casePage(r.Context(), c)
	if err != nil {
		p.fault(w, "load the history of a case", err)
		return
	}
	p.draw(w, http.StatusOK, "case.html", page)
}

func (p *pages) casePage(ctx context.Context, c rules.Case) (casePage, error) {
	events, err := p.Book.History(ctx, c.ID)
	if err != nil {
		return casePage{}, err
	}
	now := p.Now()
	page := casePage{
		row: p.row(c, now), Facts: p.facts(c, now), Links: links(c),
		Round:    fmt.Sprintf("Round %d, since %s: %s.", c.Round.N, p.moment(c.Round.At), rules.Plain(c.Round.Reason, 60)),
		Commands: commands(c, now),
	}
	page.frame = p.frame(page.What+" "+c.ID, now, p.ready(ctx))
	for _, w := range c.Warnings {
		page.Warnings = append(page.Warnings, rules.Plain(w, 300))
	}
	page.Warnings = append(page.Warnings, c.Oddities()...)
	if !c.Match.Sure() {
		for _, k := range c.Match.Candidates {
			page.Candidates = append(page.Candidates, candidate{rules.Plain(k.Charge, 60), rules.Plain(k.Dispute, 60), apart(k.Amount.String()), rules.Plain(k.Why, 200), p.when(k.Created)})
		}
	}
	for _, e := range c.Answers {
		page.Answers = append(page.Answers, answer{capital(e.Words()), rules.Plain(e.Note, 300), p.when(e.At)})
	}
	for _, t := range c.Told {
		page.Told = append(page.Told, toldWords(t, p.when(t.At)))
	}
	page.Earlier = max(len(events)-mostEvents, 0)
	for _, e := range events[page.Earlier:] {
		page.History = append(page.History, p.entry(e))
	}
	return page, nil
}

func toldWords(t rules.Told, at When) told {
	out := told{Step: rules.Plain(t.Step, 60), At: at}
	if t.N > 0 {
		out.Step += ", repeat " + strconv.Itoa(t.N)
	}
	if t.Observed {
		out.Note = "recorded, not said: this program only looks on"
	}
	if t.Folded != "" {
		out.Note = "its time had passed: told with " + rules.Plain(t.Folded, 60)
	}
	return out
}

// commands are what a person may say of the case, ready to be copied: the board
// itself only reads.
func commands(c rules.Case, now time.Time) []string {
	say := func(verb, rest string) string { return "disputewatch " + verb + " " + c.ID + rest }
	if c.Finished() {
		return []string{say("reopen", "")}
	}
	out := []string{say("claim", ""), say("answer", " --note TEXT"), say("snooze", " --until 1d"), say("close", " --note TEXT")}
	if !c.Match.Sure() {
		charge := "CHARGE"
		if c.Match.Strength == rules.Probable && c.Match.Charge != "" {
			charge = rules.Plain(c.Match.Charge, 60)
		}
		out = append([]string{say("link", " "+charge)}, out...)
	}
	return out
}

// facts lists what is known; what is not known is not listed.
func (s *Server) facts(c rules.Case, now time.Time) []fact {
	var out []fact
	add := func(name, value string) {
		if value != "" {
			out = append(out, fact{name, value})
		}
	}
	add("Klarna's dispute id", rules.Plain(c.DisputeID, 80))
	add("Merchant reference 1", rules.Quoted(c.MerchantReference1, 255))
	add("Merchant reference 2", rules.Quoted(c.MerchantReference2, 255))
	add("Order number", rules.Quoted(c.OrderNumber, 255))
	add("Reason in the mail", rules.Quoted(c.ReasonText, 200))
	add("Klarna's order", rules.Plain(c.OrderID, 80))
	add("Klarna's capture", rules.Plain(c.CaptureID, 80))
	add("Klarna's reference", rules.Plain(c.KlarnaReference, 80))
	add("Merchant id", rules.Plain(c.MerchantID, 80))
	add("Klarna says", spaced(string(c.Result)))
	add("Sender", joined(": ", verdictWords(c.Verdict), rules.Plain(c.Why, 200)))
	_, risk := c.AtRisk(s.Policy)
	add("At risk", apart(risk))
	add("Charge", joined(": ", matchWords(c.Match), rules.Plain(c.Match.Why, 300)))
	if c.Stripe != nil {
		s.stripeFacts(*c.Stripe, add)
	}
	if p := c.Claim; p != nil && now.Before(p.Until) {
		add("On it", joined(": ", rules.Plain(p.Who, 60)+" until "+s.moment(p.Until), rules.Plain(p.Note, 300)))
	}
	if p := c.Snooze; p != nil && now.Before(p.Until) {
		add("Snoozed", joined(": ", "by "+rules.Plain(p.Who, 60)+" until "+s.moment(p.Until), rules.Plain(p.Note, 300)))
	}
	add("Opened", s.moment(c.OpenedAt))
	if !c.ClosedAt.IsZero() {
		add("Closed", s.moment(c.ClosedAt)+": "+rules.OutcomeWords(c.Outcome))
	}
	return out
}

// stripeFacts is what Stripe said, and when.
func (s *Server) stripeFacts(r rules.Reading, add func(name, value string)) {
	add("Stripe's dispute", joined(", ", rules.Plain(r.Dispute, 60), spaced(r.Reason)))
	add("Stripe's status", rules.StatusWords(r.Status))
	add("Disputed at Stripe", apart(r.Amount.String()))
	if !r.DueBy.IsZero() {
		add("Stripe's date", s.moment(r.DueBy))
	}
	if r.RefundedMinor > 0 {
		add("Refunded", fmt.Sprintf("%s in all, %s of it since the dispute", r.Refund(r.RefundedMinor), r.Refund(r.RefundedSince)))
	}
	if r.Refunding > 0 {
		add("Refunds under way", r.Refund(r.Refunding).String())
	}
	switch {
	case r.Submissions > 0:
		add("Evidence", "submitted")
	case r.HasEvidence:
		add("Evidence", "staged, not submitted")
	}
	add("Tracking", joined(" ", rules.Plain(r.Carrier, 60), rules.Plain(r.Tracking, 80)))
	add("Order reference", rules.Plain(r.OrderReference, 255))
	add("Why it was lost", spaced(r.LossReason))
	if !r.ReadAt.IsZero() {
		add("Stripe was read", s.moment(r.ReadAt))
	}
}

// mostEvents is how many events one page shows, the newest.
const mostEvents = 1000
