package notify

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// SampleCase is the id of the sample's case, which no book holds.
const SampleCase = "c-sample"

// HelloCard is a sample: what a card will look like, so that people meet it
// before the first dispute. It says that it is one, and links to nothing.
func HelloCard(p rules.Policy, now time.Time) Card {
	card := CardOf(sample(now), p, now)
	card.Title = "Sample, nothing to do: " + card.Title
	card.Warnings = []string{"This is no dispute. disputewatch says hello; real cases will look like this."}
	return card
}

// HelloButtons is the sample where buttons are served: they can be tried on it.
func HelloButtons(p rules.Policy, now time.Time) Card {
	return WithButtons(HelloCard(p, now), sample(now), p, now)
}

// HelloReply is what a click on the sample is answered with.
const HelloReply = "The buttons work. This is a sample: nothing has changed."

func sample(now time.Time) rules.Case {
	return rules.Case{
		ID: SampleCase, OpenedAt: now, Stage: rules.StageUnknown,
		Said: rules.Said{
			Kind: rules.KindDisputeRequest, DisputeID: "000000", Reason: rules.ReasonGoodsNotReceived,
			MerchantReference1: "sample-order", Amount: rules.Money{Minor: 12490, Currency: "EUR"}, Verdict: rules.Genuine,
		},
		MailDeadline: &rules.MailDeadline{At: now.AddDate(0, 0, 14)},
	}
}
