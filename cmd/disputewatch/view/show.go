package view

import (
	"cmp"
	"io"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/rules"
)

// Print shows a case to a person, what matters first.
func (v Case) Print(w io.Writer) error {
	var b strings.Builder
	draw := terminal.Painter(w)
	painted := func(p terminal.Colour, label, value string) {
		if value != "" {
			const indent = 21
			b.WriteString(terminal.Padded(label, indent-1) + " " + draw(p, terminal.Hang(value, indent)) + "\n")
		}
	}
	line := func(label, value string) { painted(terminal.Plain, label, value) }
	b.WriteString(draw(terminal.Bold, strings.TrimSpace(v.ID+"  "+string(v.State)+"  "+terminal.Hang(v.Outcome, 20))) + "\n")
	if d := v.Deadline; d != nil {
		text := v.When(d.At) + v.left(time.Now()) + ", " + sourceWords(d.Source)
		if d.Ambiguous {
			text += ambiguousWords
		}
		painted(urgency(v, time.Now()), "answer by", text)
		if d.Other != "" {
			line("", v.When(d.Other)+", "+sourceWords(d.otherSource))
		}
	}
	if v.Amount != nil {
		text := rules.Money{Minor: v.Amount.Minor, Currency: v.Amount.Currency}.String()
		if s := v.Stripe; s != nil && s.Amount != "" && s.Amount != text {
			text += ", " + s.Amount + " at Stripe"
		}
		line("amount", text)
	}
	if v.AtRisk != nil {
		line("at risk", v.AtRisk.Text)
	}
	line("to do", v.Todo)
	line("", v.asOf)
	line("Klarna asks for", v.said["Klarna asks for"])
	line("reason", v.Reason)
	line("kind, stage", string(v.Kind)+", "+string(v.Stage))
	line("dispute id", v.DisputeID)
	if v.MerchantReference1 == "" {
		line("order", v.said["Order"])
	}
	line("merchant reference 1", terminal.Clip(v.MerchantReference1, 255))
	line("merchant reference 2", terminal.Clip(v.MerchantReference2, 255))
	line("mailbox, sender", strings.Trim(v.Mailbox+", "+string(v.Verdict), ", "))
	charge := strings.Join(strings.Fields(string(v.Match.Strength)+" "+v.Match.Charge+" "+v.Match.Dispute), " ")
	line("charge", charge+": "+terminal.Clip(v.Match.Why, 300))
	for _, k := range v.Match.Candidates {
		line("  could be", strings.TrimSpace(k.Charge+" "+k.Dispute)+" "+k.Amount+" "+v.When(k.Created)+" "+terminal.Clip(k.Why, 200))
	}
	if s := v.Stripe; s != nil {
		line("Stripe says", v.said["Stripe"])
		line("  status, reason", strings.Trim(s.Status+", "+s.Reason, ", "))
		line("  answer by", v.When(s.DueBy))
		line("  tracking", cmp.Or(v.said["Tracking"], terminal.Clip(s.Tracking, 80)))
		line("  read", v.When(s.ReadAt))
	}
	for _, l := range v.links {
		b.WriteString(terminal.Padded("link", 20) + " " + l.URL + "\n") // whole, to be copied
	}
	for _, e := range v.AnsweredBy {
		line("answered", strings.TrimSpace(v.When(e.At)+" "+e.Source+" "+e.Who+" "+terminal.Clip(e.Note, 200)))
	}
	line("claimed by", v.ClaimedBy)
	for _, text := range v.Warnings {
		painted(terminal.Yellow, "warning", terminal.Clip(text, 300))
	}
	if v.Next != nil {
		line("next", v.Next.Step+", "+v.When(v.Next.At))
	}
	line("observed", v.Observed.Words())
	b.WriteString("history\n")
	for _, e := range v.Events {
		name := string(e.Type)
		if e.Told != nil && e.Told.Observed {
			name = "untold" // what observing recorded, and nobody said
		}
		const indent = 28
		at := e.At.In(v.zone).Format("2006-01-02 15:04")
		b.WriteString(terminal.Padded("  "+at+"  "+name, indent-1) + " " + terminal.Hang(terminal.Clip(happened(e), 200), indent) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// When is a time of the view for people, "" for none.
func (v Case) When(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return t.In(v.zone).Format("Mon 2 Jan 2006 15:04")
}

// left is the time until the deadline, to follow it; "" of what needs no answer.
func (v Case) left(now time.Time) string {
	rest := left(v, now)
	late, is := strings.CutPrefix(rest, "-")
	switch {
	case rest == "":
		return ""
	case is:
		return " (" + late + " overdue)"
	}
	return " (" + rest + " left)"
}

// ambiguousWords follow a date whose mail can be read in two ways.
const ambiguousWords = ", AMBIGUOUS: the earlier reading of the mail's date"

func sourceWords(source string) string {
	switch source {
	case rules.SourceAssumed:
		return "ASSUMED: neither a mail nor Stripe names a date"
	case rules.SourceStripe:
		return "says Stripe"
	}
	return "says Klarna's mail"
}

// happened says in a few words what an event was.
func happened(e rules.Event) string {
	words := []string{e.By}
	switch {
	case e.Told != nil:
		words = []string{e.Told.Step, e.Told.Reason}
		if e.Told.News != nil {
			words = []string{e.Told.News.Name, e.Told.News.Text}
		}
	case e.Stripe != nil:
		words = append(words, e.Stripe.Dispute, e.Stripe.Status)
	case e.Match != nil:
		words = append(words, string(e.Match.Strength), e.Match.Charge, e.Match.Why)
	case e.Mail != nil:
		words = append(words, string(e.Mail.Kind), string(e.Mail.Verdict), e.Mail.MessageID)
	}
	return strings.Join(append(words, e.Other, e.Outcome, e.Note), " ")
}
