package klarna

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// farAway is from when on a deadline is too far in the future to be believed
// without a word about it.
const farAway = 2 * 365 * 24 * time.Hour

// deadlines lists what the text says of a deadline, at labels and in sentences.
func (r *reader) deadlines(t *text, labels []found, d dating) []reading {
	var out []reading
	for _, f := range labels {
		if f.field == "deadline" {
			out = append(out, r.labelDate(t, f, d)...)
		}
	}
	list := r.v.moments(t, 0, len(t.words))
	for i, m := range list {
		if i+1 < len(list) && t.period(m, list[i+1], d) && !r.leads(t, wordBy, t.sentence(m.from), m.from, 1) {
			continue
		}
		if !t.isNews(m.from) && slices.ContainsFunc(out, func(rd reading) bool { return !rd.at.Before(d.mail) }) {
			continue // of what is told in general, only where the news names no day to come
		}
		ends := i > 0 && t.period(list[i-1], m, d) && t.answered(list[i-1])
		if rd, ok := r.sentenceDate(t, m, ends, labels, d); ok {
			out = append(out, rd)
		}
	}
	return append(out, r.sentenceRelative(t, labels, d)...)
}

// near says whether a date begins so soon behind its label that it is the
// label's own: the looser the label, the sooner.
func (f found) near(m moment) bool {
	return !(f.below && m.from > f.words.from+3 || f.rank < labelled && m.from > f.words.from+5)
}

// labelDate reads the date at a deadline's label.
func (r *reader) labelDate(t *text, f found, d dating) []reading {
	list := r.v.moments(t, f.words.from, f.words.to)
	if len(list) > 0 && f.near(list[0]) {
		m := list[0]
		if len(list) > 1 && (r.moved(t, m, t.sentence(m.from)) || t.period(m, list[1], d)) {
			m = list[1]
		}
		t.labelZone(&m, f.words.from)
		rd, err := resolve(m, d)
		if err != nil {
			r.unread = append(r.unread, "deadline: cannot read "+strconv.Quote(clip(f.value))+": "+err.Error())
			return nil
		}
		rd.rank, rd.text2, rd.from = f.rank, t, f.from
		rd.text = t.quoted(m)
		if f.rank == labelled && len(f.value) <= 60 {
			rd.text = f.value
		}
		return []reading{rd}
	}
	rd, ok := r.v.relative(t, span{from: f.words.from, to: min(f.words.to, f.words.from+8)}, d)
	if ok {
		rd.rank, rd.from = f.rank, f.from
		return []reading{rd}
	}
	if f.rank == labelled && !f.below && (digitsIn(f.value) || len(f.value) > 2) {
		r.unread = append(r.unread, "deadline: cannot read "+strconv.Quote(clip(f.value)))
	}
	return nil
}

// quoted is a date as it is written, on one line.
func (t *text) quoted(m moment) string {
	s := strings.Join(strings.Fields(t.s[m.at:m.end]), " ")
	if strings.Count(s, "(") > strings.Count(s, ")") {
		s += ")"
	}
	return s
}

// labelZone gives m the zone that stands in its label: "Deadline (CET): …".
func (t *text) labelZone(m *moment, value int) {
	for k := max(0, value-2); k < value && m.hasTime && !m.hasZone; k++ {
		w := t.words[k]
		minutes, known := zones[w.norm]
		if raw := t.s[w.at:w.end]; known && len(raw) > 2 && raw == strings.ToUpper(raw) {
			m.hasZone, m.offset = true, minutes*60
		}
	}
}

// clip keeps a quotation short.
func clip(s string) string {
	if len(s) <= 40 {
		return s
	}
	return strings.ToValidUTF8(s[:40], "") + "…"
}

