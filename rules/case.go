package rules

import "time"

// Case is one dispute, stop request or investigation, or one mail that nobody
// could understand: all that is known of it now. It changes only through
// [Apply]; the book keeps it beside the events that made it.
type Case struct {
	ID      string   `json:"id"`   // "c-" and six letters or digits, never digits alone
	Keys    []string `json:"keys"` // klarna:N, stripe:du_…, mail:Message-ID; each of one case only
	Mailbox string   `json:"mailbox,omitempty"`
	Account string   `json:"account,omitempty"` // the Stripe account's name in the config

	// What the mails say, the newest word on top of the older ones.
	Said
	MailDeadline *MailDeadline `json:"mail_deadline,omitempty"`
	Assumed      time.Time     `json:"assumed,omitzero"`    // the configured assumption, made when it was said
	FirstMail    time.Time     `json:"first_mail,omitzero"` // the Date of the earliest of its mails; zero where that is not known
	LastMail     time.Time     `json:"last_mail,omitzero"`  // the Date of the newest of its mails, but for notices of Stripe's

	Match  Match    `json:"match,omitzero"`
	Stripe *Reading `json:"stripe,omitempty"` // nil until Stripe's dispute was read
	Spent  int64    `json:"spent,omitempty"`  // submissions that Stripe counted while it was an inquiry: they answer no chargeback

	Stage    Stage      `json:"stage"`
	State    State      `json:"state"`             // derived by Apply from what follows
	Beneath  *Beneath   `json:"beneath,omitempty"` // of a stop request: the dispute that waits, too
	Outcome  string     `json:"outcome"`           // of a closed case: won, lost, prevented, withdrawn, inquiry_closed, duplicate, unknown, or a person's word
	Into     string     `json:"into,omitempty"`    // of a duplicate: the case that it went into
	Answers  []Evidence `json:"answers,omitempty"`
	Claim    *Promise   `json:"claim,omitempty"`
	Snooze   *Promise   `json:"snooze,omitempty"`
	OpenedAt time.Time  `json:"opened_at"`
	ClosedAt time.Time  `json:"closed_at,omitzero"`
	EndSaid  time.Time  `json:"end_said,omitzero"` // the Date of the mail that closed it; zero where none did

	Round Round  `json:"round"`
	Told  []Told `json:"told,omitempty"` // steps of this round: told or folded
	News  []News `json:"news,omitempty"` // facts that wait to be told
	Facts int    `json:"facts"`          // how many News there have been: their numbers

	Card     Place    `json:"card,omitzero"`      // the card in Slack; zero until it was posted
	Thread   []string `json:"thread,omitempty"`   // Message-IDs of its mails, for replies
	Warnings []string `json:"warnings,omitempty"` // what people must know before they act
}

// MaxUnnamed bounds Said.Unnamed: a mail is hostile.
const MaxUnnamed = 20

// Said is what one mail says of a dispute. Absent fields are zero: nothing is
// invented.
type Said struct {
	Kind               Kind     `json:"kind"`
	Language           string   `json:"language,omitempty"`
	DisputeID          string   `json:"dispute_id,omitempty"`
	Reason             string   `json:"reason,omitempty"`      // Klarna's v1 code, or one of the newer three
	ReasonText         string   `json:"reason_text,omitempty"` // as the mail has it
	MerchantReference1 string   `json:"merchant_reference_1,omitempty"`
	MerchantReference2 string   `json:"merchant_reference_2,omitempty"`
	OrderID            string   `json:"order_id,omitempty"`
	CaptureID          string   `json:"capture_id,omitempty"`
	KlarnaReference    string   `json:"klarna_reference,omitempty"`
	MerchantID         string   `json:"merchant_id,omitempty"`
	OrderNumber        string   `json:"order_number,omitempty"` // as a label or a sentence has it; see Order
	Unnamed            []string `json:"unnamed,omitempty"`      // numbers that may be an order's, of a mail that calls none so; at most MaxUnnamed
	StripeIDs          []string `json:"stripe_ids,omitempty"`
	Amount             Money    `json:"amount,omitzero"`
	AmountText         string   `json:"amount_text,omitempty"` // as the mail has it
	Result             Result   `json:"result,omitempty"`
	Verdict            Verdict  `json:"verdict,omitempty"`
	Why                string   `json:"why,omitempty"`          // why this verdict
	RespondLink        string   `json:"respond_link,omitempty"` // only of a genuine mail
}

// Order is the merchant's own number for the order: its reference 1, or what the mail
// calls an order number, as which Klarna shows its customers that reference
// (DOMAIN.md, "The join").
func (s Said) Order() string {
	if s.MerchantReference1 != "" {
		return s.MerchantReference1
	}
	return s.OrderNumber
}

// MailDeadline is the date a mail names.
type MailDeadline struct {
	At        time.Time `json:"at"`
	Text      string    `json:"text"`                // as the mail has it
	Said      time.Time `json:"said,omitzero"`       // the Date of the mail that named it
	Ambiguous bool      `json:"ambiguous,omitempty"` // 03/04: the earlier reading was taken
	Later     time.Time `json:"later,omitzero"`      // the date that an unproved mail's earlier one stands before
}

// Beneath is what a dispute had that mails alone tell of, and that nobody had
// answered when a stop request about it came.
type Beneath struct {
	Stage        Stage         `json:"stage"`
	MailDeadline *MailDeadline `json:"mail_deadline,omitempty"`
	Assumed      time.Time     `json:"assumed,omitzero"`
}

