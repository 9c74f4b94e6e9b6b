package board

import (
	"fmt"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// entry is one event of a case: what happened, and why.
type entry struct {
	At    When
	What  string
	By    string
	Lines []string
}

func (s *Server) entry(e rules.Event) entry {
	out := entry{At: s.when(e.At), By: who(e.By)}
	out.What, out.Lines = s.happened(e)
	if note := rules.Plain(e.Note, 500); note != "" {
		out.Lines = append(out.Lines, "Note: "+note)
	}
	return out
}

// who is the person behind an event; this program's own parts have one name.
func who(by string) string {
	switch {
	case by == "", by == "ingest", by == "rules", by == "desk", strings.HasPrefix(by, "stripe "):
		return "disputewatch"
	}
	return rules.Plain(by, 60)
}

// happened words an event by its type; one that this program does not know, of
// a later version, is named as it is.
func (s *Server) happened(e rules.Event) (what string, lines []string) {
	switch {
	case e.Type == rules.EventMail && e.Mail != nil:
		return "A mail came: " + spaced(string(e.Mail.Kind)), s.mailLines(*e.Mail)
	case e.Type == rules.EventReread && e.Mail != nil:
		return "A mail was read again: " + spaced(string(e.Mail.Kind)), s.mailLines(*e.Mail)
	case e.Type == rules.EventReply:
		return "Somebody replied to the mail", nil
	case e.Type == rules.EventMatch && e.Match != nil:
		return "Looked for the charge", matchLines(*e.Match)
	case e.Type == rules.EventLink && e.Match != nil:
		return "Linked to a charge", []string{rules.Plain(e.Match.Charge, 60)}
	case e.Type == rules.EventStripe && e.Stripe != nil:
		return "Read in Stripe", s.readingLines(*e.Stripe)
	case e.Type == rules.EventAccount:
		return "Its Stripe account is called " + rules.Plain(e.Account, 60) + " in the config now", nil
	case e.Type == rules.EventTold && e.Told != nil:
		return s.toldLines(*e.Told)
	case e.Type == rules.EventPosted:
		return "The card was posted in Slack", nil
	case e.Type == rules.EventClaim:
		return "Claimed", []string{"until " + s.moment(e.Until)}
	case e.Type == rules.EventSnooze:
		return "Snoozed", []string{"until " + s.moment(e.Until)}
	case e.Type == rules.EventAnswer:
		if e.Until.IsZero() {
			return "Answered", nil
		}
		return "Answered", []string{"From " + s.moment(e.Until) + " on Stripe must agree."}
	case e.Type == rules.EventReopen:
		return "Reopened", nil
	case e.Type == rules.EventClose:
		return "Closed: " + rules.OutcomeWords(e.Outcome), nil
	case e.Type == rules.EventMerge:
		return "Joined with case " + rules.Plain(e.Other, 60) + ": it is the same dispute", nil
	}
	return titled(string(e.Type)), nil
}

func (s *Server) mailLines(m rules.MailSaid) []string {
	var out []string
	add := func(parts ...string) {
		if line := joined("", parts...); line != "" {
			out = append(out, line)
		}
	}
	if !m.Date.IsZero() {
		add("Sent ", s.moment(m.Date), " to mailbox ", rules.Plain(m.Mailbox, 60))
	}
	if v := verdictWords(m.Verdict); v != "" {
		add(joined(": ", "The sender is "+v, rules.Plain(m.Why, 200)))
	}
	if m.Forwarded {
		add("It was forwarded.")
	}
	if d := m.Deadline; d != nil {
		doubt := ""
		if d.Ambiguous {
			doubt = ", which can be read in two ways; the earlier counts"
		}
		add("Deadline ", s.moment(d.At), ": the mail says “", rules.Plain(d.Text, 60), "”", doubt)
	} else if !m.Assumed.IsZero() {
		add("No date in the mail; assumed ", s.moment(m.Assumed))
	}
	if !m.Amount.IsZero() {
		add("Amount ", apart(m.Amount.String()))
	}
	if m.Reason != "" || m.ReasonText != "" {
		add("Reason ", joined(": ", spaced(m.Reason), rules.Quoted(m.ReasonText, 200)))
	}
	if m.Result != "" {
		add("Result ", spaced(string(m.Result)))
	}
	for _, w := range m.Warnings {
		add(rules.Plain(w, 300))
	}
	return out
}

func matchLines(m rules.Match) []string {
	out := []string{joined(": ", matchWords(m), rules.Plain(m.Why, 300))}
	for _, c := range m.Candidates {
		out = append(out, joined(", ", "Could be "+rules.Plain(c.Charge, 60), c.Amount.String(), rules.Plain(c.Why, 200)))
	}
	return out
}

func (s *Server) readingLines(r rules.Reading) []string {
	out := []string{joined(": ", rules.Plain(r.Dispute, 60), rules.StatusWords(r.Status))}
	if !r.DueBy.IsZero() {
		out = append(out, "Answer by "+s.moment(r.DueBy))
	}
	if r.RefundedMinor > 0 {
		out = append(out, "Refunded "+r.Refund(r.RefundedMinor).String())
	}
	if r.Submissions > 0 {
		out = append(out, "Evidence was submitted.")
	}
	return out
}

// toldLines says which step was told, why then, and what it spoke for.
func (s *Server) toldLines(t rules.Escalation) (what string, lines []string) {
	told := "Told: "
	if t.Observed {
		told = "Would have been told: "
	}
	if t.News != nil {
		return told + rules.Plain(t.News.Text, 200), nil
	}
	what = told + "step " + rules.Plain(t.Step, 60)
	if t.N > 0 {
		what += fmt.Sprintf(", repeat %d", t.N)
	}
	lines = append(lines, "Because: "+rules.Plain(t.Reason, 200)+", due "+s.moment(t.Due))
	var folded []string
	for _, f := range t.Folded {
		folded = append(folded, rules.Plain(f.Step, 60))
	}
	if len(folded) > 0 {
		lines = append(lines, "It speaks for the steps whose time had passed too: "+strings.Join(folded, ", "))
	}
	if len(t.Mention) > 0 {
		lines = append(lines, "Called: "+rules.Plain(strings.Join(t.Mention, ", "), 200))
	}
	if t.Page {
		lines = append(lines, "Somebody was to be woken.")
	}
	return what, lines
}
