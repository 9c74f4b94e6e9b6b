package klarna

import (
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

func TestUsersWordsAreReadAndOverrideOurs(t *testing.T) {
	v, err := phrase.Load(strings.NewReader("language = en\nlabel.dispute_id = Whatsit\nlabel.merchant_reference_1 = Ticket number\nreason.faulty_goods = gone bananas\n"))
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

// Every row and subject of the invented mails is a subject here.
func TestDisputeWordIsWhatAWholeSearchFinds(t *testing.T) {
	ours, err := phrase.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	users, err := phrase.Load(strings.NewReader("language = en\nset it = order | return\nword.dispute = {it} ~ gone wrong | reklamieren*\nkind.stop_request = {it}+stop\n"))
	if err != nil {
		t.Fatal(err)
	}
	subjects := map[string]bool{"My return has gone wrong": true, "Orderstop": true, "return": true}
	for _, file := range invented(t) {
		m := parsed(t, file)
		subjects[m.Subject] = true
		for _, p := range m.Parts {
			for _, r := range p.Rows {
				subjects[strings.TrimSpace(strings.Join(r.Cells, " "))] = true
			}
		}
	}
	for s := range subjects {
		for _, v := range []*phrase.Vocabulary{ours, users} {
			want := false
			v.Each(words.Of(s), func(h phrase.Hit) { want = want || h.Key == key.WordDispute || h.Key == key.KindStopRequest })
			if got := v.DisputeWord(s); got != want {
				t.Errorf("%q: got %v", s, got)
			}
		}
	}
}