// period says that two days are the first and the last of a time, "1 December - 12
// January", or of one that has begun when the mail was written: "between 24 November and
// 12 January".
func (t *text) period(first, last moment, d dating) bool {
	between := last.from - first.to
	if first.y > 0 && last.y > 0 && slices.Compare([]int{last.y, last.m, last.d}, []int{first.y, first.m, first.d}) < 0 {
		return false
	}
	if between == 0 {
		return strings.ContainsAny(t.s[first.end:last.at], "-–—")
	}
	if until, ok := t.begins(wordBy, first.to, last.from); ok && last.from-until.to <= 1 && !strings.ContainsAny(t.s[first.end:last.at], ",;(") {
		return true
	}
	if between != 1 {
		return false
	}
	if d.mail.IsZero() {
		return false
	}
	begins, err := resolve(first, d)
	day := d.mail.In(d.location())
	if err != nil {
		return first.y == 0 // the next such day is too far away: it was the last one
	}
	return begins.at.Before(time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, d.location()))
}

// answered says that a period is the time for an answer, "please respond between 24
// November and 12 January", and not that of a stay or a delivery.
func (t *text) answered(first moment) bool {
	from := max(t.sentence(first.from).from, first.from-maxArticles-1)
	for i := t.after(from); i < len(t.hits) && t.hits[i].from < first.from; i++ {
		h := t.hits[i]
		if (h.key == wordRespond || h.key == labelDeadline || h.key == wordDue) && h.to <= first.from && !t.hasAny([]key{aboutGoods, wordOrder, wordCustomer}, h.to, first.from) {
			return true
		}
	}
	return false
}

// sentenceDate takes a date for the deadline if its sentence asks for an
// answer by it; ends says that a period ends with it.
func (r *reader) sentenceDate(t *text, m moment, ends bool, labels []found, d dating) (reading, bool) {
	if claimed(labels, m.span) {
		return reading{}, false
	}
	s := t.sentence(m.from)
	if r.moved(t, m, s) || r.leads(t, aboutFormer, s, m.from, 2) && (r.putOff(t) || len(r.v.moments(t, s.from, s.to)) > 1) {
		return reading{}, false
	}
	if _, met := t.has(aboutMet, s.from, s.to); met || t.othersDay(m, s) {
		return reading{}, false
	}
	due := r.leads(t, wordDue, s, m.from, 4)
	due = due || r.leads(t, aboutRenewed, s, m.from, 2) && r.putOff(t)
	due = due || r.movedTo(t, m, s) || t.closes(s) || r.captioned(t, m)
	due = due || slices.ContainsFunc(labels, func(f found) bool { return f.text == t && f.listsDeadline(m.at) })
	due = due || t.lastDay(m, s)
	_, asks := t.has(wordRespond, s.from, s.to)
	by := ends || r.leads(t, wordBy, s, m.from, 2) || r.leads(t, wordTomorrow, s, m.from, 1) || r.leads(t, wordToday, s, m.from, 1) || r.follows(t, m, s)
	by = by || asks && r.latest(t, m, s)
	silence := !by && !due && t.endsInSilence(s)
	by = by || silence
	if theirs := t.theirs(s, m.from); !by && !due || theirs && !due && !silence && !t.threatens(m, s) {
		return reading{}, false
	}
	if _, ok := t.has(wordCustomer, s.from, m.from); ok && !asks && !due {
		return reading{}, false
	}
	rd, err := resolve(m, d)
	if err != nil {
		r.unread = append(r.unread, "deadline: cannot read "+strconv.Quote(clip(t.s[m.at:m.end]))+": "+err.Error())
		return reading{}, false
	}
	rd.rank, rd.text, rd.text2 = inSentence, t.quoted(m), t
	rd.from = t.inSentence(m.from)
	_, rd.theirs = t.has(wordCustomer, s.from, min(s.from+customersPlace, m.from))
	if silence && rd.at.In(d.location()).Format(time.DateOnly) == d.mail.In(d.location()).Format(time.DateOnly) {
		return reading{}, false // "the dispute opened today will be closed if you do not respond"
	}
	switch {
	case silence:
		r.silent = append(r.silent, rd)
	case !due && !asks:
		r.loose = append(r.loose, rd)
	default:
		return rd, true
	}
	return reading{}, false
}

