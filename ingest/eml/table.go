package eml

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// row is a Row whose links may still grow.
type row struct {
	cells  []string
	links  []*link
	quote  int
	hidden bool
}

func (r row) empty() bool { return len(r.cells) == 0 && len(r.links) == 0 }

func (r row) public() Row {
	p := Row{Cells: r.cells, Quote: r.quote, Hidden: r.hidden}
	for _, a := range r.links {
		p.Links = append(p.Links, Link{Text: first(string(a.text), a.alt), URL: a.url})
	}
	return p
}

// frame is a table that is open, or the page. A dl is a table whose rows begin
// with a dt. All rows so far stand in page.rows, those of the innermost frame
// last: its finished ones from its start on, then those of each cell of the row
// that is open. So nothing is moved when a table ends, and nothing when a row of
// one cell does; and most tables of a mail only wrap another one.
type frame struct {
	start     int   // of its rows in page.rows
	firstCell int   // of the open row, in page.cells
	inCell    bool  // the last of them is open
	between   []row // placed beside the cells of the open row: they come before it
}

// place puts a row where we are: into the open cell or below the last row.
func (w *page) place(r row) {
	f := w.frame()
	from, cells := f.start, w.cells[f.firstCell:]
	switch {
	case f.inCell:
		from = cells[len(cells)-1]
	case len(cells) > 0:
		above := f.between
		if len(above) == 0 {
			above = w.rows[f.start:cells[0]]
		}
		if !r.empty() || !endsEmpty(above) {
			w.placed++
			f.between = append(f.between, r)
		}
		return
	}
	if !r.empty() || !endsEmpty(w.rows[from:]) {
		w.placed++
		w.rows = append(w.rows, r)
	}
}

func endsEmpty(rows []row) bool { return len(rows) > 0 && rows[len(rows)-1].empty() }

func (w *page) frame() *frame { return &w.frames[len(w.frames)-1] }

func (w *page) openTable(tag atom.Atom, e *element) {
	switch tag {
	case atom.Table, atom.Dl:
		if w.tables++; w.tables <= maxTables {
			w.frames = append(w.frames, frame{start: len(w.rows), firstCell: len(w.cells)})
			e.opened = true
		}
		return
	case atom.Tr, atom.Td, atom.Th, atom.Dt, atom.Dd:
	default:
		return
	}
	if len(w.frames) == 1 || w.tables > maxTables {
		return // a block like any other
	}
	switch tag {
	case atom.Tr:
		w.endRow()
		return
	case atom.Dt:
		w.endRow()
	}
	w.cells = append(w.cells, len(w.rows))
	w.frame().inCell, e.opened = true, true
}

func (w *page) closeTable(tag atom.Atom, opened bool) {
	switch tag {
	case atom.Table, atom.Dl:
		w.tables--
		if opened {
			w.endRow()
			w.endFrame()
		}
	case atom.Tr:
		if len(w.frames) > 1 && w.tables <= maxTables {
			w.endRow()
		}
	case atom.Td, atom.Th, atom.Dt, atom.Dd:
		if opened {
			w.frame().inCell = false
		}
	}
}

// endFrame leaves the rows of a table where the table stands.
func (w *page) endFrame() {
	start := w.frame().start
	w.frames = w.frames[:len(w.frames)-1]
	if f := w.frame(); !f.inCell && len(w.cells) > f.firstCell {
		f.between = append(f.between, w.rows[start:]...)
		w.rows = w.rows[:start]
	}
}

// endRow ends the open table row.
func (w *page) endRow() {
	f := w.frame()
	f.inCell = false
	cells := w.cells[f.firstCell:]
	if len(cells) == 0 || len(cells) == 1 && len(f.between) == 0 {
		w.cells = w.cells[:f.firstCell]
		return
	}
	first := cells[0]
	w.open = append(w.open[:0], w.rows[first:]...)
	w.rows = append(w.rows[:first], f.between...)
	f.between = nil
	if len(cells) == 1 {
		w.rows = append(w.rows, w.open...)
	} else {
		w.rows = arrange(w.rows, w.cut(cells))
	}
	w.cells = w.cells[:f.firstCell]
}

// cut makes the cells of the rows in w.open, by where each begins. What cannot be
// seen keeps out of them and comes first.
func (w *page) cut(starts []int) (cells [][]row) {
	cells = w.parts[:0]
	end := starts[0] + len(w.open)
	for i, from := range starts {
		to := end
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		all := w.open[from-starts[0] : to-starts[0]]
		seen := all[:0]
		for _, r := range all {
			if r.hidden {
				w.rows = append(w.rows, r)
			} else {
				seen = append(seen, r)
			}
		}
		cells = append(cells, trimRows(seen))
	}
	w.parts = cells
	return cells
}

// A table is data up to so many lines a cell; beyond, it is layout.
const maxLines = 8

// maxJoined is how many lines a cell may have that is one value all the same,
// such as an address.
const maxJoined = 3

// arrange adds to out what the cells of one table row make. A row of data gives
// one row, or as many as its cells have lines if all have the same number. Where a
// cell holds a table or much text, or is the only full one, the cells stand
// beside each other for looks alone, and are read one after the other.
func arrange(out []row, cells [][]row) []row {
	full, last := 0, 0
	most, same, nested := 0, true, false
	for i, c := range cells {
		if len(c) == 0 {
			continue
		}
		full++
		lines := 0
		for _, r := range c {
			nested = nested || len(r.cells) > 1
			if !r.empty() {
				lines++
			}
		}
		same = same && (most == 0 || lines == most)
		most = max(most, lines)
		last = i
	}
	switch {
	case full == 0:
		return out
	case full == 1 && (last > 0 || most > 1 || nested):
		return append(out, cells[last]...)
	case nested, most > maxLines:
	case same:
		return beside(out, cells, most)
	case filled(cells[0]) <= 1 && most <= maxJoined:
		return append(out, joined(cells))
	}
	first := len(out)
	for _, c := range cells {
		if len(c) > 0 && len(out) > first {
			out = append(out, row{})
		}
		out = append(out, c...)
	}
	return out
}

// beside adds n rows of cells with n lines each, or none, at least one of them full.
func beside(all []row, cells [][]row, n int) []row {
	all = append(all, make([]row, n)...)
	out := all[len(all)-n:]
	for i, c := range cells {
		at := 0
		for _, r := range c {
			if r.empty() {
				continue
			}
			out[at].take(i, len(cells), r)
			at++
		}
	}
	return all
}

// joined makes one row of cells with different numbers of lines.
func joined(cells [][]row) row {
	var out row
	for i, c := range cells {
		for _, r := range c {
			if !r.empty() {
				out.take(i, len(cells), r)
			}
		}
	}
	return out
}

// take adds a line to the i-th of n cells.
func (r *row) take(i, n int, line row) {
	if r.cells == nil {
		r.cells = make([]string, n)
		r.quote = line.quote
	}
	text := strings.Join(line.cells, " ")
	if r.cells[i] != "" && text != "" {
		text = r.cells[i] + " " + text
	}
	r.cells[i] = first(text, r.cells[i])
	r.links = append(r.links, line.links...)
}

func filled(c []row) int {
	n := 0
	for _, r := range c {
		if !r.empty() {
			n++
		}
	}
	return n
}

func trimRows(rows []row) []row {
	for len(rows) > 0 && rows[0].empty() {
		rows = rows[1:]
	}
	for len(rows) > 0 && rows[len(rows)-1].empty() {
		rows = rows[:len(rows)-1]
	}
	return rows
}
