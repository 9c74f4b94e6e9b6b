package money

import (
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
)

// sharing are the currencies that are written with a sign of several.
var sharing = map[string]string{"SEK": "kr", "NOK": "kr", "DKK": "kr", "ISK": "kr", "USD": "$", "AUD": "$", "CAD": "$", "NZD": "$"}

// currencies are the codes and words that name exactly one currency; "" is for
// those that several countries share.
var currencies = map[string]string{
	"eur": "EUR", "euro": "EUR", "euros": "EUR", "euroa": "EUR", "euron": "EUR", "eura": "EUR", "gbp": "GBP", "usd": "USD", "sek": "SEK", "nok": "NOK", "dkk": "DKK",
	"chf": "CHF", "sfr": "CHF", "pln": "PLN", "zl": "PLN", "zloty": "PLN", "zlotych": "PLN", "czk": "CZK", "kc": "CZK", "huf": "HUF", "ft": "HUF",
	"ron": "RON", "lei": "RON", "aud": "AUD", "nzd": "NZD", "cad": "CAD", "jpy": "JPY", "kwd": "KWD", "bhd": "BHD",
	"tnd": "TND", "isk": "ISK", "bgn": "BGN", "mxn": "MXN", "fr": "CHF", "kr": "", "kroner": "", "kronor": "", "kronen": "",
}

// signs are the currency signs, the longer ones first.
var signs = []struct{ sign, currency string }{
	{"US$", "USD"},
	{"CA$", "CAD"},
	{"AU$", "AUD"},
	{"NZ$", "NZD"},
	{"C$", "CAD"},
	{"A$", "AUD"},
	{"€", "EUR"},
	{"£", "GBP"},
	{"$", ""},
	{"zł", "PLN"},
	{"Kč", "CZK"},
	{"¥", "JPY"},
}

// currencyOf names the currency of a field such as "EUR", "€", "kr.", "(SEK)".
func currencyOf(f string) (cur, shared string) {
	f = strings.Trim(f, "().,:;[]*")
	if f == "" {
		return "", ""
	}
	// Most fields are words or numbers, which no sign ends in.
	if last := f[len(f)-1]; last == '$' || last >= utf8.RuneSelf {
		for _, s := range signs {
			if f == s.sign {
				if s.currency == "" {
					return "", s.sign
				}
				return s.currency, ""
			}
		}
	}
	c, ok := currencies[letters.Fold(strings.TrimSuffix(f, "$"))] // "AUD$"
	if ok && c == "" {
		return "", "kr"
	}
	return c, ""
}

// Currency is the one currency that a piece of text names, or "".
func Currency(s string) string {
	cur := ""
	for field := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(" ()[]:/,\t", r) }) {
		c, _ := currencyOf(field)
		switch {
		case c == "" || c == cur:
		case cur != "":
			return ""
		default:
			cur = c
		}
	}
	return cur
}

// IsWord says that a folded word names a currency, or several that share it.
func IsWord(word string) bool {
	_, ok := currencies[word]
	return ok
}

// IsCode says that a folded word names exactly one currency.
func IsCode(word string) bool { return currencies[word] != "" }

// Sign is what the currency of a code is written with if others are too, "" if none is.
func Sign(code string) string { return sharing[code] }

// IsCurrency says that a field such as "EUR", "€" or "kr." names a currency.
func IsCurrency(f string) bool {
	cur, shared := currencyOf(f)
	return cur+shared != ""
}

// BeginsCurrency says that s begins with a field that names a currency.
func BeginsCurrency(s string) bool { return IsCurrency(firstField(s)) }
