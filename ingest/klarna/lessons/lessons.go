// Package lessons turns what a person says that a mail says into phrases that may make
// the reader find it. It lays a mail out as the reader does, and finds in it the value of
// a field and the words that may be its label; what a phrase then does is for reading
// with it to show.
package lessons

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna"
	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/view"
	"github.com/disputewatch/disputewatch/rules"
)

// Lesson is what a person says that a mail says: the right value of a field. Text
// is where that stands in words, for a reason and a result.
type Lesson struct{ Field, Value, Text string }

// Fields are the fields that can be taught, in the order in which a person
// is asked for them.
func Fields() []string {
	return []string{
		"kind", "dispute_id", "deadline", "reason_text", "reason", "merchant_reference_1", "merchant_reference_2",
		"order_id", "capture_id", "klarna_reference", "merchant_id", "order_number", "amount", "result",
	}
}

// ErrNotThere says that the value of a lesson does not stand in the mail.
var ErrNotThere = errors.New("does not stand in the mail")

// Check says what is wrong with a lesson in itself.
func (l Lesson) Check() error {
	oneOf := func(group string) error {
		if !slices.Contains(key.NamesIn(group), l.Value) {
			return fmt.Errorf("%s: %q is none of %s", l.Field, l.Value, strings.Join(key.NamesIn(group), ", "))
		}
		return nil
	}
	switch l.Field {
	case "kind", "reason", "result":
		return oneOf(l.Field)
	case "deadline":
		if _, _, ok := l.time(time.UTC); !ok {
			return fmt.Errorf("deadline: cannot read %q\nhint: write 2006-01-02, 2006-01-02 15:04 or RFC 3339", l.Value)
		}
	case "amount":
		if a, ok := money.Read(l.Value); !ok || a.Money.IsZero() {
			return fmt.Errorf("amount: cannot read %q\nhint: write it with its currency: 124.90 EUR", l.Value)
		}
	default:
		if !slices.Contains(Fields(), l.Field) {
			return fmt.Errorf("%s: no such field; there are %s", l.Field, strings.Join(Fields(), ", "))
		}
	}
	if strings.TrimSpace(l.Value) == "" {
		return fmt.Errorf("%s: no value", l.Field)
	}
	return nil
}

// time is a deadline's value; day says that only its day is meant.
func (l Lesson) time(loc *time.Location) (at time.Time, day, ok bool) {
	if loc == nil {
		loc = time.UTC
	}
	if at, err := time.Parse(time.RFC3339, l.Value); err == nil {
		return at, false, true
	}
	if at, err := time.ParseInLocation("2006-01-02 15:04", l.Value, loc); err == nil {
		return at, false, true
	}
	at, err := time.ParseInLocation(time.DateOnly, l.Value, loc)
	return at, true, err == nil
}

// Holds says whether n says what the lesson says.
func (l Lesson) Holds(n klarna.Notice, o klarna.Options) bool {
	switch l.Field {
	case "deadline":
		return n.Deadline != nil && l.on(n.Deadline.At, o.Location)
	case "amount":
		a, ok := money.Read(l.Value)
		return ok && n.Amount == a.Money
	}
	return letters.Alike(Values(n)[l.Field], l.Value)
}

// on says whether at is the deadline that is meant.
func (l Lesson) on(at time.Time, loc *time.Location) bool {
	want, day, _ := l.time(loc)
	if day {
		return at.In(want.Location()).Format(time.DateOnly) == want.Format(time.DateOnly)
	}
	return at.Equal(want)
}

// Values is what a notice holds, by the names that lessons use. Absent fields
// are absent.
func Values(n klarna.Notice) map[string]string {
	out := map[string]string{
		"kind": string(n.Kind), "dispute_id": n.DisputeID, "reason": n.Reason, "reason_text": n.ReasonText,
		"merchant_reference_1": n.MerchantReference1, "merchant_reference_2": n.MerchantReference2,
		"order_id": n.OrderID, "capture_id": n.CaptureID, "klarna_reference": n.KlarnaReference,
		"merchant_id": n.MerchantID, "order_number": n.OrderNumber, "result": string(n.Result),
	}
	if n.Deadline != nil {
		out["deadline"] = n.Deadline.At.Format(time.RFC3339)
	}
	if !n.Amount.IsZero() {
		out["amount"] = n.Amount.String()
	}
	if n.Kind == rules.KindUnknownKlarna {
		delete(out, "kind")
	}
	if n.Result == rules.ResultUnknown {
		delete(out, "result")
	}
	for field, value := range out {
		if value == "" {
			delete(out, field)
		}
	}
	return out
}

// Suggest lists the phrases of m that may make the reader find the lesson's
// value, the likeliest first. Which of them does, and what else it does, only
// reading with it can tell. The error is [ErrNotThere] where the value stands
// nowhere in the mail.
func Suggest(v *phrase.Vocabulary, m *eml.Message, o klarna.Options, l Lesson) ([]phrase.Entry, error) {
	texts, lang := textsOf(v, m, o, 0)
	var phrases []string
	key := "label." + l.Field
	switch l.Field {
	case "kind":
		key, phrases = "kind."+l.Value, kindPhrases(texts)
	case "reason", "result":
		key, phrases = l.Field+"."+l.Value, saidPhrases(v, texts, l)
		if len(phrases) == 0 {
			return nil, fmt.Errorf("%s: nothing says which words mean %q\nhint: give them as they stand in the mail: --set %s_text=\"…\"", l.Field, l.Value, l.Field)
		}
	case "reason_text":
		key = "label.reason"
		fallthrough
	default:
		there := false
		for _, t := range texts {
			for _, at := range places(v, t, o, m, l) {
				there = true
				phrases = append(phrases, labelsBefore(t, at)...)
			}
		}
		if !there {
			return nil, fmt.Errorf("%s: %q %w", l.Field, l.Value, ErrNotThere)
		}
	}
	var out []phrase.Entry
	for _, p := range phrases {
		if e := (phrase.Entry{Language: lang, Key: key, Phrase: p}); p != "" && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out, nil
}

// textsOf is the texts of a mail and of those inside it, with their language.
func textsOf(v *phrase.Vocabulary, m *eml.Message, o klarna.Options, depth int) ([]*page.Text, string) {
	w := view.Of(v, m, dates.Setting{Zone: o.Location, Order: o.DateOrder}, o.FromKlarna)
	subject := page.New(v, "subject", []eml.Row{{Cells: []string{w.Subject}}})
	all := []*page.Text{&subject}
	for _, p := range w.Parts {
		part := page.New(v, p.Type, p.Rows)
		all = append(all, &part)
	}
	lang := v.Language(page.Language(v, all))
	if depth >= view.MaxForwards {
		return all, lang
	}
	for _, f := range m.Forwarded {
		more, its := textsOf(v, f, o, depth+1)
		all = append(all, more...)
		if lang == "" {
			lang = its
		}
	}
	return all, lang
}
