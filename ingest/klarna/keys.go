package klarna

import "strings"

// key is what a phrase means. The reader asks for keys all the time, so that
// they are numbers; a vocabulary writes their names.
type key uint8

const (
	labelDisputeID key = iota + 1
	labelDeadline
	labelReason
	labelMerchantReference1
	labelMerchantReference2
	labelOrderID
	labelCaptureID
	labelKlarnaReference
	labelMerchantID
	labelOrderNumber
	labelAmount
	labelOrderAmount
	labelCurrency
	labelResult
	labelIgnore
	labelCountry

	kindDisputeRequest
	kindReminder
	kindFollowUp
	kindResolved
	kindEvidenceReceived
	kindAppealOpen
	kindStopRequest
	kindInvestigation
	kindCustomerMessage
	kindKlarnaOther

	hintDisputeRequest
	hintReminder
	hintFollowUp
	hintResolved
	hintEvidenceReceived
	hintAppealOpen
	hintStopRequest
	hintInvestigation
	hintCustomerMessage
	hintKlarnaOther

	reasonReturn
	reasonGoodsNotReceived
	reasonFaultyGoods
	reasonIncorrectInvoice
	reasonAlreadyPaid
	reasonUnauthorizedPurchase
	reasonHighRiskOrder
	reasonPandemicImpact
	reasonIncorrectAmount
	reasonNonCompliance
	reasonNonGuaranteedPaymentProgram

	resultWon
	resultLost
	resultWithdrawn

	wordDispute
	wordCase
	wordID
	wordBy
	wordDue
	wordAfter
	wordNamed
	wordRespond
	wordAsk
	wordWins
	wordLoses
	wordAgainst
	wordDecide
	wordPast
	wordNot
	wordIf
	wordTheirs
	wordWithin
	wordKuluessa
	wordNone
	wordCustomer
	wordMerchant
	wordOrder
	wordReference
	wordCause
	wordTomorrow
	wordToday
	wordDay
	wordFullday
	wordHour
	wordWeek
	wordFortnight
	wordMonth
	wordOne
	wordGone
	wordWorkday
	wordIs
	wordArticle
	wordLookalike
	wordButton

	aboutMaterial
	aboutArrived
	aboutLacks
	aboutLeft
	aboutVerdict
	aboutOver
	aboutDrop
	aboutUnhappy
	aboutAgain
	aboutHold
	aboutPaused
	aboutGoods
	aboutDepot
	aboutInquire
	aboutTalk
	aboutSays
	aboutPays
	aboutTake
	aboutSoon
	aboutReceipt
	aboutReport
	aboutRight
	aboutFree
	aboutFraud
	aboutSilent
	aboutReplied
	aboutQuestion
	aboutSecond
	aboutEarlier
	aboutNothing
	aboutStays
	aboutReach
	aboutApp
	aboutAdvice
	aboutNever
	aboutBill
	aboutWrong
	aboutPaid
	aboutAlready
	aboutBought
	aboutOpened
	aboutClaimed
	aboutExtended
	aboutReject
	aboutGrant
	aboutBack
	aboutSecret
	aboutFormer
	aboutForm
	aboutClose
	aboutNeedless
	aboutCourtesy
	aboutWaits
	aboutMet
	aboutPerused
	aboutRenewed
	aboutMessage
	aboutMoney
	aboutSides
	aboutFee

	markForward
	markReply
	markAside
	markFarewell

	// No phrase has these: a sentence has them whose reason or result counts.
	anyReason
	anyResult
)

