package labels

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// What stands in a form beside the labels that are known has a label too, in
// words that nobody foresaw: "How much", "It is about". Where the value's own
// shape leaves no doubt, the form is enough.

// maxFormLabel is how many words such a label has.
const maxFormLabel = 6

// Unforeseen is the label of a value that fills its cell, or all of it behind a
// colon: before the colon, in the cell before, or above.
func Unforeseen(p *page.Text, at, end int) (words.Span, bool) {
	t := form{p}
	i := t.LineOf(t.WordAt(at))
	l := t.Lines[i]
	c := 0
	for c+1 < len(l.Cells) && l.Cells[c].End < at {
		c++
	}
	cell := l.Cells[c]
	if cell.At > at || end > cell.End || strings.Trim(t.S[end:cell.End], " .)*-–") != "" {
		return words.Span{}, false
	}
	head := strings.TrimRight(t.S[cell.At:at], " *(")
	var label words.Span
	switch {
	case head != "" && (strings.HasSuffix(head, ":") || strings.HasSuffix(head, "..")):
		label = words.Span{At: cell.At, End: cell.At + len(head), From: cell.From, To: t.WordAt(at)}
	case head != "":
		return words.Span{}, false
	case i > 0 && c < len(t.Lines[i-1].Cells) && len(t.Lines[i-1].Cells) == len(l.Cells) && (len(l.Cells) == 1 || t.header(i-1)):
		label = t.Lines[i-1].Cells[c]
	case c > 0:
		label = l.Cells[c-1]
	}
	if label.From >= label.To || label.To-label.From > maxFormLabel || t.Words[label.To-1].Digits() || strings.ContainsAny(t.S[label.End-1:label.End], ".!") && !strings.HasSuffix(head, "..") {
		return words.Span{}, false
	}
	return label, true
}
