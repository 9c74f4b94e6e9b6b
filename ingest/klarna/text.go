package klarna

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// text is one text of a mail, and what the reader has found about it.
type text struct {
	sentences.Text
	others []words.Span // the values of what is no dispute's
}

// page is the text as it is laid out.
func (t *text) page() *page.Text { return &t.Text.Text }

// found is a value that stands at a label of a text.
type found struct {
	labels.Found
	text *text
}

// labelsOf are those of one text, which stand beside each other.
func labelsOf(list []found, t *text) []found {
	from := 0
	for from < len(list) && list[from].text != t {
		from++
	}
	to := from
	for to < len(list) && list[to].text == t {
		to++
	}
	return list[from:to:to]
}