// keyNames are the names, a group and its own.
var keyNames = [...]string{
	labelDisputeID:                    "label.dispute_id",
	labelDeadline:                     "label.deadline",
	labelReason:                       "label.reason",
	labelMerchantReference1:           "label.merchant_reference_1",
	labelMerchantReference2:           "label.merchant_reference_2",
	labelOrderID:                      "label.order_id",
	labelCaptureID:                    "label.capture_id",
	labelKlarnaReference:              "label.klarna_reference",
	labelMerchantID:                   "label.merchant_id",
	labelOrderNumber:                  "label.order_number",
	labelAmount:                       "label.amount",
	labelOrderAmount:                  "label.order_amount",
	labelCurrency:                     "label.currency",
	labelResult:                       "label.result",
	labelIgnore:                       "label.ignore",
	labelCountry:                      "label.country",
	kindDisputeRequest:                "kind.dispute_request",
	kindReminder:                      "kind.reminder",
	kindFollowUp:                      "kind.follow_up",
	kindResolved:                      "kind.resolved",
	kindEvidenceReceived:              "kind.evidence_received",
	kindAppealOpen:                    "kind.appeal_open",
	kindStopRequest:                   "kind.stop_request",
	kindInvestigation:                 "kind.investigation",
	kindCustomerMessage:               "kind.customer_message",
	kindKlarnaOther:                   "kind.klarna_other",
	hintDisputeRequest:                "hint.dispute_request",
	hintReminder:                      "hint.reminder",
	hintFollowUp:                      "hint.follow_up",
	hintResolved:                      "hint.resolved",
	hintEvidenceReceived:              "hint.evidence_received",
	hintAppealOpen:                    "hint.appeal_open",
	hintStopRequest:                   "hint.stop_request",
	hintInvestigation:                 "hint.investigation",
	hintCustomerMessage:               "hint.customer_message",
	hintKlarnaOther:                   "hint.klarna_other",
	reasonReturn:                      "reason.return",
	reasonGoodsNotReceived:            "reason.goods_not_received",
	reasonFaultyGoods:                 "reason.faulty_goods",
	reasonIncorrectInvoice:            "reason.incorrect_invoice",
	reasonAlreadyPaid:                 "reason.already_paid",
	reasonUnauthorizedPurchase:        "reason.unauthorized_purchase",
	reasonHighRiskOrder:               "reason.high_risk_order",
	reasonPandemicImpact:              "reason.pandemic_impact",
	reasonIncorrectAmount:             "reason.incorrect_amount",
	reasonNonCompliance:               "reason.non_compliance",
	reasonNonGuaranteedPaymentProgram: "reason.non_guaranteed_payment_program",
	resultWon:                         "result.won",
	resultLost:                        "result.lost",
	resultWithdrawn:                   "result.withdrawn",
	wordDispute:                       "word.dispute",
	wordCase:                          "word.case",
	wordID:                            "word.id",
	wordBy:                            "word.by",
	wordDue:                           "word.due",
	wordAfter:                         "word.after",
	wordNamed:                         "word.named",
	wordRespond:                       "word.respond",
	wordAsk:                           "word.ask",
	wordWins:                          "word.wins",
	wordLoses:                         "word.loses",
	wordAgainst:                       "word.against",
	wordDecide:                        "word.decide",
	wordPast:                          "word.past",
	wordNot:                           "word.not",
	wordIf:                            "word.if",
	wordTheirs:                        "word.theirs",
	wordWithin:                        "word.within",
	wordKuluessa:                      "word.kuluessa",
	wordNone:                          "word.none",
	wordCustomer:                      "word.customer",
	wordMerchant:                      "word.merchant",
	wordOrder:                         "word.order",
	wordReference:                     "word.reference",
	wordCause:                         "word.cause",
	wordTomorrow:                      "word.tomorrow",
	wordToday:                         "word.today",
	wordDay:                           "word.day",
	wordFullday:                       "word.fullday",
	wordHour:                          "word.hour",
	wordWeek:                          "word.week",
	wordFortnight:                     "word.fortnight",
	wordMonth:                         "word.month",
	wordOne:                           "word.one",
	wordGone:                          "word.gone",
	wordWorkday:                       "word.workday",
	wordIs:                            "word.is",
	wordArticle:                       "word.article",
	wordLookalike:                     "word.lookalike",
	wordButton:                        "word.button",
	aboutMaterial:                     "about.material",
	aboutArrived:                      "about.arrived",
	aboutLacks:                        "about.lacks",
	aboutLeft:                         "about.left",
	aboutVerdict:                      "about.verdict",
	aboutOver:                         "about.over",
	aboutDrop:                         "about.drop",
	aboutUnhappy:                      "about.unhappy",
	aboutAgain:                        "about.again",
	aboutHold:                         "about.hold",
	aboutPaused:                       "about.paused",
	aboutGoods:                        "about.goods",
	aboutDepot:                        "about.depot",
	aboutInquire:                      "about.inquire",
	aboutTalk:                         "about.talk",
	aboutSays:                         "about.says",
	aboutPays:                         "about.pays",
	aboutTake:                         "about.take",
	aboutSoon:                         "about.soon",
	aboutReceipt:                      "about.receipt",
	aboutReport:                       "about.report",
	aboutRight:                        "about.right",
	aboutFree:                         "about.free",
	aboutFraud:                        "about.fraud",
	aboutSilent:                       "about.silent",
	aboutReplied:                      "about.replied",
	aboutQuestion:                     "about.question",
	aboutSecond:                       "about.second",
	aboutEarlier:                      "about.earlier",
	aboutNothing:                      "about.nothing",
	aboutStays:                        "about.stays",
	aboutReach:                        "about.reach",
	aboutApp:                          "about.app",
	aboutAdvice:                       "about.advice",
	aboutNever:                        "about.never",
	aboutBill:                         "about.bill",
	aboutWrong:                        "about.wrong",
	aboutPaid:                         "about.paid",
	aboutAlready:                      "about.already",
	aboutBought:                       "about.bought",
	aboutOpened:                       "about.opened",
	aboutClaimed:                      "about.claimed",
	aboutExtended:                     "about.extended",
	aboutReject:                       "about.reject",
	aboutGrant:                        "about.grant",
	aboutBack:                         "about.back",
	aboutSecret:                       "about.secret",
	aboutFormer:                       "about.former",
	aboutForm:                         "about.form",
	aboutClose:                        "about.close",
	aboutNeedless:                     "about.needless",
	aboutCourtesy:                     "about.courtesy",
	aboutWaits:                        "about.waits",
	aboutMet:                          "about.met",
	aboutPerused:                      "about.perused",
	aboutRenewed:                      "about.renewed",
	aboutMessage:                      "about.message",
	aboutMoney:                        "about.money",
	aboutSides:                        "about.sides",
	aboutFee:                          "about.fee",
	markForward:                       "mark.forward",
	markReply:                         "mark.reply",
	markAside:                         "mark.aside",
	markFarewell:                      "mark.farewell",
}

