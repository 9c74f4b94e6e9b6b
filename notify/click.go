package notify

import (
	"context"

	"github.com/disputewatch/disputewatch/rules"
)

// Verb is what a click says of a case. The commands of the same names say the
// same.
type Verb string

// The verbs.
const (
	Claim  Verb = "claim"
	Answer Verb = "answer"
	Snooze Verb = "snooze"
	Reopen Verb = "reopen"
	Close  Verb = "close"
	Choose Verb = "link"

	Dismiss Verb = "dismiss" // of a mail that belongs to no case
)

// Click is one word of a person, said by a button or a menu of a card.
type Click struct {
	ID     string      // the same however often Slack delivers it
	Case   string      // its id; of Dismiss the mail's
	Verb   Verb        //
	By     string      // the Slack id
	ByName string      // how the person is called in Slack
	How    How         // Answer
	Note   string      // Answer: the person's own words
	Until  Rest        // Snooze
	Charge string      // Choose
	At     rules.Place // the message that was clicked; zero where that is not known
}

// Listener does what clicks say.
type Listener interface {
	// Clicked does it, once for each ID, and returns what to tell the person: ""
	// where the card and its thread say enough. An error means that nothing was
	// changed for want of something that may come back.
	Clicked(ctx context.Context, c Click) (reply string, err error)
}

// Action is a button; with Options it is a menu; with a URL it opens that.
type Action struct {
	Verb    Verb
	Case    string // its id; of Dismiss the mail's
	Text    string
	Options []Option
	Confirm string // asked before it counts; "" asks nothing
	URL     string
	Primary bool // the one to look at first
}

// Option is one choice of a menu.
type Option struct{ Value, Text string }

// How is how a person says that a case was answered.
type How string

// The ways to answer. HowContact is none of them: an inquiry ends by a refund or by
// the customer's word, so it lets the case rest (DOMAIN.md, "Stripe's side").
const (
	HowStripe  How = "stripe"
	HowForm    How = "form"
	HowReply   How = "reply"
	HowRefund  How = "refund"
	HowContact How = "contact"
	HowOther   How = "other"
)

// Words says how in words, as the audit trail keeps it.
func (h How) Words() string {
	switch h {
	case HowStripe:
		return "evidence submitted in Stripe"
	case HowForm:
		return "answered in Klarna's form"
	case HowReply:
		return "replied to the mail"
	case HowRefund:
		return "refunded"
	case HowContact:
		return "the customer was contacted"
	case HowOther:
		return "in another way"
	}
	return ""
}

// Form asks a person for more than a click can say.
type Form struct {
	Title  string
	Ask    string   // what the choice is
	Choose []Option // one of these must be taken
	Note   string   // what the free text is; it may be left out
	Submit string
}

// AnswerForm asks how a case was answered.
func AnswerForm() Form {
	f := Form{Title: "Answered", Ask: "How was it answered?", Note: "Note, for your colleagues", Submit: "Save"}
	for _, h := range []How{HowStripe, HowForm, HowReply, HowRefund, HowContact, HowOther} {
		f.Choose = append(f.Choose, Option{string(h), upper(h.Words())})
	}
	return f
}

// NotDone tells a person that a click may have had no effect.
const NotDone = "That could not be done just now. If the card does not show it within a minute, click once more; the commands claim, answer, snooze, reopen, close, link and dismiss do the same."
