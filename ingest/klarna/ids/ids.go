// Package ids knows the forms of the numbers that a mail names: Klarna's own, as they
// are published (DOMAIN.md, "Identifiers"), Stripe's, and what a shop calls its orders.
// It judges a token by its letters and digits alone; whether the words around it make
// it the number of this dispute is asked elsewhere.
package ids

import (
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/rules"
)

// Lengths of a dispute id: 256947 is Klarna's shortest published one; fewer
// digits than this are taken for one only next to a label.
const (
	minDispute = 5
	minAtLabel = 4
	maxDispute = 20
)

// MaxReference is Klarna's bound for a merchant reference.
const MaxReference = 255

// Token is the run of characters at the head of s that people take for one id.
func Token(s string) string {
	s = strings.TrimLeft(s, " \t#:(\"'„“”«[*")
	end := strings.IndexAny(s, " \t\n<>\"'()[]{}|,;”“»*")
	if end >= 0 {
		s = s[:end]
	}
	return strings.TrimRight(s, ".:!?")
}

// Dispute reads a dispute id at the head of a value at its label: digits, or a KRN
// of a dispute with its digits at the end.
func Dispute(s string) (id, reason string, ok bool) {
	tok := Token(s)
	if k, isKRN := ParseKRN(tok); isKRN {
		return k.Dispute, k.Reason, k.Dispute != ""
	}
	if !letters.AllDigits(tok) || len(tok) < minAtLabel || len(tok) > maxDispute {
		return "", "", false
	}
	return tok, "", true
}

// IsDispute says that a token may be the id of a dispute that no label names.
func IsDispute(tok string) bool {
	return letters.AllDigits(tok) && len(tok) >= minDispute && len(tok) <= maxDispute
}

// KRN is one of Klarna's resource names (DOMAIN.md, "Identifiers").
type KRN struct {
	Dispute string // the digits at its end
	Reason  string
	Capture bool // …:transaction:UUID:capture:1
}

// ParseKRN reads krn:…:dispute:[reason:]256947 and krn:…:capture:1.
func ParseKRN(s string) (KRN, bool) {
	parts := strings.Split(s, ":")
	if len(parts) < 4 || letters.Fold(parts[0]) != "krn" {
		return KRN{}, false
	}
	last := parts[len(parts)-1]
	for i, p := range parts[:len(parts)-1] {
		switch letters.Fold(p) {
		case "dispute":
			if !letters.AllDigits(last) || len(last) > maxDispute {
				return KRN{}, false
			}
			k := KRN{Dispute: last}
			if i+3 == len(parts) {
				k.Reason = Reason(parts[i+1])
			}
			return k, true
		case "capture":
			return KRN{Capture: true}, letters.AllDigits(last)
		}
	}
	return KRN{}, false
}

// IsUUID says that s has the form of a UUID.
func IsUUID(s string) bool {
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

// IsKlarnaReference knows K4MADNY and K4MADNY-1: a letter, six or more letters
// and digits with one of each at least, in upper case.
func IsKlarnaReference(s string) bool {
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

// IsMerchantID knows K963369: one or two letters and digits.
func IsMerchantID(s string) bool {
	i := 0
	for i < len(s) && s[i] >= 'A' && s[i] <= 'Z' {
		i++
	}
	return (i == 1 || i == 2) && letters.AllDigits(s[i:]) && len(s)-i >= 4 && len(s)-i <= 10
}

// IsKlarnaMerchant knows the usual form of a merchant's id, K963369, which is
// told from a shop's own numbers without a label.
func IsKlarnaMerchant(s string) bool {
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

// Reason reads a reason code in any spelling: "notification_faulty-goods".
func Reason(s string) string {
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

// Stripe lists the ids of Stripe in s: a known prefix and at least eight
// letters and digits.
func Stripe(s string, add func(string)) {
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

// IsSurelyKlarnas knows a reference such as K4MADNY without a label: a shop's own
// number may look like other forms of it.
func IsSurelyKlarnas(tok string) bool {
	head, _, _ := strings.Cut(tok, "-")
	capital := 0
	for _, c := range head {
		if 'A' <= c && c <= 'Z' {
			capital++
		}
	}
	return IsKlarnaReference(tok) && len(head) == 7 && head[0] == 'K' && capital > 2 && letters.HasDigit(head)
}

// LooksLikeOrder says that a token has the looks of a shop's order number, and of
// nothing else: no date, no sum, no year, none of Klarna's own ids.
func LooksLikeOrder(tok, rest string) bool {
	if len(tok) < 4 || !letters.HasDigit(tok) || IsLink(tok) || utf8.RuneCountInString(tok) > MaxReference || IsUUID(tok) || IsKlarnaReference(tok) {
		return false
	}
	if strings.Trim(tok, "0123456789./,:") == "" && !letters.AllDigits(tok) || len(tok) == 4 && tok[:2] == "20" && letters.AllDigits(tok) {
		return false
	}
	if len(tok) == 10 && tok[4] == '-' && tok[7] == '-' || strings.ContainsAny(tok, "@€$£%") || strings.HasPrefix(letters.Fold(tok), "krn:") {
		return false
	}
	rest, _, _ = strings.Cut(rest, "\n")
	_, sum := money.Read(strings.ToValidUTF8(rest[:min(len(rest), len(tok)+8)], ""))
	return !sum
}

// IsLink says that a token is an address of the web: it begins as one, or a path stands
// behind the name of a host.
func IsLink(tok string) bool {
	host, path, _ := strings.Cut(letters.Fold(tok), "/")
	name := host[strings.LastIndexByte(host, '.')+1:]
	return strings.Contains(tok, "://") || strings.HasPrefix(host, "www.") ||
		path != "" && len(name) < len(host) && len(name) > 1 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == ""
}

// IndexKRN is where the first KRN begins in s from byte from on, -1 if none does.
func IndexKRN(s string, from int) int {
	for i := from; i+4 < len(s); i++ {
		j := strings.IndexByte(s[i:], ':')
		if j < 0 {
			return -1
		}
		i += j
		if i >= 3 && strings.EqualFold(s[i-3:i], "krn") && (i == 3 || !letters.InWord(s[i-4])) {
			return i - 3
		}
	}
	return -1
}
