package klarna

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
)

// A merchant's reference is free text: what stands at its label is kept as it is, and
// what surrounds it there left out.

// reference reads a merchant's reference: free text, kept as it stands.
func (r *reader) reference(f found) (string, bool) {
	v := f.Value
	if v == "" || r.none(f) || slices.ContainsFunc(strings.Fields(v), ids.IsLink) || clause(f.Found) {
		return "", false
	}
	if a, sum := money.Read(v); sum && a.Text == v && strings.ContainsFunc(v, func(r rune) bool { return !letters.IsDigit(r) && !unicode.IsLetter(r) }) {
		return "", false // "Total of the order: € 214.50", but CAD0001 is a number
	}
	if utf8.RuneCountInString(v) > ids.MaxReference {
		r.warn("a " + strings.ReplaceAll(f.Field, "_", " ") + " is longer than Klarna allows; it was not taken")
		return "", false
	}
	switch {
	case f.Rank < labels.Labelled:
		return r.besideReference(f)
	case f.Below && (len(strings.Fields(v)) > 4 || strings.ContainsAny(v[len(v)-1:], ".:!?") || !letters.HasDigit(v) && !f.Run):
		r.explain(f.Field, clip(v), f.From, true)
		return "", false
	}
	v = unquoted(f.bare(beforeSentence(beforeLabel(r.item(f, v)))))
	if head, ok := strings.CutSuffix(v, "."); ok && head != "" && letters.InWord(head[len(head)-1]) {
		v = head // the full stop of a line that is a sentence
	}
	return v, true
}

// item is a value without the items that follow it on a line of several: a mark parts
// them that stands behind another number too, "ID 256947 / Reference: 77-1042 / 59.90
// EUR", or one that no reference holds, or a day to answer by or a sum follows.
func (r *reader) item(f found, v string) string {
	t := f.text
	before := t.S[t.Lines[t.LineOf(f.Words.From)].At:f.Words.At]
	for _, mark := range []string{" · ", " • ", " / ", " – ", " - ", "; ", ", ", " ("} {
		i := strings.Index(v, mark)
		if i < 0 || !letters.HasDigit(v[:i]) {
			continue
		}
		first := strings.LastIndex(before, mark)
		if mark == " · " || mark == " • " || mark != " (" && first >= 0 && longestNumber(before[:first]) >= leastNumber || r.dueItem(t, t.WordAt(f.Words.At+i), f.Words.To) || money.IsAmount(v[i+len(mark):]) {
			return v[:i]
		}
	}
	return v
}

// leastNumber is how many digits make a number more than that of a label, as in
// "Merchant Reference 1".
const leastNumber = 3

// longestNumber is how many digits stand in a row at most.
func longestNumber(s string) int {
	most, n := 0, 0
	for i := range len(s) {
		if n++; s[i] < '0' || s[i] > '9' {
			n = 0
		}
		most = max(most, n)
	}
	return most
}

// dueItem says that words from to to begin with a word for an answer or a deadline, and
// tell until when: "answer by Friday", and no "answer 2".
func (r *reader) dueItem(t *text, from, to int) bool {
	_, asks := t.Begins(key.WordRespond, from, to)
	_, due := t.Begins(key.LabelDeadline, from, to)
	return (asks || due) && (t.HasAny(from, to, key.WordBy, key.WordWithin, key.WordDue, key.WordToday, key.WordTomorrow) || len(dates.In(r.v, t.page(), from, to)) > 0)
}

// clause says that what stands behind the label of an order goes on with its
// sentence: "so that you find the order: the dispute has the ID 256947".
func clause(f labels.Found) bool {
	return (f.Field == "order_number" || f.Field == "order_id") && len(strings.Fields(f.Value)) > maxListed
}

// bare is an order's number without a remark behind it that holds the label of a
// reference: "7001 (your merchant reference 1)".
func (f found) bare(v string) string {
	if open := strings.Index(v, " ("); open > 0 && f.Field == "order_id" && f.text.HasAny(f.Words.From, f.Words.To, key.LabelMerchantReference1, key.LabelMerchantReference2) {
		return v[:open]
	}
	return v
}

