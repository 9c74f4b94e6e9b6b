package charges

import (
	"context"
	"fmt"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// fillBig makes a Stripe of n disputes, of which the last 20 are older than the
// window, and the matches of open cases: every tenth dispute, and those 20.
func fillBig(s *shop, n int) []rules.Match {
	var open []rules.Match
	for i := range n + 20 {
		id, created := fmt.Sprint(i), day(-i*90/n)
		if i >= n {
			created = day(-150)
		}
		s.AddCharge(fakestripe.Charge{ID: "py_" + id, Amount: 12490, Created: created, OrderReference: fmt.Sprint(100000 + i), Description: "Order " + fmt.Sprint(100000+i)})
		s.AddDispute(fakestripe.Dispute{ID: "du_" + id, Charge: "py_" + id, Created: created, Reason: "product_not_received"})
		if i%10 == 0 || i >= n {
			open = append(open, rules.Match{Strength: rules.Exact, Charge: "py_" + id, Dispute: "du_" + id})
		}
	}
	return open
}

func TestPassCostsPagesAndTheCasesThatFellOutOfTheWindow(t *testing.T) {
	s := newShop(t)
	open := fillBig(s, 1000)
	s.Forget()
	w := s.window()
	for _, m := range open {
		if r, err := s.c.Reading(context.Background(), w, m, day(5)); err != nil || r.Dispute != m.Dispute {
			t.Fatalf("read %+v, %v", r, err)
		}
	}
	if got := len(s.calls()); got != 1000/100+20 {
		t.Errorf("%d calls for 1,000 disputes and %d open cases, want 10 pages and 20 more", got, len(open))
	}
}

// BenchmarkPass is one pass over 10,000 disputes and 1,020 open cases. The
// fake builds each list anew for each page, which is most of its time.
func BenchmarkPass(b *testing.B) {
	s := newShop(b)
	open := fillBig(s, 10_000)
	for b.Loop() {
		s.Forget()
		w, err := s.c.Window(context.Background(), day(-100))
		if err != nil {
			b.Fatal(err)
		}
		for _, m := range open {
			if _, err := s.c.Reading(context.Background(), w, m, day(5)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(s.calls())), "calls/op")
}

// BenchmarkMatch is the match of one new mail within a window of 10,000
// disputes.
func BenchmarkMatch(b *testing.B) {
	s := newShop(b)
	fillBig(s, 10_000)
	w, err := s.c.Window(context.Background(), day(-100))
	if err != nil {
		b.Fatal(err)
	}
	s.Forget()
	for b.Loop() {
		m, err := s.c.Match(context.Background(), w, Want{References: []string{"104711", "K4MADNY"}}, day(5))
		if err != nil || m.Dispute != "du_4711" {
			b.Fatalf("%+v, %v", m, err)
		}
	}
	b.ReportMetric(float64(len(s.calls())), "calls")
}

// BenchmarkUnknownMails is the match of 100 new mails with two references each
// that Stripe does not know.
func BenchmarkUnknownMails(b *testing.B) {
	s := newShop(b)
	fillBig(s, 1000)
	var wants []Want
	for i := range 100 {
		wants = append(wants, Want{References: []string{fmt.Sprint("unknown-", i), fmt.Sprint("K4MADNY-", i)}})
	}
	w, err := s.c.Window(context.Background(), day(-100))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.Forget()
		clear(w.sought)
		if err := s.c.Seek(context.Background(), w, wants); err != nil {
			b.Fatal(err)
		}
		for _, want := range wants {
			if _, err := s.c.Match(context.Background(), w, want, day(5)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(s.calls())), "calls/op")
}
