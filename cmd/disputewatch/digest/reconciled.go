package digest

import (
	"fmt"
	"strings"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// reconciled is what Stripe and the mails say of each other in the cases that
// are not over: disputes of Stripe's, how many of them were mailed, mails that
// have no dispute yet or whose charge is not sure, and the cases in which the two disagree.
func reconciled(cases []rules.Case) []notify.Line {
	var shown, mailed, alone, unsure int
	var odd []string
	for _, c := range cases {
		switch {
		case !c.ClosedAt.IsZero() || c.Lane() != rules.LaneDispute || c.Kind == rules.KindUnknownKlarna:
			continue
		case c.Match.Strength == rules.Probable || c.Match.Strength == rules.Ambiguous:
			unsure++
			continue
		case c.Stripe == nil || !c.Match.Sure():
			alone++
			continue
		}
		shown++
		if !c.LastMail.IsZero() {
			mailed++
		}
		if c.Disagrees() {
			odd = append(odd, c.ID)
		}
	}
	if shown+alone+unsure == 0 {
		return nil
	}
	value := fmt.Sprintf("Stripe shows %s, %d of them mailed", rules.Count(shown, "Klarna dispute"), mailed)
	if alone > 0 {
		value += "; " + rules.Count(alone, "mail") + " without a dispute yet"
	}
	if unsure > 0 {
		value += "; " + rules.Count(unsure, "mail") + " whose charge a person must confirm"
	}
	lines := []notify.Line{{Label: "Stripe and the mails", Value: value}}
	if len(odd) > 0 {
		const most = 10
		names := strings.Join(odd[:min(len(odd), most)], ", ")
		if len(odd) > most {
			names += fmt.Sprintf(" and %d more", len(odd)-most)
		}
		lines = append(lines, notify.Line{Label: "Mail and Stripe disagree", Value: names + ": date, amount or state"})
	}
	return lines
}
