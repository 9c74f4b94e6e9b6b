package phrase

import (
	"runtime"
	"strings"
	"testing"
)

func TestFaultyVocabularyNamesEachLine(t *testing.T) {
	_, err := Load(strings.NewReader(strings.Join([]string{
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

func TestDisputeWordIsKnownInEveryLanguage(t *testing.T) {
	v, err := Load(nil)
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

func TestSubjectOfAnyShopIsNotSearchedForADispute(t *testing.T) {
	v, err := Load(nil)
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
			v, err := Load(strings.NewReader("language = en\nword.dispute = whatsit\n"))
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

func BenchmarkLoadVocabulary(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := loadEmbedded(); err != nil {
			b.Fatal(err)
		}
	}
}
