package notify

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

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

// order is the merchant's own number for the order, "" where no mail names one
// and Stripe has none.
func order(c rules.Case, p rules.Policy) string {
	refs := []string{c.Order(), c.MerchantReference2}
	if c.Stripe != nil && c.Match.Sure() {
		refs = append(refs, c.Stripe.OrderReference)
	}
	var out []string
	for _, r := range refs {
		if r = quoted(r, 80, p); r != "" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return strings.Join(out, " · ")
}

// quoted is a mail's own words, with e-mail addresses only where the shop wants
// to see them in chat.
func quoted(s string, limit int, p rules.Policy) string {
	if p.ShowCustomers {
		return rules.Shown(s, limit)
	}
	return rules.Quoted(s, limit)
}

// joined puts the parts that are there between separators.
func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}
