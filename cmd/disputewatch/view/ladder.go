package view

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// saidMost is how many messages on the way are listed for a person.
const saidMost = 20

// Print is the outlook for a tired person: the case, what is told now, what
// comes next, then the ladder.
func (o *Outlook) Print(w io.Writer) error {
	var b strings.Builder
	c := o.c
	if c.OpenedAt.IsZero() {
		_, err := fmt.Fprintf(w, "%s  was not opened yet at %s\n\n", c.ID, o.say(o.at))
		return err
	}
	fmt.Fprintf(&b, "%s  %s  %s\n", c.ID, strings.TrimSuffix(c.What()+", "+c.Disputed().String(), ", "), o.state())
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", label, text)
		}
	}
	if o.at != o.now {
		line("at", o.say(o.at))
	}
	line("answer by", o.deadline())
	for i, e := range o.said {
		label := ""
		if i == 0 {
			label = "until then"
		}
		if i == saidMost {
			line(label, fmt.Sprintf("… and %s more", rules.Count(len(o.said)-i, "message")))
			break
		}
		line(label, o.say(e.Due)+"  "+wordsOf(e))
	}
	if o.until.Before(o.at) {
		line("", "followed no further than "+o.say(o.until))
	}
	line("now", o.nowWords())
	line("next", o.nextWords())
	o.rows(&b)
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// rows is a line a step.
func (o *Outlook) rows(b *strings.Builder) {
	if len(o.rungs) == 0 {
		return
	}
	b.WriteString("  ladder\n")
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, r := range o.rungs {
		fmt.Fprintf(w, "    %s\t%s\t%s\t%s\n", r.Step, r.State, o.say(r.At), r.Why)
	}
	_ = w.Flush() // a strings.Builder takes all
}

func (o *Outlook) state() string {
	s := string(o.c.StateAt(o.until))
	switch p := o.c; {
	case p.StateAt(o.until) == rules.Claimed:
		s += " by " + rules.Plain(p.Claim.Who, 60) + " until " + o.say(p.Claim.Until)
	case p.StateAt(o.until) == rules.Snoozed:
		s += " by " + rules.Plain(p.Snooze.Who, 60) + " until " + o.say(p.Snooze.Until)
	case p.Outcome != "":
		s += ": " + rules.OutcomeWords(p.Outcome)
	case len(p.Answers) > 0:
		s += " " + p.Answers[len(p.Answers)-1].Words()
	}
	return s
}

func (o *Outlook) deadline() string {
	d := o.c.Deadline()
	if d.At.IsZero() {
		return "no date is known"
	}
	s := o.say(d.At) + ", " + sourceWords(d.Source)
	if !d.At.After(o.until) {
		s = o.say(d.At) + ", OVERDUE, " + sourceWords(d.Source)
	}
	if d.Ambiguous {
		s += ambiguousWords
	}
	if !d.Other.IsZero() {
		s += "; " + o.say(d.Other) + ", " + sourceWords(d.OtherSource)
	}
	return s
}

func (o *Outlook) nowWords() string {
	if len(o.due) == 0 {
		return "nothing to tell"
	}
	var words []string
	for _, e := range o.due {
		words = append(words, wordsOf(e))
	}
	return strings.Join(words, "; ")
}

func (o *Outlook) nextWords() string {
	if !o.more {
		if o.c.Finished() {
			return "nothing, unless Klarna or Stripe contradicts"
		}
		return "nothing is left of the ladder: the digest goes on"
	}
	return o.say(o.next.Due) + "  " + wordsOf(o.next)
}

// say writes a moment in the shop's zone, nothing for none.
func (o *Outlook) say(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(o.policy.Calendar.Location).Format("Mon 2 Jan 2006 15:04")
}

// wordsOf says what an escalation is: the step, why, and whom it calls.
func wordsOf(e rules.Escalation) string {
	if e.News != nil {
		return "news: " + rules.Plain(e.News.Text, 200)
	}
	s := e.Step + ": " + e.Words()
	if len(e.Folded) > 0 {
		var names []string
		for _, f := range e.Folded {
			names = append(names, f.Step)
		}
		s += ", speaking for " + strings.Join(names, ", ") + " too"
	}
	if len(e.Mention) > 0 {
		s += "; calls " + strings.Join(e.Mention, ", ")
	}
	if e.Page {
		s += "; wakes somebody"
	}
	if e.Channel != "" {
		s += "; in " + e.Channel
	}
	return s
}

// Ladder is the outlook as JSON; absent fields stay out.
type Ladder struct {
	Case  string      `json:"case"`
	At    string      `json:"at"`
	State rules.State `json:"state"`
	Round string      `json:"round,omitempty"` // why it began
	Until []Telling   `json:"until,omitempty"` // what is told on the way to a time ahead
	Now   []Telling   `json:"now"`
	Next  *Telling    `json:"next,omitempty"`
	Steps []Step      `json:"steps"`
}

// Telling is what is told at a step.
type Telling struct {
	Step    string   `json:"step"` // or "news"
	N       int      `json:"n"`
	At      string   `json:"at"`
	Why     string   `json:"why"`
	Folded  []string `json:"folded,omitempty"`
	Mention []string `json:"mention,omitempty"`
	Page    bool     `json:"page,omitempty"`
	Channel string   `json:"channel,omitempty"`
}

// Step is what a step of the ladder is doing.
type Step struct {
	Step  string          `json:"step"`
	State rules.RungState `json:"state"`
	N     int             `json:"n"`
	At    string          `json:"at,omitempty"`
	Why   string          `json:"why,omitempty"`
}

// Ladder is the outlook for programs.
func (o *Outlook) Ladder() Ladder {
	v := Ladder{
		Case: o.c.ID, At: o.iso(o.at), State: o.c.StateAt(o.until), Round: o.c.Round.Reason,
		Until: o.views(o.said), Now: append([]Telling{}, o.views(o.due)...), Steps: []Step{},
	}
	if o.c.OpenedAt.IsZero() {
		v.State = ""
	}
	if o.more {
		v.Next = &o.views([]rules.Escalation{o.next})[0]
	}
	for _, r := range o.rungs {
		v.Steps = append(v.Steps, Step{r.Step, r.State, r.N, o.iso(r.At), r.Why})
	}
	return v
}

func (o *Outlook) views(all []rules.Escalation) []Telling {
	var out []Telling
	for _, e := range all {
		s := Telling{Step: e.Step, N: e.N, At: o.iso(e.Due), Why: e.Words(), Mention: e.Mention, Page: e.Page, Channel: e.Channel}
		if e.News != nil {
			s.Why = e.News.Text
		}
		for _, f := range e.Folded {
			s.Folded = append(s.Folded, f.Step)
		}
		out = append(out, s)
	}
	return out
}

func (o *Outlook) iso(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(o.policy.Calendar.Location).Format(time.RFC3339)
}