// keyOf is the key of a name.
var keyOf = func() map[string]key {
	out := map[string]key{}
	for k, name := range keyNames {
		if name != "" {
			out[name] = key(k)
		}
	}
	return out
}()

// name is the key's own name, without its group.
func (k key) name() string {
	_, name, _ := strings.Cut(keyNames[k], ".")
	return name
}

// groupOf is the name of the key's group.
func groupOf(k key) string {
	name, _, _ := strings.Cut(keyNames[k], ".")
	return name
}

// namesIn lists the names of a group such as "label".
func namesIn(group string) []string {
	var out []string
	for _, full := range keyNames {
		if name, ok := strings.CutPrefix(full, group+"."); ok {
			out = append(out, name)
		}
	}
	return out
}

// keySet is a set of keys.
type keySet [3]uint64

func setOf(list ...key) keySet {
	var s keySet
	for _, k := range list {
		s.add(k)
	}
	return s
}

// group is the set of all keys of a group.
func group(name string) keySet {
	var s keySet
	for _, n := range namesIn(name) {
		s.add(keyOf[name+"."+n])
	}
	return s
}

func (s *keySet) add(k key) { s[k>>6] |= 1 << (k & 63) }

func (s *keySet) has(k key) bool { return s[k>>6]>>(k&63)&1 != 0 }

// all says that s has each of these.
func (s *keySet) all(list ...key) bool {
	for _, k := range list {
		if !s.has(k) {
			return false
		}
	}
	return true
}

// or is the union of two sets.
func (s keySet) or(o keySet) keySet { return keySet{s[0] | o[0], s[1] | o[1], s[2] | o[2]} }

// without is what s has and o has not.
func (s keySet) without(o keySet) keySet { return keySet{s[0] &^ o[0], s[1] &^ o[1], s[2] &^ o[2]} }

// The groups.
var (
	ofLabel  = group("label")
	ofKind   = group("kind")
	ofHint   = group("hint")
	ofReason = group("reason")
	ofResult = group("result")
	ofWord   = group("word")
	ofAbout  = group("about")

	ofEvidence  = ofKind.or(ofHint)
	ofReference = setOf(labelMerchantReference1, labelMerchantReference2)
	ofMerchant  = setOf(labelMerchantReference1, labelMerchantReference2, labelMerchantID)
)
