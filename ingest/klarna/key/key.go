// Package key lists what a phrase can mean, as go/token lists what a token can be: the
// labels of fields, the kinds of mail, reasons, results, and the words by which
// sentences are judged. It knows no phrase. The vocabulary says which phrases mean a
// key, and the readers ask which keys stand in a sentence.
package key

import "strings"

// Key is what a phrase means. The readers ask for keys all the time, so that
// they are numbers; a vocabulary writes their names.
type Key uint8

// The keys. What each stands for is written in the vocabulary, beside its phrases.
const (
	LabelDisputeID Key = iota + 1
	LabelDeadline
	LabelReason
	LabelMerchantReference1
	LabelMerchantReference2
	LabelOrderID
	LabelCaptureID
	LabelKlarnaReference
	LabelMerchantID
	LabelOrderNumber
	LabelAmount
	LabelOrderAmount
	labelCurrency
	labelResult
	LabelIgnore
	labelCountry

	KindDisputeRequest
	KindReminder
	kindFollowUp
	kindResolved
	KindEvidenceReceived
	KindAppealOpen
	KindStopRequest
	kindInvestigation
	kindCustomerMessage
	KindKlarnaOther

	HintDisputeRequest
	hintReminder
	hintFollowUp
	hintResolved
	hintEvidenceReceived
	hintAppealOpen
	hintStopRequest
	hintInvestigation
	hintCustomerMessage
	hintKlarnaOther

	ReasonReturn
	ReasonGoodsNotReceived
	ReasonFaultyGoods
	ReasonIncorrectInvoice
	ReasonAlreadyPaid
	ReasonUnauthorizedPurchase
	ReasonHighRiskOrder
	reasonPandemicImpact
	reasonIncorrectAmount
	reasonNonCompliance
	reasonNonGuaranteedPaymentProgram

	ResultWon
	ResultLost
	resultWithdrawn

	WordDispute
	WordCase
	WordID
	WordBy
	WordDue
	WordAfter
	WordNamed
	WordRespond
	WordAsk
	WordWins
	WordLoses
	WordAgainst
	WordDecide
	WordPast
	WordNot
	WordIf
	WordTheirs
	WordWithin
	WordKuluessa
	WordNone
	WordCustomer
	WordMerchant
	WordOrder
	WordReference
	WordCause
	WordTomorrow
	WordToday
	WordRequest
	WordDayAfter
	WordWeekEnd
	WordNextWeekEnd
	WordMonthEnd
	WordEndOf
	WordDay
	WordFullday
	WordHour
	WordWeek
	WordFortnight
	WordMonth
	WordOne
	WordGone
	WordWorkday
	WordIs
	WordArticle
	WordLookalike
	WordButton

	AboutMaterial
	AboutArrived
	AboutLacks
	AboutLeft
	AboutVerdict
	AboutOver
	AboutDrop
	AboutUnhappy
	AboutAgain
	AboutHold
	AboutPaused
	AboutGoods
	AboutDepot
	AboutInquire
	AboutTalk
	AboutSays
	AboutPays
	AboutTake
	AboutSoon
	AboutReceipt
	AboutReport
	AboutRight
	AboutFree
	AboutFraud
	AboutSilent
	AboutReplied
	AboutQuestion
	AboutSecond
	AboutEarlier
	AboutNothing
	AboutStays
	AboutReach
	AboutApp
	AboutAdvice
	AboutNever
	AboutBill
	AboutWrong
	AboutPaid
	AboutAlready
	AboutBought
	AboutOpened
	AboutClaimed
	AboutExtended
	AboutReject
	AboutGrant
	AboutBack
	AboutSecret
	AboutFormer
	AboutForm
	AboutClose
	AboutNeedless
	AboutCourtesy
	AboutWaits
	AboutMet
	AboutPerused
	AboutRenewed
	AboutMessage
	AboutMoney
	AboutSides
	AboutFee

	MarkForward
	MarkReply
	MarkAside
	MarkFarewell

	// No phrase has these: a sentence has them whose reason or result counts.
	AnyReason
	AnyResult
)

