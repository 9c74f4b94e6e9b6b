package labels

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// captions says that line i looks like the heads of a table and the next one like
// what stands below them, though we do not know most of the heads: they hold no
// figures, most of what is below does, and so does what is below a label that we
// know. In a table of pairs, label beside value, a figure stands beside a label, and no
// two of them below it.
func (t form) captions(i int) bool {
	heads, values := t.Lines[i].Cells, t.Lines[i+1].Cells
	if len(heads) == 2 && !(letters.HasDigit(t.Str(values[0])) && letters.HasDigit(t.Str(values[1]))) {
		return false
	}
	figures, words, below := 0, 0, false
	for c, head := range heads {
		if !t.caption(head) {
			return false
		}
		known, value := t.pure(head), t.Str(values[c])
		switch {
		case known && t.pure(values[c]):
			return false
		case letters.HasDigit(value):
			figures++
			below = below || known
		case values[c].From < values[c].To && ids.Reason(value) == "":
			words++
		}
	}
	return below && figures >= words
}

// caption says that a cell may head a column: a few words, and no figure but the
// number of a reference.
func (t form) caption(c words.Span) bool {
	if c.From == c.To || c.To-c.From > maxFormLabel {
		return false
	}
	for i := c.From; i < c.To; i++ {
		if w := t.Words[i]; letters.HasDigit(w.Norm) && (i == c.From || w.Norm != "1" && w.Norm != "2") {
			return false
		}
	}
	return true
}

// onlyCell says that all cells of l but the c-th are empty.
func onlyCell(t form, l page.Line, c int) bool {
	for i, o := range l.Cells {
		if i != c && t.Str(o) != "" {
			return false
		}
	}
	return true
}

// labelLike says that a line begins with a label that a value follows.
func (t form) labelLike(l page.Line) bool {
	for _, c := range l.Cells {
		for _, lb := range t.labelsIn(c) {
			if lb.sep != 0 {
				return true
			}
		}
	}
	return false
}

// paired says that a line is a label of some id with one word for its value: what
// stands above it has no value. What is no id of a dispute's may be the value itself:
// "Order 66120", "Customer 2077", and so is what one token holds: "VU-1042".
func (t form) paired(l page.Line) bool {
	lb := t.labelsIn(l.Cells[0])[0]
	v := strings.Fields(t.S[lb.rest:l.End])
	if end := t.Words[lb.To-1].End; lb.Key == key.LabelIgnore || end < l.End && strings.IndexByte(" \t:=", t.S[end]) < 0 {
		return false // "Customer 2077" and "00cc0000" are values
	}
	return lb.Key != key.LabelOrderID && lb.Key != key.LabelOrderNumber && len(v) == 1 && letters.HasDigit(v[0])
}

// pure says that a cell is a label and nothing else.
func (t form) pure(c words.Span) bool {
	list := t.labelsIn(c)
	return len(list) == 1 && list[0].sep == '$'
}

// header says that line i holds labels and the next one their values.
func (t form) header(i int) bool {
	l := t.Lines[i]
	if len(l.Cells) < 2 || i+1 >= len(t.Lines) || len(t.Lines[i+1].Cells) != len(l.Cells) {
		return false
	}
	pure, adjacent, last := 0, false, false
	for _, c := range l.Cells {
		p := t.pure(c)
		if p {
			pure++
		}
		adjacent = adjacent || p && last
		last = p
	}
	if pure > 0 && t.captions(i) {
		return true
	}
	grid := pure > 0 && i > 1 && t.above(i) && t.header(i-2)
	if !grid && (pure < 2 || !adjacent && len(l.Cells)%2 == 0) {
		return false
	}
	for _, c := range t.Lines[i+1].Cells {
		if t.pure(c) {
			return false
		}
	}
	return true
}

// above says that line i may go on with a grid that the two lines above it began:
// labels without a figure, in as many cells.
func (t form) above(i int) bool {
	l := t.Lines[i]
	if len(t.Lines[i-1].Cells) != len(l.Cells) || len(t.Lines[i-2].Cells) != len(l.Cells) || l.Blank {
		return false
	}
	for _, c := range l.Cells {
		if s := t.S[c.At:c.End]; letters.HasDigit(s) && !t.pure(c) || c.To-c.From > maxFormLabel || c.To == c.From {
			return false
		}
	}
	return true
}

// mirrored says that the value of line i stands before its label, because an
// arrow says so or because that is so in the whole table.
func (t form) mirrored(i int) bool {
	if !t.behind(i) {
		return false
	}
	if c := t.Str(t.Lines[i].Cells[1]); strings.HasPrefix(c, "←") || strings.HasPrefix(c, "⇐") || strings.HasPrefix(c, "<-") {
		return true
	}
	n := 1
	for k := i - 1; k >= 0 && n < 3 && t.behind(k); k-- {
		n++
	}
	for k := i + 1; k < len(t.Lines) && n < 3 && t.behind(k); k++ {
		n++
	}
	return n == 3
}

// behind says that line i is a value and a label behind it.
func (t form) behind(i int) bool {
	l := t.Lines[i]
	return len(l.Cells) == 2 && t.Str(l.Cells[0]) != "" && t.pure(l.Cells[1]) && t.labelsIn(l.Cells[1])[0].Key != key.LabelIgnore && len(t.labelsIn(l.Cells[0])) == 0
}

// columnsBelow pairs the labels of line i with the cells below them, and with those of
// the further rows of a list of disputes.
func (t form) columnsBelow(out []Found, i int) []Found {
	for row := i + 1; row == i+1 || t.further(i, row); row++ {
		for c, cell := range t.Lines[i].Cells {
			for _, lb := range t.labelsIn(cell) {
				f := Found{Field: lb.Key.Name(), Rank: Labelled, Remark: lb.remark}
				f.From = "column " + t.Str(cell) + ", " + t.Place(i)
				out = append(out, f.at(t, t.Lines[row].Cells[c]))
			}
		}
	}
	return out
}

// further says that a line is a further row of a list of disputes under the heads of
// line i: an id stands below the label of one.
func (t form) further(i, row int) bool {
	if row >= len(t.Lines) || len(t.Lines[row].Cells) != len(t.Lines[i].Cells) {
		return false
	}
	for c, cell := range t.Lines[i].Cells {
		list := t.labelsIn(cell)
		if len(list) == 1 && list[0].Key == key.LabelDisputeID {
			return letters.AllDigits(t.Str(t.Lines[row].Cells[c]))
		}
	}
	return false
}
