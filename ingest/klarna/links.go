package klarna

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
)

// respondLinks lists the links that may be the form's button: first those
// whose own words say so, then those beside such words.
func (r *reader) respondLinks() {
	var sure, near []string
	for _, t := range r.texts {
		for _, l := range t.Links {
			if !strings.HasPrefix(l.URL, "https://") {
				continue
			}
			if isButton(r.v, l.Text) {
				sure = append(sure, l.URL)
			}
		}
		for i, l := range t.Lines {
			near = append(near, r.bareLinks(t, i, l)...)
		}
	}
	for _, u := range append(sure, near...) {
		if !slices.Contains(r.n.RespondLinks, u) && len(r.n.RespondLinks) < 10 {
			r.n.RespondLinks = append(r.n.RespondLinks, u)
			r.explain("respond_link", u, "its words", false)
		}
	}
}

// isButton says that a link's text holds the words of the form's button.
func isButton(v *phrase.Vocabulary, s string) bool {
	if strings.TrimSpace(s) == "" {
		return false
	}
	t := page.New(v, "link", []eml.Row{{Cells: []string{s}}})
	_, ok := t.Has(key.WordButton, 0, len(t.Words))
	return ok
}

// bareLinks finds addresses in plain text on the line of a button's words or
// on the next.
func (r *reader) bareLinks(t *text, i int, l page.Line) []string {
	s := t.S[l.At:l.End]
	at := strings.Index(s, "https://")
	if at < 0 {
		return nil
	}
	from := l.From
	if i > 0 {
		from = t.Lines[i-1].From
	}
	if _, ok := t.Has(key.WordButton, from, l.To); !ok {
		return nil
	}
	u := s[at:]
	if end := strings.IndexAny(u, " \t<>\"')]"); end >= 0 {
		u = u[:end]
	}
	return []string{strings.TrimRight(u, ".,;")}
}
