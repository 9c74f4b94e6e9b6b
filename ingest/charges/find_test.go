package charges

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func eur(minor int64) rules.Money { return rules.Money{Minor: minor, Currency: "EUR"} }

// klarna is a Klarna charge of 124.90 EUR that succeeded.
func klarna(id string, refs ...Reference) Charge {
	return Charge{
		ID: id, PaymentIntent: "pi_" + strings.TrimPrefix(id, "py_"), Method: "klarna", Status: "succeeded",
		Amount: eur(12490), Created: day(0), References: refs,
	}
}

func order(ref string) Reference { return Reference{"order_reference", ref} }

// with gives a charge a dispute of its whole amount.
func with(ch Charge, dispute, status, reason string) Charge {
	ch.Disputed = true
	ch.Disputes = append(slices.Clone(ch.Disputes), Dispute{ID: dispute, Status: status, Reason: reason, Amount: ch.Amount, Created: day(3)})
	return ch
}

func refs(r ...string) Want { return Want{References: r} }

// found checks a match's strength, charge and dispute, and words of its Why.
func found(t *testing.T, m rules.Match, s rules.Strength, charge, dispute string, words ...string) {
	t.Helper()
	if m.Strength != s || m.Charge != charge || m.Dispute != dispute {
		t.Errorf("matched %s %q %q (%s), want %s %q %q", m.Strength, m.Charge, m.Dispute, m.Why, s, charge, dispute)
	}
	for _, w := range words {
		if !strings.Contains(m.Why, w) {
			t.Errorf("it says %q, want in it %q", m.Why, w)
		}
	}
}

func TestOrderReferenceThatEqualsTheMailsIsExact(t *testing.T) {
	m := Find(refs("10001"), []Charge{klarna("py_1", order("10001")), klarna("py_2", order("10002"))})
	found(t, m, rules.Exact, "py_1", "")
	if m.PaymentIntent != "pi_1" || m.Why != "its order reference is the mail's first reference" { // and nothing of disputes that it never had
		t.Errorf("%+v", m)
	}
}

func TestMetadataKeyThatEqualsTheMailsIsExact(t *testing.T) {
	m := Find(refs("none", "10001"), []Charge{klarna("py_1", Reference{"metadata order_id", "10001"})})
	found(t, m, rules.Exact, "py_1", "", "its metadata order_id is the mail's second reference")
}

func TestOrderReferenceIsTheReasonWhereMetadataFitsToo(t *testing.T) {
	m := Find(refs("10001"), []Charge{klarna("py_1", Reference{"metadata order_id", "10001"}, order("10001"))})
	found(t, m, rules.Exact, "py_1", "", "its order reference is")
}

func TestReferenceBarCaseOrZerosIsOnlyProbableAndSaysWhich(t *testing.T) {
	for ref, why := range map[string]string{"ab-77": "upper and lower case", "AB-77": "", "#AB-77": "leading # or zeros", "000ab-77": "leading # or zeros"} {
		m := Find(refs(ref), []Charge{klarna("py_1", order("AB-77"))})
		strength := rules.Probable
		if why == "" {
			strength = rules.Exact
		}
		found(t, m, strength, "py_1", "", why)
	}
}

func TestExactReferenceBeatsALikeOne(t *testing.T) {
	m := Find(refs("0010001"), []Charge{klarna("py_1", order("10001")), klarna("py_2", order("0010001"))})
	found(t, m, rules.Exact, "py_2", "")
}

func TestZerosAloneAndEmptyReferencesMatchNothing(t *testing.T) {
	all := []Charge{klarna("py_1", order("000")), klarna("py_2", order("#")), klarna("py_3", order("  ")), klarna("py_4")}
	for _, ref := range []string{"0", "#0", "00", "", "   "} {
		found(t, Find(refs(ref), all), rules.NoMatch, "", "", "the mail names no")
	}
	all[0].PaymentIntent = "" // it is none, not one that is named so
	found(t, Find(Want{StripeIDs: []string{""}}, all), rules.NoMatch, "", "")
}

