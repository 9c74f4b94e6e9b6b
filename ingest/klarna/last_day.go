package klarna

import (
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// The ways in which a sentence says that a day is the last one to answer.

// period says that two days are the first and the last of a time, "1 December - 12
// January", or of one that has begun when the mail was written: "between 24 November and
// 12 January".
func (t *text) period(first, last dates.Moment, d dates.Setting) bool {
	between := last.From - first.To
	if first.Year > 0 && last.Year > 0 && slices.Compare([]int{last.Year, last.Month, last.Day}, []int{first.Year, first.Month, first.Day}) < 0 {
		return false
	}
	if between == 0 {
		return strings.ContainsAny(t.S[first.End:last.At], "-–—")
	}
	if until, ok := t.Begins(key.WordBy, first.To, last.From); ok && last.From-until.To <= 1 && !strings.ContainsAny(t.S[first.End:last.At], ",;(") {
		return true
	}
	if between != 1 {
		return false
	}
	if d.Mail.IsZero() {
		return false
	}
	begins, err := dates.Resolve(first, d)
	day := d.Mail.In(d.Location())
	if err != nil {
		return first.Year == 0 // the next such day is too far away: it was the last one
	}
	return begins.At.Before(time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, d.Location()))
}

// answered says that a period is the time for an answer, "please respond between 24
// November and 12 January", and not that of a stay or a delivery.
func (t *text) answered(first dates.Moment) bool {
	from := max(t.Sentence(first.From).From, first.From-maxArticles-1)
	for i := t.After(from); i < len(t.Hits) && t.Hits[i].From < first.From; i++ {
		h := t.Hits[i]
		if (h.Key == key.WordRespond || h.Key == key.LabelDeadline || h.Key == key.WordDue) && h.To <= first.From && !t.HasAny(h.To, first.From, key.AboutGoods, key.WordOrder, key.WordCustomer) {
			return true
		}
	}
	return false
}

// lastDay says that a sentence begins with a day and names it: "12 January is the last
// day to respond".
func (t *text) lastDay(m dates.Moment, s words.Span) bool {
	if m.From > s.From+maxArticles {
		return false
	}
	h, ok := t.Has(key.LabelDeadline, m.To, s.To)
	if !ok || h.From > m.To+maxArticles {
		return false
	}
	whose := t.UpTo(key.WordRespond, words.Span{From: h.From + 1, To: s.To})
	return !t.HasAny(h.From, whose, key.WordCustomer) && (whose < s.To || !t.HasAny(h.To, s.To, key.AboutGoods, key.AboutBill, key.AboutMoney))
}

// asLast says that a sentence names a day as the last one: "we have noted 12 January as
// the deadline", "als Frist haben wir den 12. Januar notiert".
func (t *text) asLast(m dates.Moment, s words.Span) bool {
	if _, behind := t.Begins(key.WordNamed, m.To, s.To); !behind && !t.Leads(key.WordNamed, s, m.From, maxNaming) {
		return false
	}
	return !t.HasAny(s.From, m.From, key.WordCustomer, key.AboutGoods, key.AboutBill)
}

// maxNaming is how many words stand between "as the deadline" and its day.
const maxNaming = 4

// tooLate says that a sentence tells what an answer is worth after a day: "evidence that
// arrives after 12 January will not be considered".
func (r *reader) tooLate(t *text, m dates.Moment, s words.Span) bool {
	return t.Leads(key.WordPast, s, m.From, 1) && t.HasAny(m.To, s.To, key.WordNot) &&
		t.HasAny(s.From, s.To, key.WordRespond, key.AboutMaterial) && !t.HasAny(s.From, s.To, key.WordCustomer, key.AboutNothing, key.AboutNeedless)
}

// decidedAfter says that a sentence tells of a decision once a day is over, in a mail
// that has no answer: "after 12 January we will decide on what the customer told us".
func (t *text) decidedAfter(m dates.Moment, s words.Span) bool {
	return t.Leads(key.WordPast, s, m.From, 1) && t.HasAny(m.To, s.To, key.AboutVerdict, key.WordDecide, key.AboutClose) && !t.thanks() && !t.wantsNothing()
}

