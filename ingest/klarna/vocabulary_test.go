package klarna

import (
	"runtime"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

func TestFaultyVocabularyNamesEachLine(t *testing.T) {
	_, err := LoadVocabulary(strings.NewReader(strings.Join([]string{
		"label.dispute_id = Zaakje", "language = nl", "label.nonsense = x", "just words", "[seen: somewhere]",
		"kind.reminder = {nobody} x", "month.13 = xx", "kind.reminder = ~ x", "label.deadline = a*",
	}, "\n")))
	if err == nil {
		t.Fatal("no error")
	}
	for _, line := range []string{"vocabulary:1:", "vocabulary:3:", "vocabulary:4:", "vocabulary:5:", "vocabulary:6:", "vocabulary:7:", "vocabulary:8:", "vocabulary:9:"} {
		if !strings.Contains(err.Error(), line) {
			t.Errorf("%s is not named in:\n%v", line, err)
		}
	}
}

func TestUsersWordsAreReadAndOverrideOurs(t *testing.T) {
	v, err := LoadVocabulary(strings.NewReader("language = en\nlabel.dispute_id = Whatsit\nlabel.merchant_reference_1 = Ticket number\nreason.faulty_goods = gone bananas\n"))
	if err != nil {
		t.Fatal(err)
	}
	m := &eml.Message{Subject: "New dispute", Parts: []eml.Part{{Type: "text/plain", Rows: []eml.Row{
		{Cells: []string{"Whatsit: 256947"}}, {Cells: []string{"Ticket number: 10001"}}, {Cells: []string{"Reason: gone bananas"}},
	}}}}
	n, err := Parse(m, Options{Vocabulary: v, FromKlarna: true})
	if err != nil {
		t.Fatal(err)
	}
	if n.DisputeID != "256947" || n.MerchantReference1 != "10001" || n.Reason != "faulty_goods" {
		t.Errorf("got %+v", n.Said)
	}
}

func TestDisputeWordIsKnownInEveryLanguage(t *testing.T) {
	v, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		"New dispute request", "Neuer Streitfall", "Ny tvist", "Ny innsigelse", "Ny indsigelse", "Uusi riitautus", "Nieuw geschil",
		"Nouveau litige", "Nuova contestazione", "Nueva disputa", "Nowy spór", "Nova disputa", "Nový spor", "URGENT: do not ship",
	} {
		if !v.DisputeWord(s) {
			t.Errorf("%q has none", s)
		}
	}
	for _, s := range []string{"Lunch on Friday?", "Your invoice 10001", "Rechnung", "Hej", "Newsletter", ""} {
		if v.DisputeWord(s) {
			t.Errorf("%q has one", s)
		}
	}
}

// Every row and subject of the invented mails is a subject here.
func TestDisputeWordIsWhatAWholeSearchFinds(t *testing.T) {
	ours, err := LoadVocabulary(nil)
	if err != nil {
		t.Fatal(err)
	}
	users, err := LoadVocabulary(strings.NewReader("language = en\nset it = order | return\nword.dispute = {it} ~ gone wrong | reklamieren*\nkind.stop_request = {it}+stop\n"))
	if err != nil {
		t.Fatal(err)
	}
	subjects := map[string]bool{"My return has gone wrong": true, "Orderstop": true, "return": true}
	for _, file := range invented(t) {
		m := parsed(t, file)
		subjects[m.Subject] = true
		for _, p := range m.Parts {
			for _, r := range p.Rows {
				subjects[rowText(r)] = true
			}
		}
	}
	for s := range subjects {
		for _, v := range []*Vocabulary{ours, users} {
			want := false
			v.find(words.Of(s), func(h hit) { want = want || alarming.Has(h.key) })
			if got := v.DisputeWord(s); got != want {
				t.Errorf("%q: got %v", s, got)
			}
		}
	}
}

func TestSubjectOfAnyShopIsNotSearchedForADispute(t *testing.T) {
	v, err := LoadVocabulary(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"Where is my parcel 7", "Your order 10001 has been shipped to the customer", "Ihre Bestellung ist unterwegs – Grüße aus Köln", "Re: faktura", "Votre commande est arrivée", ""} {
		if v.signalled(s) {
			t.Errorf("%q is searched", s)
		}
	}
}

// What was built on the stack of another goroutine must hold no pointer into it.
func TestVocabularyOutlivesTheGoroutineThatLoadedIt(t *testing.T) {
	var loaded []*Vocabulary
	for range 50 {
		done := make(chan *Vocabulary)
		go func() {
			v, err := LoadVocabulary(strings.NewReader("language = en\nword.dispute = whatsit\n"))
			if err != nil {
				t.Error(err)
			}
			done <- v
		}()
		loaded = append(loaded, <-done)
		runtime.GC()
	}
	for _, v := range loaded {
		if !v.DisputeWord("A whatsit") {
			t.Error("its words are gone")
		}
	}
}
