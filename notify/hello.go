package notify

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// HelloCard is a sample: what a card will look like, so that people meet it
// before the first dispute. It says that it is one, and links to nothing.
func HelloCard(p rules.Policy, now time.Time) Card {
	card := CardOf(rules.Case{
		ID: "c-sample", OpenedAt: now, Stage: rules.StageUnknown,
		Said: rules.Said{
			Kind: rules.KindDisputeRequest, DisputeID: "000000", Reason: rules.ReasonGoodsNotReceived,
			MerchantReference1: "sample-order", Amount: rules.Money{Minor: 12490, Currency: "EUR"}, Verdict: rules.Genuine,
		},
		MailDeadline: &rules.MailDeadline{At: now.AddDate(0, 0, 14)},
	}, p, now)
	card.Title = "Sample, nothing to do: " + card.Title
	card.Warnings = []string{"This is no dispute. disputewatch says hello; real cases will look like this."}
	return card
}
