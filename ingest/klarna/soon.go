package klarna

import (
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// A day may be named without its date: "by tomorrow", "by Friday at noon". Such a day
// counts from the mail's, and only where the mail names no other to answer by.

// soon lists the days that sentences name so and ask for an answer by; idly those too by
// which anything is to be done that is not money's, the customer's or a decision's.
func (r *reader) soon(d dates.Setting, idly bool) (out []reading) {
	if d.Mail.IsZero() {
		return nil
	}
	for _, t := range r.texts {
		out = append(out, r.soonIn(t, labelsOf(r.labels, t), d, idly)...)
	}
	return out
}

func (r *reader) soonIn(t *text, all []found, d dates.Setting, idly bool) (out []reading) {
	for w := range t.News {
		m, ok := r.dayNamed(t, w, d)
		label := slices.IndexFunc(all, func(f found) bool {
			return f.Field == "deadline" && f.Rank == labels.Labelled && m.At >= f.Words.At && m.At < f.Words.End && f.near(m)
		})
		if !ok || label < 0 && claimed(all, m.Span) {
			continue
		}
		s := t.Sentence(w)
		asks := t.HasAny(s.From, s.To, key.WordRespond, key.LabelDeadline)
		due := t.Leads(key.WordDue, s, m.From, 2) && (asks || !t.HasAny(s.From, m.From, key.AboutGoods, key.AboutBill, key.AboutMoney)) || t.LastDay(m, s) || label >= 0
		by := t.Leads(key.WordBy, s, m.From, 2) || t.reaches(key.WordBy, m) || r.follows(t, m, s)
		if idly && by && !asks && !due {
			asks = !t.HasAny(s.From, s.To, key.WordCustomer, key.AboutMoney, key.AboutBill, key.AboutVerdict, key.WordDecide, key.KindKlarnaOther)
		}
		if !due && !(asks && by) || t.StillMissing(w, s) || t.Theirs(s, w) || t.OthersDay(m, s) || t.HasAny(s.From, s.To, key.AboutMet) {
			continue
		}
		day, err := dates.Resolve(m, d)
		if err != nil {
			continue // a day that is none in its zone
		}
		rd := reading{Day: day, text: t.quoted(m), rank: labels.InSentence, from: t.InSentence(w)}
		rd.Warnings = append(rd.Warnings, "the deadline is named without its date, and was counted from the mail's")
		out = append(out, rd)
	}
	return out
}

// reaches says that a phrase begins before a day and ends within it: "before the end of" of
// "before the end of the month".
func (t *text) reaches(k key.Key, m dates.Moment) bool {
	for i := t.After(m.From - maxLead); i < len(t.Hits) && t.Hits[i].From < m.From; i++ {
		if h := t.Hits[i]; h.Key == k && h.To > m.From {
			return true
		}
	}
	return false
}

// leastName is how long the name of a weekday is that is no other word too, as the
// German "Do" and "So" are.
const leastName = 5

// dayNamed is the day that word w names, with the hour beside it. A weekday is the
// next one of the name, be it the mail's own day; the end of a week is its Friday.
func (r *reader) dayNamed(t *text, w int, d dates.Setting) (dates.Moment, bool) {
	mailed := d.Mail.In(d.Location())
	n, to := 0, w+1
	if h, ok := t.Begins(key.WordToday, w, len(t.Words)); ok {
		to = h.To
	} else if h, ok := t.Begins(key.WordDayAfter, w, len(t.Words)); ok {
		n, to = 2, h.To
	} else if h, ok := t.Begins(key.WordTomorrow, w, len(t.Words)); ok && !r.morning(t, w) {
		n, to = 1, h.To
	} else if h, ok := t.Begins(key.WordWeekEnd, w, len(t.Words)); ok {
		n, to = (5-dates.Weekday(mailed)+7)%7, h.To
	} else if h, ok := t.Begins(key.WordNextWeekEnd, w, len(t.Words)); ok {
		n, to = 5-dates.Weekday(mailed)+7, h.To
	} else if h, ok := t.Begins(key.WordMonthEnd, w, len(t.Words)); ok {
		n, to = daysTo(mailed, mailed.Month()), h.To
	} else if h, ok := t.Begins(key.WordEndOf, w, len(t.Words)); ok && h.To < len(t.Words) && r.v.Month(t.Words[h.To].Norm) > 0 {
		n, to = daysTo(mailed, time.Month(r.v.Month(t.Words[h.To].Norm))), h.To+1
	} else if day := r.v.Weekday(t.Words[w].Norm); day > 0 && len(t.Words[w].Norm) >= leastName {
		n = (day - dates.Weekday(mailed) + 7) % 7
	} else {
		return dates.Moment{}, false
	}
	day := mailed.AddDate(0, 0, n)
	m := dates.On(r.v, t.page(), day, w, to)
	for k := m.Following; k < min(m.Following+2, len(t.Words)) && t.Words[k].Gap == words.GapNone; k++ {
		if t.Words[k].Digits() {
			return dates.Moment{}, false // "Friday 12", "Friday the 12th", "Friday in 14 days"
		}
	}
	return m, true
}

// daysTo is how many days after day the last one of month is, of its own year or the next.
func daysTo(day time.Time, month time.Month) int {
	year := day.Year()
	if month < day.Month() {
		year++
	}
	noon := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }
	return int(noon(year, month+1, 0).Sub(noon(day.Year(), day.Month(), day.Day())) / (24 * time.Hour))
}

// morning says that a weekday stands before a word for tomorrow, which then is one for
// the morning: the German "Freitag morgen", the Spanish "viernes por la mañana".
func (r *reader) morning(t *text, w int) bool {
	for k := w - 1; k >= max(0, w-3) && t.Words[k+1].Gap == words.GapNone; k-- {
		if w := t.Words[k].Norm; r.v.Weekday(w) > 0 && len(w) >= leastName {
			return true
		}
	}
	return false
}
