package charges

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// fails lists a window and gives the error that must come of it.
func (s *shop) fails() error {
	s.t.Helper()
	w, err := s.c.Window(context.Background(), day(-100))
	if err == nil {
		s.t.Fatalf("the window was read, with %d disputes", len(w.Readings()))
	}
	return err
}

// one dispute is there for all of these: to see none of it is the fault.
func newBrokenShop(t *testing.T, f fakestripe.Fault) *shop {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	f.Path = "/v1/disputes"
	s.Break(f)
	return s
}

func TestBrokenAnswersAreNeverNoDisputes(t *testing.T) {
	html := "<html>Forbidden for erika.mustermann@example.com</html>"
	for name, f := range map[string]fakestripe.Fault{
		"empty object":         {Body: "{}"},
		"null":                 {Body: "null"},
		"empty array":          {Body: "[]"},
		"no body's end":        {Cut: true},
		"half of JSON":         {Body: `{"object":"list","has_more":false,"data":[{"id":"du_1"`},
		"list without data":    {Body: `{"object":"list","has_more":false}`},
		"list of null":         {Body: `{"object":"list","has_more":false,"data":null}`},
		"list without an end":  {Body: `{"object":"list","data":[]}`},
		"search result":        {Body: `{"object":"search_result","has_more":false,"data":[]}`},
		"list of other things": {Body: `{"object":"list","has_more":false,"data":[{"id":"cus_1","object":"customer","livemode":true}]}`},
		"dispute without id":   {Body: `{"object":"list","has_more":false,"data":[{"object":"dispute","livemode":true}]}`},
		"amount that is text":  {Body: `{"object":"list","has_more":false,"data":[{"id":"du_1","object":"dispute","amount":"erika"}]}`},
		"test mode":            {Body: `{"object":"list","has_more":false,"data":[{"id":"du_1","object":"dispute","livemode":false}]}`},
		"HTML, 200":            {Body: html, Type: "text/html"},
		"HTML, 403":            {Body: html, Type: "text/html", Status: 403},
		"HTML, 502":            {Body: html, Type: "text/html", Status: 502},
		"500":                  {Status: 500},
		"redirect":             {Status: 302, Body: html},
		"not modified":         {Status: 304},
		"endless pages":        {Endless: true},
		"empty page with more": {EmptyMore: true},
		"hang up":              {HangUp: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newBrokenShop(t, f)
			err := s.fails()
			if !strings.HasPrefix(err.Error(), "stripe main: ") {
				t.Errorf("error %q", err)
			}
			s.Mend()
			if got := s.window().Readings(); len(got) != 1 {
				t.Errorf("after it mended: %d disputes, want 1", len(got))
			}
		})
	}
}

func TestRepeatedPageEndsTheListingAtOnce(t *testing.T) {
	s := newBrokenShop(t, fakestripe.Fault{Endless: true})
	if err := s.fails(); !strings.Contains(err.Error(), "du_1 came twice") {
		t.Errorf("error %v", err)
	}
	if got := len(s.paths()); got != 2 {
		t.Errorf("%d calls, want 2", got)
	}
}

func TestAnotherObjectThanAskedForIsAnError(t *testing.T) {
	for _, body := range []string{`{}`, `{"object":"charge","id":"du_1"}`, `{"object":"dispute","id":"du_2"}`, `{"object":"list","has_more":false,"data":[]}`} {
		s := newBrokenShop(t, fakestripe.Fault{Body: body})
		r, err := s.c.Reading(context.Background(), nil, rules.Match{Dispute: "du_1"}, day(5))
		if err == nil {
			t.Errorf("read %+v from %s", r, body)
		}
	}
}

func TestDisputesOfAnotherChargeAreNotTakenForThisOnes(t *testing.T) {
	s := newBrokenShop(t, fakestripe.Fault{Body: `{"object":"list","has_more":false,"data":[{"object":"dispute","id":"du_2","livemode":true,"charge":{"object":"charge","id":"py_2"}}]}`})
	r, err := s.c.Reading(context.Background(), nil, rules.Match{Charge: "py_1"}, day(5))
	if err == nil {
		t.Errorf("read %+v", r)
	}
}

