package eml

import "strings"

// rows collects rows up to a bound.
type rows struct {
	list []Row
	left int  // how many more are taken
	over bool // more came
}

// add takes a row; an empty line never follows another one.
func (o *rows) add(r Row) {
	if isEmpty(r) && (len(o.list) == 0 || isEmpty(o.list[len(o.list)-1])) {
		return
	}
	if o.left <= 0 {
		o.over = true
		return
	}
	o.left--
	o.list = append(o.list, r)
}

// trim drops the empty line at the end.
func (o *rows) trim() {
	if n := len(o.list); n > 0 && isEmpty(o.list[n-1]) {
		o.list = o.list[:n-1]
	}
}

func isEmpty(r Row) bool { return len(r.Cells) == 0 && len(r.Links) == 0 }

// Text is what a person reads in the row, its cells parted by a space.
func (r Row) Text() string {
	if len(r.Cells) == 1 {
		return r.Cells[0]
	}
	var full []string
	for _, c := range r.Cells {
		if c != "" {
			full = append(full, c)
		}
	}
	return strings.Join(full, " ")
}
