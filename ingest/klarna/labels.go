package klarna

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
)

// How near a value stands to its label: the nearer is believed more.
const (
	inSentence = 1 // "dispute 256947"
	beside     = 2 // "Dispute ID 256947", a KRN without label
	labelled   = 3 // "Dispute ID: 256947", a table's cell, the row below
)

// found is a value that stands at a label.
type found struct {
	field  string // "dispute_id", "ignore", …
	value  string
	words  span // the value's words, in text
	text   *text
	from   string
	rank   int
	below  bool   // it stood on the row below
	loose  bool   // with an empty row between
	inner  bool   // its label stands in the midst of a sentence
	run    bool   // it is one of several labels with their values below them
	remark string // what its label says in parentheses
}

// labels finds the values of all labels of a text.
func (t *text) labels() []found {
	var out []found
	inline := 0
	for i := range t.lines {
		n := len(out)
		out = t.line(out, i)
		for k := n; k < len(out); k++ {
			if out[k].rank == labelled && !out[k].below {
				inline++
			}
		}
	}
	return dropLoose(out, inline)
}

// dropLoose drops a free text that stands below its label in a mail whose
// other values stand beside theirs: there an empty label is just empty.
func dropLoose(list []found, inline int) []found {
	below, tight := 0, 0
	for _, f := range list {
		if f.below {
			below++
			if !f.loose && f.field != "ignore" {
				tight++
			}
		}
	}
	out := list[:0]
	for _, f := range list {
		if f.below && free(f.field) && (inline > below || f.loose && tight > 0) {
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
func (t *text) line(out []found, i int) []found {
	l := t.lines[i]
	if t.header(i) {
		return t.columnsBelow(out, i)
	}
	if t.mirrored(i) {
		f := found{field: t.labelsIn(l.cells[1])[0].key.name(), text: t, rank: labelled}
		f.from = "label " + t.str(l.cells[1]) + " behind it, " + t.place(i)
		return append(out, f.at(l.cells[0]))
	}
	for c, cell := range l.cells {
		labels := t.labelsIn(cell)
		if c == 0 && len(labels) > 0 && i > 0 && t.words[l.from].gap < gapLine && (labels[0].sep == 0 || labels[0].sep == '$' && strings.ContainsAny(t.s[cell.end-1:cell.end], ".)")) {
			labels = labels[1:] // the line goes on with the sentence of the one above
		}
		for k, lb := range labels {
			end := cell.end
			if k+1 < len(labels) {
				end = t.words[labels[k+1].from].at
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
	hit
	rest   int    // where its value begins
	sep    byte   // ':' also for a dash or an equals sign, 0 for a mere space, '$' for the cell's end
	remark string // "(your order)"

	guessed bool // no phrase of the vocabulary, see guess
}

// labelsIn lists the labels of a cell that are used as such.
func (t *text) labelsIn(c span) []label {
	var out []label
	start := c.from
	list := slices.DeleteFunc(t.within(ofLabel, c), t.joined)
	for i, h := range list {
		h = t.longer(h, c)
		if lb, ok := t.joint(list[i:], c); ok && t.lead(start, h.from) && len(out) == 0 {
			return []label{lb}
		}
		h = t.trailing(t.numbered(h, c), c)
		if len(out) > 0 && t.words[h.from].at < out[len(out)-1].rest {
			continue // "Merchant Reference 1 (your order): …"
		}
		lb := t.remarked(t.separator(h, c))
		lead := t.lead(start, h.from) || lb.sep == ':' && t.fresh(h.from, c)
		switch {
		case lb.sep == '$' && len(out) > 0 && out[len(out)-1].sep == ':':
			// "Merchant Reference 2: shop" holds one label
		case lb.sep == ':' && t.s[lb.rest-1] == ':', lead && lb.sep != 0, lead && len(out) == 0:
			out = append(out, lb)
			start = h.to
		}
	}
	if len(out) == 1 && out[0].sep == 0 {
		out[0] = t.tailed(out[0], c)
	}
	vague := len(out) == 1 && out[0].sep == 0 && (out[0].key == labelIgnore || out[0].key == labelDeadline && !letters.HasDigit(t.s[c.at:c.end]))
	if c.from < c.to && (len(out) == 0 || vague) {
		if lb, ok := t.guess(c); ok && (len(out) == 0 || lb.key == labelDeadline || ofReference.has(lb.key)) {
			return []label{lb}
		}
	}
	return out
}

// numbered lets the label of a reference hold the number that follows it.
func (t *text) numbered(h hit, c span) hit {
	if h.key != labelMerchantReference1 || h.to >= c.to || t.words[h.to].gap != gapNone {
		return h
	}
	n := t.words[h.to]
	rest := strings.TrimSpace(t.s[n.end:c.end])
	end := rest == "" || strings.IndexByte(":)", rest[0]) >= 0 || dots(t.s[n.end:c.end])
	if (n.norm == "1" || n.norm == "2") && end {
		h.to++
		h.key = keyOf["label.merchant_reference_"+n.norm]
	}
	return h
}

// trailing lets a label hold the small words behind it: "Respond by the:", a
// cell that is "Antwort erbeten bis zum".
func (t *text) trailing(h hit, c span) hit {
	to := h.to
	for n := 0; n < 3 && to < c.to && t.words[to].gap == gapNone && len(t.words[to].norm) < 6 && !t.words[to].digits(); n++ {
		o, ok := t.begins(wordArticle, to, c.to)
		if !ok {
			o, ok = t.begins(wordBy, to, c.to)
		}
		switch {
		case ok:
			to = o.to
		case h.key == labelDeadline:
			to++
		default:
			return h
		}
		if rest := strings.TrimLeft(t.s[t.words[to-1].end:c.end], " *"); rest == "" || rest[0] == ':' {
			h.key, h.to = t.merchants(h.key, h.from, to), to
			return h
		}
	}
	return h
}

// joint makes one label of a known one that something else's label follows
// before the colon: "Order number of the shop: 7001".
func (t *text) joint(list []hit, c span) (label, bool) {
	h := list[0]
	if h.key == labelIgnore || len(list) < 2 {
		return label{}, false
	}
	for _, o := range list[1:] {
		if o.key != labelIgnore || o.to-h.from > maxGuess {
			return label{}, false
		}
		lb := t.separator(o, c)
		if lb.sep != ':' || t.s[lb.rest-1] != ':' {
			continue
		}
		for i := h.to; i < o.from; i++ {
			if t.words[i].digits() || t.words[i].gap != gapNone {
				return label{}, false
			}
		}
		h.key, h.to = t.merchants(h.key, h.from, o.to), o.to
		return label{hit: h, rest: lb.rest, sep: ':', guessed: true}, true
	}
	return label{}, false
}

// lead says that only articles and numbers of a list stand in words from to to.
func (t *text) lead(from, to int) bool {
	for from < to {
		h, ok := t.begins(wordArticle, from, to)
		switch {
		case ok:
			from = h.to
		case t.words[from].digits() && len(t.words[from].norm) < 3 && from+1 == to:
			from++
		default:
			return false
		}
	}
	return true
}

// fresh says that word w begins a new piece of a line that holds several:
// "DISPUTE=256947;REASON=RETURN", "Reason: return / Amount: 5 EUR".
func (t *text) fresh(w int, c span) bool {
	if w == 0 || w <= c.from {
		return false
	}
	gap := strings.TrimSpace(t.s[t.words[w-1].end:t.words[w].at])
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
func (t *text) value(i, c int, lb label, end int) (found, bool) {
	f := found{field: lb.key.name(), text: t, rank: labelled, remark: lb.remark}
	f.from = "label " + strings.TrimSpace(t.s[t.words[lb.from].at:t.words[lb.to-1].end]) + ", " + t.place(i)
	l := t.lines[i]
	f.inner = !t.lead(l.cells[c].from, lb.from)
	if lb.guessed {
		f.rank, f.run = beside, t.listed(i)
	}
	switch lb.sep {
	case ':':
		return f.at(span{at: lb.rest, end: t.ends(lb.rest, t.enclosed(l.cells[c], lb, end))}), true
	case 0:
		f.rank, f.run = beside, t.listed(i)
		return f.at(span{at: lb.rest, end: end}), true
	}
	for _, next := range l.cells[c+1:] {
		if t.str(next) == "" {
			continue
		}
		if t.pure(next) && !(len(l.cells) == 2 && t.labelsIn(next)[0].key == labelIgnore) {
			return f, false // but "Shop" beside a label is a value
		}
		return f.at(next), true
	}
	if len(l.cells) > 1 && c > 0 || i+1 >= len(t.lines) {
		return f, false
	}
	if len(l.cells) > 1 && !onlyCell(t, l, c) {
		return f, false
	}
	below := t.lines[i+1]
	if len(t.labelsIn(below.cells[0])) > 0 && (t.labelLike(below) || t.paired(below)) {
		return f, false
	}
	f.below, f.loose, f.run = true, below.blank, t.run(i)
	if len(below.cells) == len(l.cells) {
		return f.at(below.cells[c]), true
	}
	return f.at(below.span), true
}

// run says that the label on line i and its value on the next are one pair of
// several: another label follows, or one stood before and nothing follows
// directly.
func (t *text) run(i int) bool {
	alone := func(k int) bool {
		return k >= 0 && k < len(t.lines) && len(t.lines[k].cells) == 1 && t.pure(t.lines[k].cells[0])
	}
	if alone(i + 2) {
		return true
	}
	last := i+2 >= len(t.lines) || t.lines[i+2].blank && !t.lines[i+1].blank || t.lines[i+2].to-t.lines[i+2].from > maxGuess
	return last && alone(i-2)
}

// listed says that line i stands right between others that begin with a label
// too: "Merchant Reference 2 web".
func (t *text) listed(i int) bool {
	if i < 1 || i+1 >= len(t.lines) || t.lines[i].blank || t.lines[i+1].blank {
		return false
	}
	for _, l := range []line{t.lines[i-1], t.lines[i+1]} {
		if len(l.cells) == 0 {
			return false
		}
		if list := t.labelsIn(l.cells[0]); len(list) == 0 || list[0].key == labelIgnore {
			return false
		}
	}
	return true
}

// at gives f the value that stands in s.
func (f found) at(s span) found {
	t := f.text
	s.end = max(s.at, s.end)
	for s.at < s.end && (strings.IndexByte(" \t*_|,:", t.s[s.at]) >= 0 || strings.HasPrefix(t.s[s.at:s.end], "= ")) {
		s.at++
	}
	for s.end > s.at && (strings.IndexByte(" \t\n*|,;·", t.s[s.end-1]) >= 0 || t.s[s.end-1] == '/' && s.end-2 >= s.at && strings.IndexByte(" /", t.s[s.end-2]) >= 0) {
		s.end--
	}
	s.end -= len(t.s[s.at:s.end]) - len(strings.TrimRight(t.s[s.at:s.end], " •"))
	for _, dash := range []string{" -", " –", " —"} {
		if v := t.s[s.at:s.end]; strings.HasSuffix(v, dash) {
			s.end = s.at + len(strings.TrimRight(v[:len(v)-len(dash)], " "))
		}
	}
	f.value = t.s[s.at:s.end]
	s.from = t.wordAt(s.at)
	s.to = t.wordAt(s.end)
	f.words = s
	return f
}

// wordAt is the index of the first word at byte at or later.
func (t *text) wordAt(at int) int {
	lo, hi := 0, len(t.words)
	for lo < hi {
		if m := (lo + hi) / 2; t.words[m].at < at {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}
