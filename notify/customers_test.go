package notify_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/notify"
)

func TestCustomersAddressStandsInChatOnlyWhereTheShopWantsIt(t *testing.T) {
	s := newScene(t)
	c := s.byMail()
	const address = "erika@example.com"
	c.MerchantReference2, c.Reason, c.ReasonText = address, "", "Ask "+address+" again"
	card := func() string { return fmt.Sprint(notify.CardOf(c, s.policy, s.now)) }
	if text := card(); strings.Contains(text, address) || !strings.Contains(text, "[address]") {
		t.Errorf("not redacted:\n%s", text)
	}
	s.policy.ShowCustomers = true
	if text := card(); !strings.Contains(text, "77-1042 · "+address) || !strings.Contains(text, "Ask "+address+" again") {
		t.Errorf("not shown:\n%s", text)
	}
}

func TestOrderThatTheMailCallsByItsNumberAloneStandsOnTheCard(t *testing.T) {
	s := newScene(t)
	c := s.byMail()
	c.MerchantReference1, c.OrderNumber = "", "KX-77120"
	if text := fmt.Sprint(notify.CardOf(c, s.policy, s.now)); !strings.Contains(text, "KX-77120") {
		t.Errorf("the order is not there:\n%s", text)
	}
}

func TestLinkThatStandsInWordsOfAMailIsNotInChat(t *testing.T) {
	s := newScene(t)
	c := s.byMail()
	c.MerchantReference2, c.Reason, c.ReasonText = "https://evil.example/pay", "", "See www.evil.example"
	for _, show := range []bool{false, true} {
		s.policy.ShowCustomers = show
		if text := fmt.Sprint(notify.CardOf(c, s.policy, s.now)); strings.Contains(text, "evil") || !strings.Contains(text, "77-1042 · [link]") {
			t.Errorf("show_customers %v:\n%s", show, text)
		}
	}
}
