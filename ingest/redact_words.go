package ingest

import (
	"crypto/rand"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/eml"
)

// page is one mail while it is redacted.
type page struct {
	*Redactor
	pieces *regexp.Regexp
	kept   map[string]bool // digits of the deadline and the amount that were read
	years  map[string]bool // of dates that may stay
	named  map[string]bool // words of people's names, folded
	gone   map[string]bool // values that were replaced, folded
	lost   map[string]string
	plain  map[string]bool // words of the deadline and the amount, folded
}

// newPage learns what in a mail is certainly personal before anything is
// written: the ids that were read, who is named in the header, and capitalised
// words that nobody knows.
func (r *Redactor) newPage(was Reading, now time.Time) *page {
	p := &page{
		Redactor: r, kept: map[string]bool{}, years: map[string]bool{},
		named: map[string]bool{}, gone: map[string]bool{}, lost: map[string]string{}, plain: map[string]bool{},
	}
	at := was.Message.Date
	if at.IsZero() {
		at = now
	}
	for y := at.Year() - 1; y <= at.Year()+1; y++ {
		p.years[strconv.Itoa(y)] = true
	}
	n := was.Notice
	texts := []string{n.AmountText}
	if code.MatchString(n.ReasonText) {
		texts = append(texts, n.ReasonText)
	}
	if n.Deadline != nil {
		texts = append(texts, n.Deadline.Text)
	}
	for _, text := range texts {
		for _, d := range number.FindAllString(text, -1) {
			p.kept[digits(d)] = true
		}
		for _, w := range word.FindAllString(text, -1) {
			p.plain[fold(w)] = true
		}
	}
	p.pieces = piecesOf(forcedIDs(n))
	p.learn(was.Message)
	return p
}

func (p *page) learn(m *eml.Message) {
	people := map[string]bool{} // words of their names and addresses, folded
	for _, f := range m.Fields {
		switch strings.ToLower(f.Name) {
		case "to", "cc", "bcc", "delivered-to", "from", "sender", "reply-to", "x-original-from", "x-original-sender":
			for _, a := range f.Addresses() {
				p.learnAddress(a, people)
			}
		case "subject":
			p.learnNames(f.Value)
		}
	}
	for _, part := range m.Parts {
		for _, row := range part.Rows {
			text := strings.Join(row.Cells, " ")
			p.learnNames(text)
			for _, a := range inURL.FindAllString(text, -1) {
				p.learnAddress(eml.Address{Addr: a}, people)
			}
			p.learnGreeting(text, people)
		}
	}
	for _, f := range m.Forwarded {
		p.learn(f)
	}
}

// learnAddress takes the words of a name and an address for names. A word that
// is known is one where another word of the name is not: "Anna" is also Finnish
// for "give".
func (p *page) learnAddress(a eml.Address, people map[string]bool) {
	local, domain, _ := strings.Cut(a.Addr, "@")
	p.learnNames(a.Name)
	if p.ours(domain) {
		return
	}
	p.learnNames(strings.ToUpper(local + " " + domain[:max(0, strings.LastIndexByte(domain, '.'))]))
	list, strange := word.FindAllString(a.Name, -1), false
	for _, w := range list {
		strange = strange || !p.harmless(w)
	}
	for _, w := range append(list, word.FindAllString(local, -1)...) {
		people[fold(w)] = true
		if strange && !common[fold(w)] && strings.Contains(a.Name, w) {
			p.named[fold(w)] = true
		}
	}
}

// learnGreeting takes the words of a short line for names that also stand in an
// address, or beside a word that nobody knows: "Dear Anna Lindqvist,".
func (p *page) learnGreeting(s string, people map[string]bool) {
	list := word.FindAllString(s, -1)
	const longest = 6 // words
	if len(list) < 2 || len(list) > longest || !greeting[fold(list[0])] {
		return
	}
	strange := false
	for _, w := range list[1:] {
		strange = strange || !p.harmless(w)
	}
	for _, w := range list[1:] {
		r, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsLower(r) && !common[fold(w)] && (strange || people[fold(w)]) {
			p.named[fold(w)] = true
		}
	}
}

var greeting = set("dear hi hello hallo hej hei hyvä liebe lieber sehr guten bonjour cher chère hola estimado estimada " +
	"ciao gentile caro cara olá caro prezado prezada dzień szanowny szanowna dobrý vážený vážená beste geachte kære kjære good")

// common is words of names that name no person.
var common = set("klarna stripe krn http https www com html no reply noreply shop store mail example payments info support service team " +
	"utc gmt cet cest mez mesz bst est edt pst pdt am pm merchant customer partner")

func set(list string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		out[w] = true
	}
	return out
}

// learnNames takes each capitalised word that nobody knows for a name, so that
// it is replaced in lower case too.
func (p *page) learnNames(s string) {
	for _, w := range word.FindAllString(s, -1) {
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsLower(r) && !p.harmless(w) {
			p.named[fold(w)] = true
			p.named[umlauts.Replace(fold(w))] = true // as addresses write it
		}
	}
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "å", "aa", "ø", "oe", "æ", "ae")

// harmless says that a word may stay.
func (p *page) harmless(w string) bool {
	if utf8.RuneCountInString(w) < 2 || p.words.Knows(w) || currency[w] || p.plain[fold(w)] {
		return true
	}
	if common[fold(w)] || greeting[fold(w)] {
		return true
	}
	return slices.ContainsFunc(p.Keep, func(k string) bool { return strings.EqualFold(k, w) })
}

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

// shape replaces a value by another of the same shape, always by the same.
func (p *page) shape(s string) string {
	key := fold(s)
	if !strings.ContainsFunc(s, says) {
		return s
	}
	p.gone[key] = true
	if to, ok := p.made[key]; ok {
		return cased(to, s)
	}
	hex := len(s) >= 8 && strings.Trim(fold(s), "0123456789abcdef-") == ""
	const tries = 100 // short values have few others
	for range tries {
		to := strings.Map(func(r rune) rune { return another(r, hex) }, s)
		_, taken := p.made[fold(to)]
		if taken || p.fresh[fold(to)] || fold(to) == key || word.MatchString(to) && p.words.Knows(to) {
			continue
		}
		return p.keepAs(key, to)
	}
	return p.keepAs(key, strings.Map(func(r rune) rune { return another(r, hex) }, s))
}

func (p *page) keepAs(key, to string) string {
	p.made[key] = to
	p.fresh[fold(to)] = true
	return to
}

func says(r rune) bool { return unicode.IsLetter(r) || r >= '0' && r <= '9' }

// cased writes a value in upper, lower or mixed case as its original stands.
func cased(to, like string) string {
	switch like {
	case strings.ToLower(like):
		return strings.ToLower(to)
	case strings.ToUpper(like):
		return strings.ToUpper(to)
	}
	return to
}

// another is a random letter or digit of the same sort.
func another(r rune, hex bool) rune {
	var from string
	switch {
	case r >= '0' && r <= '9':
		from = "123456789"
	case hex && r >= 'a' && r <= 'f':
		from = "abcdef"
	case hex && r >= 'A' && r <= 'F':
		from = "ABCDEF"
	case unicode.IsUpper(r):
		from = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	case unicode.IsLetter(r):
		from = "abcdefghijklmnopqrstuvwxyz"
	case unicode.Is(unicode.M, r):
		return -1
	default:
		return r
	}
	n, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
	if err != nil { // crypto/rand ends the program rather than fail
		return 'x'
	}
	return rune(from[n.Int64()])
}
