package charges

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// person is a customer as a body may hold one, in good JSON and in bad.
const person = `{"name":"Erika Mustermann","email":"erika.mustermann@example.com","order":"SECRET-4711"}`

// secrets are what no error may hold.
var secrets = []string{"erika", "mustermann", "example.com", "secret-4711", "0123456789abcdef"}

// everyFault is each way in which Stripe can fail, with a person in the body.
func everyFault() map[string]fakestripe.Fault {
	all := map[string]fakestripe.Fault{
		"cut": {Cut: true}, "hang up": {HangUp: true}, "endless": {Endless: true}, "empty pages": {EmptyMore: true},
		"stall":        {Stall: make(chan struct{})},
		"object":       {Body: person},
		"half":         {Body: person[:60]},
		"text":         {Body: "Erika Mustermann <erika.mustermann@example.com>", Type: "text/plain"},
		"list":         {Body: `{"object":"list","has_more":false,"data":[` + person + `]}`},
		"search":       {Body: `{"object":"search_result","has_more":false,"data":[` + person + `]}`},
		"wrong types":  {Body: `{"object":"list","has_more":"Erika Mustermann","data":[]}`},
		"wrong object": {Body: `{"object":"Erika Mustermann","id":"erika"}`},
		"wrong items":  {Body: `{"object":"list","has_more":false,"data":[{"object":"dispute","id":"du_1","livemode":true,"amount":"erika@example.com"}]}`},
		"wrong kind":   {Body: `{"object":"list","has_more":false,"data":[{"object":"Erika Mustermann","id":"erika"}]}`},
		"odd error":    {Status: 400, Body: `{"error":{"type":"Erika Mustermann","code":"erika@example.com","message":"No such customer: erika","param":"Erika"}}`},
		"typed error":  {Status: 403, Body: `{"error":{"type":"invalid_request_error","message":"'mustermann_read' is erika's, not 'x_read Erika'"}}`},
		"error text":   {Status: 400, Body: `{"error":"Erika Mustermann"}`},
		"redirect":     {Status: 302, Body: person},
		"request id":   {Status: 403, Code: "some_code", RequestID: "req_1 of erika@example.com"},
	}
	for _, status := range []int{400, 401, 402, 403, 404, 409, 429, 500, 503} {
		all["HTML "+string(rune('0'+status/100))+"xx"] = fakestripe.Fault{Status: status, Body: "<p>Erika Mustermann</p>", Type: "text/html"}
		all["JSON of "+string(rune('0'+status/100))+string(rune('0'+status%100))] = fakestripe.Fault{Status: status, Code: "some_code", RetryAfter: "Erika Mustermann"}
	}
	return all
}

func TestNoErrorHoldsCustomersKeysOrReferences(t *testing.T) {
	for name, f := range everyFault() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.c.patience = patience{call: time.Second, tries: 2, first: time.Millisecond, most: time.Millisecond}
			if f.Stall != nil {
				s.c.patience.call = 20 * time.Millisecond
			}
			s.AddKey(testKey, fakestripe.Key{})
			s.sold("py_1", "SECRET-4711")
			s.disputed("du_1", "py_1")
			for i := range 11 { // so that refunds must be listed
				s.AddRefund(fakestripe.Refund{ID: "re_" + string(rune('a'+i)), Charge: "py_1", Amount: 1, Created: day(4)})
			}
			for _, path := range []string{"/v1/account", "/v1/disputes", "/v1/charges", "/v1/payment_intents", "/v1/refunds"} {
				s.Mend()
				g := f
				g.Path = path
				s.Break(g)
				for _, text := range s.everyText() {
					for _, secret := range secrets {
						if strings.Contains(strings.ToLower(text), secret) {
							t.Errorf("%s: %q", path, text)
						}
					}
				}
			}
		})
	}
}

// everyText does all that a client can do, and gives every word that came of it.
func (s *shop) everyText() []string {
	var out []string
	note := func(err error) {
		if err != nil {
			out = append(out, err.Error())
		}
	}
	ctx := context.Background()
	w, err := s.c.Window(ctx, day(-100))
	note(err)
	if w != nil {
		note(w.Err())
	}
	for _, want := range []Want{
		{DisputeID: "256947", References: []string{"SECRET-4711"}},
		{StripeIDs: []string{"py_1", "Erika Mustermann"}},
		{StripeIDs: []string{"du_1"}},
		{StripeIDs: []string{"pi_1"}},
		{Charge: "py_1"},
		{Charge: "Erika Mustermann"},
	} {
		m, err := s.c.Match(ctx, w, want, day(5))
		note(err)
		out = append(out, m.Why)
		_, err = s.c.Match(ctx, nil, want, day(5))
		note(err)
	}
	for _, m := range []rules.Match{{Dispute: "du_1"}, {Charge: "py_1"}, {}} {
		_, err := s.c.Reading(ctx, nil, m, day(5))
		note(err)
	}
	_, err = s.c.Sales(ctx, day(-100), nil)
	note(err)
	probes, err := s.c.Check(ctx)
	note(err)
	for _, p := range probes {
		out = append(out, p.What+" "+p.Hint)
	}
	return out
}
