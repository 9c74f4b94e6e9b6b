package notify

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/disputewatch/disputewatch/rules"
)

// reasonWords are Klarna's reasons in people's words (DOMAIN.md, "Klarna's dispute
// model").
func reasonWords(code string) string {
	switch code {
	case rules.ReasonReturn:
		return "Return not refunded"
	case rules.ReasonGoodsNotReceived:
		return "Goods not received"
	case rules.ReasonFaultyGoods:
		return "Faulty goods"
	case rules.ReasonIncorrectInvoice:
		return "Incorrect invoice"
	case rules.ReasonAlreadyPaid:
		return "Already paid"
	case rules.ReasonUnauthorizedPurchase:
		return "Unauthorized purchase"
	case rules.ReasonHighRiskOrder:
		return "High-risk order"
	case rules.ReasonPandemicImpact:
		return "Pandemic impact"
	case rules.ReasonIncorrectAmount:
		return "Incorrect amount"
	case rules.ReasonNonCompliance:
		return "Non-compliance"
	case rules.ReasonNonGuaranteed:
		return "Payment program without guarantee"
	}
	return ""
}

// needed is what Klarna asks of the merchant for a reason (DOMAIN.md, the same
// section); "" where no source says.
func needed(code string) string {
	switch code {
	case rules.ReasonGoodsNotReceived:
		return "carrier, tracking number, shipping date and proof of delivery (a tracking link is not enough)"
	case rules.ReasonReturn:
		return "was the return received? then the refund, or why there is none"
	case rules.ReasonFaultyGoods:
		return "what was offered to the customer, and the correspondence"
	case rules.ReasonIncorrectInvoice:
		return "the invoice for the order"
	case rules.ReasonAlreadyPaid:
		return "the payment"
	case rules.ReasonUnauthorizedPurchase:
		return "shipping details, proof of delivery, contact with the customer"
	case rules.ReasonHighRiskOrder:
		return "was it shipped? can it be recalled? the tracking number"
	}
	return ""
}

// what names the case in a few words: its reason, or what it is.
func what(c rules.Case) string {
	switch c.Stage {
	case rules.StageStopRequest:
		return "Stop request"
	case rules.StageInvestigation:
		return "Investigation"
	}
	if c.Kind == rules.KindUnknownKlarna {
		return "A Klarna mail that was not understood"
	}
	if w := reasonWords(reasonOf(c)); w != "" {
		return w
	}
	if t := fromMail(c.ReasonText, 60); t != "" {
		return t
	}
	return "Klarna dispute"
}

// reasonOf is Klarna's reason, or what Stripe's reason stands for where no mail
// names one (DOMAIN.md, the same table); Stripe's "general" stands for nothing.
func reasonOf(c rules.Case) string {
	if c.Reason != "" || c.ReasonText != "" || c.Stripe == nil || !c.Match.Sure() {
		return c.Reason
	}
	switch c.Stripe.Reason {
	case "credit_not_processed":
		return rules.ReasonReturn
	case "product_not_received":
		return rules.ReasonGoodsNotReceived
	case "product_unacceptable":
		return rules.ReasonFaultyGoods
	case "duplicate":
		return rules.ReasonAlreadyPaid
	case "fraudulent":
		return rules.ReasonUnauthorizedPurchase
	}
	return ""
}

// howMuch is the disputed amount: Stripe's, where the dispute surely is the
// case's, else the mail's.
func howMuch(c rules.Case) rules.Money {
	if c.Stripe != nil && c.Match.Sure() && !c.Stripe.Amount.IsZero() {
		return c.Stripe.Amount
	}
	return c.Amount
}

var address = regexp.MustCompile(`[^\s<>,;:()"']+@[^\s<>,;:()"']+`)

// fromMail makes words of a mail fit to be shown in one line: without control
// and direction characters, without e-mail addresses, at most limit runes.
func fromMail(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = address.ReplaceAllString(strings.Join(strings.Fields(s), " "), "[address]")
	if r := []rune(s); len(r) > limit {
		s = strings.TrimSpace(string(r[:limit-1])) + "…"
	}
	return s
}

// order is the merchant's own number for the order, "" where no mail names one
// and Stripe has none.
func order(c rules.Case) string {
	refs := []string{c.MerchantReference1, c.MerchantReference2}
	if c.Stripe != nil && c.Match.Sure() {
		refs = append(refs, c.Stripe.OrderReference)
	}
	var out []string
	for _, r := range refs {
		if r = fromMail(r, 80); r != "" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return strings.Join(out, " · ")
}

// joined puts the parts that are there between separators.
func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}
