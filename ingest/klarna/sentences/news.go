// Package sentences judges what the sentences of a text tell: what is news and what is
// told in every mail, what is denied or only possible, who has to do something and whose
// day it is, who won. Each answer is about one text; what the mail as a whole is, and
// what it is worth, is weighed by the reader.
package sentences

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// A mail tells its news first. What follows under a heading such as "How
// disputes work", what stands below the farewell, and paragraphs that say what
// may be are in every mail: they tell what other mails would say.

// Text is one text of a mail whose sentences are judged.
type Text struct {
	page.Text
	News    int          // the first word of what is told in general, see Settle
	asides  []words.Span // and the paragraphs before it that tell what may be
	Whole   []phrase.Hit // the hits of all, where some were dropped
	Answers bool         // the subject of a reply: it tells what is answered, not what is said
}

// leastNews is how many words of a part must be left above such a heading; a
// mail that begins with one has its news below.
const leastNews = 5

// maxHeading is how many words a heading has.
const maxHeading = 8

// Settle finds what of a part is news, and drops the phrases of the rest that
// tell kinds, results and topics.
func (t *Text) Settle() {
	t.News, t.asides = len(t.Words), nil
	if t.Name == "subject" {
		return
	}
	for i, l := range t.Lines {
		if l.From < leastNews || l.From == l.To {
			continue
		}
		if t.general(i) || t.farewell(l) {
			t.News = l.From
			break
		}
	}
	for _, p := range t.paragraphs() {
		if t.explains(p) {
			t.asides = append(t.asides, p)
		}
	}
	if t.News == len(t.Words) && len(t.asides) == 0 {
		return
	}
	t.Whole = t.Hits
	t.SetHits(slices.DeleteFunc(slices.Clone(t.Hits), func(h phrase.Hit) bool {
		return ofNews.Has(h.Key) && !t.IsNews(h.From)
	}))
}

// ofNews are the phrases that tell kinds, results and topics.
var ofNews = key.OfEvidence.Or(key.OfAbout).Or(key.OfResult)

// IsNews says that word w stands in no aside.
func (t *Text) IsNews(w int) bool {
	if w >= t.News {
		return false
	}
	for _, a := range t.asides {
		if w >= a.From && w < a.To {
			return false
		}
	}
	return true
}

// general says that line i is the heading of what is told in every mail.
func (t *Text) general(i int) bool {
	l := t.Lines[i]
	if len(l.Cells) != 1 || l.To-l.From > maxHeading || i+1 == len(t.Lines) || t.Words[l.From].Gap < words.GapLine {
		return false
	}
	h, ok := t.Begins(key.MarkAside, l.From, l.To)
	if !ok && l.To-l.From > 1 {
		if _, article := t.Begins(key.WordArticle, l.From, l.To); article {
			h, ok = t.Begins(key.MarkAside, l.From+1, l.To)
		}
	}
	if !ok || strings.HasSuffix(t.Str(l.Span), ".") {
		return false
	}
	for k := h.To; k < l.To; k++ {
		if t.Words[k].Digits() {
			return false
		}
	}
	return true
}

// farewell says that a line ends the mail: words of farewell alone, or the
// name of the bank that stands in every footer.
func (t *Text) farewell(l page.Line) bool {
	if h, ok := t.Begins(key.MarkFarewell, l.From, l.To); ok && l.To-h.To < 4 {
		return true
	}
	s := t.S[l.At:l.End]
	return strings.HasPrefix(s, "Klarna Bank AB") || strings.HasPrefix(s, "© ")
}

// paragraphs are the runs of lines that no line of their own parts, from the
// second on that says something.
func (t *Text) paragraphs() []words.Span {
	out := make([]words.Span, 0, len(t.Lines))
	for _, l := range t.Lines {
		switch {
		case l.From == l.To || l.From >= t.News:
		case len(out) > 0 && t.Words[l.From].Gap < words.GapLine:
			out[len(out)-1].To, out[len(out)-1].End = l.To, l.End
		default:
			out = append(out, l.Span)
		}
	}
	for i, p := range out {
		if p.To-p.From >= leastNews {
			return out[i+1:]
		}
	}
	return nil
}

// A paragraph explains in general when it has so many sentences and most of
// them tell only what may be.
const (
	leastSentences = 3
	mostlyMaybe    = 0.6
)

// explains says that a paragraph tells what may be and names nothing of this
// mail: no day, no sum, no number.
func (t *Text) explains(p words.Span) bool {
	sentences, maybe := 0, 0
	for i := p.From; i < p.To; {
		s := t.Sentence(i)
		s.From, s.To = i, min(s.To, p.To)
		for k := s.From; k < s.To; k++ {
			if w := t.Words[k]; w.Digits() && len(w.Norm) > 3 {
				return false
			}
		}
		sentences++
		_, may := t.Has(key.WordIf, s.From, s.To)
		_, theirs := t.Has(key.WordTheirs, s.From, s.To)
		if may || theirs {
			maybe++
		}
		i = s.To
	}
	return sentences >= leastSentences && float64(maybe) >= mostlyMaybe*float64(sentences)
}

// Told is the span of the words that may tell news.
func (t *Text) Told() words.Span { return words.Span{From: 0, To: t.News} }

// Unsettle makes all that is told news again. It says whether that changed anything.
func (t *Text) Unsettle() bool {
	if t.Whole == nil {
		return false
	}
	t.SetHits(t.Whole)
	t.Whole, t.asides, t.News = nil, nil, len(t.Words)
	return true
}

// SetApart drops the phrases that tell kinds, results and topics from what is told of
// another dispute: no reading of the mail makes that its news.
func (t *Text) SetApart(list []words.Span) {
	apart := func(h phrase.Hit) bool {
		return ofNews.Has(h.Key) && slices.ContainsFunc(list, func(s words.Span) bool { return h.From >= s.From && h.From < s.To })
	}
	t.SetHits(slices.DeleteFunc(slices.Clone(t.Hits), apart))
	if t.Whole != nil {
		t.Whole = slices.DeleteFunc(slices.Clone(t.Whole), apart)
	}
}
