package rules_test

import (
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

func TestWordsOfAMailAreMadePlain(t *testing.T) {
	for _, tt := range []struct {
		said  string
		limit int
		want  string
	}{
		{"  two\r\n lines\t here ", 80, "two lines here"},
		{"abc\u202edcba\u200b", 80, "abcdcba"}, // turns the direction of reading
		{"\x1b[31mred", 80, "[31mred"},         // a terminal's colour
		{"ask <anna@shop.example>, please", 80, "ask <[address]>, please"},
		{"bad \xff byte", 80, "bad \uFFFD byte"},
		{"0123456789ab", 10, "012345678…"},
	} {
		if got := rules.Plain(tt.said, tt.limit); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.said, got, tt.want)
		}
	}
}

func TestLinksInWordsOfAMailAreNotShown(t *testing.T) {
	for said, want := range map[string]string{
		"Answer at https://evil.example/x?y=z now":    "Answer at [link] now",
		"<HTTPS://evil.example|click>":                "<[link]",
		"http\u200bs://evil.example":                  "[link]", // a letter that cannot be seen
		"www.evil.example":                            "[link]",
		"javascript://x, slack://channel":             "[link] [link]",
		"10001/2":                                     "10001/2",
		"krn:klarna:eu1:dispute:faulty-goods:256947":  "krn:klarna:eu1:dispute:faulty-goods:256947",
		"ask <anna@shop.example>, https://a.b@c.test": "ask <[address]>, [link]",
	} {
		if got := rules.Quoted(said, 80); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
	if got := rules.Shown("erika@example.com https://evil.example", 80); got != "erika@example.com [link]" {
		t.Errorf("to a shop that wants to see its customers: %q", got)
	}
	if got := (rules.Case{Said: rules.Said{ReasonText: "https://evil.example"}}).What(); got != "[link]" {
		t.Errorf("in a title: %q", got)
	}
}

func TestCaseIsNamedByItsReasonOrByWhatItIs(t *testing.T) {
	sure := rules.Match{Strength: rules.Exact}
	for want, c := range map[string]rules.Case{
		"Stop request":                          {Stage: rules.StageStopRequest, Said: rules.Said{Reason: rules.ReasonReturn}},
		"Investigation":                         {Stage: rules.StageInvestigation},
		"Return not refunded":                   {Said: rules.Said{Reason: rules.ReasonReturn, ReasonText: "Retour"}},
		"Retour":                                {Said: rules.Said{ReasonText: "Retour"}},
		"Goods not received":                    {Match: sure, Stripe: &rules.Reading{Reason: "product_not_received"}},
		"High-risk order":                       {Match: sure, Stripe: &rules.Reading{Reason: "general", KlarnaReason: "PURCHASE_HIGH_RISK"}},
		"Faulty goods":                          {Match: sure, Stripe: &rules.Reading{Reason: "product_unacceptable", KlarnaReason: "of_the_year_2030"}},
		"Klarna dispute":                        {Stripe: &rules.Reading{Reason: "product_not_received"}}, // perhaps another's
		"A Klarna mail that was not understood": {Said: rules.Said{Kind: rules.KindUnknownKlarna, ReasonText: "x"}},
	} {
		if got := c.What(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
