package klarna

import (
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