// theirs says that words in front of word w tell what Klarna or the customer does, and
// not what the merchant may do about it, "the customer won, but you may appeal", or has
// to: "it ends in the customer's favour unless you respond".
func (t *text) theirs(s span, w int) bool {
	for i := t.after(s.from); i < len(t.hits) && t.hits[i].from < w; i++ {
		if h := t.hits[i]; h.key == wordTheirs && h.to <= w {
			_, customer := t.has(wordCustomer, h.from, h.to)
			if !(customer && t.appeals(span{from: h.to, to: s.to})) && !t.depends(h, w) {
				return true
			}
		}
	}
	return false
}

// depends says that before word to a condition that the merchant can meet limits what
// others do, or holds it: "unless you respond", "if we do not hear from you".
func (t *text) depends(theirs hit, to int) bool {
	for i := t.after(theirs.from - maxPledge); i < len(t.hits) && t.hits[i].from < to; i++ {
		f := t.hits[i]
		if f.key != wordIf || f.to > theirs.from && f.from < theirs.to || f.to < theirs.from {
			continue
		}
		next, reach := f.to, 1
		if next < to && weWords[t.words[next].norm] {
			next, reach = next+1, maxPledge
		}
		answer, asks := t.has(wordRespond, next, to)
		_, you := t.has(wordMerchant, next, min(next+reach, to))
		_, not := t.has(wordNot, next, min(next+reach, to))
		own := f.from != theirs.to // and no part of "the customer will not answer"
		if asks && (you || own && (not || answer.from == next)) {
			return true
		}
	}
	return false
}

// weWords are the words for "we", and maxPledge is how many words stand between it and
// what it is about in a condition: "we do not", "we have your".
var weWords = map[string]bool{"we": true, "wir": true, "nous": true, "vi": true, "wij": true}

const maxPledge = 3

// lastDay says that a sentence begins with a day and names it: "12 January is the last
// day to respond".
func (t *text) lastDay(m moment, s span) bool {
	if m.from > s.from+maxArticles {
		return false
	}
	h, ok := t.has(labelDeadline, m.to, s.to)
	if !ok || h.from > m.to+maxArticles {
		return false
	}
	whose := t.upTo(wordRespond, span{from: h.from + 1, to: s.to})
	return !t.hasAny([]key{wordCustomer}, h.from, whose) && (whose < s.to || !t.hasAny([]key{aboutGoods, aboutBill, aboutMoney}, h.to, s.to))
}

// upTo is where the first phrase of the key begins in s, or the end of s.
func (t *text) upTo(k key, s span) int {
	if h, ok := t.has(k, s.from, s.to); ok {
		return h.from
	}
	return s.to
}

// maxArticles is how many small words, such as articles, are stepped over.
const maxArticles = 2

// endsInSilence says that a sentence tells when a dispute ends without an answer: "it
// will be closed on 12 January if you do not respond".
func (t *text) endsInSilence(s span) bool {
	if !t.hasAny([]key{aboutOver, aboutClose}, s.from, s.to) || !t.hasAny([]key{wordRespond, aboutMaterial}, s.from, s.to) || t.hasAny([]key{aboutNothing, aboutNeedless, wordToday, wordTomorrow}, s.from, s.to) {
		return false
	}
	not, ok := t.has(wordNot, s.from, s.to)
	return ok && !t.customersSilence(not, s)
}

// customersSilence says that the customer stands beside a negation: "if the customer
// does not respond", "without a response from the customer".
func (t *text) customersSilence(not hit, s span) bool {
	c, ok := t.has(wordCustomer, max(s.from, not.from-maxArticles-1), min(s.to, not.to+maxModal+2))
	if !ok {
		return false
	}
	from, to := min(c.to, not.to), max(c.from, not.from)
	return from >= to || !strings.Contains(t.s[t.words[from-1].end:t.words[to].at], ",")
}