func TestNothingIsLikeAnEmptyReference(t *testing.T) {
	for _, pair := range [][2]string{{"", ""}, {" ", ""}, {"", "1"}, {"1", " "}, {"#", "0"}, {"#0", "#00"}} {
		if got := compare(pair[0], pair[1]); got != unlike {
			t.Errorf("%q and %q: %d", pair[0], pair[1], got)
		}
	}
}

func TestTwoChargesOnOneReferenceAreTheDisputedOneOrATie(t *testing.T) {
	a, b := klarna("py_1", order("10001")), klarna("py_2", order("10001"))
	found(t, Find(refs("10001"), []Charge{a, with(b, "du_2", "needs_response", "general")}), rules.Exact, "py_2", "du_2", "of the 2 charges")
	unread := b // Stripe calls it disputed, its disputes were not read yet
	unread.Disputed = true
	found(t, Find(refs("10001"), []Charge{a, unread}), rules.Exact, "py_2", "")
	pending := with(a, "du_1", "needs_response", "general")
	pending.Status = "pending"
	found(t, Find(refs("10001"), []Charge{pending, with(b, "du_2", "needs_response", "general")}), rules.Exact, "py_2", "du_2")

	for _, tie := range [][]Charge{
		{a, b},
		{b, a},
		{with(b, "du_2", "needs_response", "general"), with(a, "du_1", "won", "general")},
	} {
		m := Find(refs("10001"), tie)
		found(t, m, rules.Ambiguous, "", "", "2 charges fit")
		if len(m.Candidates) != 2 || m.Candidates[0].Charge != "py_1" || m.Candidates[1].Charge != "py_2" {
			t.Errorf("candidates %+v, want both", m.Candidates)
		}
	}
}

func TestFailedRetryDoesNotCompeteWithTheChargeThatSucceeded(t *testing.T) {
	failed := klarna("py_0", order("10001"))
	failed.Status = "failed"
	found(t, Find(refs("10001"), []Charge{failed, klarna("py_1", order("10001"))}), rules.Exact, "py_1", "")
	found(t, Find(refs("10001"), []Charge{failed}), rules.NoMatch, "", "", "py_0 fits, but the payment failed")
}

func TestChargeThatIsNotKlarnasIsRefusedAndSaid(t *testing.T) {
	card := klarna("ch_1", order("10001"))
	card.Method = "card"
	for _, want := range []Want{refs("10001"), {StripeIDs: []string{"ch_1"}}, {Charge: "ch_1"}} {
		found(t, Find(want, []Charge{card}), rules.NoMatch, "", "", "ch_1 is not Klarna's", "card")
	}
	found(t, Find(refs("10001"), []Charge{card, klarna("py_2", order("10001"))}), rules.Exact, "py_2", "")
}

func TestLinkedChargeWinsOverEverything(t *testing.T) {
	all := []Charge{klarna("py_1", order("10001")), with(klarna("py_2"), "du_2", "needs_response", "general")}
	want := Want{Charge: "py_2", References: []string{"10001"}, StripeIDs: []string{"py_1"}}
	found(t, Find(want, all), rules.Exact, "py_2", "du_2", "linked")
	want.Charge = "py_9"
	found(t, Find(want, all), rules.NoMatch, "", "", "Stripe does not know it")
	want.Charge, all[0].PaymentIntent = "pi_2", "pi_2"
	found(t, Find(want, all), rules.Ambiguous, "", "", "2 charges fit: the linked payment intent has several")
}

func TestStripeIDInTheMailBeatsAReference(t *testing.T) {
	all := []Charge{klarna("py_1", order("10001")), with(klarna("py_2"), "du_2", "needs_response", "general")}
	for _, id := range []string{"py_2", "pi_2", "du_2"} {
		found(t, Find(Want{StripeIDs: []string{id}, References: []string{"10001"}}, all), rules.Exact, "py_2", "du_2", "Stripe id")
	}
	found(t, Find(Want{StripeIDs: []string{"py_1", "py_2"}}, all), rules.Ambiguous, "", "", "several charges")
}

