package klarna

// captions says that line i looks like the heads of a table and the next one like
// what stands below them, though we do not know most of the heads: they hold no
// figures, most of what is below does, and so does what is below a label that we
// know. In a table of pairs, label beside value, a figure stands beside a label.
func (t *text) captions(i int) bool {
	heads, values := t.lines[i].cells, t.lines[i+1].cells
	if len(heads) < 3 {
		return false
	}
	figures, words, below := 0, 0, false
	for c, head := range heads {
		if !t.caption(head) {
			return false
		}
		known, value := t.pure(head), t.str(values[c])
		switch {
		case known && t.pure(values[c]):
			return false
		case digitsIn(value):
			figures++
			below = below || known
		case values[c].from < values[c].to && codeOf(value) == "":
			words++
		}
	}
	return below && figures >= words
}

// caption says that a cell may head a column: a few words, and no figure but the
// number of a reference.
func (t *text) caption(c span) bool {
	if c.from == c.to || c.to-c.from > maxFormLabel {
		return false
	}
	for i := c.from; i < c.to; i++ {
		if w := t.words[i]; digitsIn(w.norm) && (i == c.from || w.norm != "1" && w.norm != "2") {
			return false
		}
	}
	return true
}