// closes says that a sentence tells when a form closes.
func (t *text) closes(s span) bool {
	_, form := t.has(aboutForm, s.from, s.to)
	_, shut := t.has(aboutClose, s.from, s.to)
	return form && shut
}

// captioned says that a line which holds a day alone has its label below: "4 January"
// over "until then we need your answer".
func (r *reader) captioned(t *text, m moment) bool {
	i := t.lineOf(m.from)
	l := t.lines[i]
	if i+1 >= len(t.lines) || len(l.cells) != 1 || l.from != m.from || l.to != m.to {
		return false
	}
	below := t.lines[i+1]
	if len(below.cells) != 1 || below.to-below.from > maxGuess || i+2 < len(t.lines) && len(r.v.moments(t, t.lines[i+2].from, t.lines[i+2].to)) > 0 {
		return false // it is the label of the day below it
	}
	for _, k := range []key{wordRespond, aboutMaterial, wordDue} {
		_, by := t.has(wordBy, below.from, below.to)
		if _, asks := t.has(k, below.from, below.to); asks && (by || k == wordDue) {
			return true
		}
	}
	last, ok := t.begins(labelDeadline, below.from, below.to)
	return ok && last.to-last.from > 1
}

// moved says that a day is the former one of a deadline that was put off, with
// the new one behind it: "extended from 3 March to 10 March".
func (r *reader) moved(t *text, m moment, s span) bool {
	if _, ok := t.has(aboutExtended, s.from, s.to); !ok {
		return false
	}
	list := r.v.moments(t, m.to, s.to)
	return len(list) > 0 && list[0].from-m.to <= 4 && !r.leads(t, aboutFormer, s, list[0].from, 2)
}

// putOff says that a text tells of a deadline that was put off.
func (r *reader) putOff(t *text) bool {
	_, put := t.has(aboutExtended, 0, len(t.words))
	_, deadline := t.has(labelDeadline, 0, len(t.words))
	return put && deadline
}

// movedTo says that a day is the new one of a deadline that was put off.
func (r *reader) movedTo(t *text, m moment, s span) bool {
	_, put := t.has(aboutExtended, s.from, s.to)
	_, deadline := t.has(labelDeadline, s.from, s.to)
	return put && deadline && m.to <= s.to
}

// claimed says that a date is the value of a label, or stands in one.
func claimed(labels []found, s span) bool {
	for _, f := range labels {
		if s.at >= f.words.at && s.at < f.words.end && f.rank == labelled && !f.asks(s.at) {
			return true
		}
	}
	return false
}

// asks says that the value of a label asks for something before byte at, as a
// sentence does: "not by e-mail: upload it by 8 January".
func (f found) asks(at int) bool {
	h, asks := f.text.has(wordRespond, f.words.from, f.text.wordAt(at))
	asks = asks && (f.field != "reason" || f.text.leadsItem(h.from, f.words))
	return f.field != "deadline" && (asks || f.listsDeadline(at))
}

// listsDeadline says that a deadline at byte at follows the value of a label that is not
// its own: "ID: 256947 · deadline 8 January".
func (f found) listsDeadline(at int) bool {
	if at < f.words.at || at >= f.words.end || f.field == "deadline" {
		return false
	}
	date := f.text.wordAt(at)
	for _, k := range []key{labelDeadline, wordDue} {
		h, ok := f.text.has(k, max(f.words.from, date-maxLead), date)
		if _, ends := f.text.begins(wordDue, h.from, date); ok && f.field == "ignore" && (ends || f.ofBill()) {
			continue // "invoice 4711, due on 12 January"
		}
		if ok && f.text.item(h.from, f.words) && !f.text.hasAny([]key{wordCustomer, reasonReturn, aboutBill}, h.to, date) {
			return true
		}
	}
	return false
}

// ofBill says that the label of f names an invoice, whose deadline is the customer's.
func (f found) ofBill() bool {
	return f.text.hasAny([]key{aboutBill}, f.text.lines[f.text.lineOf(f.words.from)].from, f.words.from)
}

