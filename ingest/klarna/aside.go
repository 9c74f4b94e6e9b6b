package klarna

import (
	"slices"
	"strings"

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
	t.news, t.asides = len(t.words), nil
	if t.name == "subject" {
		return
	}
	for i, l := range t.lines {
		if l.from < leastNews || l.from == l.to {
			continue
		}
		if t.general(i) || t.farewell(l) {
			t.news = l.from
			break
		}
	}
	for _, p := range t.paragraphs() {
		if t.explains(p) {
			t.asides = append(t.asides, p)
		}
	}
	if t.news == len(t.words) && len(t.asides) == 0 {
		return
	}
	t.whole = t.hits
	t.found(slices.DeleteFunc(slices.Clone(t.hits), func(h hit) bool {
		return ofNews.has(h.key) && !t.isNews(h.from)
	}))
}

// ofNews are the phrases that tell kinds, results and topics.
var ofNews = ofEvidence.or(ofAbout).or(ofResult)

// isNews says that word w stands in no aside.
func (t *text) isNews(w int) bool {
	if w >= t.news {
		return false
	}
	for _, a := range t.asides {
		if w >= a.from && w < a.to {
			return false
		}
	}
	return true
}

// general says that line i is the heading of what is told in every mail.
func (t *text) general(i int) bool {
	l := t.lines[i]
	if len(l.cells) != 1 || l.to-l.from > maxHeading || i+1 == len(t.lines) || t.words[l.from].gap < gapLine {
		return false
	}
	h, ok := t.begins(markAside, l.from, l.to)
	if !ok && l.to-l.from > 1 {
		if _, article := t.begins(wordArticle, l.from, l.to); article {
			h, ok = t.begins(markAside, l.from+1, l.to)
		}
	}
	if !ok || strings.HasSuffix(t.str(l.span), ".") {
		return false
	}
	for k := h.to; k < l.to; k++ {
		if t.words[k].digits() {
			return false
		}
	}
	return true
}

// farewell says that a line ends the mail: words of farewell alone, or the
// name of the bank that stands in every footer.
func (t *text) farewell(l line) bool {
	if h, ok := t.begins(markFarewell, l.from, l.to); ok && l.to-h.to < 4 {
		return true
	}
	s := t.s[l.at:l.end]
	return strings.HasPrefix(s, "Klarna Bank AB") || strings.HasPrefix(s, "© ")
}

// paragraphs are the runs of lines that no line of their own parts, from the
// second on that says something.
func (t *text) paragraphs() []span {
	out := make([]span, 0, len(t.lines))
	for _, l := range t.lines {
		switch {
		case l.from == l.to || l.from >= t.news:
		case len(out) > 0 && t.words[l.from].gap < gapLine:
			out[len(out)-1].to, out[len(out)-1].end = l.to, l.end
		default:
			out = append(out, l.span)
		}
	}
	for i, p := range out {
		if p.to-p.from >= leastNews {
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
func (t *text) explains(p span) bool {
	sentences, maybe := 0, 0
	for i := p.from; i < p.to; {
		s := t.sentence(i)
		s.from, s.to = i, min(s.to, p.to)
		for k := s.from; k < s.to; k++ {
			if w := t.words[k]; w.digits() && len(w.norm) > 3 {
				return false
			}
		}
		sentences++
		_, may := t.has(wordIf, s.from, s.to)
		_, theirs := t.has(wordTheirs, s.from, s.to)
		if may || theirs {
			maybe++
		}
		i = s.to
	}
	return sentences >= leastSentences && float64(maybe) >= mostlyMaybe*float64(sentences)
}

// told is the span of the words that may tell news.
func (t *text) told() span { return span{from: 0, to: t.news} }

// ends are the kinds that what is told in general speaks of most.
var ends = map[rules.Kind]bool{rules.KindStopRequest: true, rules.KindAppealOpen: true, rules.KindResolved: true}

// unsettle makes all that is told news again, for a mail of which the news
// alone was not understood. It says whether that changed anything.
func (r *reader) unsettle() bool {
	more := false
	for _, t := range r.texts {
		if t.whole != nil {
			t.found(t.whole)
			t.whole, t.asides, t.news, more = nil, nil, len(t.words), true
		}
	}
	if more {
		r.topics = r.speech()
	}
	return more
}
