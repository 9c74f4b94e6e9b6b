package lessons

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
)

func mailOf(t *testing.T, body string) *eml.Message {
	t.Helper()
	m, err := eml.Parse([]byte("From: Klarna <d@klarna.com>\nSubject: Dispute\nDate: Tue, 3 Mar 2026 09:00:00 +0100\nContent-Type: text/html; charset=utf-8\n\n" + body))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLabelIsFoundWhereverItStands(t *testing.T) {
	v, err := phrase.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, body, value, field, phrase string }{
		{"on its line", "<p>The dispute. Quibble mark: 2569471</p>", "2569471", "dispute_id", "quibble mark"},
		{"in the cell before", "<table><tr><td>Quibble mark</td><td>2569471</td></tr></table>", "2569471", "dispute_id", "quibble mark"},
		{"on top of its column", "<table><tr><td>Quibble mark</td><td>Other</td><td>Third</td></tr><tr><td>2569471</td><td>x</td><td>y</td></tr></table>", "2569471", "dispute_id", "quibble mark"},
		{"on the line above", "<p>Quibble mark</p><p>2569471</p>", "2569471", "dispute_id", "quibble mark"},
		{"a date in words", "<p>Quibble day: 17 March 2026</p>", "2026-03-17", "deadline", "quibble day"},
		{"a sum", "<p>Quibble sum: 1 234,50 EUR</p>", "1234.50 EUR", "amount", "quibble sum"},
		{"with a number", "<p>Quibble 2: ABC-77</p>", "ABC-77", "merchant_reference_2", "quibble 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := Suggest(v, mailOf(t, c.body), klarna.Options{FromKlarna: true}, Lesson{Field: c.field, Value: c.value})
			if err != nil || len(list) == 0 {
				t.Fatalf("%v, %v", list, err)
			}
			if e := list[0]; e.Phrase != c.phrase || e.Key != "label."+c.field {
				t.Errorf("first of %v", list)
			}
		})
	}
}

func TestValueWithinAnotherIsNotThere(t *testing.T) {
	v, err := phrase.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Suggest(v, mailOf(t, "<p>Quibble: 12569471 and A256947</p>"), klarna.Options{}, Lesson{Field: "dispute_id", Value: "256947"})
	if !errors.Is(err, ErrNotThere) {
		t.Errorf("found: %v", err)
	}
}

func TestOneMorePhraseLeavesTheVocabularyAsItWas(t *testing.T) {
	v, err := phrase.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	m, o := mailOf(t, "<p>Dispute mark: 2569471</p><p>Respond by 17 March 2026</p><p>Case number: 881122</p>"), klarna.Options{FromKlarna: true, Location: time.UTC}
	read := func(v *phrase.Vocabulary) string {
		o.Vocabulary = v
		n, err := klarna.Parse(m, o)
		if err != nil {
			t.Fatal(err)
		}
		return n.DisputeID
	}
	was := read(v)
	for _, e := range []phrase.Entry{{Language: "en", Key: "label.dispute_id", Phrase: "dispute mark"}, {Language: "en", Key: "label.ignore", Phrase: "case number"}} {
		more, err := v.With(e)
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := phrase.Load(strings.NewReader("language = en\n" + e.Key + " = " + e.Phrase + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if a, b := read(more), read(loaded); a != b {
			t.Errorf("%v: %q with it, %q from a file", e, a, b)
		}
		if is := read(v); is != was {
			t.Errorf("%v: the vocabulary reads %q now, %q before", e, is, was)
		}
	}
	if _, err := v.With(phrase.Entry{Language: "en", Key: "label.nonsense", Phrase: "x y"}); err == nil {
		t.Error("a key that there is not was taken")
	}
}
