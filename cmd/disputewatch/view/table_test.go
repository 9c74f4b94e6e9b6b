package view

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/rules"
)

// fits fails for each line that is too wide, or that a terminal would obey.
func fits(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if terminal.Length(line) > terminal.Width || strings.ContainsAny(line, "\x1b\t\r\x07") {
			t.Errorf("%d columns: %q", terminal.Length(line), line)
		}
	}
}

// wide is a case in which everything is as long as it can be.
func wide(now time.Time) Case {
	words := strings.Repeat("a word \x1b[31m and another, ", 20)
	c := rules.Case{
		ID: "c-abcdef", Mailbox: strings.Repeat("m", 64), Account: "main", OpenedAt: now, State: rules.Open, Stage: rules.StageInvestigation,
		Said: rules.Said{
			Kind: rules.KindInvestigation, DisputeID: "263099944398666", Reason: rules.ReasonNonGuaranteed, Verdict: rules.Unverified,
			MerchantReference1: strings.Repeat("8", 255), MerchantReference2: words, Amount: rules.Money{Minor: -123456789012, Currency: "EUR"},
		},
		Assumed: now.Add(-400 * 24 * time.Hour),
		Match: rules.Match{
			Strength: rules.Ambiguous, Charge: "py_" + strings.Repeat("1", 40), Why: words,
			Candidates: []rules.Candidate{{Charge: "ch_1", Why: words}},
		},
		Stripe:   &rules.Reading{Status: "warning_needs_response", Tracking: words, ReadAt: now},
		Warnings: []string{words, words},
	}
	v := CaseOf(c, rules.Default(time.UTC), now)
	v.Outcome = words
	v.AnsweredBy = []Evidence{{Source: "person", At: "2026-03-02T08:00:00Z", Who: words, Note: words}}
	v.Events = []rules.Event{{Type: rules.EventMissing, At: now, By: words, Note: words}}
	return v
}

func TestCasesAndShowFitEightyColumnsWithoutColour(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var b strings.Builder
	v := wide(now)
	plain := v
	plain.Outcome, plain.MerchantReference1 = "", "77-1042"
	if err := Table(&b, []Case{v, plain}, now); err != nil {
		t.Fatal(err)
	}
	fits(t, b.String())
	if !strings.Contains(b.String(), "-400d assumed") {
		t.Errorf("an assumed deadline is not labelled:\n%s", b.String())
	}
	b.Reset()
	if err := v.Print(&b); err != nil {
		t.Fatal(err)
	}
	fits(t, b.String())
	if n := strings.Count(b.String(), "8"); n < 255 {
		t.Errorf("a reference was cut to %d digits", n)
	}
}

func TestCasesWithRoomAreNotCut(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	v := Case{ID: "c-abcdef", State: rules.Open, MerchantReference1: "ORDER-2026-0001042", Reason: "goods_not_received", Match: Match{Strength: rules.Exact}}
	var b strings.Builder
	if err := Table(&b, []Case{v}, now); err != nil {
		t.Fatal(err)
	}
	if want := "c-abcdef  open                 ORDER-2026-0001042  goods_not_received  exact\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("%s", b.String())
	}
}

func TestCaseIsListedByTheDateAndTheSumThatCount(t *testing.T) {
	now := time.Date(2026, 3, 17, 9, 0, 0, 0, time.UTC)
	c := rules.Case{
		ID: "c-1", OpenedAt: now.Add(-24 * time.Hour), MailDeadline: &rules.MailDeadline{At: now.Add(-24 * time.Hour)},
		Match: rules.Match{Strength: rules.Exact}, Stripe: &rules.Reading{Status: "needs_response", DueBy: now.Add(3 * 24 * time.Hour), OrderReference: "77-1042", Amount: rules.Money{Minor: 2000, Currency: "EUR"}},
	}
	c.Amount = rules.Money{Minor: 12490, Currency: "EUR"} // the mail's
	row := rowOf(CaseOf(c, rules.Default(time.UTC), now), now)
	if got := strings.Join(row, " "); !strings.Contains(got, " 3d ") || !strings.Contains(got, "77-1042") || !strings.Contains(got, " 20.00 EUR ") {
		t.Errorf("%q", got)
	}
}

func TestSumOfAChargeThatIsNotSureIsNotTheCases(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	c := rules.Case{
		ID: "c-1", OpenedAt: now, Match: rules.Match{Strength: rules.Exact}, Claim: &rules.Promise{Who: "anna", Until: now.Add(time.Hour)},
		Stripe: &rules.Reading{Status: "needs_response", Amount: rules.Money{Minor: 2000, Currency: "EUR"}},
	}
	if v := CaseOf(c, rules.Default(time.UTC), now); v.Amount == nil || v.Amount.Minor != 2000 || v.ClaimedBy != "anna" {
		t.Errorf("a sure one: %+v, claimed by %q", v.Amount, v.ClaimedBy)
	}
	c.Match.Strength = rules.Probable
	if v := CaseOf(c, rules.Default(time.UTC), now.Add(2*time.Hour)); v.Amount != nil || v.AtRisk != nil || v.ClaimedBy != "" {
		t.Errorf("a probable one: %+v, at risk %+v, claimed by %q", v.Amount, v.AtRisk, v.ClaimedBy)
	}
}

func TestWhatWaitsForSomebodyIsListedByItsDateAndWhatIsOverLast(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	view := func(id string, state rules.State, opened, due int) Case {
		c := rules.Case{ID: id, State: state, OpenedAt: now.AddDate(0, 0, opened)}
		if due != 0 {
			c.MailDeadline = &rules.MailDeadline{At: now.AddDate(0, 0, due)}
		}
		switch state {
		case rules.Closed:
			c.ClosedAt, c.Outcome = now, "won"
		case rules.Answered:
			c.Answers = []rules.Evidence{{Source: "person", At: now}}
		}
		return CaseOf(c, rules.Default(time.UTC), now)
	}
	views := []Case{
		view("closed-old", rules.Closed, -9, -5), view("closed", rules.Closed, -3, 1), view("answered", rules.Answered, -3, 1), view("answered-old", rules.Answered, -9, 2),
		view("undated", rules.Open, -3, 0), view("later", rules.Open, -3, 9), view("soon", rules.Open, -3, 1), view("overdue", rules.Open, -3, -1),
	}
	Sort(views)
	var got []string
	for _, v := range views {
		got = append(got, v.ID)
	}
	if want := "overdue soon later undated answered answered-old closed closed-old"; strings.Join(got, " ") != want {
		t.Errorf("%s, want %s", got, want)
	}
	for i, want := range []string{"-24h", "24h", "9d", "", "", "", "", ""} {
		if rest := left(views[i], now); rest != want {
			t.Errorf("%s: %q is left", got[i], rest)
		}
	}
	for i, want := range []terminal.Colour{terminal.Red, terminal.Yellow, terminal.Plain, terminal.Plain, terminal.Plain} {
		if is := urgency(views[i], now); is != want {
			t.Errorf("%s is shown in another colour", got[i])
		}
	}
}