func TestDisputeIDSettlesWhichOfTwoDisputesIsMeant(t *testing.T) {
	ch := with(with(klarna("py_1", order("10001")), "du_1", "needs_response", "general"), "du_2", "needs_response", "general")
	ch.Disputes[1].Amount = eur(5000)
	for _, ids := range [][]string{{"py_1", "du_2"}, {"du_2", "py_1"}} {
		found(t, Find(Want{StripeIDs: ids}, []Charge{ch}), rules.Exact, "py_1", "du_2")
	}

	m := Find(refs("10001"), []Charge{ch})
	found(t, m, rules.Ambiguous, "", "", "2 disputes")
	if len(m.Candidates) != 2 || m.Candidates[1].Dispute != "du_2" || m.Candidates[1].Amount != eur(5000) {
		t.Errorf("candidates %+v, want both disputes", m.Candidates)
	}
	found(t, Find(Want{Charge: "py_1"}, []Charge{ch}), rules.Exact, "py_1", "", "linked", "2 disputes")
	ch.Disputes[0].Status = "lost"
	found(t, Find(refs("10001"), []Charge{ch}), rules.Exact, "py_1", "du_2")
}

// An order can be disputed again, and the mail come before Stripe shows it.
func TestDisputeThatWasOverLongBeforeKlarnaAskedIsNotMeant(t *testing.T) {
	ch := with(klarna("py_1", order("10001")), "du_1", "lost", "general")
	asks := Want{References: []string{"10001"}, Asks: true, Date: day(3 + 45)}
	found(t, Find(asks, []Charge{ch}), rules.Exact, "py_1", "du_1") // it may be about this one still
	asks.Date = asks.Date.Add(time.Hour)
	m := Find(asks, []Charge{ch})
	found(t, m, rules.Exact, "py_1", "", "what was disputed of it before is another dispute", "none for this one yet")

	named := asks
	named.StripeIDs = []string{"du_1"}
	found(t, Find(named, []Charge{ch}), rules.Exact, "py_1", "du_1")
	linked := asks
	linked.Charge = "py_1"
	found(t, Find(linked, []Charge{ch}), rules.Exact, "py_1", "du_1")
	told := asks
	told.Asks = false // it says how the dispute ended
	found(t, Find(told, []Charge{ch}), rules.Exact, "py_1", "du_1")

	again := with(ch, "du_2", "warning_needs_response", "general")
	found(t, Find(asks, []Charge{again}), rules.Exact, "py_1", "du_2")
	ch.Disputes[0].Status = "needs_response"
	found(t, Find(asks, []Charge{ch}), rules.Exact, "py_1", "du_1")
}

func TestDisputeOfAnotherOfKlarnasDisputesIsNotMeant(t *testing.T) {
	taken := Want{References: []string{"10001"}, Taken: []string{"du_1"}}
	ch := with(klarna("py_1", order("10001")), "du_1", "needs_response", "general")
	found(t, Find(taken, []Charge{ch}), rules.Exact, "py_1", "", "none for this one yet")
	ch = with(ch, "du_2", "needs_response", "general")
	found(t, Find(taken, []Charge{ch}), rules.Exact, "py_1", "du_2")
	ch = with(ch, "du_3", "needs_response", "general")
	found(t, Find(taken, []Charge{ch}), rules.Ambiguous, "", "", "it has 2 disputes")
	guess := Want{Amount: eur(12490), Taken: []string{"du_1", "du_2", "du_3"}}
	found(t, Find(guess, []Charge{ch}), rules.NoMatch, "", "")
}

// Where a shop names no order number, Stripe's own id can be what Klarna knows.
func TestReferenceThatIsAnIDOfStripesIsExact(t *testing.T) {
	ch := with(klarna("py_1", order("10001")), "du_1", "needs_response", "general")
	for _, ref := range []string{"py_1", "pi_1", "du_1"} {
		found(t, Find(refs("K4MADNY", ref), []Charge{ch, klarna("py_2")}), rules.Exact, "py_1", "du_1", "the mail names its Stripe id")
	}
}

