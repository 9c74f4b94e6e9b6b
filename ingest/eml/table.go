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

// frame is a table that is open, or the page: its finished rows, and the cells
// of the row that is open. A dl is a table whose rows begin with a dt.
type frame struct {
	rows   []row
	cells  [][]row
	inCell bool
}

// place puts a row where we are: into the open cell or below the last row.
func (w *page) place(r row) {
	f := w.frames[len(w.frames)-1]
	to := &f.rows
	if f.inCell {
		to = &f.cells[len(f.cells)-1]
	}
	if r.empty() && len(*to) > 0 && (*to)[len(*to)-1].empty() {
		return
	}
	w.placed++
	*to = append(*to, r)
}

func (w *page) openTable(tag atom.Atom, e *element) {
	f := w.frames[len(w.frames)-1]
	switch tag {
	case atom.Table, atom.Dl:
		if w.tables++; w.tables <= maxTables {
			w.frames = append(w.frames, &frame{})
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
		f.endRow()
		return
	case atom.Dt:
		f.endRow()
	}
	f.cells = append(f.cells, nil)
	f.inCell, e.opened = true, true
}

func (w *page) closeTable(e element) {
	f := w.frames[len(w.frames)-1]
	switch e.tag {
	case atom.Table, atom.Dl:
		w.tables--
		if !e.opened {
			return
		}
		f.endRow()
		w.frames = w.frames[:len(w.frames)-1]
		w.placeAll(f.rows)
	case atom.Tr:
		if len(w.frames) > 1 && w.tables <= maxTables {
			f.endRow()
		}
	case atom.Td, atom.Th, atom.Dt, atom.Dd:
		if e.opened {
			f.inCell = false
		}
	}
}

// placeAll puts the rows of a table where the table stands.
func (w *page) placeAll(rows []row) {
	f := w.frames[len(w.frames)-1]
	to := &f.rows
	if f.inCell {
		to = &f.cells[len(f.cells)-1]
	}
	if len(*to) == 0 {
		*to = rows // most tables only wrap another one: nothing is copied
		return
	}
	*to = append(*to, rows...)
}

// endRow ends the open table row.
func (f *frame) endRow() {
	f.inCell = false
	cells := f.cells
	f.cells = nil
	if len(cells) == 1 {
		if len(f.rows) == 0 {
			f.rows = cells[0]
		} else {
			f.rows = append(f.rows, cells[0]...)
		}
		return
	}
	for i := range cells {
		var seen []row
		for _, r := range cells[i] {
			if r.hidden {
				f.rows = append(f.rows, r)
			} else {
				seen = append(seen, r)
			}
		}
		cells[i] = trimRows(seen)
	}
	f.rows = append(f.rows, arrange(cells)...)
}

// A table is data up to so many lines a cell; beyond, it is layout.
const maxLines = 8

// maxJoined is how many lines a cell may have that is one value all the same,
// such as an address.
const maxJoined = 3

// arrange makes rows of the cells of one table row. A row of data gives one
// row, or as many as its cells have lines if all have the same number. Where a
// cell holds a table or much text, or is the only full one, the cells stand
// beside each other for looks alone, and are read one after the other.
func arrange(cells [][]row) []row {
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
		return nil
	case full == 1 && (last > 0 || most > 1 || nested):
		return cells[last]
	case nested, most > maxLines:
	case same:
		return beside(cells, most)
	case filled(cells[0]) <= 1 && most <= maxJoined:
		return []row{joined(cells)}
	}
	var out []row
	for _, c := range cells {
		if len(c) > 0 && len(out) > 0 {
			out = append(out, row{})
		}
		out = append(out, c...)
	}
	return out
}

// beside makes n rows of cells with n lines each, or none, at least one of them full.
func beside(cells [][]row, n int) []row {
	out := make([]row, n)
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
	return out
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
	r.cells[i] = strings.TrimSpace(r.cells[i] + " " + strings.Join(line.cells, " "))
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
