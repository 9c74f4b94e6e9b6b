package ingest

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
)

// Words is all the text of a mail, its header fields, what it hides and the mails
// inside of it included: whom it names. It is false where the mail cannot be
// opened.
func Words(raw []byte) (string, bool) {
	m, err := eml.Parse(raw)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	words(&b, m)
	return b.String(), true
}

func words(b *strings.Builder, m *eml.Message) {
	for _, f := range m.Fields {
		b.WriteString(f.Name + ": " + f.Value + "\n")
	}
	for _, p := range m.Parts {
		for _, row := range p.Rows {
			b.WriteString(strings.Join(row.Cells, "\t") + "\n")
		}
	}
	for _, inner := range m.Forwarded {
		words(b, inner)
	}
}
