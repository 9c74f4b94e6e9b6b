package board_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// contract is every metric with its labels: what alerts and dashboards rely on.
var contract = []string{
	"disputewatch_cases state",
	"disputewatch_cases_overdue",
	"disputewatch_config_last_reload_success_timestamp_seconds",
	"disputewatch_config_last_reload_successful",
	"disputewatch_deadline_seconds",
	"disputewatch_escalations_total step",
	"disputewatch_last_complete_pass_timestamp_seconds",
	"disputewatch_mails_total mailbox,outcome",
	"disputewatch_outbox_oldest_seconds",
	"disputewatch_outbox_waiting",
	"disputewatch_poll_seconds mailbox",
	"disputewatch_polls_total mailbox,result",
	"disputewatch_slack_requests_total result",
	"disputewatch_stripe_requests_total code",
}

func TestMetricsBearTheNamesOfTheContract(t *testing.T) {
	s := newShelf(t)
	s.happens("c-plain1", s.mail("77-1042", 5*day))
	srv := s.server()
	srv.Outbox = func(context.Context) (int, time.Time, error) { return 3, s.now.Add(-90 * time.Second), nil }
	srv.Metrics.Polled("onboarding", "ok", 1200*time.Millisecond)
	srv.Metrics.Mails("onboarding", rules.OutcomeNotice, 2)
	srv.Metrics.Told("nudge")
	srv.Metrics.Stripe("200")
	srv.Metrics.Slack("ok")
	_, body := open(t, srv).get("/metrics")
	var got []string
	for line := range strings.Lines(body) {
		name, labels, _ := strings.Cut(strings.Fields(line)[0], "{")
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "go_") || strings.HasPrefix(line, "process_") {
			continue // Go's and the process's own bear the names that all give them
		}
		for _, tail := range []string{"_bucket", "_sum", "_count"} {
			name = strings.TrimSuffix(name, tail)
		}
		var names []string
		for l := range strings.SplitSeq(strings.TrimSuffix(labels, "}"), ",") {
			if n, _, ok := strings.Cut(l, "="); ok && n != "le" {
				names = append(names, n)
			}
		}
		got = append(got, strings.TrimSpace(name+" "+strings.Join(names, ",")))
	}
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, contract) {
		t.Errorf("metrics\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(contract, "\n"))
	}
	has(t, body, `disputewatch_polls_total{mailbox="onboarding",result="ok"} 1`, `disputewatch_poll_seconds_sum{mailbox="onboarding"} 1.2`,
		`disputewatch_mails_total{mailbox="onboarding",outcome="notice"} 2`, `disputewatch_escalations_total{step="nudge"} 1`,
		"# TYPE go_goroutines gauge", "# TYPE process_open_fds gauge", "# TYPE process_resident_memory_bytes gauge",
		`disputewatch_stripe_requests_total{code="200"} 1`, `disputewatch_slack_requests_total{result="ok"} 1`,
		`disputewatch_outbox_waiting 3`, `disputewatch_outbox_oldest_seconds 90`)
}

func TestWhatIsExpectedIsCountedFromNothing(t *testing.T) {
	s := newShelf(t)
	srv := s.server()
	srv.Metrics.Told("nudge")
	srv.Metrics.Expect([]string{"onboarding"}, []string{"new", "nudge"})
	_, body := open(t, srv).get("/metrics")
	has(t, body, `disputewatch_polls_total{mailbox="onboarding",result="error"} 0`, `disputewatch_polls_total{mailbox="onboarding",result="ok"} 0`,
		`disputewatch_poll_seconds_count{mailbox="onboarding"} 0`, `disputewatch_mails_total{mailbox="onboarding",outcome="unreadable"} 0`,
		`disputewatch_escalations_total{step="new"} 0`, `disputewatch_escalations_total{step="nudge"} 1`,
		`disputewatch_stripe_requests_total{code="200"} 0`, `disputewatch_slack_requests_total{result="ok"} 0`)
}

