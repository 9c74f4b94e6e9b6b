package klarna

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// reading is one deadline with how sure it is.
type reading struct {
	dates.Day
	text   string
	rank   int
	theirs bool // its sentence is about the customer
	appeal bool // its sentence speaks of an appeal
	from   string
}

// farAway is from when on a deadline is too far in the future to be believed
// without a word about it.
const farAway = 2 * 365 * 24 * time.Hour

// deadlines lists what the text says of a deadline, at labels and in sentences.
func (r *reader) deadlines(t *text, all []found, d dates.Setting) []reading {
	var out []reading
	for _, f := range all {
		if f.Field == "deadline" {
			out = append(out, r.labelDate(t, f, d)...)
		}
	}
	list := dates.In(r.v, t.page(), 0, len(t.Words))
	for i, m := range list {
		if i+1 < len(list) && t.Period(m, list[i+1], d) && !t.Leads(key.WordBy, t.Sentence(m.From), m.From, 1) {
			continue
		}
		if !t.IsNews(m.From) && slices.ContainsFunc(out, func(rd reading) bool { return !rd.At.Before(d.Mail) }) {
			continue // of what is told in general, only where the news names no day to come
		}
		ends := i > 0 && t.Period(list[i-1], m, d) && t.Answered(list[i-1])
		if rd, ok := r.sentenceDate(t, m, ends, all, d); ok {
			out = append(out, rd)
		}
	}
	return append(out, r.sentenceRelative(t, all, d)...)
}

// near says whether a date begins so soon behind its label that it is the
// label's own: the looser the label, the sooner.
func (f found) near(m dates.Moment) bool {
	return !(f.Below && m.From > f.Words.From+3 || f.Rank < labels.Labelled && m.From > f.Words.From+5)
}

// labelDate reads the date at a deadline's label.
func (r *reader) labelDate(t *text, f found, d dates.Setting) []reading {
	list := dates.In(r.v, t.page(), f.Words.From, f.Words.To)
	if len(list) > 0 && f.near(list[0]) {
		m := list[0]
		if len(list) > 1 && (r.moved(t, m, t.Sentence(m.From)) || t.Period(m, list[1], d)) {
			m = list[1]
		}
		m.ZoneBefore(t.page(), f.Words.From)
		day, err := dates.Resolve(m, d)
		if err != nil {
			r.unread = append(r.unread, "deadline: cannot read "+strconv.Quote(clip(f.Value))+": "+err.Error())
			return nil
		}
		rd := reading{Day: day, text: t.quoted(m), rank: f.Rank, from: f.From}
		if f.Rank == labels.Labelled && len(f.Value) <= 60 {
			rd.text = f.Value
		}
		return []reading{rd}
	}
	day, text, ok := dates.Period(r.v, t.page(), words.Span{From: f.Words.From, To: min(f.Words.To, f.Words.From+8)}, d)
	if ok {
		return []reading{{Day: day, text: text, rank: f.Rank, from: f.From}}
	}
	if f.Rank == labels.Labelled && !f.Below && (letters.HasDigit(f.Value) || len(f.Value) > 2) {
		r.unread = append(r.unread, "deadline: cannot read "+strconv.Quote(clip(f.Value)))
	}
	return nil
}

// quoted is a date as it is written, on one line.
func (t *text) quoted(m dates.Moment) string {
	s := strings.Join(strings.Fields(t.S[m.At:m.End]), " ")
	if strings.Count(s, "(") > strings.Count(s, ")") {
		s += ")"
	}
	return s
}

// clip keeps a quotation short.
func clip(s string) string {
	if len(s) <= 40 {
		return s
	}
	return strings.ToValidUTF8(s[:40], "") + "…"
}