func TestPassingFaultsAreTriedAgainAndOthersAreNot(t *testing.T) {
	for name, c := range map[string]struct {
		fault fakestripe.Fault
		calls int // of /v1/disputes, with the fault for ever
	}{
		"429":                          {fakestripe.Fault{Status: 429, Code: "rate_limit"}, 4},
		"429 with a short Retry-After": {fakestripe.Fault{Status: 429, RetryAfter: "0"}, 4},
		"429 with a long Retry-After":  {fakestripe.Fault{Status: 429, RetryAfter: "3600"}, 1},
		"409":                          {fakestripe.Fault{Status: 409, Code: "lock_timeout"}, 4},
		"500":                          {fakestripe.Fault{Status: 500}, 4},
		"hang up":                      {fakestripe.Fault{HangUp: true}, 4},
		"cut":                          {fakestripe.Fault{Cut: true}, 4},
		"400":                          {fakestripe.Fault{Status: 400, Code: "parameter_unknown"}, 1},
		"403":                          {fakestripe.Fault{Status: 403, Code: "more_permissions_required"}, 1},
		"empty object":                 {fakestripe.Fault{Body: "{}"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newBrokenShop(t, c.fault)
			_ = s.fails()
			if got := len(s.paths()); got != c.calls {
				t.Errorf("%d calls, want %d", got, c.calls)
			}
			if c.calls == 1 {
				return
			}
			s.Mend()
			c.fault.Path, c.fault.Times = "/v1/disputes", c.calls-1
			s.Break(c.fault)
			if got := s.window().Readings(); len(got) != 1 {
				t.Errorf("after %d faults: %d disputes, want 1", c.fault.Times, len(got))
			}
		})
	}
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	s := newBrokenShop(t, fakestripe.Fault{Status: 429, RetryAfter: "1", Times: 1})
	s.c.patience.most = 2 * time.Second
	start := time.Now()
	s.window()
	if waited := time.Since(start); waited < time.Second {
		t.Errorf("waited %v, Stripe asked for 1s", waited)
	}
}

func TestStalledStripeEndsWithTheCallsDeadline(t *testing.T) {
	stall := make(chan struct{})
	defer close(stall)
	s := newBrokenShop(t, fakestripe.Fault{Stall: stall})
	tries := 0
	s.c = s.client(Account{Count: func(string) { tries++ }})
	s.c.patience.call = 200 * time.Millisecond
	err := s.fails()
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("error %v", err)
	}
	if tries != 2 {
		t.Errorf("%d tries, want 2: who stalls twice will stall again", tries)
	}
}

func TestCancelEndsACallAndAWaitAtOnce(t *testing.T) {
	stall := make(chan struct{})
	defer close(stall)
	for name, f := range map[string]fakestripe.Fault{"call": {Stall: stall}, "wait": {Status: 500}} {
		t.Run(name, func(t *testing.T) {
			s := newBrokenShop(t, f)
			s.c.patience.first, s.c.patience.most = time.Hour, time.Hour
			s.c.patience.call = time.Hour
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			start := time.Now()
			if _, err := s.c.Window(ctx, day(0)); err == nil || time.Since(start) > 10*time.Minute {
				t.Errorf("after %v: %v", time.Since(start), err)
			}
		})
	}
}

func TestRevokedKeyIsReadAnewAndARotatedOneIsUsed(t *testing.T) {
	s := newShop(t)
	s.AddKey("rk_live_old0000000", fakestripe.Key{Revoked: true})
	s.AddKey("rk_live_new0000000", fakestripe.Key{})
	keys, reads := []string{"rk_live_old0000000\n", "rk_live_old0000000\n"}, 0
	s.c = s.client(Account{Key: func() (string, error) {
		reads++
		return keys[min(reads, len(keys))-1], nil
	}})
	err := s.fails()
	if !strings.Contains(err.Error(), "HTTP 401, api_key_expired") || !strings.Contains(err.Error(), "\nhint: the key is revoked") {
		t.Errorf("error %v", err)
	}
	if reads != 2 {
		t.Errorf("the key was read %d times, want at first and when it was refused", reads)
	}

	keys = append(keys, "rk_live_new0000000")
	s.window()
	s.window()
	if reads != 3 {
		t.Errorf("the key was read %d times, want once more", reads)
	}
}

func TestKeysThatAreAllRefusedAreNotTriedForEver(t *testing.T) {
	s := newShop(t)
	s.AddKey("rk_live_other00000", fakestripe.Key{})
	reads := 0
	s.c = s.client(Account{Key: func() (string, error) {
		reads++
		return fmt.Sprintf("rk_live_%010d", reads), nil
	}})
	if err := s.fails(); !strings.Contains(err.Error(), "HTTP 401") || len(s.calls()) != s.c.patience.tries {
		t.Errorf("%d calls, %v", len(s.calls()), err)
	}
}

// The account of a new key may be another.
func TestAccountIsAskedAnewWithANewKey(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	key := "rk_live_old0000000"
	s.AddKey(key, fakestripe.Key{})
	s.c = s.client(Account{Key: func() (string, error) { return key, nil }})
	s.window()
	s.AddKey(key, fakestripe.Key{Revoked: true})
	key = "rk_live_new0000000"
	s.AddKey(key, fakestripe.Key{})
	s.Break(fakestripe.Fault{Path: "/v1/account", Body: `{"id":"acct_1Other","object":"account"}`})
	if r := s.window().Readings(); len(r) != 1 || r[0].Account != "acct_1Other" {
		t.Errorf("%+v", r)
	}
}

