package board_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

// table reads a CSV by its head.
func table(t *testing.T, body string) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = r[i]
		}
		out = append(out, m)
	}
	return out
}

func TestCSVHoldsWhatIsSeen(t *testing.T) {
	s := newShelf(t)
	s.happens("c-first1", s.mail("77-1042", 5*day), matched("ch_1"), s.reading("ch_1", "needs_response", 9*day),
		rules.Event{Type: rules.EventClaim, By: "anna", Until: s.now.Add(day)})
	second := s.mail("88-2000", 2*day)
	second.Mail.MerchantReference1, second.Mail.OrderNumber = "", "88-2000" // as a sentence names it
	s.happens("c-second", second)
	site := open(t, s.server())
	site.shows("/?q=77-1042", `href="/cases.csv?q=77-1042"`)
	site.shows("/?q=a%26b&state=all", `href="/cases.csv?q=a%26b&amp;state=all"`)
	_, body := site.get("/cases.csv?q=77-1042")
	rows := table(t, body)
	if len(rows) != 1 {
		t.Fatalf("%d rows:\n%s", len(rows), body)
	}
	for name, want := range map[string]string{
		"id": "c-first1", "state": "claimed", "stage": "chargeback", "claimed_by": "anna", "amount_minor": "12490", "amount_currency": "EUR",
		"deadline_at": "2026-03-07T08:00:00Z", "deadline_source": "mail", "deadline_other": "2026-03-11T08:00:00Z",
		"match_strength": "exact", "charge": "ch_1", "stripe_status": "needs_response", "next_step": "new",
	} {
		if rows[0][name] != want {
			t.Errorf("%s: %q, want %q", name, rows[0][name], want)
		}
	}
	_, body = site.get("/cases.csv")
	if rows = table(t, body); len(rows) != 2 || rows[0]["id"] != "c-second" || rows[0]["merchant_reference_1"] != "88-2000" {
		t.Errorf("want both, the most urgent first:\n%s", body)
	}
}

func TestCSVIsNoFormula(t *testing.T) {
	s := newShelf(t)
	for i, evil := range []string{"=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "\t=1", " =1", "\u200b=1", "＝1", "＠SUM(1)"} {
		s.happens("c-form0"+string(rune('a'+i)), s.mail(evil, 5*day))
	}
	_, body := open(t, s.server()).get("/cases.csv")
	for _, row := range table(t, body) {
		if v := row["merchant_reference_1"]; !strings.HasPrefix(v, "'") {
			t.Errorf("%q could be a formula", v)
		}
	}
}
