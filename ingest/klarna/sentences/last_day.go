package sentences

import (
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Period says that two days are the first and the last of a time, "1 December - 12
// January", or of one that has begun when the mail was written: "between 24 November and
// 12 January".
func (t *Text) Period(first, last dates.Moment, d dates.Setting) bool {
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

// Answered says that a period is the time for an answer, "please respond between 24
// November and 12 January", and not that of a stay or a delivery.
func (t *Text) Answered(first dates.Moment) bool {
	from := max(t.Sentence(first.From).From, first.From-maxArticles-1)
	for i := t.After(from); i < len(t.Hits) && t.Hits[i].From < first.From; i++ {
		h := t.Hits[i]
		if (h.Key == key.WordRespond || h.Key == key.LabelDeadline || h.Key == key.WordDue) && h.To <= first.From && !t.HasAny(h.To, first.From, key.AboutGoods, key.WordOrder, key.WordCustomer) {
			return true
		}
	}
	return false
}

// LastDay says that a sentence begins with a day and names it: "12 January is the last
// day to respond".
func (t *Text) LastDay(m dates.Moment, s words.Span) bool {
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

// AsLast says that a sentence names a day as the last one: "we have noted 12 January as
// the deadline", "als Frist haben wir den 12. Januar notiert".
func (t *Text) AsLast(m dates.Moment, s words.Span) bool {
	if _, behind := t.Begins(key.WordNamed, m.To, s.To); !behind && !t.Leads(key.WordNamed, s, m.From, maxNaming) {
		return false
	}
	return !t.HasAny(s.From, m.From, key.WordCustomer, key.AboutGoods, key.AboutBill)
}

// maxNaming is how many words stand between "as the deadline" and its day.
const maxNaming = 4

// DecidedAfter says that a sentence tells of a decision once a day is over, in a mail
// that has no answer: "after 12 January we will decide on what the customer told us".
func (t *Text) DecidedAfter(m dates.Moment, s words.Span) bool {
	return t.Leads(key.WordPast, s, m.From, 1) && t.HasAny(m.To, s.To, key.AboutVerdict, key.WordDecide, key.AboutClose) && !t.thanks() && !t.WantsNothing()
}

// maxArticles is how many small words, such as articles, are stepped over.
const maxArticles = 2

// EndsInSilence says that a sentence tells when a dispute ends without an answer: "it
// will be closed on 12 January if you do not respond".
func (t *Text) EndsInSilence(s words.Span) bool {
	if !t.HasAny(s.From, s.To, key.AboutOver, key.AboutClose) || !t.HasAny(s.From, s.To, key.WordRespond, key.AboutMaterial) || t.HasAny(s.From, s.To, key.AboutNothing, key.AboutNeedless, key.WordToday, key.WordTomorrow) {
		return false
	}
	not, ok := t.Has(key.WordNot, s.From, s.To)
	return ok && !t.customersSilence(not, s)
}

// customersSilence says that the customer stands beside a negation: "if the customer
// does not respond", "without a response from the customer".
func (t *Text) customersSilence(not phrase.Hit, s words.Span) bool {
	c, ok := t.Has(key.WordCustomer, max(s.From, not.From-maxArticles-1), min(s.To, not.To+maxModal+2))
	if !ok {
		return false
	}
	from, to := min(c.To, not.To), max(c.From, not.From)
	return from >= to || !strings.Contains(t.S[t.Words[from-1].End:t.Words[to].At], ",")
}

// Closes says that a sentence tells when a form closes.
func (t *Text) Closes(s words.Span) bool {
	_, form := t.Has(key.AboutForm, s.From, s.To)
	_, shut := t.Has(key.AboutClose, s.From, s.To)
	return form && shut
}

// StillMissing says that a sentence tells what is not there "until today", on no
// condition, and not what has to be there by the end of this day.
func (t *Text) StillMissing(w int, s words.Span) bool {
	if _, ok := t.Begins(key.WordToday, w, s.To); !ok || t.HasAny(s.From, s.To, key.LabelDeadline) {
		return false
	}
	not, ok := t.Has(key.WordNot, s.From, s.To)
	for i := t.After(s.From); ok && i < len(t.Hits) && t.Hits[i].From < not.From; i++ {
		if h := t.Hits[i]; h.Key == key.WordIf {
			_, by := t.Begins(key.WordBy, h.From, w)
			ok = by
		}
	}
	return ok
}
