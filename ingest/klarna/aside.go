package klarna

import "strings"

// A mail tells its news first. What follows under a heading such as "How
// disputes work", and what stands below the farewell, is said in every mail:
// it tells what may be, and what other mails would say.

// leastNews is how many words of a part must be left above such a heading; a
// mail that begins with one has its news below.
const leastNews = 5

// maxHeading is how many words a heading has.
const maxHeading = 8

// settle finds where the news of a part ends.
func (t *text) settle() {
	t.news = len(t.words)
	if t.name == "subject" {
		return
	}
	for i, l := range t.lines {
		if l.from < leastNews || l.from == l.to {
			continue
		}
		if t.general(i) || t.farewell(l) {
			t.news = l.from
			return
		}
	}
}

// general says that line i is the heading of what is told in every mail.
func (t *text) general(i int) bool {
	l := t.lines[i]
	if len(l.cells) != 1 || l.to-l.from > maxHeading || i+1 == len(t.lines) || t.words[l.from].gap < gapLine {
		return false
	}
	h, ok := t.begins("mark.aside", l.from, l.to)
	if !ok && l.to-l.from > 1 {
		if _, article := t.begins("word.article", l.from, l.to); article {
			h, ok = t.begins("mark.aside", l.from+1, l.to)
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
	if h, ok := t.begins("mark.farewell", l.from, l.to); ok && l.to-h.to < 4 {
		return true
	}
	s := t.s[l.at:l.end]
	return strings.HasPrefix(s, "Klarna Bank AB") || strings.HasPrefix(s, "© ")
}

// told is the span of the words that tell news.
func (t *text) told() span { return span{from: 0, to: t.news} }

// unsettle makes all that is told news again, for a mail of which the news
// alone was not understood. It says whether that changed anything.
func (r *reader) unsettle() bool {
	more := false
	for _, t := range r.texts {
		more = more || t.news < len(t.words)
		t.news = len(t.words)
	}
	if more {
		r.topics = r.speech()
	}
	return more
}