func TestDescriptionMatchesOnAWordBoundaryAndIsOnlyProbable(t *testing.T) {
	for text, ok := range map[string]bool{
		"Order 10001": true, "order #10001.": true, "10001": true, "Bestellung:10001, Danke": true, "(10001)": true,
		"Order 110001": false, "Order 100012": false, "77-10001": false, "10001-2": false, "10001/2": false, "v1.10001": false, "ab10001": false,
	} {
		ch := klarna("py_1")
		ch.Descriptions = []string{text}
		if ok {
			found(t, Find(refs("10001"), []Charge{ch}), rules.Probable, "py_1", "", "description")
		} else {
			found(t, Find(refs("10001"), []Charge{ch}), rules.NoMatch, "", "")
		}
	}
}

func TestShortNumberInADescriptionIsNoMatch(t *testing.T) {
	ch := klarna("py_1")
	ch.Descriptions = []string{"1 pair of shoes, size 42, autumn 2026, order 7, item A1"}
	for _, ref := range []string{"1", "7", "42", "2026", "A1", "#7", "", "-", "1 p"} {
		found(t, Find(refs(ref), []Charge{ch}), rules.NoMatch, "", "")
	}
}

func TestNumberThatTheMailDoesNotNameIsACandidateOfADisputedChargeAndNeverMore(t *testing.T) {
	const why = "a guess that a person must confirm: the mail holds its order reference"
	disputed := with(klarna("py_1", order("KX-77120")), "du_1", "needs_response", "general")
	all := []Charge{disputed, klarna("py_2", order("KX-77121")), with(klarna("py_3", order("2026")), "du_3", "needs_response", "general")}
	m := Find(Want{Unnamed: []string{"18:00", "kx-77120", "KX-77121", "2026"}}, all)
	found(t, m, rules.Probable, "py_1", "du_1", why)
	if len(m.Candidates) != 1 || m.Candidates[0].Dispute != "du_1" {
		t.Errorf("nothing to confirm: %+v", m.Candidates)
	}
	found(t, Find(Want{Unnamed: []string{"KX-77121", "2026"}}, all), rules.NoMatch, "", "") // not disputed; too short
	found(t, Find(Want{References: []string{"KX-77121"}, Unnamed: []string{"KX-77120"}}, all), rules.Exact, "py_2", "")
	found(t, Find(Want{Unnamed: []string{"KX-77120"}, Taken: []string{"du_1"}}, all), rules.NoMatch, "", "")
	found(t, Find(Want{Unnamed: []string{"KX-77120"}, Amount: eur(999)}, all), rules.Probable, "py_1", "du_1", "the mail says 9.99 EUR")
	second := with(klarna("py_4", order("KX-77120")), "du_4", "needs_response", "general")
	found(t, Find(Want{Unnamed: []string{"KX-77120"}}, append(all, second)), rules.Ambiguous, "", "", "2 charges fit", why)
}

func TestAmountReasonAndDateGiveACandidateAndNeverMore(t *testing.T) {
	want := Want{Amount: eur(12490), Reason: rules.ReasonGoodsNotReceived, Date: day(5)}
	ch := with(klarna("py_1"), "du_1", "needs_response", "product_not_received")
	m := Find(want, []Charge{ch})
	found(t, m, rules.Probable, "py_1", "du_1", "a guess that a person must confirm")
	if len(m.Candidates) != 1 {
		t.Errorf("candidates %+v, want one", m.Candidates)
	}
	found(t, Find(want, []Charge{ch, with(klarna("py_2"), "du_2", "needs_response", "product_not_received")}), rules.Ambiguous, "", "", "a guess")

	for name, change := range map[string]func(*Want){
		"amount":   func(w *Want) { w.Amount.Minor++ },
		"currency": func(w *Want) { w.Amount.Currency = "SEK" },
		"reason":   func(w *Want) { w.Reason = rules.ReasonReturn },
		"date":     func(w *Want) { w.Date = day(3).Add(near + time.Second) },
		"unknown":  func(w *Want) { w.Amount = rules.Money{} },
	} {
		other := want
		change(&other)
		if m := Find(other, []Charge{ch}); m.Strength != rules.NoMatch {
			t.Errorf("with another %s: %s %s", name, m.Strength, m.Why)
		}
	}
	unknown := ch
	unknown.Disputes = []Dispute{{ID: "du_1"}} // an answer without an amount
	found(t, Find(Want{}, []Charge{unknown}), rules.NoMatch, "", "")
	undisputed := klarna("py_3")
	found(t, Find(want, []Charge{undisputed}), rules.NoMatch, "", "")
}

