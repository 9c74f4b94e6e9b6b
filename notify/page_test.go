package notify_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// pager is a webhook that counts, by key, what it took.
type pager struct {
	*httptest.Server
	calls chan map[string]string
	down  atomic.Bool
}

func (w *world) pager() *pager {
	p := &pager{calls: make(chan map[string]string, 100)}
	p.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if p.down.Load() {
			http.Error(rw, "down", http.StatusBadGateway)
			return
		}
		var body map[string]string
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			w.t.Error(err)
		}
		p.calls <- body
	}))
	w.t.Cleanup(p.Close)
	w.desk.Page = notify.Webhook(p.Client(), func() (string, error) { return p.URL + "/secret-path", nil })
	w.desk.Queue = w.book.Queue
	return p
}

func (w *world) stopRequest() string {
	w.t.Helper()
	return w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "990001", Verdict: rules.Genuine, MerchantReference1: "77-1042"}, "")
}

func TestStopRequestPagesOnceAndMentionsWhoIsOnCall(t *testing.T) {
	w := newWorld(t, "2026-03-07 23:00") // a Saturday night
	p := w.pager()
	var told []string
	w.desk.Told = func(step string) { told = append(told, step) }
	w.stopRequest()
	w.good()
	w.good()
	if !slices.Equal(told, []string{"page", "new"}) {
		t.Errorf("counted %v", told)
	}
	w.saidOnce("Stop request", "<@U0ONCALL>", "replying to that very mail in mailbox onboarding")
	if len(p.calls) != 1 {
		t.Fatalf("paged %d times, want once", len(p.calls))
	}
	if body := <-p.calls; body["key"] == "" || !strings.Contains(body["text"], "Stop the order") {
		t.Errorf("paged %v", body)
	}
}

func TestPageDoesNotWaitForSlack(t *testing.T) {
	w := newWorld(t, "2026-03-07 23:00")
	p := w.pager()
	w.stopRequest()
	w.fake.Fail(fakeslack.Fault{Kind: fakeslack.Refuse, Code: "invalid_auth", Times: -1})
	w.pass()
	if len(p.calls) != 1 {
		t.Errorf("paged %d times while Slack refused, want once", len(p.calls))
	}
}

func TestFailedPageIsTriedAgainAndSlackDoesNotWaitForIt(t *testing.T) {
	w := newWorld(t, "2026-03-07 23:00")
	p := w.pager()
	p.down.Store(true)
	w.stopRequest()
	err := w.pass()
	if err == nil || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("pass: %v", err)
	}
	w.saidOnce("Stop request")
	p.down.Store(false)
	w.wait(time.Minute)
	w.good()
	if len(p.calls) != 1 {
		t.Errorf("paged %d times after the pager came back, want once", len(p.calls))
	}
}

func TestPagerThatIsAwayIsNamedWithoutItsAddress(t *testing.T) {
	w := newWorld(t, "2026-03-07 23:00")
	p := w.pager()
	p.Close()
	w.stopRequest()
	if err := w.pass(); err == nil || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("pass: %v", err)
	}
}
