package fakeimap

import (
	"crypto/tls"
	"net"
	"sync"

	"github.com/emersion/go-imap/v2"
)

// weather is what befalls connections.
type weather struct {
	cutAfter int64 // bytes of answers, on each connection; 0: never
	reset    bool  // the cut is a TCP reset
	stall    bool  // no answer goes out
}

// Refuse makes every login end with NO and the response code ("" for none)
// until it is called with on false.
func (s *Server) Refuse(on bool, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = nil
	if on {
		s.refused = &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCode(code), Text: "not you"}
	}
}

// CutAfter ends each new connection once the server has sent n bytes of
// answers on it (counted inside TLS), cleanly or by a TCP reset; 0 never.
func (s *Server) CutAfter(n int64, reset bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.weather.cutAfter, s.weather.reset = n, reset
}

// Stall holds back all answers, of old connections too, or lets them go on.
func (s *Server) Stall(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.weather.stall = on
	for c := range s.conns {
		c.changed.Broadcast()
	}
}

// HangUp closes all connections.
func (s *Server) HangUp() {
	s.mu.Lock()
	conns := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		c.end(false)
	}
}

// Connections is how many are open.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// door is where connections come in.
type door struct {
	net.Listener
	server *Server
	tls    *tls.Config
}

func (d *door) Accept() (net.Conn, error) {
	raw, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: raw, raw: raw, server: d.server}
	c.changed.L = &d.server.mu
	if d.tls != nil {
		c.Conn = tls.Server(raw, d.tls)
	}
	d.server.mu.Lock()
	d.server.conns[c] = struct{}{}
	d.server.mu.Unlock()
	return c, nil
}

// conn is the server's end of a connection.
type conn struct {
	net.Conn
	raw     net.Conn
	server  *Server
	changed sync.Cond // the weather, or gone; its lock is the server's
	gone    bool      // guarded by the server's lock
	sent    int64
}

func (c *conn) Write(p []byte) (int, error) {
	c.server.mu.Lock()
	for c.server.weather.stall && !c.gone {
		c.changed.Wait()
	}
	w := c.server.weather
	c.server.mu.Unlock()
	if w.cutAfter > 0 && c.sent+int64(len(p)) > w.cutAfter {
		p = p[:max(0, w.cutAfter-c.sent)]
		n, err := c.Conn.Write(p)
		if err == nil {
			err = net.ErrClosed
		}
		c.sent += int64(n)
		c.end(w.reset)
		return n, err
	}
	n, err := c.Conn.Write(p)
	c.sent += int64(n)
	return n, err
}

func (c *conn) Close() error {
	c.end(false)
	return nil
}

// end closes the TCP connection; a reset throws away what was not yet sent.
func (c *conn) end(reset bool) {
	c.server.mu.Lock()
	gone := c.gone
	c.gone = true
	delete(c.server.conns, c)
	c.changed.Broadcast()
	c.server.mu.Unlock()
	if gone {
		return
	}
	if tcp, ok := c.raw.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0) // it is closed either way
	}
	_ = c.raw.Close() // nobody is there to be told
}