func TestAmountThatDiffersFromTheMailsIsSaid(t *testing.T) {
	want := Want{References: []string{"10001"}, Amount: eur(9900)}
	found(t, Find(want, []Charge{klarna("py_1", order("10001"))}), rules.Exact, "py_1", "", "the mail says 99.00 EUR, the charge is 124.90 EUR")

	part := with(klarna("py_1", order("10001")), "du_1", "needs_response", "general")
	part.Disputes[0].Amount = eur(9900)
	if m := Find(want, []Charge{part}); strings.Contains(m.Why, "the mail says") {
		t.Errorf("the dispute is about that part: %q", m.Why)
	}
}

func TestSecondReferenceOnAnotherChargeIsSaid(t *testing.T) {
	m := Find(refs("10001", "K-9"), []Charge{klarna("py_1", order("10001")), klarna("py_2", order("K-9"))})
	found(t, m, rules.Exact, "py_1", "", "the mail's second reference stands on another charge")
	m = Find(Want{StripeIDs: []string{"py_1"}, References: []string{"K-9"}}, []Charge{klarna("py_1", order("10001")), klarna("py_2", order("K-9"))})
	found(t, m, rules.Exact, "py_1", "", "the mail's first reference stands on another charge")
}

func TestReferenceThatContradictsNothingIsNotMentioned(t *testing.T) {
	ch, other := klarna("py_1", order("10001")), klarna("py_3", order("K-9"))
	both := klarna("py_1", order("10001"), Reference{"metadata order_id", "K-9"})
	for name, all := range map[string][]Charge{
		"no charge has it":     {ch},
		"the match has it too": {both, other},
		"nothing was settled":  {ch, klarna("py_2", order("10001")), other},
	} {
		if m := Find(refs("10001", "K-9"), all); strings.Contains(m.Why, "another charge") {
			t.Errorf("%s: %q", name, m.Why)
		}
	}
}

func TestNothingOfTheMailIsRepeatedInTheReason(t *testing.T) {
	want := Want{References: []string{"Erika Mustermann"}, StripeIDs: []string{"py_<evil>"}, Amount: eur(1)}
	ch := klarna("py_1", order("ERIKA MUSTERMANN"))
	for _, all := range [][]Charge{{ch}, {ch, ch, klarna("py_2", order("ERIKA MUSTERMANN"))}, nil} {
		if m := Find(want, all); strings.Contains(strings.ToLower(m.Why), "mustermann") || strings.Contains(m.Why, "evil") {
			t.Errorf("it says %q", m.Why)
		}
	}
}

func TestReasonsOfNoMatchReadAsSentences(t *testing.T) {
	for want, why := range map[*Want]string{
		{}:                                     "the mail names no order reference, no Stripe id and no amount, so that there is nothing to look for",
		{References: refs(" ", "").References}: "the mail names no order reference, no Stripe id and no amount, so that there is nothing to look for",
		{References: []string{"1"}}:            "no disputed Klarna charge has the mail's reference; the mail names no Stripe id and no amount",
		{References: []string{"1", "2"}, StripeIDs: []string{"py_9"}}:                                  "no disputed Klarna charge has one of the mail's 2 references or the Stripe id that the mail names; the mail names no amount",
		{References: []string{"1"}, StripeIDs: []string{"py_8", "py_9"}, Amount: eur(1)}:               "no disputed Klarna charge has the mail's reference or one of the 2 Stripe ids that the mail names or the mail's amount",
		{Amount: eur(1), Reason: rules.ReasonReturn, Date: day(3)}:                                     "no disputed Klarna charge has the mail's amount, reason and time; the mail names no order reference and no Stripe id",
		{Amount: eur(12490), Reason: rules.ReasonGoodsNotReceived, Date: day(3)}:                       "a guess that a person must confirm: its dispute has the mail's amount, reason and time, and no reference fits",
		{Amount: eur(12490), Reason: "non_compliance", References: []string{"9"}}:                      "a guess that a person must confirm: its dispute has the mail's amount, and no reference fits",
		{References: []string{"10001"}}:                                                                "its order reference is the mail's first reference",
		{References: []string{"a", "b", "c", "10001"}, Amount: rules.Money{Minor: 5, Currency: "EUR"}}: "its order reference is the mail's reference number 4; the mail says 0.05 EUR, the charge is 124.90 EUR",
		{References: []string{"ORD-10001"}}:                                                            "its description names the mail's first reference",
		{StripeIDs: []string{"du_1"}}:                                                                  "the mail names its Stripe id",
	} {
		ch := with(klarna("py_1", order("10001")), "du_1", "needs_response", "product_not_received")
		ch.Descriptions = []string{"Order ORD-10001."}
		if m := Find(*want, []Charge{ch}); m.Why != why {
			t.Errorf("%+v: %q, want %q", *want, m.Why, why)
		}
	}
}

