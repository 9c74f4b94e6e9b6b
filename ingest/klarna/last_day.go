package klarna

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// The ways in which a sentence says that a day is the last one to answer.

// tooLate says that a sentence tells what an answer is worth after a day: "evidence that
// arrives after 12 January will not be considered".
func (r *reader) tooLate(t *text, m dates.Moment, s words.Span) bool {
	return t.Leads(key.WordPast, s, m.From, 1) && t.HasAny(m.To, s.To, key.WordNot) &&
		t.HasAny(s.From, s.To, key.WordRespond, key.AboutMaterial) && !t.HasAny(s.From, s.To, key.WordCustomer, key.AboutNothing, key.AboutNeedless)
}

// captioned says that a line or a cell which holds a day alone has its label behind it:
// "4 January" over "until then we need your answer", or beside "your answer is due".
func (r *reader) captioned(t *text, m dates.Moment) bool {
	i := t.LineOf(m.From)
	l := t.Lines[i]
	own := l.Cells[0]
	if len(l.Cells) == 2 && l.Cells[1].From == m.From && l.Cells[1].To == max(m.To, m.Following) {
		h, ok := t.Begins(key.WordRespond, own.From, own.To)
		return ok && h.To == own.To // "Answer", beside a day
	}
	if own.From != m.From || own.To != m.To {
		return false
	}
	var label words.Span
	switch {
	case len(l.Cells) == 2:
		label = l.Cells[1]
	case len(l.Cells) > 2 || i+1 == len(t.Lines) || len(t.Lines[i+1].Cells) != 1:
		return false
	case i+2 < len(t.Lines) && len(dates.In(r.v, t.page(), t.Lines[i+2].From, t.Lines[i+2].To)) > 0:
		return false // it is the label of the day below it
	default:
		label = t.Lines[i+1].Span
	}
	if label.To-label.From > labels.MaxWords || t.HasAny(label.From, label.To, key.AboutVerdict) {
		return false
	}
	by := t.HasAny(label.From, label.To, key.WordBy)
	last, ok := t.Begins(key.LabelDeadline, label.From, label.To)
	return t.HasAny(label.From, label.To, key.WordDue) || by && t.HasAny(label.From, label.To, key.WordRespond, key.AboutMaterial) || ok && last.To-last.From > 1
}

// moved says that a day is the former one of a deadline that was put off, with
// the new one behind it: "extended from 3 March to 10 March".
func (r *reader) moved(t *text, m dates.Moment, s words.Span) bool {
	if _, ok := t.Has(key.AboutExtended, s.From, s.To); !ok {
		return false
	}
	list := dates.In(r.v, t.page(), m.To, s.To)
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
