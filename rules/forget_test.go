package rules

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A field that is added to a case or an event goes with the words unless it is
// listed here: forgetting errs on the side of forgetting.
func TestNumbersHoldNoFieldThatAPersonOrAMailCanFill(t *testing.T) {
	const marker = "anna.andersson@example.com"
	kept := map[string]bool{
		// names from the config, codes, and ids that Klarna and Stripe made
		"id": true, "mailbox": true, "account": true, "kind": true, "was": true, "language": true, "dispute_id": true, "reason": true,
		"stripe_ids": true, "result": true, "verdict": true, "currency": true, "strength": true, "charge": true,
		"dispute": true, "payment_intent": true, "status": true, "loss_reason": true, "klarna_reason": true, "stage": true, "state": true,
		"source": true, "step": true, "name": true, "folded": true, "channel": true, "ts": true, "other": true, "into": true, "case": true, "type": true,
		"by": true, // an event's, of a part of the program: see below
	}
	var c Case
	fill(reflect.ValueOf(&c).Elem(), marker)
	check := func(v any) {
		t.Helper()
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(b, &tree); err != nil {
			t.Fatal(err)
		}
		walk(tree, "", func(key, text string) {
			if strings.Contains(text, marker) && !kept[key] {
				t.Errorf("%s is kept", key)
			}
		})
	}
	check(c.Numbers())
	for _, kind := range []EventType{EventMail, EventMatch, EventLink, EventStripe, EventTold, EventClaim, EventClose, EventMerge} {
		var e Event
		fill(reflect.ValueOf(&e).Elem(), marker)
		e.Type = kind
		check(e.Numbers())
		if person := kind != EventMail && kind != EventMatch && kind != EventStripe && kind != EventTold; person && e.Numbers().By != Removed {
			t.Errorf("%s keeps who said it", kind)
		}
	}
}

// fill sets every text in a value.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*Case]() {
			return // of a merge: the same fields once more, without an end
		}
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), text)
		}
	}
}

// walk visits every text of a JSON value with the key that it stands under.
func walk(tree any, key string, visit func(key, text string)) {
	switch tree := tree.(type) {
	case string:
		visit(key, tree)
	case []any:
		for _, v := range tree {
			walk(v, key, visit)
		}
	case map[string]any:
		for k, v := range tree {
			walk(v, k, visit)
		}
	}
}

func TestNumbersOfACaseStay(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	c := Case{
		ID: "c-abc234", Keys: []string{"klarna:256947", "stripe:du_1", "mail:<1@klarna.com>"}, Account: "main",
		Said: Said{
			Kind: KindDisputeRequest, DisputeID: "256947", Reason: ReasonReturn, MerchantReference1: "77-1042", MerchantReference2: "Anna Andersson",
			Amount: Money{Minor: 12490, Currency: "EUR"}, Why: "dmarc", RespondLink: "https://klarna.com/x",
		},
		Match:  Match{Strength: Exact, Charge: "py_1", Dispute: "du_1", Why: "order 77-1042", By: "anna"},
		Stripe: &Reading{Dispute: "du_1", Status: "lost", Tracking: "JD0140", Amount: Money{Minor: 12490, Currency: "EUR"}},
		State:  Closed, Outcome: "lost", OpenedAt: at, ClosedAt: at, Answers: []Evidence{{Source: "person", Who: "anna", Note: "she called"}},
	}
	want := Case{
		ID: "c-abc234", Keys: []string{"klarna:256947", "stripe:du_1"}, Account: "main",
		Said:   Said{Kind: KindDisputeRequest, DisputeID: "256947", Reason: ReasonReturn, MerchantReference1: "77-1042", Amount: Money{Minor: 12490, Currency: "EUR"}},
		Match:  Match{Strength: Exact, Charge: "py_1", Dispute: "du_1", Why: Removed, By: Removed},
		Stripe: &Reading{Dispute: "du_1", Status: "lost", Amount: Money{Minor: 12490, Currency: "EUR"}},
		State:  Closed, Outcome: "lost", OpenedAt: at, ClosedAt: at, Answers: []Evidence{{Source: "person"}},
	}
	if d := cmp.Diff(want, c.Numbers()); d != "" {
		t.Error(d)
	}
	if c.Answers[0].Note != "she called" || c.Stripe.Tracking == "" {
		t.Error("the case itself was changed")
	}
}

func TestReferenceThatIsANumberIsNoName(t *testing.T) {
	for _, ref := range []string{"10001", "77-1042", "#1001", "AB-77/2026", "45aa52f387871e3a210645d4", "8f7c1f4e-3a5d-4f0e-9d2b-deadbeef0001"} {
		if !isNumber(ref) {
			t.Errorf("%q is taken for words", ref)
		}
	}
	for _, ref := range []string{"", "Anna", "anna@example.com", "Anna Andersson 1985", "anna-1985", "Jörg77", "+49 170 1234567", strings.Repeat("1", 65)} {
		if isNumber(ref) {
			t.Errorf("%q is taken for a number", ref)
		}
	}
}