// An alert on a metric that does not exist never comes.
func TestAlertsNameMetricsThatExist(t *testing.T) {
	known := map[string]bool{}
	for _, line := range contract {
		name, _, _ := strings.Cut(line, " ")
		known[name] = true
	}
	rules, err := os.ReadFile("../../systemd/disputewatch.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`disputewatch_[a-z_]+`).FindAllString(string(rules), -1)
	if len(names) < 9 {
		t.Fatalf("metrics %v", names)
	}
	for _, name := range names {
		if !known[name] {
			t.Errorf("no metric %s", name)
		}
	}
}

// has fails for each line that a text does not hold as a whole.
func has(t *testing.T, text string, lines ...string) {
	t.Helper()
	all := strings.Split(text, "\n")
	for _, l := range lines {
		if !slices.Contains(all, l) {
			t.Errorf("no line %q in:\n%s", l, text)
		}
	}
}

func TestGaugesFollowTheBookAndTheClock(t *testing.T) {
	s := newShelf(t)
	board := open(t, s.server())
	_, body := board.get("/metrics")
	if strings.Contains(body, "disputewatch_deadline_seconds ") {
		t.Errorf("a deadline although there is no case:\n%s", body)
	}
	has(t, body, `disputewatch_cases{state="open"} 0`, `disputewatch_cases{state="closed"} 0`, `disputewatch_cases_overdue 0`)

	s.happens("c-second", s.mail("2", 5*time.Hour), rules.Event{Type: rules.EventClaim, By: "anna", Until: s.now.Add(time.Hour)})
	s.happens("c-first1", s.mail("1", 2*time.Hour))
	undated := s.mail("4", 0)
	undated.Mail.Deadline = nil
	s.happens("c-fourth", undated)
	s.happens("c-third1", s.mail("3", time.Hour), rules.Event{Type: rules.EventAnswer, By: "anna"})
	_, body = board.get("/metrics")
	has(t, body, `disputewatch_cases{state="open"} 2`, `disputewatch_cases{state="claimed"} 1`, `disputewatch_cases{state="answered"} 1`,
		`disputewatch_cases_overdue 0`, `disputewatch_deadline_seconds 7200`)

	s.now = s.now.Add(3 * time.Hour) // the claim lapses, the first deadline passes
	_, body = board.get("/metrics")
	has(t, body, `disputewatch_cases{state="open"} 3`, `disputewatch_cases{state="claimed"} 0`,
		`disputewatch_cases_overdue 1`, `disputewatch_deadline_seconds 7200`)
}

func TestLastPassIsKnownAfterARestart(t *testing.T) {
	s := newShelf(t)
	srv := s.server()
	board := open(t, srv)
	at := func(body string) string {
		_, rest, _ := strings.Cut(body, "\ndisputewatch_last_complete_pass_timestamp_seconds ")
		line, _, _ := strings.Cut(rest, "\n")
		return line
	}
	_, body := board.get("/metrics")
	if got := at(body); got != "1.77243834e+09" { // 08:59 in Berlin: the book's
		t.Errorf("of the book: %q", got)
	}
	srv.Metrics.Passed(s.now.Add(40 * time.Second))
	if _, body = board.get("/metrics"); at(body) != "1.77243844e+09" {
		t.Errorf("of this process: %q", at(body))
	}
	srv.Metrics.Passed(s.now.Add(-time.Hour)) // another process passed since
	if _, body = board.get("/metrics"); at(body) != "1.77243834e+09" {
		t.Errorf("of the later one: %q", at(body))
	}
	s.health = nil
	fresh := open(t, s.server())
	if _, body = fresh.get("/metrics"); strings.Contains(body, "last_complete_pass") {
		t.Errorf("a pass before the first:\n%s", body)
	}
}

func TestBrokenOutboxFailsTheScrape(t *testing.T) {
	s := newShelf(t)
	srv := s.server()
	srv.Outbox = func(context.Context) (int, time.Time, error) { return 0, time.Time{}, errBroken }
	if code, body := open(t, srv).get("/metrics"); code != http.StatusInternalServerError {
		t.Errorf("status %d:\n%s", code, body)
	}
}

func TestStrangeLabelsDoNotPanic(t *testing.T) {
	srv := newShelf(t).server()
	srv.Metrics.Polled("\xff", "\xfe\n\"", -time.Second)
	srv.Metrics.Mails("", rules.OutcomeOther, -3)
	srv.Metrics.Slack("a\xc3")
	if code, body := open(t, srv).get("/metrics"); code != http.StatusOK {
		t.Errorf("status %d:\n%s", code, body)
	}
}
