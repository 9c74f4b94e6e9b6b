package klarna

import (
	"fmt"
	"slices"
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

func TestNumbersThatNothingNamesAreHandedOnWhereNoOrderIsNamed(t *testing.T) {
	lines := []string{
		"A customer has opened dispute 256947 of 89,00 EUR.", "It is about KX-77120 of 12 November 2026, 10:30, ref. INV/2026/0771.",
		"Please answer by 30.11.2026 at https://portal.klarna.com/d/99123456?o=88112233.", "Klarna AB, 111 34 Stockholm", "In 2026 we had 14 of them.",
		"Or at https://k.example/x1, www.k.example/x12 or k.example/d77.",
	}
	want := []string{"KX-77120", "INV/2026/0771"}
	if n := said(t, append([]string{"New dispute request"}, lines...)...); !slices.Equal(n.Unnamed, want) {
		t.Errorf("read %q, want %q", n.Unnamed, want)
	}
	if n := said(t, append([]string{"New dispute request", "Merchant Reference 1\t10001"}, lines...)...); n.Unnamed != nil {
		t.Errorf("beside a reference: %q", n.Unnamed)
	}
	if n := said(t, append([]string{"New dispute request", "Your order number 10001"}, lines...)...); n.Unnamed != nil || n.Order() != "10001" {
		t.Errorf("beside an order's number %q: %q", n.Order(), n.Unnamed)
	}
}

func TestUnnamedNumbersOfAMailAreBounded(t *testing.T) {
	lines := []string{"New dispute request", "Please answer dispute 256947."}
	for i := range 3 * rules.MaxUnnamed {
		lines = append(lines, fmt.Sprintf("KX-%d", 77000+i))
	}
	if n := said(t, lines...); len(n.Unnamed) != rules.MaxUnnamed || n.Unnamed[0] != "KX-77000" {
		t.Errorf("%d: %q", len(n.Unnamed), n.Unnamed)
	}
}