// Match is the answer to "which Stripe charge is this about?", with its reasons.
type Match struct {
	Strength      Strength    `json:"strength"`
	Charge        string      `json:"charge,omitempty"`
	Dispute       string      `json:"dispute,omitempty"`
	PaymentIntent string      `json:"payment_intent,omitempty"`
	Why           string      `json:"why"` // one sentence
	Candidates    []Candidate `json:"candidates,omitempty"`
	By            string      `json:"by,omitempty"` // the person who confirmed it
	TriedAt       time.Time   `json:"tried_at,omitzero"`
}

// Candidate is one charge that could be meant.
type Candidate struct {
	Charge  string    `json:"charge"`
	Dispute string    `json:"dispute,omitempty"`
	Amount  Money     `json:"amount"`  // of the charge; of the dispute, where the charge has several
	Created time.Time `json:"created"` // as Amount
	Why     string    `json:"why"`
}

// Sure says that the match may answer, close or postpone.
func (m Match) Sure() bool { return m.Strength == Exact }

// atStripe is what Stripe showed last of the dispute that surely is the case's; nil
// where it showed none.
func (c *Case) atStripe() *Reading {
	if !c.Match.Sure() {
		return nil
	}
	return c.Stripe
}

// Reading is what Stripe said of a dispute and its charge at one moment.
type Reading struct {
	Dispute        string    `json:"dispute"` // du_… or dp_…
	Charge         string    `json:"charge"`
	PaymentIntent  string    `json:"payment_intent,omitempty"`
	Status         string    `json:"status"` // as Stripe has it, unknown values too
	Reason         string    `json:"reason,omitempty"`
	Amount         Money     `json:"amount"` // disputed
	CreatedAt      time.Time `json:"created_at"`
	DueBy          time.Time `json:"due_by,omitzero"` // zero: no answer is possible, or none is asked
	Submissions    int64     `json:"submissions,omitempty"`
	HasEvidence    bool      `json:"has_evidence,omitempty"` // staged, not submitted
	PastDue        bool      `json:"past_due,omitempty"`
	RefundedMinor  int64     `json:"refunded_minor"`           // of the charge and in its currency, succeeded, in all
	RefundedSince  int64     `json:"refunded_since,omitempty"` // succeeded refunds made after the dispute
	RefundedElse   int64     `json:"refunded_else,omitempty"`  // of RefundedSince: what may be for another inquiry about the charge
	Refunding      int64     `json:"refunding,omitempty"`      // refunds that are under way and may yet fail
	Captured       Money     `json:"captured,omitzero"`
	Authorized     Money     `json:"authorized,omitzero"`
	Capturable     int64     `json:"capturable,omitempty"` // minor units of Authorized that may still be captured
	AutoCapture    bool      `json:"auto_capture,omitempty"`
	Tracking       string    `json:"tracking,omitempty"`
	Carrier        string    `json:"carrier,omitempty"`
	OrderReference string    `json:"order_reference,omitempty"`
	LossReason     string    `json:"loss_reason,omitempty"`
	KlarnaReason   string    `json:"klarna_reason,omitempty"` // Klarna's own code for it, as Stripe passes it on
	Refundable     bool      `json:"refundable,omitempty"`    // Stripe still takes a refund of the disputed payment
	Klarna         bool      `json:"klarna"`                  // the charge was paid with Klarna
	Live           bool      `json:"live"`
	Account        string    `json:"account,omitempty"` // acct_…, for links
	ReadAt         time.Time `json:"read_at"`
}

// Evidence is one reason to count a case as answered.
type Evidence struct {
	Source string    `json:"source"` // stripe, refund, mail, reply, person
	At     time.Time `json:"at"`
	Who    string    `json:"who,omitempty"`
	Note   string    `json:"note,omitempty"`
	Holds  time.Time `json:"holds,omitzero"` // a person's word: from then on Stripe must agree
	Said   time.Time `json:"said,omitzero"`  // the Date of the mail or the reply; At is when it was read
}

// Promise is a person's word that lasts until a time: a claim or a snooze.
type Promise struct {
	Who   string    `json:"who"`
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
	Note  string    `json:"note,omitempty"`
	Slack string    `json:"slack,omitempty"` // Who's Slack id, where the word was a click
	Ended bool      `json:"ended,omitempty"` // that it is over was told
}

// Round counts the ladder anew: it begins when a case opens, reopens, changes
// stage, or its deadline moves later.
type Round struct {
	N      int       `json:"n"` // from 1
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`          // opened, reopened, stage changed, deadline later
	Quiet  bool      `json:"quiet,omitempty"` // the case has been over ever since it came to light
}

// Told is one step of the ladder that needs no more telling in this round.
type Told struct {
	Step   string    `json:"step"`
	N      int       `json:"n"` // 0, and 1, 2, … for its repeats
	At     time.Time `json:"at,omitzero"`
	Folded string    `json:"folded,omitempty"` // the step that was told in its stead

	Observed bool `json:"observed,omitempty"` // recorded and never said
}

// News is a fact that is told once, when it happens: it belongs to no ladder.
type News struct {
	N    int       `json:"n"`
	Name string    `json:"name"` // reminder, deadline, stage, contradiction, answered, closed, …
	At   time.Time `json:"at"`
	Text string    `json:"text"` // one sentence for people; quotes nothing from a mail
}

// Place is a message in Slack.
type Place struct {
	Channel string `json:"channel,omitempty"`
	TS      string `json:"ts,omitempty"`
}
