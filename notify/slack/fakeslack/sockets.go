package fakeslack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// link is where the sockets of Socket Mode are served.
const link = "/link"

// pingEvery is how often a socket is pinged. A write that lasts for writeTime never
// ends.
const (
	pingEvery = time.Second
	writeTime = time.Minute
)

// sockets is Socket Mode. The server's mu guards it.
type sockets struct {
	token   string
	tickets int             // given out by apps.connections.open
	valid   map[string]bool // not yet used
	open    []*socket       // oldest first
	next    int             // whose turn a click is
	n       int             // envelopes and triggers
	acks    map[string]chan struct{}
	refused int  // this many handshakes fail
	storm   int  // this many sockets are told to come back at once
	mute    bool // no pings, no answers: a network that lost the connection
	twice   bool // each click is delivered two times
	opened  int
	changed chan struct{} // closed at each change that somebody may await

	triggers map[string]bool // true: not yet used
	views    []View
	served   sync.WaitGroup
}

func (k *sockets) start(token string) {
	if token == "" {
		token = AppToken
	}
	k.token = token
	k.valid, k.acks, k.triggers = map[string]bool{}, map[string]chan struct{}{}, map[string]bool{}
	k.changed = make(chan struct{})
}

// socket is one connection of the app.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex // one writer at a time
}

func (c *socket) send(v any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn.WriteJSON(v)
}

// SetAppToken makes another app-level token the one that is accepted. Sockets
// that are open stay.
func (s *Server) SetAppToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets.token = token
}

// RefuseSockets fails the next n handshakes by HTTP 500.
func (s *Server) RefuseSockets(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets.refused = n
}

// Storm greets the next n sockets and tells them at once to come back.
func (s *Server) Storm(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets.storm = n
}

// Mute lets all sockets go silent, as when the network lost them: no ping comes,
// and nobody hears of it.
func (s *Server) Mute(mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets.mute = mute
}

// Twice delivers each click two times, to two sockets where there are two.
func (s *Server) Twice() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets.twice = true
}

// Drop cuts every socket without a word.
func (s *Server) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.sockets.open {
		c.conn.NetConn().Close()
	}
}

// Disconnect tells every socket to come back, and closes it: Slack does that each
// few hours.
func (s *Server) Disconnect(reason string) {
	s.mu.Lock()
	open := s.sockets.open
	s.mu.Unlock()
	for _, c := range open {
		c.goodbye(reason)
	}
}

func (c *socket) goodbye(reason string) {
	if c.send(map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "fake"}}) == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.conn.WriteControl(websocket.CloseMessage, nil, time.Now().Add(writeTime)) // whoever is gone hears nothing
	}
}

// Sockets is how many are open, and how many ever were.
func (s *Server) Sockets() (open, ever int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets.open), s.sockets.opened
}

// AwaitSockets returns when n sockets are open and at least so many ever were, or
// false after a while.
func (s *Server) AwaitSockets(n, ever int) bool {
	return s.await(func() bool { return len(s.sockets.open) == n && s.sockets.opened >= ever })
}

// awaitTime ends an await of what never comes, on the busiest machine.
const awaitTime = 5 * time.Minute

// await waits until something holds under mu, or for a while.
func (s *Server) await(holds func() bool) bool {
	late := time.After(awaitTime)
	for {
		s.mu.Lock()
		ok, changed := holds(), s.sockets.changed
		s.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-late:
			return false
		}
	}
}

// stir wakes who awaits. The caller holds mu.
func (k *sockets) stir() {
	close(k.changed)
	k.changed = make(chan struct{})
}

// openSocket answers apps.connections.open. The caller holds mu.
func (s *Server) openSocket(token string) map[string]any {
	switch k := &s.sockets; {
	case token == s.token:
		return no("not_allowed_token_type")
	case token != k.token:
		return no("invalid_auth")
	}
	s.sockets.tickets++
	ticket := strconv.Itoa(s.sockets.tickets)
	s.sockets.valid[ticket] = true
	return map[string]any{"ok": true, "url": fmt.Sprintf("ws://%s%s?ticket=%s", s.addr, link, ticket)}
}

// admit says whether a handshake may go on, and whether the socket is to be sent
// away again.
func (s *Server) admit(ticket string) (ok, away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &s.sockets
	ok = k.valid[ticket]
	delete(k.valid, ticket)
	if k.refused > 0 {
		k.refused--
		return false, false
	}
	if away = k.storm > 0; away {
		k.storm--
	}
	return ok, away
}

// serveSocket is one socket from its handshake to its end.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ok, away := s.admit(r.URL.Query().Get("ticket"))
	if !ok {
		http.Error(w, "no", http.StatusInternalServerError)
		return
	}
	s.sockets.served.Add(1)
	defer s.sockets.served.Done()
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	c := &socket{conn: conn}
	n := s.enter(c)
	defer s.leave(c)
	hello := map[string]any{
		"type": "hello", "num_connections": n, "connection_info": map[string]any{"app_id": "A1"},
		"debug_info": map[string]any{"host": "fake", "approximate_connection_time": 18060},
	}
	if c.send(hello) != nil {
		return
	}
	if away {
		c.goodbye("refresh_requested")
	}
	end := make(chan struct{})
	defer close(end)
	s.sockets.served.Go(func() { s.ping(c, end) })
	s.listen(c)
}

func (s *Server) enter(c *socket) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &s.sockets
	k.open = append(k.open, c)
	k.opened++
	k.stir()
	return len(k.open)
}

func (s *Server) leave(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &s.sockets
	for i, o := range k.open {
		if o == c {
			k.open = append(k.open[:i:i], k.open[i+1:]...)
			break
		}
	}
	k.stir()
}

func (s *Server) ping(c *socket, end <-chan struct{}) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		s.mu.Lock()
		mute := s.sockets.mute
		s.mu.Unlock()
		if !mute && c.conn.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(writeTime)) != nil {
			return
		}
		select {
		case <-end:
			return
		case <-tick.C:
		}
	}
}

// listen takes acks until the socket ends.
func (s *Server) listen(c *socket) {
	for {
		_, b, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		var ack struct {
			ID string `json:"envelope_id"`
		}
		if json.Unmarshal(b, &ack) != nil {
			continue
		}
		s.mu.Lock()
		if done := s.sockets.acks[ack.ID]; done != nil {
			close(done)
			delete(s.sockets.acks, ack.ID)
		}
		s.mu.Unlock()
	}
}
