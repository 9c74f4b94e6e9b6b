package main

import (
	"cmp"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/audit"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

func (c *command) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show ID", Short: "one case: what is known, why it was matched, its history, what happens next",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{"show: name one case, by its id or by Klarna's dispute id"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load(config.Options{})
			if err != nil {
				return err
			}
			return c.withBook(cmd.Context(), cfg, true, func(book *casebook.Book) error {
				v, err := oneCase(cmd, book, cfg.Policy(), args[0])
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(c.stdout).Encode(v)
				}
				return v.print(c.stdout)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

func oneCase(cmd *cobra.Command, book *casebook.Book, p rules.Policy, id string) (caseView, error) {
	found, err := theCase(cmd.Context(), book, "show", id)
	if err != nil {
		return caseView{}, err
	}
	now := time.Now()
	v := viewOfCase(found, p, now)
	v.Events, err = book.History(cmd.Context(), found.ID)
	v.Observed = audit.Observe(v.Events, now, p.Calendar.Location)
	return v, err
}

// print shows a case to a person, what matters first.
func (v caseView) print(w io.Writer) error {
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
		text := v.when(d.At) + v.left(time.Now()) + ", " + sourceWords(d.Source)
		if d.Ambiguous {
			text += ", AMBIGUOUS: the earlier reading of the mail's date"
		}
		painted(urgency(v, time.Now()), "answer by", text)
		if d.Other != "" {
			line("", v.when(d.Other)+", "+sourceWords(d.otherSource))
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
		line("  could be", strings.TrimSpace(k.Charge+" "+k.Dispute)+" "+k.Amount+" "+v.when(k.Created)+" "+terminal.Clip(k.Why, 200))
	}
	if s := v.Stripe; s != nil {
		line("Stripe says", v.said["Stripe"])
		line("  status, reason", strings.Trim(s.Status+", "+s.Reason, ", "))
		line("  answer by", v.when(s.DueBy))
		line("  tracking", cmp.Or(v.said["Tracking"], terminal.Clip(s.Tracking, 80)))
		line("  read", v.when(s.ReadAt))
	}
	for _, l := range v.links {
		b.WriteString(terminal.Padded("link", 20) + " " + l.URL + "\n") // whole, to be copied
	}
	for _, e := range v.AnsweredBy {
		line("answered", strings.TrimSpace(v.when(e.At)+" "+e.Source+" "+e.Who+" "+terminal.Clip(e.Note, 200)))
	}
	line("claimed by", v.ClaimedBy)
	for _, text := range v.Warnings {
		painted(terminal.Yellow, "warning", terminal.Clip(text, 300))
	}
	if v.Next != nil {
		line("next", v.Next.Step+", "+v.when(v.Next.At))
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

// when is a time of the view for people, "" for none.
func (v caseView) when(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return t.In(v.zone).Format("Mon 2 Jan 2006 15:04")
}

// left is the time until the deadline, to follow it; "" of what needs no answer.
func (v caseView) left(now time.Time) string {
	rest, _ := strings.CutSuffix(left(v, now), " assumed")
	late, is := strings.CutPrefix(rest, "-")
	switch {
	case rest == "":
		return ""
	case is:
		return " (" + late + " overdue)"
	}
	return " (" + rest + " left)"
}

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
