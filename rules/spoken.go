package rules

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// What names the case in a few words: its reason, or what it is.
func (c Case) What() string {
	switch c.Stage {
	case StageStopRequest:
		return "Stop request"
	case StageInvestigation:
		return "Investigation"
	}
	if c.Kind == KindUnknownKlarna {
		return "A Klarna mail that was not understood"
	}
	if w := ReasonWords(c.WhyDisputed()); w != "" {
		return w
	}
	if t := Quoted(c.ReasonText, 60); t != "" {
		return t
	}
	return "Klarna dispute"
}

// WhyDisputed is Klarna's reason code: of a mail, else the one that Stripe passes
// on, else the one that Stripe's own reason stands for (DOMAIN.md, "Klarna's
// dispute model"); Stripe's "general" stands for nothing.
func (c Case) WhyDisputed() string {
	s := c.atStripe()
	if c.Reason != "" || c.ReasonText != "" || s == nil {
		return c.Reason
	}
	if code := klarnaCode(s.KlarnaReason); code != "" {
		return code
	}
	switch s.Reason {
	case "credit_not_processed":
		return ReasonReturn
	case "product_not_received":
		return ReasonGoodsNotReceived
	case "product_unacceptable":
		return ReasonFaultyGoods
	case "duplicate":
		return ReasonAlreadyPaid
	case "fraudulent":
		return ReasonUnauthorizedPurchase
	}
	return ""
}

// klarnaCode is the v1 code, or one of the newer three, of a reason in any of
// Klarna's versions and spellings; "" for one that is unknown.
func klarnaCode(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	switch strings.TrimPrefix(s, "notification") {
	case "return", "returnnotrefunded", "refundnotprocessed":
		return ReasonReturn
	case "goodsnotreceived", "productsnotreceived", "productsorservicesnotreceived":
		return ReasonGoodsNotReceived
	case "faultygoods", "productsdefectiveornotasdescribed":
		return ReasonFaultyGoods
	case "incorrectinvoice":
		return ReasonIncorrectInvoice
	case "alreadypaid":
		return ReasonAlreadyPaid
	case "unauthorizedpurchase", "purchaseunauthorized":
		return ReasonUnauthorizedPurchase
	case "highriskorder", "purchasehighrisk":
		return ReasonHighRiskOrder
	case "pandemicimpact":
		return ReasonPandemicImpact
	case "incorrectamount":
		return ReasonIncorrectAmount
	case "noncompliance":
		return ReasonNonCompliance
	case "nonguaranteedpaymentprogram":
		return ReasonNonGuaranteed
	}
	return ""
}

// Disputed is the amount at stake: Stripe's, where the dispute surely is the
// case's, else the mail's; zero where neither names one.
func (c Case) Disputed() Money {
	if s := c.atStripe(); s != nil && !s.Amount.IsZero() {
		return s.Amount
	}
	return c.Amount
}

// ReasonWords are Klarna's reasons in people's words (DOMAIN.md, "Klarna's
// dispute model"), "" for a code that it does not have.
func ReasonWords(code string) string {
	switch code {
	case ReasonReturn:
		return "Return not refunded"
	case ReasonGoodsNotReceived:
		return "Goods not received"
	case ReasonFaultyGoods:
		return "Faulty goods"
	case ReasonIncorrectInvoice:
		return "Incorrect invoice"
	case ReasonAlreadyPaid:
		return "Already paid"
	case ReasonUnauthorizedPurchase:
		return "Unauthorized purchase"
	case ReasonHighRiskOrder:
		return "High-risk order"
	case ReasonPandemicImpact:
		return "Pandemic impact"
	case ReasonIncorrectAmount:
		return "Incorrect amount"
	case ReasonNonCompliance:
		return "Non-compliance"
	case ReasonNonGuaranteed:
		return "Payment program without guarantee"
	}
	return ""
}

// StatusWords are Stripe's dispute states (DOMAIN.md §5); one that is unknown is
// shown as it is.
func StatusWords(status string) string {
	switch status {
	case "warning_needs_response":
		return "inquiry, waits for us"
	case "warning_under_review":
		return "inquiry, under review"
	case "warning_closed":
		return "inquiry closed"
	case "needs_response":
		return "chargeback, waits for our evidence"
	case "under_review":
		return "chargeback, our evidence is with Klarna"
	case "won", "lost", "prevented":
		return status
	}
	return "“" + Plain(status, 40) + "”, a status unknown to this program"
}

// OutcomeWords says how a closed case ended; a person's own words stay.
func OutcomeWords(outcome string) string {
	switch outcome {
	case "inquiry_closed":
		return "the inquiry ended"
	case "duplicate":
		return "the same dispute as another case"
	case "unknown", "":
		return "outcome unknown"
	}
	return Plain(outcome, 60)
}

// Words says by what a case was answered, to follow "answered".
func (e Evidence) Words() string {
	switch e.Source {
	case "stripe":
		return "in Stripe"
	case "refund":
		return "by a refund"
	case "mail":
		return "by Klarna's own mail"
	case "reply":
		return "by a reply to the mail"
	}
	return "as " + Plain(e.Who, 60) + " says"
}

// Words says why a step is told, its spans written out: "unanswered for 1 working
// day" of "unanswered 1wd".
func (e Escalation) Words() string {
	words := strings.Fields(e.Reason)
	for i, w := range words {
		bare := strings.TrimRight(w, ",")
		span, err := ParseSpan(bare)
		if err != nil {
			continue
		}
		words[i] = span.Words() + w[len(bare):]
		if i > 0 && words[i-1] == "unanswered" {
			words[i] = "for " + words[i]
		}
	}
	return strings.Join(words, " ")
}

// Words writes a span out: "1 working day".
func (s Span) Words() string {
	unit := "working day"
	switch s.Unit {
	case "s":
		unit = "second"
	case "m":
		unit = "minute"
	case "h":
		unit = "hour"
	case "d":
		unit = "day"
	case "w":
		unit = "week"
	}
	return Count(s.N, unit)
}

// Count writes a number of things: "1 day", "2 days".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

var mailAddress = regexp.MustCompile(`[^\s<>,;:()"']+@[^\s<>,;:()"']+`)

// Plain makes words of a mail, of Stripe or of a person fit to be shown in one
// line: without control characters, without those that turn the direction of
// reading, without e-mail addresses, at most limit runes. What the shown text is
// written in (Slack's markup, HTML) is the caller's to escape.
func Plain(s string, limit int) string {
	return clipped(mailAddress.ReplaceAllString(oneLine(s), "[address]"), limit)
}

// webLink is what a reader, a chat or a browser makes a link of.
var webLink = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+`)

// Quoted is [Plain] for what a mail says in words of its own: without addresses
// of the web, which are a lure where nobody proved who wrote them. What a mail
// links to is shown as the button that was proved, or not at all.
func Quoted(s string, limit int) string {
	return Plain(webLink.ReplaceAllString(oneLine(s), "[link]"), limit)
}

// Shown is [Quoted] with e-mail addresses as they stand, for a shop that wants
// to see them.
func Shown(s string, limit int) string {
	return clipped(webLink.ReplaceAllString(oneLine(s), "[link]"), limit)
}

func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

func clipped(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		s = strings.TrimSpace(string(r[:limit-1])) + "…"
	}
	return s
}
