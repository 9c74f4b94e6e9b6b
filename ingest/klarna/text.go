package klarna

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// text is one text of a mail, and what the reader has found about it.
type text struct {
	page.Text
	others []words.Span // the values of what is no dispute's

	news   int          // the first word of what is told in general, see settle
	asides []words.Span // and the paragraphs before it that tell what may be
	whole  []phrase.Hit // the hits of all, where some were dropped

	answers bool // the subject of a reply: it tells what is answered, not what is said
}
