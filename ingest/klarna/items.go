package klarna

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// A line may hold several items: a value at its label, and behind it the deadline.

// claimed says that a date is the value of a label, or stands in one.
func claimed(all []found, s words.Span) bool {
	for _, f := range all {
		if s.At >= f.Words.At && s.At < f.Words.End && f.Rank == labels.Labelled && !f.asks(s.At) {
			return true
		}
	}
	return false
}

// asks says that the value of a label asks for something before byte at, as a
// sentence does: "not by e-mail: upload it by 8 January".
func (f found) asks(at int) bool {
	h, asks := f.text.Has(key.WordRespond, f.Words.From, f.text.WordAt(at))
	asks = asks && (f.Field != "reason" || f.text.LeadsItem(h.From, f.Words))
	return f.Field != "deadline" && (asks || f.listsDeadline(at))
}

// listsDeadline says that a deadline at byte at follows the value of a label that is not
// its own: "ID: 256947 · deadline 8 January".
func (f found) listsDeadline(at int) bool {
	if at < f.Words.At || at >= f.Words.End || f.Field == "deadline" {
		return false
	}
	date := f.text.WordAt(at)
	for _, k := range []key.Key{key.LabelDeadline, key.WordDue} {
		h, ok := f.text.Has(k, max(f.Words.From, date-maxLead), date)
		if _, ends := f.text.Begins(key.WordDue, h.From, date); ok && f.Field == "ignore" && (ends || f.ofBill()) {
			continue // "invoice 4711, due on 12 January"
		}
		if ok && f.text.Item(h.From, f.Words) && !f.text.HasAny(h.To, date, key.WordCustomer, key.ReasonReturn, key.AboutBill) {
			return true
		}
	}
	return false
}

// maxLead is how many words a deadline's name and what follows it have.
const maxLead = 4

// ofBill says that the label of f names an invoice, whose deadline is the customer's.
func (f found) ofBill() bool {
	return f.text.HasAny(f.text.Lines[f.text.LineOf(f.Words.From)].From, f.Words.From, key.AboutBill)
}