func TestRetryAfterIsSeconds(t *testing.T) {
	for said, want := range map[string]time.Duration{
		"3": 3 * time.Second, "0": 0, "": 0, "-1": 0, "soon": 0, "Wed, 21 Oct 2015 07:28:00 GMT": 0,
		"99999999999999": 24 * time.Hour, // it must not turn around
	} {
		if got := retryAfter(http.Header{"Retry-After": {said}}); got != want {
			t.Errorf("%q: %v, want %v", said, got, want)
		}
	}
}

func TestUnusableKeyCallsNobody(t *testing.T) {
	s := newShop(t)
	for name, key := range map[string]func() (string, error){
		"empty":       func() (string, error) { return " \n", nil },
		"two lines":   func() (string, error) { return "rk_live_1\nrk_live_2", nil },
		"cannot read": func() (string, error) { return "", fmt.Errorf("read stripe-key: %w", os.ErrPermission) },
	} {
		s.c = s.client(Account{Key: key})
		err := s.fails()
		if !strings.HasPrefix(err.Error(), "stripe main: read the key: ") || strings.Contains(err.Error(), "rk_live_1") {
			t.Errorf("%s: error %q", name, err)
		}
		if name == "cannot read" && !errors.Is(err, os.ErrPermission) {
			t.Errorf("%s: error %v does not hold its cause", name, err)
		}
	}
	if len(s.paths()) != 0 {
		t.Errorf("called %v", s.paths())
	}
}

func TestMissingPermissionIsNamed(t *testing.T) {
	for lacks, name := range map[string]string{
		"dispute": "Disputes: Read (dispute_read)", "charge": "Charges and Refunds: Read (charge_read)", "payment_intent": "PaymentIntents: Read (payment_intent_read)",
	} {
		s := newShop(t)
		s.AddKey(testKey, fakestripe.Key{Lacks: []string{lacks}})
		err := s.fails()
		if !strings.Contains(err.Error(), "HTTP 403, more_permissions_required") || !strings.Contains(err.Error(), "lacks a permission") || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", lacks, err)
		}
	}
}

func TestStripesOwnAddressIsCalledUnlessAnotherIsGiven(t *testing.T) {
	for given, want := range map[string]string{
		"":                           "https://api.stripe.com",
		"https://api.stripe.com/v1/": "https://api.stripe.com",
		"http://127.0.0.1:12111/":    "http://127.0.0.1:12111",
	} {
		if got := New(Account{APIBase: given}).account.APIBase; got != want {
			t.Errorf("%q: %s", given, got)
		}
	}
}

func TestConnectAccountIsNamedInEachCall(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	s.c = s.client(Account{AccountID: s.Account})
	r := s.window().Readings()
	if len(r) != 1 || r[0].Account != s.Account {
		t.Fatalf("read %+v", r)
	}
	for _, req := range s.Requests() {
		if req.Header.Get("Stripe-Account") != s.Account {
			t.Errorf("%s without Stripe-Account", req.Path)
		}
	}
	s.c = s.client(Account{AccountID: "acct_other"})
	if err := s.fails(); !strings.Contains(err.Error(), "account_invalid") {
		t.Errorf("error %v", err)
	}
}

func TestRequestsAreCountedByStatus(t *testing.T) {
	// The broken connection comes first: of one that it had used before, net/http
	// itself asks again, unseen.
	s := newBrokenShop(t, fakestripe.Fault{HangUp: true, Times: 1})
	s.Break(fakestripe.Fault{Path: "/v1/disputes", Status: 500, Times: 1})
	var codes []string
	s.c = s.client(Account{Count: func(code string) { codes = append(codes, code) }})
	s.window()
	if want := []string{"error", "500", "200", "200"}; !slices.Equal(codes, want) {
		t.Errorf("counted %v, want %v", codes, want)
	}
}

func TestNothingOfThisMachineIsTold(t *testing.T) {
	s := newShop(t)
	s.window()
	s.window()
	for _, req := range s.Requests() {
		for name, v := range req.Header {
			if strings.HasPrefix(name, "X-Stripe-Client") {
				t.Errorf("%s: %s: %s", req.Path, name, v)
			}
		}
		if got := req.Header.Get("Stripe-Version"); got != "2023-10-16" {
			t.Errorf("API version %s", got)
		}
	}
}

// lookout is a transport that must not be reached.
type lookout struct{ t *testing.T }

func (l lookout) RoundTrip(r *http.Request) (*http.Response, error) {
	l.t.Errorf("called %s %s", r.Method, r.URL)
	return nil, errors.New("called")
}

