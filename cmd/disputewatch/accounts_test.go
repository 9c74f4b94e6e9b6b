package main

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
)

// twoAccounts adds a second folder of mail that belongs to a connected account
// of another Stripe.
func (s *story) twoAccounts() *fakestripe.Server {
	s.t.Helper()
	other, err := fakestripe.Start()
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { other.Close() })
	other.Account = "acct_1Second"
	s.write("other-key", "rk_live_other")
	text := s.configText()
	first := text[strings.Index(text, "  - name: onboarding"):strings.Index(text, "stripe:\n")]
	second := strings.Replace(first, "name: onboarding", "name: second", 1) + "    folders: [Second]\n    stripe: connected\n"
	first += "    folders: [INBOX]\n    stripe: main\n"
	head, rest, _ := strings.Cut(text, "mailboxes:\n")
	rest = rest[strings.Index(rest, "stripe:\n"):]
	rest = strings.Replace(rest, "slack:\n", "  - name: connected\n    api_key_file: other-key\n    account: acct_1Second\n    api_base: "+other.URL+"\nslack:\n", 1)
	s.write("config.yaml", head+"mailboxes:\n"+first+second+rest)
	s.restart()
	return other
}

func TestEachMailboxIsMatchedInItsOwnStripeAccount(t *testing.T) {
	s := newStory(t, monday)
	other := s.twoAccounts()
	for n, stripe := range map[string]*fakestripe.Server{"1": s.stripe, "2": other} { // the same order number in both
		stripe.AddCharge(fakestripe.Charge{ID: "py_" + n, Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
		stripe.AddDispute(fakestripe.Dispute{ID: "du_" + n, Charge: "py_" + n, Created: s.now, DueBy: s.now.Add(12 * day)})
	}
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	raw := "Authentication-Results: mx.shop.example; dmarc=pass header.from=klarna.com\nFrom: Klarna <d@klarna.com>\nTo: " + shopUser +
		"\nSubject: New dispute request\nMessage-ID: <2@klarna.com>\nDate: " + s.now.Format(time.RFC1123Z) + "\n\n" + strings.Replace(request, "256947", "256948", 1)
	if _, err := s.imap.Append(shopUser, "Second", []byte(strings.ReplaceAll(raw, "\n", "\r\n")), s.now); err != nil {
		t.Fatal(err)
	}
	s.pass()
	cases := s.alive()
	if len(cases) != 2 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		want := map[string][3]string{"onboarding": {"main", "du_1", "acct_1FakeShop"}, "second": {"connected", "du_2", "acct_1Second"}}[c.Mailbox]
		if got := [3]string{c.Account, c.Match.Dispute, c.Stripe.Account}; got != want || c.Stripe.Live != (c.Mailbox == "second") {
			t.Errorf("%s: %v, live %v, want %v", c.Mailbox, got, c.Stripe.Live, want)
		}
	}
	s.said("https://dashboard.stripe.com/acct_1FakeShop/test/payments/py_1")
	for _, r := range other.Requests() {
		if r.Header.Get("Stripe-Account") != "acct_1Second" {
			t.Errorf("%s without the connected account", r.Path)
		}
	}
}

func TestCheckTellsAKeyThatMayNotReadTheAccountFromOneThatLacksAPermission(t *testing.T) {
	s := newStory(t, monday)
	other := s.twoAccounts()
	other.Account = "acct_1Third"
	s.stripe.AddKey("rk_test_story", fakestripe.Key{Lacks: []string{"dispute"}})
	_, out, _ := s.command("check")
	for _, want := range []string{
		"✗ stripe main: list disputes\n    HTTP 403, more_permissions_required, request req_fake2: the key lacks a permission: give it Disputes: Read (dispute_read)",
		"✓ stripe main: list charges",
		"✗ stripe connected: read account\n    HTTP 403, account_invalid, request req_fake1: this key may not read the account acct_1Second",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("check lacks %q:\n%s", want, out)
		}
	}
	if n := len(other.Requests()); n != 1 {
		t.Errorf("%d calls to an account that is not the key's", n)
	}
}