// item says that word w begins an item of a line of several.
func (t *text) item(w int, c span) bool {
	return w > c.from && strings.Trim(t.s[t.words[w-1].end:t.words[w].at], " ") != "" && strings.IndexByte(" (", t.s[t.words[w].at-1]) >= 0
}

// leadsItem says that nothing but articles stands before word w in its item.
func (t *text) leadsItem(w int, c span) bool {
	for k := w; k > c.from && k >= w-maxArticles; k-- {
		if t.item(k, c) && t.lead(k, w) {
			return true
		}
	}
	return false
}

// maxLead is how many words a deadline's name and what follows it have.
const maxLead = 4

// leads says that a phrase of the key ends at most n words before word w.
func (r *reader) leads(t *text, k key, s span, w, n int) bool {
	for i := t.after(s.from); i < len(t.hits) && t.hits[i].from < w; i++ {
		if h := t.hits[i]; h.key == k && h.to <= w && w-h.to <= n {
			return true
		}
	}
	return false
}

// latest says that "at the latest" begins the sentence of its only day: "at the latest
// I need your answer on Friday, 15 January".
func (r *reader) latest(t *text, m moment, s span) bool {
	_, ok := t.begins(wordAfter, s.from, m.from)
	return ok && len(r.v.moments(t, s.from, s.to)) == 1
}

// follows says that a phrase such as "at the latest" follows the date.
func (r *reader) follows(t *text, m moment, s span) bool {
	h, ok := t.has(wordAfter, m.to, min(s.to, m.to+4))
	if ok && h.from <= m.to+1 {
		return true
	}
	h, ok = t.begins(labelDeadline, m.to, s.to)
	return ok && t.s[t.words[h.from].at-1] == '(' && t.words[h.to-1].end < len(t.s) && t.s[t.words[h.to-1].end] == ')'
}

// sentenceRelative reads "please respond within 14 days". Hours that are told
// in general count where nothing else names a day.
func (r *reader) sentenceRelative(t *text, labels []found, d dating) []reading {
	var out, general []reading
	for i := 0; i < t.news; i++ {
		n, next := r.v.count(t, i, len(t.words))
		if n == 0 {
			continue
		}
		unit, end := r.v.unit(t, next, len(t.words))
		if unit == "" || claimed(labels, span{at: t.words[i].at}) {
			continue
		}
		s := t.sentence(i)
		before := r.leads(t, wordWithin, s, i, 2)
		after, ok := t.has(wordKuluessa, end, min(s.to, end+2))
		after2 := ok && after.from <= end+1
		_, asks := t.has(wordRespond, s.from, s.to)
		if t.theirs(s, i) || r.promised(t, s, i) || !before && !after2 {
			continue
		}
		rd, ok := r.v.relative(t, span{from: i, to: end}, d)
		if !ok {
			if d.mail.IsZero() && asks {
				r.unread = append(r.unread, "deadline: "+strconv.Quote(clip(t.s[t.words[i].at:t.words[end-1].end]))+" counts from the mail's date, and it has none")
			}
			continue
		}
		rd.rank, rd.from = 0, t.inSentence(i)
		switch _, customer := t.has(wordCustomer, s.from, i); {
		case asks && t.isNews(i):
			out = append(out, rd)
		case asks && !customer && rd.exact:
			general = append(general, rd)
		case !customer && t.isNews(i):
			r.loose = append(r.loose, rd)
		}
		i = end
	}
	if len(out) == 0 {
		return general
	}
	return out
}

// promised says that a sentence with a period at word i tells when a decision
// will be there, not until when one may be contested, or an answer is wanted.
func (r *reader) promised(t *text, s span, i int) bool {
	_, verdict := t.has(aboutVerdict, s.from, s.to)
	_, again := t.has(aboutAgain, s.from, s.to)
	_, appeal := t.has(kindAppealOpen, s.from, s.to)
	_, asked := t.has(wordRespond, s.from, i)
	return verdict && !again && !appeal && !asked
}
