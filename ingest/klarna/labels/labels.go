// Package labels reads a page as a form: it finds the labels of fields, in tables, lists,
// lines and sentences, and the value that stands at each, beside it, below it or in
// front of it. How near the two stand is the value's rank. Which of several values
// counts, and whether it can be one of its field at all, is asked by who reads it.
package labels

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// How near a value stands to its label: the nearer is believed more.
const (
	InSentence = 1 // "dispute 256947"
	Beside     = 2 // "Dispute ID 256947", a KRN without label
	Labelled   = 3 // "Dispute ID: 256947", a table's cell, the row below
)

// Found is a value that stands at a label.
type Found struct {
	Field  string // "dispute_id", "ignore", …
	Value  string
	Words  words.Span // the value's words, in text
	From   string
	Rank   int
	Below  bool   // it stood on the row below
	loose  bool   // with an empty row between
	Run    bool   // it is one of several labels with their values below them
	Remark string // what its label says in parentheses
}

// form is a page whose labels are looked for.
type form struct{ *page.Text }

// On finds the values of all labels of a text.
func On(p *page.Text) []Found {
	t := form{p}
	var out []Found
	inline := 0
	for i := range t.Lines {
		n := len(out)
		out = t.line(out, i)
		for k := n; k < len(out); k++ {
			if out[k].Rank == Labelled && !out[k].Below {
				inline++
			}
		}
	}
	return dropLoose(out, inline)
}

// dropLoose drops a free text that stands below its label in a mail whose
// other values stand beside theirs: there an empty label is just empty.
func dropLoose(list []Found, inline int) []Found {
	below, tight := 0, 0
	for _, f := range list {
		if f.Below {
			below++
			if !f.loose && f.Field != "ignore" {
				tight++
			}
		}
	}
	out := list[:0]
	for _, f := range list {
		if f.Below && free(f.Field) && (inline > below || f.loose && tight > 0) {
			continue
		}
		out = append(out, f)
	}
	return out
}

// free says that a field's value has no shape to know it by.
func free(field string) bool {
	return field == "merchant_reference_1" || field == "merchant_reference_2" || field == "reason" || field == "result"
}

