package klarna

import (
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/rules"
)

// Of all days that a mail names at most one is its deadline.

// due lists the deadlines that count for the kind: of a dispute that is over, none that
// has passed or is the day of its end, none of a sentence that is told of the customer,
// and of one that was withdrawn none of any: it is the day of a request that no longer
// stands. What an appeal or a question names nowhere else may stand in a paragraph of
// nothing but what may be.
func (r *reader) due(d dates.Setting) []reading {
	if r.n.Kind == rules.KindEvidenceReceived && r.met() {
		return nil
	}
	if r.n.Kind == rules.KindResolved || r.n.Kind == rules.KindEvidenceReceived {
		dropped := r.n.Result == rules.ResultWithdrawn
		return slices.DeleteFunc(r.dates, func(rd reading) bool {
			return rd.rank < labels.Labelled && (dropped || rd.theirs) || !r.later(rd)
		})
	}
	list := r.dated()
	if slices.ContainsFunc(list, func(rd reading) bool { return !r.past(rd) }) {
		return list
	}
	if named := r.soon(d, false); len(named) > 0 {
		return named
	}
	if r.n.Kind != rules.KindUnknownKlarna && len(r.unread) == 0 {
		if only := r.onlyDay(r.silent); len(only) > 0 {
			return only
		}
	}
	if k := r.n.Kind; len(list) == 0 && (k == rules.KindAppealOpen || k == rules.KindFollowUp) {
		list = r.onlyDay(slices.DeleteFunc(r.aside, func(rd reading) bool { return rd.appeal && k == rules.KindFollowUp }))
	}
	if open := r.openDays(); len(open) > 0 && len(r.unread) == 0 && r.n.Kind == rules.KindAppealOpen {
		first := slices.MinFunc(open, func(a, b reading) int { return a.At.Compare(b.At) })
		first.Warnings = append(first.Warnings, "no day is named to appeal by; the first that is to come was taken")
		list = []reading{first}
	}
	return list
}

// openDays lists the days to come, but those at labels, in sentences below the subject
// that tell of nothing else than what the merchant may have to do: not of money, of the
// customer, or of what but says.
func (r *reader) openDays(but ...key.Key) (out []reading) {
	d := r.setting()
	for _, t := range r.texts {
		if t.Name == "subject" {
			continue
		}
		all := labelsOf(r.labels, t)
		for _, m := range dates.In(r.v, t.page(), 0, len(t.Words)) {
			day, err := dates.Resolve(m, d)
			rd := reading{Day: day, text: t.quoted(m), rank: labels.InSentence, from: t.InSentence(m.From)}
			if s := t.Sentence(m.From); err == nil && r.later(rd) && t.IsNews(m.From) && !claimed(all, m.Span) && !t.HasAny(s.From, s.To, but...) &&
				!t.HasAny(s.From, s.To, key.AboutMet, key.WordCustomer, key.AboutMoney, key.AboutBill, key.KindKlarnaOther) {
				out = append(out, rd)
			}
		}
	}
	return out
}

// later says that a day comes after the mail's own.
func (r *reader) later(rd reading) bool {
	return r.view.Date.IsZero() || !rd.At.Before(r.view.Date.AddDate(0, 0, 1))
}

// past says that a sentence tells of a day before the mail.
func (r *reader) past(rd reading) bool { return rd.rank < labels.Labelled && rd.At.Before(r.view.Date) }

// onlyDay lists the readings of days to come, if those are one day.
func (r *reader) onlyDay(list []reading) []reading {
	list = slices.DeleteFunc(list, func(rd reading) bool { return rd.At.Before(r.view.Date) })
	for _, rd := range list {
		if !rd.At.Equal(list[0].At) {
			return nil
		}
	}
	return list
}

// dated lists the deadlines with a date: where an answer is asked for and none is named
// as its deadline, the one day to act by.
func (r *reader) dated() []reading {
	if r.n.Kind == rules.KindUnknownKlarna {
		return r.dates
	}
	if slices.ContainsFunc(r.dates, func(rd reading) bool { return !r.past(rd) }) {
		return r.dates
	}
	if only := r.onlyDay(r.loose); len(only) > 0 {
		return only
	}
	return r.dates
}