// sentenceDate takes a date for the deadline if its sentence asks for an
// answer by it; ends says that a period ends with it.
func (r *reader) sentenceDate(t *text, m dates.Moment, ends bool, all []found, d dates.Setting) (reading, bool) {
	if claimed(all, m.Span) {
		return reading{}, false
	}
	s := t.Sentence(m.From)
	if r.moved(t, m, s) || t.Leads(key.AboutFormer, s, m.From, 2) && (r.putOff(t) || len(dates.In(r.v, t.page(), s.From, s.To)) > 1) {
		return reading{}, false
	}
	if _, met := t.Has(key.AboutMet, s.From, s.To); met || t.OthersDay(m, s) {
		return reading{}, false
	}
	due := t.Leads(key.WordDue, s, m.From, 4)
	due = due || t.Leads(key.AboutRenewed, s, m.From, 2) && r.putOff(t)
	due = due || r.movedTo(t, m, s) || t.Closes(s) || r.captioned(t, m)
	due = due || slices.ContainsFunc(all, func(f found) bool { return f.text == t && f.listsDeadline(m.At) })
	due = due || t.LastDay(m, s) || t.AsLast(m, s)
	late := r.tooLate(t, m, s) || t.DecidedAfter(m, s)
	asks := late || t.HasAny(s.From, s.To, key.WordRespond, key.AboutSilent)
	by := late || ends || t.Leads(key.WordBy, s, m.From, 2) || t.Leads(key.WordTomorrow, s, m.From, 1) || t.Leads(key.WordToday, s, m.From, 1) || r.follows(t, m, s)
	by = by || asks && r.latest(t, m, s)
	silence := !by && !due && t.EndsInSilence(s)
	by = by || silence
	if theirs := t.Theirs(s, m.From); !by && !due || theirs && !due && !silence && !t.Threatens(m, s) {
		return reading{}, false
	}
	if _, ok := t.Has(key.WordCustomer, s.From, m.From); ok && !asks && !due {
		return reading{}, false
	}
	day, err := dates.Resolve(m, d)
	if err != nil {
		r.unread = append(r.unread, "deadline: cannot read "+strconv.Quote(clip(t.S[m.At:m.End]))+": "+err.Error())
		return reading{}, false
	}
	rd := reading{Day: day, text: t.quoted(m), rank: labels.InSentence, from: t.InSentence(m.From)}
	_, rd.theirs = t.Has(key.WordCustomer, s.From, min(s.From+sentences.CustomersPlace, m.From))
	if silence && rd.At.In(d.Location()).Format(time.DateOnly) == d.Mail.In(d.Location()).Format(time.DateOnly) {
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

// latest says that "at the latest" begins the sentence of its only day: "at the latest
// I need your answer on Friday, 15 January".
func (r *reader) latest(t *text, m dates.Moment, s words.Span) bool {
	_, ok := t.Begins(key.WordAfter, s.From, m.From)
	return ok && len(dates.In(r.v, t.page(), s.From, s.To)) == 1
}

// follows says that a phrase such as "at the latest" follows the date.
func (r *reader) follows(t *text, m dates.Moment, s words.Span) bool {
	h, ok := t.Has(key.WordAfter, m.To, min(s.To, m.To+4))
	if ok && h.From <= m.To+1 {
		return true
	}
	h, ok = t.Begins(key.LabelDeadline, m.To, s.To)
	return ok && t.S[t.Words[h.From].At-1] == '(' && t.Words[h.To-1].End < len(t.S) && t.S[t.Words[h.To-1].End] == ')'
}

// sentenceRelative reads "please respond within 14 days", and not "in the last 14 days".
// Hours that are told in general count where nothing else names a day.
func (r *reader) sentenceRelative(t *text, all []found, d dates.Setting) []reading {
	var out, general []reading
	for i := 0; i < t.News; i++ {
		n, next := dates.Count(r.v, t.page(), i, len(t.Words))
		if n == 0 {
			continue
		}
		unit, end := dates.Unit(t.page(), next, len(t.Words))
		if unit == "" || claimed(all, words.Span{At: t.Words[i].At}) {
			continue
		}
		s := t.Sentence(i)
		before := t.Leads(key.WordWithin, s, i, 2)
		after, ok := t.Has(key.WordKuluessa, end, min(s.To, end+2))
		after2 := ok && after.From <= end+1
		_, asks := t.Has(key.WordRespond, s.From, s.To)
		if t.Leads(key.WordGone, s, i, 0) || t.Theirs(s, i) || r.promised(t, s, i) || t.AfterVerdict(s) && !r.ended() || !before && !after2 {
			continue
		}
		day, text, ok := dates.Period(r.v, t.page(), words.Span{From: i, To: end}, d)
		if !ok {
			if d.Mail.IsZero() && asks {
				r.unread = append(r.unread, "deadline: "+strconv.Quote(clip(t.S[t.Words[i].At:t.Words[end-1].End]))+" counts from the mail's date, and it has none")
			}
			continue
		}
		rd := reading{Day: day, text: text, from: t.InSentence(i)}
		switch _, customer := t.Has(key.WordCustomer, s.From, i); {
		case asks && t.IsNews(i) && !t.IfWe(s, i):
			out = append(out, rd)
		case asks && !customer && rd.Exact:
			general = append(general, rd)
		case asks && !customer:
			rd.appeal = slices.ContainsFunc(t.Whole, func(h phrase.Hit) bool { return h.Key == key.KindAppealOpen && h.From >= s.From && h.To <= s.To })
			r.aside = append(r.aside, rd)
		case !customer && t.IsNews(i) && !t.HasAny(s.From, i, key.KindKlarnaOther): // but "your payout follows within 5 days"
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
func (r *reader) promised(t *text, s words.Span, i int) bool {
	_, verdict := t.Has(key.AboutVerdict, s.From, s.To)
	_, again := t.Has(key.AboutAgain, s.From, s.To)
	_, appeal := t.Has(key.KindAppealOpen, s.From, s.To)
	_, asked := t.Has(key.WordRespond, s.From, i)
	return verdict && !again && !appeal && !asked
}
