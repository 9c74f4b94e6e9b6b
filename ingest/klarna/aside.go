package klarna

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
	"github.com/disputewatch/disputewatch/rules"
)

// A mail tells its news first. What follows under a heading such as "How
// disputes work", what stands below the farewell, and paragraphs that say what
// may be are in every mail: they tell what other mails would say.

// leastNews is how many words of a part must be left above such a heading; a
// mail that begins with one has its news below.
const leastNews = 5

// maxHeading is how many words a heading has.
const maxHeading = 8

// settle finds what of a part is news, and drops the phrases of the rest that
// tell kinds, results and topics.
func (t *text) settle() {
	t.news, t.asides = len(t.Words), nil
	if t.Name == "subject" {
		return
	}
	for i, l := range t.Lines {
		if l.From < leastNews || l.From == l.To {
			continue
		}
		if t.general(i) || t.farewell(l) {
			t.news = l.From
			break
		}
	}
	for _, p := range t.paragraphs() {
		if t.explains(p) {
			t.asides = append(t.asides, p)
		}
	}
	if t.news == len(t.Words) && len(t.asides) == 0 {
		return
	}
	t.whole = t.Hits
	t.SetHits(slices.DeleteFunc(slices.Clone(t.Hits), func(h phrase.Hit) bool {
		return ofNews.Has(h.Key) && !t.isNews(h.From)
	}))
}

// ofNews are the phrases that tell kinds, results and topics.
var ofNews = key.OfEvidence.Or(key.OfAbout).Or(key.OfResult)

// isNews says that word w stands in no aside.
func (t *text) isNews(w int) bool {
	if w >= t.news {
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
func (t *text) general(i int) bool {
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
func (t *text) farewell(l page.Line) bool {
	if h, ok := t.Begins(key.MarkFarewell, l.From, l.To); ok && l.To-h.To < 4 {
		return true
	}
	s := t.S[l.At:l.End]
	return strings.HasPrefix(s, "Klarna Bank AB") || strings.HasPrefix(s, "© ")
}

// paragraphs are the runs of lines that no line of their own parts, from the
// second on that says something.
func (t *text) paragraphs() []words.Span {
	out := make([]words.Span, 0, len(t.Lines))
	for _, l := range t.Lines {
		switch {
		case l.From == l.To || l.From >= t.news:
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
func (t *text) explains(p words.Span) bool {
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

// told is the span of the words that may tell news.
func (t *text) told() words.Span { return words.Span{From: 0, To: t.news} }

// ends are the kinds that what is told in general speaks of most.
var ends = map[rules.Kind]bool{rules.KindStopRequest: true, rules.KindAppealOpen: true, rules.KindResolved: true}

// unsettle makes all that is told news again, for a mail of which the news
// alone was not understood. It says whether that changed anything.
func (r *reader) unsettle() bool {
	more := false
	for _, t := range r.texts {
		if t.whole != nil {
			t.SetHits(t.whole)
			t.whole, t.asides, t.news, more = nil, nil, len(t.Words), true
		}
	}
	if more {
		r.topics = r.speech()
	}
	return more
}
