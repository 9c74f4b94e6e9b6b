// Package fakestripe is a Stripe of our own on a loopback socket: it lists,
// pages, filters, expands and searches as Stripe documents it (API version
// 2023-10-16), and it can refuse, stall, lie and hang up.
//
// It reads no clock and no network but its own socket.
package fakestripe

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server is a running fake. Its methods may be called from any goroutine.
type Server struct {
	URL     string // http://127.0.0.1:port
	Account string // acct_… that the keys belong to

	http *http.Server
	done chan struct{}

	mu       sync.Mutex // guards what follows
	keys     map[string]Key
	charges  shelf[Charge]
	intents  shelf[Intent]
	disputes shelf[Dispute]
	refunds  shelf[Refund]
	disputed map[string]bool // charge ids
	faults   []*Fault
	requests []Request
}

// Key is what the holder of a secret key may do.
type Key struct {
	Revoked bool     // 401
	Lacks   []string // permissions it lacks: account, dispute, charge, payment_intent
}

// Request is one call that came in, with what it asked for.
type Request struct {
	Method string
	Path   string
	Query  url.Values
	Header http.Header
	Status int // answered; 0 where the connection was cut
}

// Start runs a Stripe on a free port of 127.0.0.1. Without [Server.AddKey] it
// takes any key that begins with sk_ or rk_.
func Start() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the pretend Stripe: %w", err)
	}
	s := &Server{
		URL:     "http://" + l.Addr().String(),
		Account: "acct_1FakeShop",
		done:    make(chan struct{}),

		keys:     map[string]Key{},
		charges:  newShelf(func(c *Charge) (string, time.Time) { return c.ID, c.Created }),
		intents:  newShelf(func(i *Intent) (string, time.Time) { return i.ID, i.Created }),
		disputes: newShelf(func(d *Dispute) (string, time.Time) { return d.ID, d.Created }),
		refunds:  newShelf(func(r *Refund) (string, time.Time) { return r.ID, r.Created }),
		disputed: map[string]bool{},
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // ends with Close
	}()
	return s, nil
}

// Close ends the server and every connection, stalled ones too.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.done
	return err
}

// AddKey makes the server take key; from the first one on it takes no other.
// Adding it again changes it.
func (s *Server) AddKey(key string, k Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[key] = k
}

// Requests are the calls so far, in their order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Forget empties the record of calls.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(rw http.ResponseWriter, req *http.Request) {
	n, f := s.record(req)
	rw.Header().Set("Request-Id", fmt.Sprintf("req_fake%d", n))
	if f != nil && f.RequestID != "" {
		rw.Header().Set("Request-Id", f.RequestID)
	}
	if f != nil && f.play(rw, req) {
		return
	}
	status, body := s.answer(req, f)
	s.note(n, status)
	send(rw, status, body)
}

// record notes a call and picks the fault that is due.
func (s *Server) record(req *http.Request) (int, *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, Request{Method: req.Method, Path: req.URL.Path, Query: req.URL.Query(), Header: req.Header.Clone()})
	for _, f := range s.faults {
		if f.due(req.URL.Path) {
			return len(s.requests), f
		}
	}
	return len(s.requests), nil
}

func (s *Server) note(n, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n <= len(s.requests) {
		s.requests[n-1].Status = status
	}
}

// answer is what Stripe would say.
func (s *Server) answer(req *http.Request, f *Fault) (int, any) {
	if e := s.refuse(req); e != nil {
		return e.status, e
	}
	live := strings.Contains(key(req), "_live_")
	s.mu.Lock()
	defer s.mu.Unlock()
	w := world{s, live}
	body, e := w.route(req.URL.Path, req.URL.Query(), f)
	if e != nil {
		return e.status, e
	}
	return http.StatusOK, body
}

func key(req *http.Request) string {
	return strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")
}

// refuse says why the call is not answered: method, key, permission.
func (s *Server) refuse(req *http.Request) *stripeError {
	if req.Method != http.MethodGet {
		return &stripeError{405, "invalid_request_error", "", "this pretend Stripe is for reading"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.keys[key(req)]
	if len(s.keys) == 0 {
		ok = strings.HasPrefix(key(req), "sk_") || strings.HasPrefix(key(req), "rk_")
	}
	switch {
	case !ok:
		return &stripeError{401, "invalid_request_error", "", "Invalid API Key provided: " + redacted(key(req))}
	case k.Revoked:
		return &stripeError{401, "invalid_request_error", "api_key_expired", "Expired API Key provided: " + redacted(key(req))}
	}
	if acct := req.Header.Get("Stripe-Account"); acct != "" && acct != s.Account {
		return &stripeError{403, "invalid_request_error", "account_invalid", "The provided key does not have access to account '" + acct + "' (or that account does not exist)."}
	}
	for _, need := range permissions(req) {
		if slices.Contains(k.Lacks, need) {
			return &stripeError{403, "invalid_request_error", "more_permissions_required", fmt.Sprintf(
				"The provided key '%s' does not have the required permissions for this endpoint on account '%s'. Having the 'rak_%s_read' permission would allow this request to continue.",
				redacted(key(req)), s.Account, need)}
		}
	}
	return nil
}

// permissions are those a call needs: of its path and of what it expands.
func permissions(req *http.Request) []string {
	part := strings.Split(strings.TrimPrefix(req.URL.Path, "/v1/"), "/")[0]
	need := []string{map[string]string{
		"account": "account", "disputes": "dispute", "charges": "charge", "refunds": "charge", "payment_intents": "payment_intent",
	}[part]}
	for _, e := range req.URL.Query()["expand[]"] {
		for _, field := range strings.Split(e, ".") {
			switch field {
			case "charge", "latest_charge", "refunds":
				need = append(need, "charge")
			case "payment_intent":
				need = append(need, "payment_intent")
			}
		}
	}
	return need
}

// redacted shows a key as Stripe does in its errors.
func redacted(key string) string {
	if len(key) < 12 {
		return "****"
	}
	return key[:8] + strings.Repeat("*", 8) + key[len(key)-4:]
}

// stripeError is Stripe's error body.
type stripeError struct {
	status              int
	Type, Code, Message string
}

// MarshalJSON gives Stripe's shape.
func (e *stripeError) MarshalJSON() ([]byte, error) {
	m := map[string]any{"type": e.Type, "message": e.Message}
	if e.Code != "" {
		m["code"] = e.Code
	}
	return json.Marshal(map[string]any{"error": m})
}

func send(rw http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_, _ = rw.Write(b) // the caller may have gone
}
