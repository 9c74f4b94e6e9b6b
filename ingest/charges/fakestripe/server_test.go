package fakestripe

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

var day0 = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func start(t *testing.T) *Server {
	t.Helper()
	s, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// get is the answer to a GET with a key.
func get(t *testing.T, s *Server, key, path string, q url.Values) (int, dict) {
	t.Helper()
	req, err := http.NewRequest("GET", s.URL+path+"?"+q.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var d dict
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatalf("%s: %v in %s", path, err, body)
	}
	return resp.StatusCode, d
}

// ids are those of a list.
func ids(t *testing.T, d dict) string {
	t.Helper()
	data, ok := d["data"].([]any)
	if !ok {
		t.Fatalf("no list: %v", d)
	}
	var out []string
	for _, v := range data {
		out = append(out, v.(dict)["id"].(string))
	}
	return strings.Join(out, " ")
}

func fill(s *Server) {
	for i := range 5 {
		id := fmt.Sprint(i)
		s.AddCharge(Charge{ID: "py_" + id, Amount: 100 + int64(i), Created: day0.AddDate(0, 0, i), OrderReference: "O" + id, Metadata: map[string]string{"order_id": "A-" + id}})
		s.AddDispute(Dispute{ID: "du_" + id, Charge: "py_" + id, Created: day0.AddDate(0, 0, i)})
	}
}

func TestListsPageNewestFirst(t *testing.T) {
	s := start(t)
	fill(s)
	for _, c := range []struct {
		q    url.Values
		ids  string
		more bool
	}{
		{nil, "du_4 du_3 du_2 du_1 du_0", false},
		{url.Values{"limit": {"2"}}, "du_4 du_3", true},
		{url.Values{"limit": {"2"}, "starting_after": {"du_3"}}, "du_2 du_1", true},
		{url.Values{"limit": {"2"}, "starting_after": {"du_1"}}, "du_0", false},
		{url.Values{"charge": {"py_2"}}, "du_2", false},
		{url.Values{"payment_intent": {"pi_2"}}, "du_2", false},
		{url.Values{"created[gte]": {fmt.Sprint(day0.AddDate(0, 0, 3).Unix())}}, "du_4 du_3", false},
		{url.Values{"created[gt]": {fmt.Sprint(day0.AddDate(0, 0, 3).Unix())}}, "du_4", false},
		{url.Values{"created[lt]": {fmt.Sprint(day0.AddDate(0, 0, 1).Unix())}}, "du_0", false},
		{url.Values{"created": {fmt.Sprint(day0.Unix())}}, "du_0", false},
	} {
		status, d := get(t, s, "rk_test_1", "/v1/disputes", c.q)
		if got := ids(t, d); status != 200 || got != c.ids || d["has_more"] != c.more || d["object"] != "list" {
			t.Errorf("%v: %d %s, more %v", c.q, status, got, d["has_more"])
		}
	}
	if status, _ := get(t, s, "rk_test_1", "/v1/disputes", url.Values{"limit": {"101"}}); status != 400 {
		t.Errorf("limit 101: %d", status)
	}
}

func TestExpansionsReplaceIDs(t *testing.T) {
	s := start(t)
	fill(s)
	s.AddRefund(Refund{ID: "re_1", Charge: "py_4", Amount: 5, Created: day0})
	_, d := get(t, s, "rk_live_1", "/v1/disputes/du_4", nil)
	if d["charge"] != "py_4" || d["livemode"] != true {
		t.Errorf("not expanded: %v", d)
	}
	_, d = get(t, s, "rk_test_1", "/v1/disputes", url.Values{"expand[]": {"data.charge.refunds", "data.charge", "data.payment_intent"}})
	first := d["data"].([]any)[0].(dict)
	charge := first["charge"].(dict)
	if charge["amount"] != 104.0 || charge["amount_refunded"] != 5.0 || ids(t, charge["refunds"].(dict)) != "re_1" || charge["livemode"] != false {
		t.Errorf("charge %v", charge)
	}
	if ref := first["payment_intent"].(dict)["payment_details"].(dict)["order_reference"]; ref != "O4" {
		t.Errorf("order reference %v", ref)
	}
}

func TestSearchFollowsTheQueryLanguage(t *testing.T) {
	s := start(t)
	fill(s)
	s.AddCharge(Charge{ID: "py_q", Amount: 7, Created: day0.AddDate(0, 0, -1), Metadata: map[string]string{"it's": `a'b"c\d`}})
	for query, want := range map[string]string{
		`metadata['order_id']:'A-1'`:                               "py_1",
		`metadata["order_id"]:"a-1"`:                               "py_1", // in either case
		`metadata['order_id']:'A-1' OR metadata['order_id']:'A-2'`: "py_2 py_1",
		`metadata['order_id']:'A-1' AND amount:102`:                "",
		`metadata['order_id']:'A-1' amount:101`:                    "py_1",
		`metadata['order_id']~'A-' -amount>101`:                    "py_1 py_0",
		`metadata['it\'s']:'a\'b\"c\\d'`:                           "py_q",
		`disputed:'true' amount<=100`:                              "py_0",
		`created>0 currency:'eur' status:'succeeded' amount>=104`:  "py_4",
	} {
		status, d := get(t, s, "rk_test_1", "/v1/charges/search", url.Values{"query": {query}})
		if got := ids(t, d); status != 200 || got != want || d["object"] != "search_result" {
			t.Errorf("%s: %d %q, want %q", query, status, got, want)
		}
	}
	eleven := strings.TrimSuffix(strings.Repeat("amount:1 OR ", 11), " OR ")
	for _, query := range []string{"", "x", "metadata:'x'", "metadata['a']:'x", "metadata['a]:'x'", "amount:1 OR amount:2 AND amount:3", eleven, `metadata['a']:'x'y'`} {
		if status, _ := get(t, s, "rk_test_1", "/v1/charges/search", url.Values{"query": {query}}); status != 400 {
			t.Errorf("%s: %d, want 400", query, status)
		}
	}
	_, d := get(t, s, "rk_test_1", "/v1/charges/search", url.Values{"query": {"amount>0"}, "limit": {"4"}})
	if d["has_more"] != true || d["next_page"] != "4" {
		t.Errorf("first page: %v %v", d["has_more"], d["next_page"])
	}
	_, d = get(t, s, "rk_test_1", "/v1/charges/search", url.Values{"query": {"amount>0"}, "limit": {"4"}, "page": {"4"}})
	if got := ids(t, d); got != "py_0 py_q" || d["has_more"] != false {
		t.Errorf("second page: %s", got)
	}
}

func TestKeysDecideWhatIsAnswered(t *testing.T) {
	s := start(t)
	fill(s)
	for key, want := range map[string]int{"rk_test_1": 200, "nonsense": 401, "": 401} {
		if status, _ := get(t, s, key, "/v1/disputes", nil); status != want {
			t.Errorf("key %q: %d, want %d", key, status, want)
		}
	}
	s.AddKey("rk_live_good", Key{Lacks: []string{"payment_intent"}})
	s.AddKey("rk_live_old", Key{Revoked: true})
	for key, want := range map[string]int{"rk_live_good": 200, "rk_live_old": 401, "rk_test_1": 401} {
		if status, _ := get(t, s, key, "/v1/disputes", nil); status != want {
			t.Errorf("key %q: %d, want %d", key, status, want)
		}
	}
	status, d := get(t, s, "rk_live_good", "/v1/disputes", url.Values{"expand[]": {"data.payment_intent"}})
	if e := d["error"].(dict); status != 403 || !strings.Contains(e["message"].(string), "'rak_payment_intent_read'") {
		t.Errorf("expansion without permission: %d %v", status, d)
	}
}

func TestOnlyReadingIsAnswered(t *testing.T) {
	s := start(t)
	resp, err := http.Post(s.URL+"/v1/refunds", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 405 {
		t.Errorf("POST: %d", resp.StatusCode)
	}
}

func TestFaultsHitTheCallsTheyAreMeantFor(t *testing.T) {
	s := start(t)
	fill(s)
	s.Break(Fault{Path: "/v1/disputes", From: 2, Times: 2, Status: 500})
	var got []int
	for range 5 {
		status, _ := get(t, s, "rk_test_1", "/v1/disputes", nil)
		got = append(got, status)
	}
	if fmt.Sprint(got) != "[200 500 500 200 200]" {
		t.Errorf("answered %v", got)
	}
	if status, _ := get(t, s, "rk_test_1", "/v1/charges", nil); status != 200 {
		t.Errorf("another path: %d", status)
	}
}

func TestCloseEndsAStalledCall(t *testing.T) {
	s, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	s.Break(Fault{Stall: make(chan struct{})})
	done := make(chan error, 1)
	go func() {
		resp, err := http.Get(s.URL + "/v1/disputes")
		if err == nil {
			resp.Body.Close()
		}
		done <- err
	}()
	for len(s.Requests()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if err == nil {
			t.Error("the call was answered")
		}
	case <-time.After(time.Minute):
		t.Error("the call still waits")
	}
}

func TestDataCanChangeWhileItIsRead(t *testing.T) {
	s := start(t)
	fill(s)
	if !s.SetStatus("du_1", "won") || s.SetStatus("du_9", "won") {
		t.Error("SetStatus does not know its disputes")
	}
	if !s.ChangeCharge("py_1", func(c *Charge) { c.Tracking = "T1" }) {
		t.Error("ChangeCharge does not know its charges")
	}
	_, d := get(t, s, "rk_test_1", "/v1/disputes/du_1", url.Values{"expand[]": {"charge"}})
	if d["status"] != "won" || d["charge"].(dict)["shipping"].(dict)["tracking_number"] != "T1" {
		t.Errorf("read %v", d)
	}
}
