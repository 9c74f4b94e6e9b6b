package ingest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var currency = map[string]bool{
	"EUR": true, "SEK": true, "NOK": true, "DKK": true, "USD": true, "GBP": true, "CHF": true, "PLN": true,
	"CZK": true, "AUD": true, "CAD": true, "NZD": true, "ISK": true, "kr": true, "Kr": true, "zł": true, "Kč": true,
}

var (
	word   = regexp.MustCompile(`[\p{L}\p{M}]+`)
	number = regexp.MustCompile(`\d[\d.,:/' \x{a0}\x{202f}-]*\d|\d`)
)

// piecesOf finds what has to be looked at, the longer forms first.
func piecesOf(ids []string) *regexp.Regexp {
	forced := `\x{10ffff}`
	for _, id := range ids {
		forced += "|" + regexp.QuoteMeta(id)
	}
	return regexp.MustCompile(
		`(?P<url>(?i:https?://|www\.)[^\s<>"')\]]+)` +
			`|(?P<mail>[^\s<>,;:()"'\[\]@]+@[^\s<>,;:()"'\[\]@]+)` +
			`|(?P<krn>(?i:krn):[0-9A-Za-z:_-]+)` +
			`|(?P<id>` + forced + `)` +
			`|(?P<uuid>[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})` +
			`|(?P<ip>(?:[0-9A-Fa-f]{0,4}:){4,7}[0-9A-Fa-f]{1,4}|\d{1,3}(?:\.\d{1,3}){3})` +
			`|(?P<iso>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)` +
			`|(?P<mixed>[\p{L}\p{M}]+[\d_][\p{L}\p{M}\d_]*|\d+[\p{L}\p{M}_][\p{L}\p{M}\d_]*)` +
			`|(?P<number>[+(]{0,2}\d+(?:(?:[.,:/'+()-]|[,)]?[ \x{a0}\x{202f}](?:[-–/] ?)?[(]?|[)(-]{2})\d+)*)` +
			`|(?P<word>[\p{L}\p{M}]+)`)
}

// near is how many bytes around a number are looked at for a currency.
const near = 12

// iso keeps a time near the mail's.
func (p *page) iso(s string) string {
	if p.years[s[:4]] {
		return s
	}
	return p.shape(s)
}

// text redacts what people read.
func (p *page) text(s string) string {
	var b strings.Builder
	last := 0
	names := p.pieces.SubexpNames()
	for _, at := range p.pieces.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(s[last:at[0]])
		last = at[1]
		piece, name := s[at[0]:at[1]], ""
		for i := 1; i < len(names); i++ {
			if at[2*i] >= 0 && names[i] != "" {
				name = names[i]
			}
		}
		switch name {
		case "url":
			b.WriteString(p.url(piece))
		case "mail":
			b.WriteString(p.address(piece))
		case "krn":
			b.WriteString(p.tokens(piece))
		case "iso":
			b.WriteString(p.iso(piece))
		case "number":
			b.WriteString(p.number(piece, s[max(0, at[0]-near):at[0]], s[at[1]:min(len(s), at[1]+near)]))
		case "word":
			b.WriteString(p.word(piece))
		case "mixed":
			b.WriteString(p.mixed(piece))
		default:
			b.WriteString(p.shape(piece))
		}
	}
	b.WriteString(s[last:])
	return b.String()
}

// word keeps a word that is known, or that stands in lower case and is nobody's
// name.
func (p *page) word(w string) string {
	r, _ := utf8.DecodeRuneInString(w)
	if p.named[fold(w)] || !unicode.IsLower(r) && !p.harmless(w) {
		p.lost[fold(w)] = w
		return p.shape(w)
	}
	return w
}

// mixed keeps "24h", "3rd", "kl16": short, in lower case; and of "no256947",
// "du_1Nxyz", "GOODS_NOT_RECEIVED" what is no id.
func (p *page) mixed(s string) string {
	const longest = 5
	switch m := glued.FindStringSubmatch(s); {
	case len(s) <= longest && s == strings.ToLower(s) && len(digits(s)) <= 2, clock.MatchString(s):
		return s
	case m != nil:
		return m[1] + p.shape(m[2])
	case digits(s) == "":
		return token.ReplaceAllStringFunc(s, p.word)
	}
	return p.shape(s)
}

var (
	glued    = regexp.MustCompile(`^(\p{Ll}{1,4}|(?:du|dp|ch|py|pi|re|cus|acct)_)(\d{5,}|[0-9A-Za-z]{8,})$`)
	clock    = regexp.MustCompile(`^\d{1,2}[hH]\d{2}$`)
	code     = regexp.MustCompile(`^[A-Za-z]+([_-][A-Za-z]+)+$`)
	isDate   = regexp.MustCompile(`^(?:\d{1,2}[./-]){1,2}(\d{2}|\d{4})?[.,]?$|^(\d{4})[-./]\d{1,2}[-./]\d{1,2}[.,]?$`)
	isTime   = regexp.MustCompile(`^\d{1,2}[:.]\d{2}(:\d{2})?[,.]?$`)
	isZone   = regexp.MustCompile(`^[+-](0\d|1[0-4]):?(00|30|45)$`)
	isAmount = regexp.MustCompile(`^\d{1,3}([ .,'\x{a0}\x{202f}]\d{3})*([.,]\d{2})?$|^\d+([.,]\d{2})?$`)
	after    = regexp.MustCompile(`^[\s\x{a0}\x{202f}]{0,2}(€|\$|£|kr|Kr|EUR|SEK|NOK|DKK|USD|GBP|CHF|PLN|CZK|AUD|CAD|NZD|ISK|zł|Kč)`)
	before   = regexp.MustCompile(`(€|\$|£|kr|Kr|EUR|SEK|NOK|DKK|USD|GBP|CHF|PLN|CZK|AUD|CAD|NZD|ISK|zł|Kč)[\s\x{a0}\x{202f}]{0,2}$`)
)

// number keeps dates near the mail's, times, amounts and what is too short to
// be anybody's; a telephone number is short only in its groups.
func (p *page) number(s, head, tail string) string {
	if p.kept[digits(s)] || isAmount.MatchString(s) && (after.MatchString(tail) || before.MatchString(head)) {
		return s
	}
	const phone = 7 // digits
	dated := false
	for _, atom := range strings.Fields(s) {
		dated = dated || isDate.MatchString(atom) || isTime.MatchString(atom) || p.years[strings.Trim(atom, ".,")]
	}
	if !dated && len(digits(s)) >= phone {
		return p.shape(s)
	}
	var b strings.Builder
	for i, atom := range splitKeep(s) {
		if i%2 == 1 || p.stays(atom) {
			b.WriteString(atom)
		} else {
			b.WriteString(p.shape(atom))
		}
	}
	return b.String()
}

// stays says that a number without a space in it may stay.
func (p *page) stays(atom string) bool {
	trimmed := strings.Trim(atom, ".,:/'()+-")
	if p.kept[digits(atom)] || p.years[trimmed] || isZone.MatchString(atom) || isTime.MatchString(atom) || len(digits(trimmed)) <= 2 {
		return true
	}
	if m := isDate.FindStringSubmatch(atom); m != nil {
		year := m[1] + m[2]
		return year == "" || p.years[year] || p.years["20"+year]
	}
	return false
}

// splitKeep splits at spaces; each second element is the space.
func splitKeep(s string) []string {
	var out []string
	for s != "" {
		i := strings.IndexFunc(s, unicode.IsSpace)
		if i < 0 {
			return append(out, s)
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		out = append(out, s[:i], s[i:i+n])
		s = s[i+n:]
	}
	return out
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