// deadline decides among all that was found.
func (r *reader) deadline(list []reading, d dates.Setting) *rules.MailDeadline {
	if len(list) == 0 {
		r.n.Warnings = append(r.n.Warnings, unique(r.unread)...)
		return nil
	}
	list = stillAhead(list, d.Mail)
	best := list[0]
	for _, rd := range list[1:] {
		best = r.nearer(best, rd)
	}
	best = r.timed(best, d)
	r.explain("deadline", best.text, best.from, false)
	r.n.Warnings = append(r.n.Warnings, best.Warnings...)
	if !d.Mail.IsZero() && best.At.Before(d.Mail) {
		r.warn("the deadline lies before the date of the mail")
	} else if !r.Now.IsZero() && best.At.Before(r.Now) {
		r.warn(Passed)
	}
	if base := d.Mail; !base.IsZero() && best.At.Sub(base) > farAway {
		r.warn("the deadline lies more than two years ahead")
	}
	return &rules.MailDeadline{At: best.At, Text: best.text, Ambiguous: best.Ambiguous}
}

// stillAhead leaves out what sentences tell of days before the mail, such as what the
// customer had time until, where another day is still to come.
func stillAhead(list []reading, mail time.Time) []reading {
	past := func(rd reading) bool { return rd.rank < labels.Labelled && rd.At.Before(mail) }
	if mail.IsZero() || !slices.ContainsFunc(list, func(rd reading) bool { return !past(rd) }) {
		return list
	}
	return slices.DeleteFunc(list, past)
}

// timed gives a deadline without an hour the one that the mail names elsewhere for
// that day: "in 3 days, that is on Friday, 12 February, at 18:00".
func (r *reader) timed(best reading, d dates.Setting) reading {
	if best.Exact {
		return best
	}
	for _, t := range r.texts {
		for _, m := range dates.In(r.v, t.page(), 0, t.News) {
			if !m.HasTime || m.Swap {
				continue
			}
			rd, err := dates.Resolve(m, d)
			if err != nil || rd.At.Before(d.Mail) || rd.At.In(best.At.Location()).Format(time.DateOnly) != best.At.Format(time.DateOnly) {
				continue
			}
			if !best.Exact || rd.At.Before(best.At) {
				best.At, best.Exact, best.text, best.from = rd.At, true, t.quoted(m), t.InSentence(m.From)
			}
		}
	}
	return best
}

// nearer keeps one of two deadlines: the more exact of two that agree; the one
// with the nearer label; of two that contradict each other the earlier, which
// then is ambiguous.
func (r *reader) nearer(a, b reading) reading {
	ay, am, ad := a.At.Date()
	by, bm, bd := b.At.In(a.At.Location()).Date()
	same := ay == by && am == bm && ad == bd
	switch {
	case a.At.Equal(b.At), same && (a.Exact || !b.Exact):
		if b.rank > a.rank {
			a.text, a.from = b.text, b.from
		}
		return a
	case same:
		return b
	case a.rank == 0 && b.rank == 0 || a.rank > 0 && b.rank == 0:
		r.explain("deadline", b.text, b.from, true)
		return a
	case b.rank > 0 && a.rank == 0:
		r.explain("deadline", a.text, a.from, true)
		return b
	case a.rank != b.rank && a.rank+b.rank > labels.Labelled:
		if b.rank > a.rank {
			a, b = b, a
		}
		r.explain("deadline", b.text, b.from, true)
		r.warn("two deadlines are named; the labelled one was taken")
		return a
	}
	if b.At.Before(a.At) {
		a, b = b, a
	}
	r.explain("deadline", b.text, b.from, true)
	a.Ambiguous = true
	a.Warnings = append(a.Warnings, "two deadlines contradict each other; the earlier was taken")
	return a
}
