// Package fakeslack is a Slack of our own: a real HTTP server on loopback that
// keeps what is posted, checks what Slack checks, and fails as Slack fails, both
// before it did what was asked and after. The production binary links none of
// it.
package fakeslack

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Options is what a fake can be told at its start. The zero value will do.
type Options struct {
	Addr   string           // to listen on; "" is a free port of 127.0.0.1
	Token  string           // the bot token that is accepted; "" is Token
	Scopes []string         // of that token; nil is Scopes
	Now    func() time.Time // for the ts of messages; nil is the clock

	AppToken string // the app-level token that is accepted; "" is AppToken
}

// Token is the bot token that a fake accepts unless told otherwise.
const Token = "xoxb-fake-0000"

// AppToken is the app-level token that a fake accepts unless told otherwise.
const AppToken = "xapp-fake-0000"

// Scopes is what the app's manifest asks for.
func Scopes() []string {
	return []string{
		"chat:write", "channels:history", "channels:read", "groups:history", "groups:read",
		"users:read", "usergroups:read",
	}
}

// Server is a running fake. Its methods may be called from any goroutine.
type Server struct {
	http *http.Server
	addr string
	now  func() time.Time
	done chan struct{} // closed when nobody listens any more

	mu       sync.Mutex // guards what follows
	token    string
	scopes   []string
	channels map[string]*channel // by id
	faults   []*Failing
	calls    []Call
	last     time.Time // the ts given last: each is later than the one before
	n        int       // channels made
	sockets  sockets
	names    map[string]string // of people, by id
}

type channel struct {
	id, name string
	private  bool
	archived bool
	member   bool // the app is in it
	messages []*Message

	burst  int           // messages that are taken at once; 0: any number
	each   time.Duration // one more is taken after so long
	tokens float64
	filled time.Time
}

// Call is one request that was made, in its order.
type Call struct {
	Method string
	Form   map[string]string
}

// Start runs a fake with the channels #klarna-disputes and #general, the app a
// member of the first.
func Start(o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	ln, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for fake Slack: %w", err)
	}
	s := &Server{addr: ln.Addr().String(), now: o.Now, done: make(chan struct{}), token: o.Token, scopes: o.Scopes, channels: map[string]*channel{}, names: map[string]string{}}
	s.sockets.start(o.AppToken)
	if s.now == nil {
		s.now = time.Now
	}
	if s.token == "" {
		s.token = Token
	}
	if s.scopes == nil {
		s.scopes = Scopes()
	}
	s.Channel("klarna-disputes", true)
	s.Channel("general", false)
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: time.Minute}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(ln) // until Close; its error is then that it was closed
	}()
	return s, nil
}

// URL is the API's base, with a slash at its end: slack.api_base.
func (s *Server) URL() string { return "http://" + s.addr + "/api/" }

// Close ends the fake, cuts every connection and returns when nobody listens.
func (s *Server) Close() error {
	s.mu.Lock()
	for _, f := range s.faults {
		f.letGo()
	}
	s.mu.Unlock()
	s.Drop()
	err := s.http.Close()
	<-s.done
	s.sockets.served.Wait()
	return err
}

// Channel makes a public channel and returns its id.
func (s *Server) Channel(name string, member bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	c := &channel{id: fmt.Sprintf("C%08d", s.n), name: name, member: member}
	s.channels[c.id] = c
	return c.id
}

// Private makes a channel private.
func (s *Server) Private(name string) { s.change(name, func(c *channel) { c.private = true }) }

// Archive archives a channel.
func (s *Server) Archive(name string) { s.change(name, func(c *channel) { c.archived = true }) }

// Invite brings the app into a channel, as /invite does.
func (s *Server) Invite(name string) { s.change(name, func(c *channel) { c.member = true }) }

// Kick takes the app out of a channel.
func (s *Server) Kick(name string) { s.change(name, func(c *channel) { c.member = false }) }

func (s *Server) change(name string, f func(*channel)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.find(name); c != nil {
		f(c)
	}
}

// SetToken makes another token the one that is accepted: the old is revoked.
func (s *Server) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// SetScopes changes what the token may do.
func (s *Server) SetScopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = scopes
}

// Calls returns the requests so far, of one method or, with "", of all.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// find is a channel by id or name, with or without #. The caller holds mu.
func (s *Server) find(name string) *channel {
	if c := s.channels[name]; c != nil {
		return c
	}
	for _, c := range s.channels {
		if c.name == name || "#"+c.name == name {
			return c
		}
	}
	return nil
}

// sorted is the channels by id. The caller holds mu.
func (s *Server) sorted() []*channel {
	return slices.SortedFunc(maps.Values(s.channels), func(a, b *channel) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
}

// Rename gives a channel another name.
func (s *Server) Rename(name, to string) { s.change(name, func(c *channel) { c.name = to }) }

// Pace limits a channel as Slack does: burst messages at once, then one each so
// long; what comes sooner is answered by 429 with a Retry-After.
func (s *Server) Pace(name string, burst int, each time.Duration) {
	s.change(name, func(c *channel) {
		c.burst, c.each, c.tokens, c.filled = burst, each, float64(burst), s.now()
	})
}

// takes says whether the channel takes one more message now.
func (c *channel) takes(now time.Time) bool {
	if c.burst == 0 {
		return true
	}
	c.tokens = min(float64(c.burst), c.tokens+float64(now.Sub(c.filled))/float64(c.each))
	c.filled = now
	if c.tokens < 1 {
		return false
	}
	c.tokens--
	return true
}