// names are the names, a group and its own.
var names = [...]string{
	LabelDisputeID:                    "label.dispute_id",
	LabelDeadline:                     "label.deadline",
	LabelReason:                       "label.reason",
	LabelMerchantReference1:           "label.merchant_reference_1",
	LabelMerchantReference2:           "label.merchant_reference_2",
	LabelOrderID:                      "label.order_id",
	LabelCaptureID:                    "label.capture_id",
	LabelKlarnaReference:              "label.klarna_reference",
	LabelMerchantID:                   "label.merchant_id",
	LabelOrderNumber:                  "label.order_number",
	LabelAmount:                       "label.amount",
	LabelOrderAmount:                  "label.order_amount",
	labelCurrency:                     "label.currency",
	labelResult:                       "label.result",
	LabelIgnore:                       "label.ignore",
	labelCountry:                      "label.country",
	KindDisputeRequest:                "kind.dispute_request",
	KindReminder:                      "kind.reminder",
	kindFollowUp:                      "kind.follow_up",
	kindResolved:                      "kind.resolved",
	KindEvidenceReceived:              "kind.evidence_received",
	KindAppealOpen:                    "kind.appeal_open",
	KindStopRequest:                   "kind.stop_request",
	kindInvestigation:                 "kind.investigation",
	kindCustomerMessage:               "kind.customer_message",
	KindKlarnaOther:                   "kind.klarna_other",
	HintDisputeRequest:                "hint.dispute_request",
	hintReminder:                      "hint.reminder",
	hintFollowUp:                      "hint.follow_up",
	hintResolved:                      "hint.resolved",
	hintEvidenceReceived:              "hint.evidence_received",
	hintAppealOpen:                    "hint.appeal_open",
	hintStopRequest:                   "hint.stop_request",
	hintInvestigation:                 "hint.investigation",
	hintCustomerMessage:               "hint.customer_message",
	hintKlarnaOther:                   "hint.klarna_other",
	ReasonReturn:                      "reason.return",
	ReasonGoodsNotReceived:            "reason.goods_not_received",
	ReasonFaultyGoods:                 "reason.faulty_goods",
	ReasonIncorrectInvoice:            "reason.incorrect_invoice",
	ReasonAlreadyPaid:                 "reason.already_paid",
	ReasonUnauthorizedPurchase:        "reason.unauthorized_purchase",
	ReasonHighRiskOrder:               "reason.high_risk_order",
	reasonPandemicImpact:              "reason.pandemic_impact",
	reasonIncorrectAmount:             "reason.incorrect_amount",
	reasonNonCompliance:               "reason.non_compliance",
	reasonNonGuaranteedPaymentProgram: "reason.non_guaranteed_payment_program",
	ResultWon:                         "result.won",
	ResultLost:                        "result.lost",
	resultWithdrawn:                   "result.withdrawn",
	WordDispute:                       "word.dispute",
	WordCase:                          "word.case",
	WordID:                            "word.id",
	WordBy:                            "word.by",
	WordDue:                           "word.due",
	WordAfter:                         "word.after",
	WordNamed:                         "word.named",
	WordRespond:                       "word.respond",
	WordAsk:                           "word.ask",
	WordWins:                          "word.wins",
	WordLoses:                         "word.loses",
	WordAgainst:                       "word.against",
	WordDecide:                        "word.decide",
	WordPast:                          "word.past",
	WordNot:                           "word.not",
	WordIf:                            "word.if",
	WordTheirs:                        "word.theirs",
	WordWithin:                        "word.within",
	WordKuluessa:                      "word.kuluessa",
	WordNone:                          "word.none",
	WordCustomer:                      "word.customer",
	WordMerchant:                      "word.merchant",
	WordOrder:                         "word.order",
	WordReference:                     "word.reference",
	WordCause:                         "word.cause",
	WordTomorrow:                      "word.tomorrow",
	WordToday:                         "word.today",
	WordRequest:                       "word.request",
	WordDayAfter:                      "word.day_after_tomorrow",
	WordWeekEnd:                       "word.week_end",
	WordNextWeekEnd:                   "word.next_week_end",
	WordMonthEnd:                      "word.month_end",
	WordEndOf:                         "word.end_of",
	WordDay:                           "word.day",
	WordFullday:                       "word.fullday",
	WordHour:                          "word.hour",
	WordWeek:                          "word.week",
	WordFortnight:                     "word.fortnight",
	WordMonth:                         "word.month",
	WordOne:                           "word.one",
	WordGone:                          "word.gone",
	WordWorkday:                       "word.workday",
	WordIs:                            "word.is",
	WordArticle:                       "word.article",
	WordLookalike:                     "word.lookalike",
	WordButton:                        "word.button",
	AboutMaterial:                     "about.material",
	AboutArrived:                      "about.arrived",
	AboutLacks:                        "about.lacks",
	AboutLeft:                         "about.left",
	AboutVerdict:                      "about.verdict",
	AboutOver:                         "about.over",
	AboutDrop:                         "about.drop",
	AboutUnhappy:                      "about.unhappy",
	AboutAgain:                        "about.again",
	AboutHold:                         "about.hold",
	AboutPaused:                       "about.paused",
	AboutGoods:                        "about.goods",
	AboutDepot:                        "about.depot",
	AboutInquire:                      "about.inquire",
	AboutTalk:                         "about.talk",
	AboutSays:                         "about.says",
	AboutPays:                         "about.pays",
	AboutTake:                         "about.take",
	AboutSoon:                         "about.soon",
	AboutReceipt:                      "about.receipt",
	AboutReport:                       "about.report",
	AboutRight:                        "about.right",
	AboutFree:                         "about.free",
	AboutFraud:                        "about.fraud",
	AboutSilent:                       "about.silent",
	AboutReplied:                      "about.replied",
	AboutQuestion:                     "about.question",
	AboutSecond:                       "about.second",
	AboutEarlier:                      "about.earlier",
	AboutNothing:                      "about.nothing",
	AboutStays:                        "about.stays",
	AboutReach:                        "about.reach",
	AboutApp:                          "about.app",
	AboutAdvice:                       "about.advice",
	AboutNever:                        "about.never",
	AboutBill:                         "about.bill",
	AboutWrong:                        "about.wrong",
	AboutPaid:                         "about.paid",
	AboutAlready:                      "about.already",
	AboutBought:                       "about.bought",
	AboutOpened:                       "about.opened",
	AboutClaimed:                      "about.claimed",
	AboutExtended:                     "about.extended",
	AboutReject:                       "about.reject",
	AboutGrant:                        "about.grant",
	AboutBack:                         "about.back",
	AboutSecret:                       "about.secret",
	AboutFormer:                       "about.former",
	AboutForm:                         "about.form",
	AboutClose:                        "about.close",
	AboutNeedless:                     "about.needless",
	AboutCourtesy:                     "about.courtesy",
	AboutWaits:                        "about.waits",
	AboutMet:                          "about.met",
	AboutPerused:                      "about.perused",
	AboutRenewed:                      "about.renewed",
	AboutMessage:                      "about.message",
	AboutMoney:                        "about.money",
	AboutSides:                        "about.sides",
	AboutFee:                          "about.fee",
	MarkForward:                       "mark.forward",
	MarkReply:                         "mark.reply",
	MarkAside:                         "mark.aside",
	MarkFarewell:                      "mark.farewell",
}