func TestOnlyReadingTheListedPathsIsPossible(t *testing.T) {
	w := &wire{base: lookout{t}, host: "api.stripe.com"}
	for _, c := range []struct{ method, url string }{
		{"POST", "https://api.stripe.com/v1/disputes/du_1"},
		{"DELETE", "https://api.stripe.com/v1/charges/py_1"},
		{"GET", "https://api.stripe.com/v1/customers"},
		{"GET", "https://api.stripe.com/v1/disputes/du_1/close"},
		{"GET", "https://api.stripe.com/v1/disputes/"},
		{"GET", "https://api.stripe.com/v1/refunds/re_1"},
		{"GET", "https://api.stripe.com/v1/charges/../customers"},
		{"GET", "https://api.stripe.com/v1/payment_intents/pi_1%2Fcapture"},
		{"GET", "https://connect.stripe.com/v1/disputes"},
		{"GET", "https://files.stripe.com/v1/charges"},
	} {
		req, err := http.NewRequest(c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.RoundTrip(req); !errors.Is(err, errNotAllowed) {
			t.Errorf("%s %s: %v", c.method, c.url, err)
		}
	}
}

func TestEmptyAndStrangeIDsAreRefusedBeforeTheyAreCalled(t *testing.T) {
	s := newShop(t)
	ctx := context.Background()
	for _, id := range []string{"", "du_", "du_1/../..", "du_1?expand=x", "cus_1", "py_1\n"} {
		if _, err := s.c.fetchDispute(ctx, id); err == nil {
			t.Errorf("dispute %q was read", id)
		}
		if _, err := s.c.fetchCharge(ctx, strings.Replace(id, "du_", "ch_", 1)); err == nil && id != "py_1" {
			t.Errorf("charge %q was read", id)
		}
		if _, err := s.c.fetchIntent(ctx, strings.Replace(id, "du_", "pi_", 1)); err == nil {
			t.Errorf("payment intent %q was read", id)
		}
	}
	if len(s.paths()) != 0 {
		t.Errorf("called %v", s.paths())
	}
}

func TestAnswerWithoutEndIsCut(t *testing.T) {
	b := &bounded{io.NopCloser(strings.NewReader(strings.Repeat("x", 100))), 99}
	if _, err := io.ReadAll(b); !errors.Is(err, errTooLarge) {
		t.Errorf("read 100 bytes of 99: %v", err)
	}
	b = &bounded{io.NopCloser(strings.NewReader(strings.Repeat("x", 99))), 99}
	if got, err := io.ReadAll(b); err != nil || len(got) != 99 {
		t.Errorf("read %d of 99 bytes: %v", len(got), err)
	}
}

func TestAnswerThatIsTooLargeIsRefusedAndNotAskedForAgain(t *testing.T) {
	s := newBrokenShop(t, fakestripe.Fault{Body: `{"object":"list","has_more":false,"data":[]}` + strings.Repeat(" ", maxAnswer)})
	if err := s.fails(); !errors.Is(err, errTooLarge) || len(s.calls()) != 1 {
		t.Errorf("%d calls, %v", len(s.calls()), err)
	}
}

func TestOneClientServesManyGoroutines(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	s.sold("py_2", "10002")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			w, err := s.c.Window(context.Background(), day(-100))
			if err != nil {
				t.Error(err)
				return
			}
			if r, err := s.c.Reading(context.Background(), w, rules.Match{Charge: "py_2"}, day(5)); r != nil || err != nil {
				t.Errorf("read %+v, %v", r, err)
			}
		})
	}
	wg.Wait()
}

func TestPagesAreReadToTheirEnd(t *testing.T) {
	s := newShop(t)
	for i := range 250 {
		id := fmt.Sprintf("py_%d", i)
		s.sold(id, fmt.Sprint(20000+i))
		s.disputed(fmt.Sprintf("du_%d", i), id)
	}
	if got := len(s.window().Readings()); got != 250 {
		t.Errorf("read %d disputes, want 250", got)
	}
	if got := s.paths(); len(got) != 4 {
		t.Errorf("called %v, want three pages and the account", got)
	}
}

func TestFaultInTheSecondPageIsAnErrorNotAShortList(t *testing.T) {
	s := newShop(t)
	for i := range 150 {
		id := fmt.Sprintf("py_%d", i)
		s.sold(id, "")
		s.disputed(fmt.Sprintf("du_%d", i), id)
	}
	for _, f := range []fakestripe.Fault{{Status: 500}, {Body: "{}"}, {HangUp: true}, {Cut: true}} {
		f.Path, f.From = "/v1/disputes", 2
		s.Mend()
		s.Break(f)
		_ = s.fails()
	}
}