// line adds the labels of one line with their values, wherever those stand.
func (t form) line(out []Found, i int) []Found {
	l := t.Lines[i]
	if t.header(i) {
		return t.columnsBelow(out, i)
	}
	if t.mirrored(i) {
		f := Found{Field: t.labelsIn(l.Cells[1])[0].Key.Name(), Rank: Labelled}
		f.From = "label " + t.Str(l.Cells[1]) + " behind it, " + t.Place(i)
		return append(out, f.at(t, l.Cells[0]))
	}
	for c, cell := range l.Cells {
		labels := t.labelsIn(cell)
		if c == 0 && len(labels) > 0 && i > 0 && t.Words[l.From].Gap < words.GapLine && (labels[0].sep == 0 || labels[0].sep == '$' && strings.ContainsAny(t.S[cell.End-1:cell.End], ".)")) {
			labels = labels[1:] // the line goes on with the sentence of the one above
		}
		for k, lb := range labels {
			end := cell.End
			if k+1 < len(labels) {
				end = t.Words[labels[k+1].From].At
			}
			if f, ok := t.value(i, c, lb, end); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

// label is a hit that is used as a label, and what follows it.
type label struct {
	phrase.Hit
	rest   int    // where its value begins
	sep    byte   // ':' also for a dash or an equals sign, 0 for a mere space, '$' for the cell's end
	remark string // "(your order)"

	guessed bool // no phrase of the vocabulary, see guess
}

// labelsIn lists the labels of a cell that are used as such.
func (t form) labelsIn(c words.Span) []label {
	var out []label
	start := c.From
	list := slices.DeleteFunc(t.Within(key.OfLabel, c), t.joined)
	for i, h := range list {
		h = t.longer(h, c)
		if lb, ok := t.joint(list[i:], c); ok && t.Lead(start, h.From) && len(out) == 0 {
			return []label{lb}
		}
		h = t.trailing(t.numbered(h, c), c)
		if len(out) > 0 && t.Words[h.From].At < out[len(out)-1].rest {
			continue // "Merchant Reference 1 (your order): …"
		}
		lb := t.remarked(t.separator(h, c))
		lead := t.Lead(start, h.From) || lb.sep == ':' && t.fresh(h.From, c)
		switch {
		case lb.sep == '$' && len(out) > 0 && out[len(out)-1].sep == ':':
			// "Merchant Reference 2: shop" holds one label
		case lb.sep == ':' && t.S[lb.rest-1] == ':', lead && lb.sep != 0, lead && len(out) == 0:
			out = append(out, lb)
			start = h.To
		}
	}
	if len(out) == 1 && out[0].sep == 0 {
		out[0] = t.tailed(out[0], c)
	}
	vague := len(out) == 1 && out[0].sep == 0 && (out[0].Key == key.LabelIgnore || out[0].Key == key.LabelDeadline && !letters.HasDigit(t.S[c.At:c.End]))
	if c.From < c.To && (len(out) == 0 || vague) {
		if lb, ok := t.guess(c); ok && (len(out) == 0 || lb.Key == key.LabelDeadline || key.OfReference.Has(lb.Key)) {
			return []label{lb}
		}
	}
	return out
}

// numbered lets the label of a reference hold the number that follows it.
func (t form) numbered(h phrase.Hit, c words.Span) phrase.Hit {
	if h.Key != key.LabelMerchantReference1 || h.To >= c.To || t.Words[h.To].Gap != words.GapNone {
		return h
	}
	n := t.Words[h.To]
	rest := strings.TrimSpace(t.S[n.End:c.End])
	end := rest == "" || strings.IndexByte(":)", rest[0]) >= 0 || dots(t.S[n.End:c.End])
	if (n.Norm == "1" || n.Norm == "2") && end {
		h.To++
		h.Key = key.Named("label.merchant_reference_" + n.Norm)
	}
	return h
}

// trailing lets a label hold the small words behind it: "Respond by the:", a
// cell that is "Antwort erbeten bis zum".
func (t form) trailing(h phrase.Hit, c words.Span) phrase.Hit {
	to := h.To
	for n := 0; n < 3 && to < c.To && t.Words[to].Gap == words.GapNone && len(t.Words[to].Norm) < 6 && !t.Words[to].Digits(); n++ {
		o, ok := t.Begins(key.WordArticle, to, c.To)
		if !ok {
			o, ok = t.Begins(key.WordBy, to, c.To)
		}
		switch {
		case ok:
			to = o.To
		case h.Key == key.LabelDeadline:
			to++
		default:
			return h
		}
		if rest := strings.TrimLeft(t.S[t.Words[to-1].End:c.End], " *"); rest == "" || rest[0] == ':' {
			h.Key, h.To = t.merchants(h.Key, h.From, to), to
			return h
		}
	}
	return h
}

// joint makes one label of a known one that something else's label follows
// before the colon: "Order number of the shop: 7001".
func (t form) joint(list []phrase.Hit, c words.Span) (label, bool) {
	h := list[0]
	if h.Key == key.LabelIgnore || len(list) < 2 {
		return label{}, false
	}
	for _, o := range list[1:] {
		if o.Key != key.LabelIgnore || o.To-h.From > MaxWords {
			return label{}, false
		}
		lb := t.separator(o, c)
		if lb.sep != ':' || t.S[lb.rest-1] != ':' {
			continue
		}
		for i := h.To; i < o.From; i++ {
			if t.Words[i].Digits() || t.Words[i].Gap != words.GapNone {
				return label{}, false
			}
		}
		h.Key, h.To = t.merchants(h.Key, h.From, o.To), o.To
		return label{Hit: h, rest: lb.rest, sep: ':', guessed: true}, true
	}
	return label{}, false
}

// fresh says that word w begins a new piece of a line that holds several:
// "DISPUTE=256947;REASON=RETURN", "Reason: return / Amount: 5 EUR".
func (t form) fresh(w int, c words.Span) bool {
	if w == 0 || w <= c.From {
		return false
	}
	gap := strings.TrimSpace(t.S[t.Words[w-1].End:t.Words[w].At])
	gap = strings.TrimLeft(gap, ".)]}\"'-»”’ ")
	return gap != "" && strings.ContainsAny(gap[:1], ";|/,") || strings.HasPrefix(gap, "·") || strings.HasPrefix(gap, "•")
}

// points says that a rune leads from a label to its value: a colon or an arrow.
func points(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r == ':' || r == '='
	case '←' <= r && r <= '⇿':
		return r != '←' && r != '⇐'
	}
	return strings.ContainsRune("：»›", r) || '⟵' <= r && r <= '⟿' || '➔' <= r && r <= '➾' || '▶' <= r && r <= '►'
}

// value is what stands at the label lb in cell c of line i.
func (t form) value(i, c int, lb label, end int) (Found, bool) {
	f := Found{Field: lb.Key.Name(), Rank: Labelled, Remark: lb.remark}
	f.From = "label " + strings.TrimSpace(t.S[t.Words[lb.From].At:t.Words[lb.To-1].End]) + ", " + t.Place(i)
	l := t.Lines[i]
	if lb.guessed {
		f.Rank, f.Run = Beside, t.listed(i)
	}
	switch lb.sep {
	case ':':
		return f.at(t, words.Span{At: lb.rest, End: t.ends(lb.rest, t.enclosed(l.Cells[c], lb, end))}), true
	case 0:
		f.Rank, f.Run = Beside, t.listed(i)
		return f.at(t, words.Span{At: lb.rest, End: end}), true
	}
	for _, next := range l.Cells[c+1:] {
		if t.Str(next) == "" {
			continue
		}
		if t.pure(next) && !(len(l.Cells) == 2 && t.labelsIn(next)[0].Key == key.LabelIgnore) {
			return f, false // but "Shop" beside a label is a value
		}
		return f.at(t, next), true
	}
	if len(l.Cells) > 1 && c > 0 || i+1 >= len(t.Lines) {
		return f, false
	}
	if len(l.Cells) > 1 && !onlyCell(t, l, c) {
		return f, false
	}
	below := t.Lines[i+1]
	if len(t.labelsIn(below.Cells[0])) > 0 && (t.labelLike(below) || t.paired(below)) {
		return f, false
	}
	f.Below, f.loose, f.Run = true, below.Blank, t.run(i)
	if len(below.Cells) == len(l.Cells) {
		return f.at(t, below.Cells[c]), true
	}
	return f.at(t, below.Span), true
}

// run says that the label on line i and its value on the next are one pair of
// several: another label follows, or one stood before and nothing follows
// directly.
func (t form) run(i int) bool {
	alone := func(k int) bool {
		return k >= 0 && k < len(t.Lines) && len(t.Lines[k].Cells) == 1 && t.pure(t.Lines[k].Cells[0])
	}
	if alone(i + 2) {
		return true
	}
	last := i+2 >= len(t.Lines) || t.Lines[i+2].Blank && !t.Lines[i+1].Blank || t.Lines[i+2].To-t.Lines[i+2].From > MaxWords
	return last && alone(i-2)
}

// listed says that line i stands right between others that begin with a label
// too: "Merchant Reference 2 web".
func (t form) listed(i int) bool {
	if i < 1 || i+1 >= len(t.Lines) || t.Lines[i].Blank || t.Lines[i+1].Blank {
		return false
	}
	for _, l := range []page.Line{t.Lines[i-1], t.Lines[i+1]} {
		if len(l.Cells) == 0 {
			return false
		}
		if list := t.labelsIn(l.Cells[0]); len(list) == 0 || list[0].Key == key.LabelIgnore {
			return false
		}
	}
	return true
}

// at gives f the value that stands in s.
func (f Found) at(t form, s words.Span) Found {
	s.End = max(s.At, s.End)
	for s.At < s.End && (strings.IndexByte(" \t*_|,:", t.S[s.At]) >= 0 || strings.HasPrefix(t.S[s.At:s.End], "= ")) {
		s.At++
	}
	for s.End > s.At && (strings.IndexByte(" \t\n*|,;·", t.S[s.End-1]) >= 0 || t.S[s.End-1] == '/' && s.End-2 >= s.At && strings.IndexByte(" /", t.S[s.End-2]) >= 0) {
		s.End--
	}
	s.End -= len(t.S[s.At:s.End]) - len(strings.TrimRight(t.S[s.At:s.End], " •"))
	for _, dash := range []string{" -", " –", " —"} {
		if v := t.S[s.At:s.End]; strings.HasSuffix(v, dash) {
			s.End = s.At + len(strings.TrimRight(v[:len(v)-len(dash)], " "))
		}
	}
	f.Value = t.S[s.At:s.End]
	s.From = t.WordAt(s.At)
	s.To = t.WordAt(s.End)
	f.Words = s
	return f
}

// ValueAt is what stands in s of a page, as the value of a field whose label stands
// elsewhere than a label does.
func ValueAt(p *page.Text, field, from string, s words.Span) Found {
	return Found{Field: field, From: from, Rank: Beside}.at(form{p}, s)
}

// Longer is h, or a label that begins within it, ends by word to and says more.
func Longer(p *page.Text, h phrase.Hit, c words.Span) phrase.Hit { return form{p}.longer(h, c) }
