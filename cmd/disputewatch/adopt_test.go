package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// reconfigured changes words of the config and starts anew.
func (s *story) reconfigured(changes ...string) {
	s.t.Helper()
	text, err := os.ReadFile(s.configFile())
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("config.yaml", strings.NewReplacer(changes...).Replace(string(text)))
	s.restart()
}

func TestCasesOfAnAccountAndAMailboxThatWereRenamedAreAskedAboutOn(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.mail("2@klarna.com", "pass", "New dispute request", strings.NewReplacer("256947", "256999", "77-1042", "77-2000").Replace(request))
	s.pass()
	s.news()
	s.reconfigured("name: main", "name: shop", "name: onboarding", "name: inbox")
	s.stripeSays("du_1", "under_review") // somebody has answered it there
	s.dispute("2", "77-2000", "needs_response", 20000, s.now.Add(13*day))
	s.wait(time.Hour)
	s.pass()
	for id, want := range map[string][2]string{"256947": {"du_1", "under_review"}, "256999": {"du_2", "needs_response"}} {
		c, err := s.book.Case(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if c.Account != "shop" || c.Stripe == nil || c.Stripe.Dispute != want[0] || c.Stripe.Status != want[1] {
			t.Errorf("%s is of account %s and Stripe's word on it is %+v, want %v", id, c.Account, c.Stripe, want)
		}
	}
	if n := len(s.alive()); n != 2 {
		t.Errorf("%d cases for two disputes", n)
	}
	s.wait(2 * day)
	s.pass()
	for _, text := range s.news() {
		if strings.Contains(text, "77-1042") && strings.Contains(text, "Told now") || strings.Contains(text, "does not answer") {
			t.Errorf("said:\n%s", text)
		}
	}
}

func TestCaseGoesToTheStripeAccountThatItWasOfUnderAnotherName(t *testing.T) {
	s := newStory(t, monday)
	other := s.twoAccounts()
	other.AddCharge(fakestripe.Charge{ID: "py_2", Amount: 12490, OrderReference: "77-2000", Created: s.now.AddDate(0, 0, -9)})
	other.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "py_2", Created: s.now, DueBy: s.now.Add(12 * day)})
	s.mail("1@klarna.com", "pass", "New dispute request", request) // Stripe does not show it yet
	second := strings.NewReplacer("256947", "256948", "77-1042", "77-2000").Replace(request)
	raw := "Authentication-Results: mx.shop.example; dmarc=pass header.from=klarna.com\nFrom: Klarna <d@klarna.com>\nTo: " + shopUser +
		"\nSubject: New dispute request\nMessage-ID: <2@klarna.com>\nDate: " + s.now.Format(time.RFC1123Z) + "\n\n" + second
	if _, err := s.imap.Append(shopUser, "Second", []byte(strings.ReplaceAll(raw, "\n", "\r\n")), s.now); err != nil {
		t.Fatal(err)
	}
	s.pass()
	s.expectAccounts(map[string]string{"256947": "main", "256948": "connected"})
	s.reconfigured(": main", ": a", ": connected", ": b")
	s.wait(time.Hour)
	s.pass()
	s.expectAccounts(map[string]string{"256947": "a", "256948": "b"}, "a", "b")

	// New names again, and the mailboxes are exchanged too: what Stripe said stands
	// above them.
	s.reconfigured("    stripe: a\n", "    stripe: d\n", "    stripe: b\n", "    stripe: c\n", "name: a", "name: c", "name: b", "name: d")
	s.wait(time.Hour)
	s.pass()
	s.expectAccounts(map[string]string{"256947": "d", "256948": "d"}, "a", "b", "d", "d")
}

// expectAccounts expects whose the cases are now, and to whom all of them were given.
func (s *story) expectAccounts(want map[string]string, given ...string) {
	s.t.Helper()
	var got []string
	for id, account := range want {
		c, err := s.book.Case(s.t.Context(), id)
		if err != nil {
			s.t.Fatal(err)
		}
		if c.Account != account {
			s.t.Errorf("%s is of account %s, want %s", id, c.Account, account)
		}
		events, err := s.book.History(s.t.Context(), id)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, e := range events {
			if e.Type == rules.EventAccount {
				got = append(got, e.Account)
			}
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, given) {
		s.t.Errorf("they were given to %v, want %v", got, given)
	}
}
