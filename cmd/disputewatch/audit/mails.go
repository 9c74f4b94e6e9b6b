package audit

import (
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Case is a case of the book, with all that was said of it.
type Case struct {
	rules.Case
	Events []rules.Event
}

// AddCases adds what the book knows of the cases since the audit's first day.
func (r *Report) AddCases(cases []Case) {
	r.Mails, r.Observed = unfollowed(cases, r.now), observed(cases, r.now)
}

// Mails is what became of the disputes that were mailed.
type Mails struct {
	Cases      int        `json:"cases"`             // that a mail is about
	Unfollowed []Unheeded `json:"never_followed_up"` // the longest ago first
}

// Unheeded is a case whose time is over and that nobody ever touched.
type Unheeded struct {
	ID        string     `json:"id"`
	DisputeID string     `json:"dispute_id,omitempty"`
	Kind      rules.Kind `json:"kind"`
	Deadline  string     `json:"deadline,omitempty"`
	Source    string     `json:"deadline_source,omitempty"`
	Ambiguous bool       `json:"deadline_ambiguous,omitempty"`
	Outcome   string     `json:"outcome,omitempty"`

	at time.Time
}

// unfollowed finds the mails that were never followed up: the deadline is over or
// the dispute lost, nothing counts as an answer, and no person ever said a word of
// the case.
func unfollowed(cases []Case, now time.Time) *Mails {
	m := &Mails{Unfollowed: []Unheeded{}}
	for _, c := range cases {
		if c.LastMail.IsZero() || c.Outcome == "duplicate" {
			continue
		}
		m.Cases++
		if !lapsed(c.Case, now) || slices.ContainsFunc(c.Events, byAPerson) {
			continue
		}
		u := Unheeded{ID: c.ID, DisputeID: c.DisputeID, Kind: c.Kind, Outcome: c.Outcome}
		if d := c.Deadline(); !d.At.IsZero() {
			u.at, u.Deadline, u.Source, u.Ambiguous = d.At, d.At.In(now.Location()).Format(time.RFC3339), d.Source, d.Ambiguous
		}
		m.Unfollowed = append(m.Unfollowed, u)
	}
	slices.SortStableFunc(m.Unfollowed, func(a, b Unheeded) int { return a.at.Compare(b.at) })
	return m
}

// lapsed says that a case's time is over without an answer.
func lapsed(c rules.Case, now time.Time) bool {
	if len(c.Answers) > 0 {
		return false
	}
	if !c.ClosedAt.IsZero() {
		return c.Outcome == "lost"
	}
	d := c.Deadline().At
	return !d.IsZero() && d.Before(now)
}

// byAPerson says that an event is somebody's word on the case.
func byAPerson(e rules.Event) bool {
	switch e.Type {
	case rules.EventClaim, rules.EventSnooze, rules.EventAnswer, rules.EventReopen, rules.EventClose, rules.EventLink:
		return true
	}
	return false
}

// Until is the date that passed, in the report's zone.
func (u Unheeded) Until(now time.Time) string {
	if u.at.IsZero() {
		return "–"
	}
	text := u.at.In(now.Location()).Format("2 Jan 2006 15:04")
	if doubt := (rules.Deadline{Source: u.Source, Ambiguous: u.Ambiguous}).Doubt(); doubt != "" {
		text += " (" + doubt + ")"
	}
	return text
}
