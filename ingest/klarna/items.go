package klarna

import "strings"

// A line may hold several items: a value at its label, and behind it the deadline.

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

// maxLead is how many words a deadline's name and what follows it have.
const maxLead = 4

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
