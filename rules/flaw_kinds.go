package rules

import (
	"slices"
	"strings"
)

// need is what each case must find in its ladder.
type need struct {
	met  func(Step) bool
	lack string // what the ladder has where none meets it: "no step that …"
	hint string
}

// missing finds a kind of case for which no step meets a need.
func missing(ladder []Step, kinds []Case, n need) []Flaw {
	var meeting []Step
	for _, s := range ladder {
		if n.met(s) {
			meeting = append(meeting, s)
		}
	}
	if len(meeting) == 0 {
		return []Flaw{{-1, "", "has " + n.lack, n.hint}}
	}
	for _, c := range kinds {
		if !slices.ContainsFunc(meeting, func(s Step) bool { return s.If.holds(&c) }) {
			return []Flaw{{-1, "", "a case " + described(c, meeting) + " finds " + n.lack, n.hint + ", without an if"}}
		}
	}
	return nil
}

// described says what a kind of case is, as far as the steps' conditions ask.
func described(c Case, steps []Step) string {
	asks := func(list func(Condition) int) bool {
		return slices.ContainsFunc(steps, func(s Step) bool { return list(s.If) > 0 })
	}
	var words []string
	if c.Mailbox == "" && asks(func(f Condition) int { return len(f.Mailboxes) + len(f.Verdicts) }) {
		words = append(words, "that Stripe alone shows")
	} else {
		if asks(func(f Condition) int { return len(f.Verdicts) }) {
			words = append(words, "of "+article(string(c.Verdict))+" mail")
		}
		if asks(func(f Condition) int { return len(f.Mailboxes) }) {
			words = append(words, "in mailbox "+c.Mailbox)
		}
	}
	if asks(func(f Condition) int { return len(f.Reasons) }) {
		if c.Reason == "" {
			words = append(words, "without a known reason")
		} else {
			words = append(words, "with the reason "+c.Reason)
		}
	}
	if asks(func(f Condition) int { return len(f.Stages) }) {
		words = append(words, "at the stage "+string(c.Stage))
	}
	if c.Amount.Currency != "" && asks(func(f Condition) int { return len(f.MinAmount) }) {
		words = append(words, "of a small amount in "+c.Amount.Currency)
	}
	return strings.Join(words, ", ")
}

func article(word string) string {
	if strings.HasPrefix(word, "u") {
		return "an " + word
	}
	return "a " + word
}

// kindsOfCase is one case of each kind that the ladder's conditions can tell
// apart, the usual ones first.
func kindsOfCase(lane Lane, ladder []Step, mailboxes []string) []Case {
	var reasons, currencies []string
	boxes := mailboxes[:min(1, len(mailboxes))] // all alike, unless a condition names some
	for _, s := range ladder {
		if len(s.If.Mailboxes) > 0 {
			boxes = mailboxes
		}
		reasons = append(reasons, s.If.Reasons...)
		for _, m := range s.If.MinAmount {
			currencies = append(currencies, m.Currency)
		}
	}
	if len(reasons) > 0 {
		reasons = append([]string{""}, Reasons()...)
	} else {
		reasons = []string{""}
	}
	slices.Sort(currencies)
	amounts := []Money{{}}
	for _, currency := range slices.Compact(currencies) {
		amounts = append(amounts, Money{Currency: currency})
	}
	var out []Case
	for _, from := range origins(lane, boxes) {
		for _, stage := range stages(lane) {
			for _, reason := range reasons {
				for _, amount := range amounts {
					c := from
					c.Stage, c.Reason, c.Amount = Stage(stage), reason, amount
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// origins is where cases come from: mails, and disputes that no mail announced.
func origins(lane Lane, mailboxes []string) []Case {
	var out []Case
	for _, box := range mailboxes {
		for _, v := range []Verdict{Genuine, Unverified} {
			out = append(out, Case{Mailbox: box, Said: Said{Verdict: v}})
		}
	}
	if lane == LaneDispute {
		out = append(out, Case{})
	}
	return out
}