// beforeLabel is a value without the label that follows it on the line, which is
// known only by its colon and its capital: "DK-8830 We need: a receipt".
func beforeLabel(v string) string {
	i := strings.Index(v, ": ")
	if i < 0 {
		return v
	}
	fields := strings.Fields(v[:i+1])
	for n, f := range fields[1:] {
		if r := letters.First(f); unicode.IsUpper(r) && !letters.HasDigit(f) && letters.HasDigit(strings.Join(fields[:n+1], " ")) {
			return strings.Join(fields[:n+1], " ")
		}
	}
	return v
}

// beforeSentence is a number without the sentence that follows it on the line: "A-55813.
// The invoice is dated".
func beforeSentence(v string) string {
	if i := strings.Index(v, ". "); i > 0 && letters.HasDigit(v[:i]) && !strings.ContainsAny(v[:i], " /") && unicode.IsUpper(letters.First(v[i+2:])) && strings.Contains(v[i+2:], " ") {
		return v[:i]
	}
	return v
}

// quotations are the marks that a value may stand between.
var quotations = [][2]string{{`"`, `"`}, {"'", "'"}, {"«", "»"}, {"»", "«"}, {"„", "“"}, {"„", "”"}, {"“", "”"}, {"”", "”"}, {"‘", "’"}}

// unquoted is a value without the quotation marks around the whole of it.
func unquoted(v string) string {
	for _, q := range quotations {
		in, ok := strings.CutPrefix(v, q[0])
		if !ok {
			continue
		}
		if in, ok = strings.CutSuffix(in, q[1]); ok && !strings.Contains(in, q[0]) && !strings.Contains(in, q[1]) && strings.TrimSpace(in) != "" {
			return strings.TrimSpace(in)
		}
	}
	return v
}

// maxListed is how many words a reference in such a list may have.
const maxListed = 5

// besideReference reads a reference that only a space parts from its label:
// one word with a digit in it, after an optional "is".
func (r *reader) besideReference(f found) (string, bool) {
	v := f.Value
	if h, ok := f.text.Begins(key.WordIs, f.Words.From, f.Words.To); ok && strings.IndexByte(" :", f.text.S[f.text.Words[h.To-1].End]) >= 0 {
		v = strings.TrimSpace(f.text.S[f.text.Words[h.To-1].End:f.Words.End])
	}
	if f.Run && len(strings.Fields(v)) <= maxListed && !strings.ContainsAny(v[len(v)-1:], ".:!?") {
		return v, v != "" // a line of a list whose labels are only set in bold
	}
	tok := ids.Token(v)
	rest := strings.TrimSpace(strings.TrimPrefix(strings.TrimLeft(v, "#(\"' "), tok))
	if !letters.HasDigit(tok) && !(f.Run && rest == "") || len(tok) < 2 {
		return "", false
	}
	if rest != "" && !strings.ContainsAny(rest[:1], ".,;)") {
		return "", false
	}
	return tok, true
}

// unfilled says that a value is what a machine left of a template: "null",
// "{{merchant_reference_2}}", "${ref}", "%%REF2%%", "{REF}".
func unfilled(v string) bool {
	switch strings.ToLower(v) {
	case "null", "none", "undefined", "nil", "nan", "n/a", "n.a.", "(null)":
		return true
	}
	for _, mark := range [][2]string{{"{", "}"}, {"${", "}"}, {"%%", "%%"}, {"[[", "]]"}, {"<%", "%>"}, {"#{", "}"}} {
		if in, ok := strings.CutPrefix(v, mark[0]); ok && strings.HasSuffix(in, mark[1]) {
			return true
		}
	}
	return false
}

// none says that a value only says that there is no value.
func (r *reader) none(f found) bool {
	if strings.Trim(f.Value, "-–—_./ *?{}[]$%<>#") == "" || unfilled(f.Value) {
		return true
	}
	h, ok := f.text.Begins(key.WordNone, f.Words.From, f.Words.To)
	return ok && h.To == f.Words.To
}