// numbers are the keys of the names.
var numbers = func() map[string]Key {
	out := map[string]Key{}
	for k, name := range names {
		if name != "" {
			out[name] = Key(k)
		}
	}
	return out
}()

// Named is the key of a name such as "label.deadline", 0 if there is none.
func Named(name string) Key { return numbers[name] }

// Name is the key's own name, without its group.
func (k Key) Name() string {
	_, name, _ := strings.Cut(names[k], ".")
	return name
}

// GroupOf is the name of the key's group.
func GroupOf(k Key) string {
	name, _, _ := strings.Cut(names[k], ".")
	return name
}

// NamesIn lists the names of a group such as "label".
func NamesIn(group string) []string {
	var out []string
	for _, full := range names {
		if name, ok := strings.CutPrefix(full, group+"."); ok {
			out = append(out, name)
		}
	}
	return out
}

// Set is a set of keys.
type Set [3]uint64

// Of is the set of these keys.
func Of(list ...Key) Set {
	var s Set
	for _, k := range list {
		s.Add(k)
	}
	return s
}

// group is the set of all keys of a group.
func group(name string) Set {
	var s Set
	for _, n := range NamesIn(name) {
		s.Add(Named(name + "." + n))
	}
	return s
}

// Add puts k into s.
func (s *Set) Add(k Key) { s[k>>6] |= 1 << (k & 63) }

// Has says that k is in s.
func (s *Set) Has(k Key) bool { return s[k>>6]>>(k&63)&1 != 0 }

// All says that s has each of these.
func (s *Set) All(list ...Key) bool {
	for _, k := range list {
		if !s.Has(k) {
			return false
		}
	}
	return true
}

// Or is the union of two sets.
func (s Set) Or(o Set) Set { return Set{s[0] | o[0], s[1] | o[1], s[2] | o[2]} }

// Without is what s has and o has not.
func (s Set) Without(o Set) Set { return Set{s[0] &^ o[0], s[1] &^ o[1], s[2] &^ o[2]} }

// The groups, and what is asked for of several.
var (
	OfLabel  = group("label")
	OfKind   = group("kind")
	OfHint   = group("hint")
	OfReason = group("reason")
	OfResult = group("result")
	OfWord   = group("word")
	OfAbout  = group("about")

	OfEvidence  = OfKind.Or(OfHint)
	OfReference = Of(LabelMerchantReference1, LabelMerchantReference2)
	OfMerchant  = Of(LabelMerchantReference1, LabelMerchantReference2, LabelMerchantID)
)

// SameGroup says that a and b are of one group; phrases and hints of kinds are one.
func SameGroup(a, b Key) bool {
	return OfEvidence.Has(a) && OfEvidence.Has(b) || GroupOf(a) == GroupOf(b)
}

// Aids are the words that mean something only beside another.
var Aids = Of(
	AboutReach, AboutNever, AboutBill, AboutWrong, AboutPaid, AboutAlready, AboutBought,
	AboutClaimed, AboutExtended, AboutReject, AboutGrant, AboutBack, AboutSecret, AboutFormer, AboutForm, AboutClose,
	AboutNeedless, AboutWaits, AboutRenewed, AboutMet, AboutMoney, AboutSides,
)