// Two shops of one account number their orders alike, and Stripe shows no dispute
// of the second one yet.
func TestReferenceOfTwoShopsIsNotSettledAgainstTheAmount(t *testing.T) {
	want := Want{References: []string{"10001"}, Amount: eur(12490)}
	other := klarna("py_1", order("10001"))
	other.Amount = rules.Money{Minor: 50000, Currency: "SEK"}
	other = with(other, "du_1", "needs_response", "general")
	ours := klarna("py_2", order("10001"))
	m := Find(want, []Charge{other, ours})
	found(t, m, rules.Ambiguous, "", "")
	if len(m.Candidates) != 2 {
		t.Errorf("candidates %+v", m.Candidates)
	}
	found(t, Find(want, []Charge{other, with(ours, "du_2", "won", "general")}), rules.Ambiguous, "", "")

	want.Amount = eur(1) // it speaks for neither
	found(t, Find(want, []Charge{other, ours}), rules.Exact, "py_1", "du_1", "the only disputed one")
	want.Amount = rules.Money{}
	found(t, Find(want, []Charge{other, ours}), rules.Exact, "py_1", "du_1")
}

func TestChargeWhoseDisputesCannotBeMeantIsNotTheDisputedOne(t *testing.T) {
	want := Want{References: []string{"10001"}, Taken: []string{"du_1"}}
	all := []Charge{with(klarna("py_1", order("10001")), "du_1", "needs_response", "general"), klarna("py_2", order("10001"))}
	found(t, Find(want, all), rules.Ambiguous, "", "")
}

// A customer's number can be another customer's order.
func TestLaterReferenceAgainstTheAmountIsOnlyProbable(t *testing.T) {
	want := Want{References: []string{"77-1", "10001"}, Amount: eur(100)}
	found(t, Find(want, []Charge{klarna("py_1", order("10001"))}), rules.Probable, "py_1", "", "the mail says 1.00 EUR")
	want.Amount = eur(12490)
	ch := klarna("py_1", order("10001"))
	found(t, Find(want, []Charge{ch}), rules.Exact, "py_1", "")
	other := klarna("py_2", order("10001")) // it does not speak against the disputed one
	other.Amount = eur(100)
	found(t, Find(want, []Charge{with(ch, "du_1", "needs_response", "general"), other}), rules.Exact, "py_1", "du_1")
	if m := Find(want, []Charge{ch, other}); m.Strength != rules.Ambiguous {
		t.Errorf("of two charges: %+v", m)
	}
}

func TestChargeOfUnknownAmountContradictsNoMail(t *testing.T) {
	ch := klarna("py_1", order("10001"))
	ch.Amount = rules.Money{Currency: "EUR"}
	m := Find(Want{References: []string{"77-1", "10001"}, Amount: eur(100)}, []Charge{ch})
	if found(t, m, rules.Exact, "py_1", ""); strings.Contains(m.Why, "the mail says") {
		t.Errorf("why %q", m.Why)
	}
}