// maxArticles is how many small words, such as articles, are stepped over.
const maxArticles = 2

// endsInSilence says that a sentence tells when a dispute ends without an answer: "it
// will be closed on 12 January if you do not respond".
func (t *text) endsInSilence(s words.Span) bool {
	if !t.HasAny(s.From, s.To, key.AboutOver, key.AboutClose) || !t.HasAny(s.From, s.To, key.WordRespond, key.AboutMaterial) || t.HasAny(s.From, s.To, key.AboutNothing, key.AboutNeedless, key.WordToday, key.WordTomorrow) {
		return false
	}
	not, ok := t.Has(key.WordNot, s.From, s.To)
	return ok && !t.customersSilence(not, s)
}

// customersSilence says that the customer stands beside a negation: "if the customer
// does not respond", "without a response from the customer".
func (t *text) customersSilence(not phrase.Hit, s words.Span) bool {
	c, ok := t.Has(key.WordCustomer, max(s.From, not.From-maxArticles-1), min(s.To, not.To+maxModal+2))
	if !ok {
		return false
	}
	from, to := min(c.To, not.To), max(c.From, not.From)
	return from >= to || !strings.Contains(t.S[t.Words[from-1].End:t.Words[to].At], ",")
}

// closes says that a sentence tells when a form closes.
func (t *text) closes(s words.Span) bool {
	_, form := t.Has(key.AboutForm, s.From, s.To)
	_, shut := t.Has(key.AboutClose, s.From, s.To)
	return form && shut
}

// captioned says that a line which holds a day alone has its label below: "4 January"
// over "until then we need your answer".
func (r *reader) captioned(t *text, m dates.Moment) bool {
	i := t.LineOf(m.From)
	l := t.Lines[i]
	if i+1 >= len(t.Lines) || len(l.Cells) != 1 || l.From != m.From || l.To != m.To {
		return false
	}
	below := t.Lines[i+1]
	if len(below.Cells) != 1 || below.To-below.From > labels.MaxWords || i+2 < len(t.Lines) && len(dates.In(r.v, &t.Text, t.Lines[i+2].From, t.Lines[i+2].To)) > 0 {
		return false // it is the label of the day below it
	}
	for _, k := range []key.Key{key.WordRespond, key.AboutMaterial, key.WordDue} {
		_, by := t.Has(key.WordBy, below.From, below.To)
		if _, asks := t.Has(k, below.From, below.To); asks && (by || k == key.WordDue) {
			return true
		}
	}
	last, ok := t.Begins(key.LabelDeadline, below.From, below.To)
	return ok && last.To-last.From > 1
}

// moved says that a day is the former one of a deadline that was put off, with
// the new one behind it: "extended from 3 March to 10 March".
func (r *reader) moved(t *text, m dates.Moment, s words.Span) bool {
	if _, ok := t.Has(key.AboutExtended, s.From, s.To); !ok {
		return false
	}
	list := dates.In(r.v, &t.Text, m.To, s.To)
	return len(list) > 0 && list[0].From-m.To <= 4 && !t.Leads(key.AboutFormer, s, list[0].From, 2)
}

// putOff says that a text tells of a deadline that was put off.
func (r *reader) putOff(t *text) bool {
	_, put := t.Has(key.AboutExtended, 0, len(t.Words))
	_, deadline := t.Has(key.LabelDeadline, 0, len(t.Words))
	return put && deadline
}

// movedTo says that a day is the new one of a deadline that was put off.
func (r *reader) movedTo(t *text, m dates.Moment, s words.Span) bool {
	_, put := t.Has(key.AboutExtended, s.From, s.To)
	_, deadline := t.Has(key.LabelDeadline, s.From, s.To)
	return put && deadline && m.To <= s.To
}
