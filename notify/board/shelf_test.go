package board_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/board"
	"github.com/disputewatch/disputewatch/rules"
)

// shelf is a book in memory whose cases come about as they do in the real one:
// by events, through rules.Apply.
type shelf struct {
	t      testing.TB
	now    time.Time
	policy rules.Policy
	cases  []rules.Case
	events map[string][]rules.Event
	health []rules.Health
	broken error                 // what every call answers with
	asked  func(until time.Time) // told of the deadline when the cases are listed; nil: nobody is
}

func (s *shelf) Cases(ctx context.Context) ([]rules.Case, error) {
	if s.asked != nil {
		until, _ := ctx.Deadline()
		s.asked(until)
	}
	return slices.Clone(s.cases), s.broken
}

func (s *shelf) Case(_ context.Context, id string) (rules.Case, error) {
	for _, c := range s.cases {
		if c.ID == id || c.DisputeID == id && id != "" {
			return c, s.broken
		}
	}
	if s.broken != nil {
		return rules.Case{}, s.broken
	}
	return rules.Case{}, board.ErrNoCase
}

func (s *shelf) History(_ context.Context, id string) ([]rules.Event, error) {
	return s.events[id], s.broken
}

func (s *shelf) Health(context.Context) ([]rules.Health, error) { return s.health, s.broken }

// newShelf begins on a Monday morning in Berlin, with everything at work.
func newShelf(t testing.TB) *shelf {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{t: t, policy: rules.Default(zone), events: map[string][]rules.Event{}}
	s.now = time.Date(2026, 3, 2, 9, 0, 0, 0, zone)
	for _, part := range []string{"mailbox/onboarding", "pass", "slack", "stripe/main"} {
		s.health = append(s.health, rules.Health{Part: part, GoodAt: s.now.Add(-time.Minute)})
	}
	return s
}

// happens applies events to the case of this id, at the shelf's time.
func (s *shelf) happens(id string, events ...rules.Event) {
	s.t.Helper()
	i := slices.IndexFunc(s.cases, func(c rules.Case) bool { return c.ID == id })
	if i < 0 {
		s.cases = append(s.cases, rules.Case{ID: id})
		i = len(s.cases) - 1
	}
	for _, e := range events {
		if e.At.IsZero() {
			e.At = s.now
		}
		c, err := rules.Apply(s.cases[i], e)
		if err != nil {
			s.t.Fatal(err)
		}
		s.cases[i] = c
		s.events[id] = append(s.events[id], e)
	}
}

// mail is an unremarkable dispute mail with a deadline so far ahead.
func (s *shelf) mail(reference string, ahead time.Duration) rules.Event {
	return rules.Event{Type: rules.EventMail, By: "ingest", Mail: &rules.MailSaid{
		Said: rules.Said{
			Kind: rules.KindDisputeRequest, Reason: rules.ReasonGoodsNotReceived, ReasonText: "Goods not received",
			MerchantReference1: reference, Amount: rules.Money{Minor: 12490, Currency: "EUR"},
			Verdict: rules.Genuine, Why: "DKIM of mail.klarna.example", RespondLink: "https://disputes.klarna.example/respond/1",
		},
		Deadline: &rules.MailDeadline{At: s.now.Add(ahead), Text: "16 March 2026"},
		Date:     s.now, Mailbox: "onboarding", MessageID: reference + "@mail.klarna.example",
	}}
}

// matched is a sure match with that charge.
func matched(charge string) rules.Event {
	return rules.Event{Type: rules.EventMatch, By: "match", Match: &rules.Match{
		Strength: rules.Exact, Charge: charge, Dispute: "du_" + charge, Why: "the order reference fits",
	}}
}

// reading is what Stripe says of the dispute of a charge.
func (s *shelf) reading(charge, status string, dueIn time.Duration) rules.Event {
	return rules.Event{Type: rules.EventStripe, By: "stripe", Stripe: &rules.Reading{
		Dispute: "du_" + charge, Charge: charge, Status: status, Amount: rules.Money{Minor: 12490, Currency: "EUR"},
		DueBy: s.now.Add(dueIn), Klarna: true, Live: true, ReadAt: s.now,
	}}
}

// server is a board over the shelf.
func (s *shelf) server() *board.Server {
	return &board.Server{Book: s, Policy: s.policy, Now: func() time.Time { return s.now }, Metrics: board.NewMetrics()}
}

// site is a running board.
type site struct {
	t   *testing.T
	url string
}

func open(t *testing.T, s *board.Server) site {
	t.Helper()
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return site{t, srv.URL}
}

// get returns the status and the body of a path.
func (s site) get(path string) (int, string) {
	s.t.Helper()
	code, _, body := s.ask(http.MethodGet, path, "")
	return code, body
}

// ask asks with a method and, unless it is "", a Host of its own.
func (s site) ask(method, path, host string) (int, http.Header, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Host = host
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(body)
}

// shows fails unless a path answers 200 with all of these words, in this order.
func (s site) shows(path string, words ...string) {
	s.t.Helper()
	code, body := s.get(path)
	if code != http.StatusOK {
		s.t.Fatalf("GET %s: status %d:\n%s", path, code, body)
	}
	rest := body
	for _, w := range words {
		_, after, ok := strings.Cut(rest, w)
		if !ok {
			s.t.Fatalf("GET %s: no %q (in that order) in:\n%s", path, w, body)
		}
		rest = after
	}
}

// hides fails if a path shows one of these words.
func (s site) hides(path string, words ...string) {
	s.t.Helper()
	_, body := s.get(path)
	for _, w := range words {
		if strings.Contains(body, w) {
			s.t.Errorf("GET %s: shows %q:\n%s", path, w, body)
		}
	}
}