func TestReasonDoesNotSettleADisputeAgainstTheAmount(t *testing.T) {
	ch := with(klarna("py_1", order("10001")), "du_1", "needs_response", "product_not_received")
	ch = with(ch, "du_2", "needs_response", "general")
	ch.Disputes[0].Amount = eur(2000)
	want := Want{References: []string{"10001"}, Reason: rules.ReasonGoodsNotReceived, Amount: eur(12490)}
	found(t, Find(want, []Charge{ch}), rules.Ambiguous, "", "", "it has 2 disputes")
	want.Amount = eur(2000)
	found(t, Find(want, []Charge{ch}), rules.Exact, "py_1", "du_1")
	want.Amount = rules.Money{}
	found(t, Find(want, []Charge{ch}), rules.Exact, "py_1", "du_1")
}

func TestReasonSettlesNoDisputeThatIsOverWhileOthersAreOpen(t *testing.T) {
	ch := with(klarna("py_1", order("10001")), "du_1", "lost", "product_not_received")
	ch = with(with(ch, "du_2", "needs_response", "general"), "du_3", "needs_response", "general")
	m := Find(Want{References: []string{"10001"}, Reason: rules.ReasonGoodsNotReceived}, []Charge{ch})
	found(t, m, rules.Ambiguous, "", "", "it has 3 disputes")
	if strings.Contains(m.Why, "is another dispute") {
		t.Errorf("each of them can be meant: %q", m.Why)
	}
}

// DOMAIN.md, "Klarna's dispute model".
func TestDisputeResemblesAMailByStripesWordForKlarnasReason(t *testing.T) {
	for klarnas, stripes := range map[string]string{
		rules.ReasonReturn:               "credit_not_processed",
		rules.ReasonGoodsNotReceived:     "product_not_received",
		rules.ReasonFaultyGoods:          "product_unacceptable",
		rules.ReasonIncorrectInvoice:     "general",
		rules.ReasonAlreadyPaid:          "duplicate",
		rules.ReasonUnauthorizedPurchase: "fraudulent",
		rules.ReasonHighRiskOrder:        "general",
		rules.ReasonPandemicImpact:       "general",
	} {
		all := []Charge{with(klarna("py_1"), "du_1", "needs_response", stripes), with(klarna("py_2"), "du_2", "needs_response", "noncompliant")}
		found(t, Find(Want{Amount: eur(12490), Reason: klarnas}, all), rules.Probable, "py_1", "du_1", "amount and reason")
	}
}

func TestDisputeThatWasOverWhenKlarnaFirstAskedIsNotMeant(t *testing.T) {
	ch := with(klarna("py_1", order("10001")), "du_1", "won", "general") // made on day 3
	ch.Disputes[0].DueBy = day(10)
	want := Want{References: []string{"10001"}, Asks: true, Date: day(20), First: day(20)}
	const another = "what was disputed of it before is another dispute"
	found(t, Find(want, []Charge{ch}), rules.Exact, "py_1", "", another)
	for name, change := range map[string]func(*Want, *Dispute){
		"its first mail came in time":   func(w *Want, _ *Dispute) { w.First = day(9) },
		"a mail that is a little late":  func(w *Want, _ *Dispute) { w.First = day(17) },
		"nobody knows when it came":     func(w *Want, _ *Dispute) { w.First = time.Time{} },
		"it tells of an end":            func(w *Want, _ *Dispute) { w.Asks = false },
		"the dispute is open":           func(_ *Want, d *Dispute) { d.Status = "needs_response" },
		"the dispute never had a date":  func(_ *Want, d *Dispute) { d.DueBy = time.Time{} },
		"its date was before it":        func(_ *Want, d *Dispute) { d.DueBy = day(2) },
		"a person links the charge":     func(w *Want, _ *Dispute) { w.Charge = "py_1" },
		"the mail names the very thing": func(w *Want, _ *Dispute) { w.StripeIDs = []string{"du_1"} },
	} {
		other, again := want, ch
		again.Disputes = slices.Clone(ch.Disputes)
		change(&other, &again.Disputes[0])
		if m := Find(other, []Charge{again}); m.Dispute != "du_1" {
			t.Errorf("%s: %+v", name, m)
		}
	}
	stop := Want{References: []string{"10001"}, Asks: true, Stops: true, Date: day(5), First: day(5)}
	found(t, Find(stop, []Charge{ch}), rules.Exact, "py_1", "", another)
}
