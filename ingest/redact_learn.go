package ingest

import (
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
			if n := len(row.Cells); n == 1 || n == 2 {
				p.learnLabelled(row.Cells)
			}
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
// address, or beside a word that nobody knows: "Dear Anna Lindqvist,". Words that
// nobody knows are names there in lower case too: "dear anna lindqvist,".
func (p *page) learnGreeting(s string, people map[string]bool) {
	list := word.FindAllString(s, -1)
	const longest = 6 // words
	if len(list) < 2 || len(list) > longest || !greeting[fold(list[0])] {
		return
	}
	p.learnPerson(list[1:], people)
}

// learnLabelled takes the value behind a label that asks for a person for a
// name, however it is written: "Customer name: bosse nilsson".
func (p *page) learnLabelled(cells []string) {
	if len(cells) == 1 {
		label, value, _ := strings.Cut(cells[0], ":")
		cells = []string{label, value}
	}
	label, value := word.FindAllString(cells[0], -1), word.FindAllString(cells[1], -1)
	const longest = 4 // words, of a label and of a name
	if len(label) == 0 || len(label) > longest || len(value) == 0 || len(value) > longest || !slices.ContainsFunc(label, func(w string) bool { return person[fold(w)] }) {
		return
	}
	p.learnPerson(value, nil)
}

// learnPerson takes words that stand where a person is named for names: those
// that nobody knows, and beside one of them the known ones that begin with a
// capital.
func (p *page) learnPerson(list []string, people map[string]bool) {
	strange := slices.ContainsFunc(list, func(w string) bool { return !p.harmless(w) })
	for _, w := range list {
		r, _ := utf8.DecodeRuneInString(w)
		if !p.harmless(w) || !unicode.IsLower(r) && !common[fold(w)] && (strange || people[fold(w)]) {
			p.named[fold(w)] = true
		}
	}
}

// person is words of labels behind which a person stands.
var person = set("name namn navn naam nimi nom nome nombre imię nazwisko jméno vorname nachname surname " +
	"customer buyer shopper consumer recipient kunde kund kundin käufer käuferin empfänger klant asiakas client cliente klient klientka zákazník kupující")

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
