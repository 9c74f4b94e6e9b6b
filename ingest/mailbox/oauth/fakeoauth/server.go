// Package fakeoauth is a provider's OAuth2 endpoints on loopback, over TLS: it
// gives tokens by each grant, rotates refresh tokens and punishes their second
// use, introspects for a mail server, and can fail in every way that one does.
package fakeoauth

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options say what to start.
type Options struct {
	User         string        // whose tokens are given; for introspection
	ClientID     string        // "" is app
	ClientSecret string        // "" for a public client
	BasicOnly    bool          // the secret counts in the header alone
	Rotates      bool          // each refresh token works once
	Lasts        time.Duration // of an access token; zero is an hour
	Tokens       []string      // refresh tokens that somebody got before
	Approves     bool          // somebody types each device code at once
	Denies       bool          // somebody says no on each page
	Page         string        // where a device code is typed; "" is /device
}

// Server is a running provider. Its methods may be called at any time.
type Server struct {
	URL string // https://127.0.0.1:port

	options Options
	http    *httptest.Server
	key     *rsa.PrivateKey

	mu       sync.Mutex
	n        int                 // tokens given
	access   map[string]bool     // valid ones
	refresh  map[string]bool     // valid ones; false: used up
	asked    map[string]int      // requests by grant
	fails    []Answer            // of the next calls of /token
	codes    map[string]pkce     // by code
	device   map[string]bool     // by device code: approved
	last     map[string][]string // the last form of /token
	hold     *hold               // not nil: answers of /token wait
	reusedAt int                 // how often a used-up token came again
}

// Answer is one that is given in place of the right one.
type Answer struct {
	Status      int
	ContentType string // "" is application/json
	Body        string
	Location    string
	HangUp      bool // no answer; the grant was done all the same
}

// Start starts a provider.
func Start(o Options) (*Server, error) {
	if o.ClientID == "" {
		o.ClientID = "app"
	}
	if o.Lasts == 0 {
		o.Lasts = time.Hour
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("start fake provider: %w", err)
	}
	s := &Server{
		options: o, key: key, access: map[string]bool{}, refresh: map[string]bool{}, asked: map[string]int{},
		codes: map[string]pkce{}, device: map[string]bool{},
	}
	for _, t := range o.Tokens {
		s.refresh[t] = true
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /devicecode", s.devicecode)
	mux.HandleFunc("GET /auth", s.auth)
	mux.HandleFunc("POST /introspect", s.introspect)
	s.http = httptest.NewTLSServer(mux)
	s.URL = s.http.URL
	return s, nil
}

// Close stops the provider.
func (s *Server) Close() {
	s.mu.Lock()
	if s.hold != nil {
		s.hold.release()
	}
	s.mu.Unlock()
	s.http.Close()
}

// CA is the authority's certificate, as PEM.
func (s *Server) CA() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.http.Certificate().Raw}))
}

// Give makes an access token without being asked for one.
func (s *Server) Give() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.give()
}

func (s *Server) give() string {
	s.n++
	token := fmt.Sprintf("access-%d", s.n)
	s.access[token] = true
	return token
}

// CAFile writes the authority's certificate into dir and returns the file.
func (s *Server) CAFile(dir string) (string, error) {
	file := filepath.Join(dir, "oauth-ca.pem")
	if err := os.WriteFile(file, []byte(s.CA()), 0o600); err != nil {
		return "", fmt.Errorf("write CA file: %w", err)
	}
	return file, nil
}

// Fail makes the next calls of /token end so, one after the other.
func (s *Server) Fail(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = answers
}

// hold keeps answers back.
type hold struct {
	arrived, released chan struct{}
	arrive, release   func() // close them, once
}

// Hold keeps all answers of /token back until release is called. Arrived is
// closed when the first of them is ready.
func (s *Server) Hold() (arrived <-chan struct{}, release func()) {
	h := &hold{arrived: make(chan struct{}), released: make(chan struct{})}
	h.arrive = sync.OnceFunc(func() { close(h.arrived) })
	h.release = sync.OnceFunc(func() { close(h.released) })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = h
	return h.arrived, h.release
}

// Revoke makes all access tokens void, and the refresh tokens too if all.
func (s *Server) Revoke(all bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access)
	if all {
		clear(s.refresh)
	}
}

// Asked is how often a grant was asked for.
func (s *Server) Asked(grant string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[grant]
}

// Reused is how often a used-up refresh token came again; the first time all
// tokens were revoked.
func (s *Server) Reused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reusedAt
}

// Form is a value of the last request of /token.
func (s *Server) Form(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.last[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Valid are the refresh tokens that work now.
func (s *Server) Valid() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var valid []string
	for t, ok := range s.refresh {
		if ok {
			valid = append(valid, t)
		}
	}
	return valid
}

// introspect is RFC 7662, for a mail server.
func (s *Server) introspect(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	active := s.access[r.FormValue("token")]
	s.mu.Unlock()
	answer := map[string]any{"active": active}
	if active {
		answer["email"] = s.options.User
	}
	reply(w, http.StatusOK, answer)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that has gone is none of ours
}
