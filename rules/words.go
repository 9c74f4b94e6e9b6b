package rules

// Kind is what a mail is about (DOMAIN.md, "The mails").
type Kind string

// The kinds of mail, and KindStripeDispute for a case that no mail announced.
const (
	KindDisputeRequest   Kind = "dispute_request"
	KindReminder         Kind = "reminder"
	KindFollowUp         Kind = "follow_up"
	KindResolved         Kind = "resolved"
	KindEvidenceReceived Kind = "evidence_received"
	KindAppealOpen       Kind = "appeal_open"
	KindStopRequest      Kind = "stop_request"
	KindInvestigation    Kind = "investigation"
	KindCustomerMessage  Kind = "customer_message"
	KindStripeNotice     Kind = "stripe_notice"
	KindKlarnaOther      Kind = "klarna_other"
	KindUnknownKlarna    Kind = "unknown_klarna"
	KindStripeDispute    Kind = "stripe_dispute"
)

// Outcome is the end of one mail; each mail has exactly one.
type Outcome string

// The four ends of a mail.
const (
	OutcomeNotice     Outcome = "notice"     // became an event of a case
	OutcomeOther      Outcome = "other"      // counted, nothing to do
	OutcomeUnknown    Outcome = "unknown"    // Klarna's and about a dispute, not understood: a person is told
	OutcomeUnreadable Outcome = "unreadable" // poison: quarantined, a person is told once
)

// Verdict is how far a mail's claim to come from Klarna (or Stripe) is proved.
type Verdict string

// The three verdicts. Only a genuine mail may close a case, move a deadline
// later or show a link.
const (
	Genuine    Verdict = "genuine"
	Unverified Verdict = "unverified"
	Forged     Verdict = "forged"
)

// Result is what Klarna says about the end of a dispute.
type Result string

// The results of a resolved mail.
const (
	ResultWon       Result = "won"
	ResultLost      Result = "lost"
	ResultWithdrawn Result = "withdrawn"
	ResultUnknown   Result = "unknown"
)

// Klarna's reason codes, version 1, and the three newer ones that have none
// there (DOMAIN.md, "Klarna's dispute model").
const (
	ReasonReturn               = "return"
	ReasonGoodsNotReceived     = "goods_not_received"
	ReasonFaultyGoods          = "faulty_goods"
	ReasonIncorrectInvoice     = "incorrect_invoice"
	ReasonAlreadyPaid          = "already_paid"
	ReasonUnauthorizedPurchase = "unauthorized_purchase"
	ReasonHighRiskOrder        = "high_risk_order"
	ReasonPandemicImpact       = "pandemic_impact"
	ReasonIncorrectAmount      = "incorrect_amount"
	ReasonNonCompliance        = "non_compliance"
	ReasonNonGuaranteed        = "non_guaranteed_payment_program"
)

// Reasons are all of Klarna's reason codes.
func Reasons() []string {
	return []string{
		ReasonReturn, ReasonGoodsNotReceived, ReasonFaultyGoods, ReasonIncorrectInvoice,
		ReasonAlreadyPaid, ReasonUnauthorizedPurchase, ReasonHighRiskOrder, ReasonPandemicImpact,
		ReasonIncorrectAmount, ReasonNonCompliance, ReasonNonGuaranteed,
	}
}

// Stage is where a case stands in Stripe's and Klarna's procedure; it decides
// which ladder applies.
type Stage string

// The stages.
const (
	StageInquiry       Stage = "inquiry"
	StageChargeback    Stage = "chargeback"
	StageStopRequest   Stage = "stop_request"
	StageInvestigation Stage = "investigation"
	StageUnknown       Stage = "unknown"
)

// State is whether somebody still has to act.
type State string

// The states, from "act" to "over".
const (
	Open     State = "open"
	Claimed  State = "claimed"  // somebody is on it; that lapses
	Snoozed  State = "snoozed"  // until a time, a new mail or a nearer deadline
	Answered State = "answered" // by evidence, which the case lists
	Closed   State = "closed"   // over, with an outcome
)

// Strength is how sure a match between a case and a Stripe charge is. Only
// Exact, by rule or by a person's word, may answer, close or postpone anything.
type Strength string

// The strengths of a match.
const (
	Exact     Strength = "exact"
	Probable  Strength = "probable"
	Ambiguous Strength = "ambiguous"
	NoMatch   Strength = "none"
)
