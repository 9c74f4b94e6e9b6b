package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/rules"
)

// Lengths of a dispute id: 256947 is Klarna's shortest published one; fewer
// digits than this are taken for one only next to a label.
const (
	minDispute = 5
	minAtLabel = 4
	maxDispute = 20
)

// maxReference is Klarna's bound for a merchant reference.
const maxReference = 255

// token is the run of characters at the head of s that people take for one id.
func token(s string) string {
	s = strings.TrimLeft(s, " \t#:(\"'„“”«[*")
	end := strings.IndexAny(s, " \t\n<>\"'()[]{}|,;”“»*")
	if end >= 0 {
		s = s[:end]
	}
	return strings.TrimRight(s, ".:!?")
}

// disputeID reads a dispute id at the head of s: digits, or a KRN of a dispute
// with its digits at the end.
func disputeID(s string, least int) (id, reason string, ok bool) {
	tok := token(s)
	if k, isKRN := parseKRN(tok); isKRN {
		return k.dispute, k.reason, k.dispute != ""
	}
	if !letters.AllDigits(tok) || len(tok) < least || len(tok) > maxDispute {
		return "", "", false
	}
	return tok, "", true
}

// krn is one of Klarna's resource names (DOMAIN.md, "Identifiers").
type krn struct {
	dispute string // the digits at its end
	reason  string
	capture bool // …:transaction:UUID:capture:1
}

// parseKRN reads krn:…:dispute:[reason:]256947 and krn:…:capture:1.
func parseKRN(s string) (krn, bool) {
	parts := strings.Split(s, ":")
	if len(parts) < 4 || letters.Fold(parts[0]) != "krn" {
		return krn{}, false
	}
	last := parts[len(parts)-1]
	for i, p := range parts[:len(parts)-1] {
		switch letters.Fold(p) {
		case "dispute":
			if !letters.AllDigits(last) || len(last) > maxDispute {
				return krn{}, false
			}
			k := krn{dispute: last}
			if i+3 == len(parts) {
				k.reason = codeOf(parts[i+1])
			}
			return k, true
		case "capture":
			return krn{capture: true}, letters.AllDigits(last)
		}
	}
	return krn{}, false
}

// isUUID says that s has the form of a UUID.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if !(letters.IsDigit(rune(s[i])) || 'a' <= c && c <= 'f') {
			return false
		}
	}
	return true
}

// isKlarnaReference knows K4MADNY and K4MADNY-1: a letter, six or more letters
// and digits with one of each at least, in upper case.
func isKlarnaReference(s string) bool {
	head, n, cut := strings.Cut(s, "-")
	if cut && (!letters.AllDigits(n) || len(n) > 3) || len(head) < 6 || len(head) > 12 || head[0] < 'A' || head[0] > 'Z' {
		return false
	}
	digits, capital := 0, 0
	for _, r := range head {
		switch {
		case letters.IsDigit(r):
			digits++
		case 'A' <= r && r <= 'Z':
			capital++
		default:
			return false
		}
	}
	return capital > 1 || digits < len(head)-1 || digits > 0 && cut
}

// isMerchantID knows K963369: one or two letters and digits.
func isMerchantID(s string) bool {
	i := 0
	for i < len(s) && s[i] >= 'A' && s[i] <= 'Z' {
		i++
	}
	return (i == 1 || i == 2) && letters.AllDigits(s[i:]) && len(s)-i >= 4 && len(s)-i <= 10
}

// isKlarnaMerchant knows the usual form of a merchant's id, K963369, which is
// told from a shop's own numbers without a label.
func isKlarnaMerchant(s string) bool {
	return len(s) == 7 && (s[0] == 'K' || s[0] == 'N') && letters.AllDigits(s[1:])
}

// codes are the reason codes in every spelling that was published, without
// case and separators; "" is a code that says no reason of Klarna's.
var codes = map[string]string{
	"return": rules.ReasonReturn, "returnnotrefunded": rules.ReasonReturn, "refundnotprocessed": rules.ReasonReturn, "creditnotprocessed": rules.ReasonReturn,
	"goodsnotreceived": rules.ReasonGoodsNotReceived, "productsnotreceived": rules.ReasonGoodsNotReceived, "productnotreceived": rules.ReasonGoodsNotReceived,
	"productsorservicesnotreceived": rules.ReasonGoodsNotReceived,
	"faultygoods":                   rules.ReasonFaultyGoods, "productsdefectiveornotasdescribed": rules.ReasonFaultyGoods, "productunacceptable": rules.ReasonFaultyGoods,
	"incorrectinvoice": rules.ReasonIncorrectInvoice,
	"alreadypaid":      rules.ReasonAlreadyPaid, "duplicate": rules.ReasonAlreadyPaid,
	"unauthorizedpurchase": rules.ReasonUnauthorizedPurchase, "unauthorisedpurchase": rules.ReasonUnauthorizedPurchase,
	"purchaseunauthorized": rules.ReasonUnauthorizedPurchase, "fraudulent": rules.ReasonUnauthorizedPurchase,
	"highriskorder": rules.ReasonHighRiskOrder, "purchasehighrisk": rules.ReasonHighRiskOrder,
	"pandemicimpact":              rules.ReasonPandemicImpact,
	"incorrectamount":             rules.ReasonIncorrectAmount,
	"noncompliance":               rules.ReasonNonCompliance,
	"nonguaranteedpaymentprogram": rules.ReasonNonGuaranteed,
}

// codeOf reads a reason code in any spelling: "notification_faulty-goods".
func codeOf(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, letters.Fold(s))
	return codes[strings.TrimPrefix(s, "notification")]
}

// stripePrefixes are the ids of Stripe that a notice may hold.
var stripePrefixes = []string{"du_", "dp_", "ch_", "py_", "pi_"}

// stripeIDs lists the ids of Stripe in s: a known prefix and at least eight
// letters and digits.
func stripeIDs(s string, add func(string)) {
	for i := strings.IndexByte(s, '_'); i >= 0; {
		if i >= 2 && (i == 2 || !letters.InWord(s[i-3])) {
			for _, p := range stripePrefixes {
				if s[i-2:i+1] != p {
					continue
				}
				end := i + 1
				for end < len(s) && letters.Alnum(s[end]) {
					end++
				}
				if end-i > 8 && end-i <= 64 && (end == len(s) || !letters.InWord(s[end])) {
					add(s[i-2 : end])
				}
			}
		}
		next := strings.IndexByte(s[i+1:], '_')
		if next < 0 {
			return
		}
		i += 1 + next
	}
}
