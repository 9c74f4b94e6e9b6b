package charges

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

// always answers each call with the same bytes.
type always []byte

func (a always) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Status: "200 OK", Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(a))}, nil
}

// FuzzAnswer: whatever Stripe's address answers, nothing panics, and a window
// that was read holds disputes with ids.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `[]`, `{"object":"list","has_more":false,"data":[]}`,
		`{"object":"list","has_more":false,"data":[{"object":"dispute","id":"du_1","livemode":true,"amount":1,"currency":"eur","charge":{"id":"py_1","object":"charge","amount_refunded":1,"refunds":{"object":"list","has_more":true,"data":[null]},"metadata":{"order_id":"1"},"payment_intent":"pi_1"},"payment_intent":{"id":"pi_1","payment_details":{"order_reference":"1"}},"evidence_details":null}]}`,
		`{"object":"search_result","has_more":true,"data":[{"object":"charge","id":"py_1","livemode":true,"payment_intent":{"id":1}}]}`,
		`{"object":"dispute","id":"du_1","charge":null}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := New(Account{Name: "main", ReferenceKeys: []string{"order_id"}, Key: func() (string, error) { return testKey, nil }})
		c.base = always(body)
		ctx := context.Background()
		w, err := c.Window(ctx, day(0))
		if err != nil {
			w = nil
		} else {
			for _, r := range w.Readings() {
				if r.Dispute == "" {
					t.Errorf("a dispute without an id: %+v", r)
				}
			}
		}
		for _, want := range []Want{{References: []string{"1"}}, {StripeIDs: []string{"py_1", "pi_1", "du_1"}}, {Charge: "py_1"}} {
			m, _ := c.Match(ctx, w, want, day(1))
			if m.Strength == rules.Exact && m.Charge == "" {
				t.Errorf("a sure match without a charge: %+v", m)
			}
		}
		_, _ = c.Reading(ctx, w, rules.Match{Charge: "py_1"}, day(1))
		_, _ = c.Check(ctx)
	})
}
