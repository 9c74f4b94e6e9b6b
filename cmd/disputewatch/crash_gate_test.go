package main

import (
	"io"
	"net"
	"sync"
)

// gate is a way to a server that can close behind a number of bytes: what the
// server says beyond them is held back until the gate opens.
type gate struct {
	listener net.Listener
	server   string
	closing  chan struct{}
	pumps    sync.WaitGroup

	mu      sync.Mutex // guards what follows
	left    int64      // that may still pass, where closed
	shut    bool
	reached chan struct{} // closed when something is held back
	opened  chan struct{} // closed when the gate opens
}

func openGate(server string) (*gate, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &gate{listener: l, server: server, closing: make(chan struct{})}
	g.pumps.Go(g.accept)
	return g, nil
}

func (g *gate) port() int { return g.listener.Addr().(*net.TCPAddr).Port }

func (g *gate) close() {
	close(g.closing)
	_ = g.listener.Close() // a test's end
	g.pumps.Wait()
}

// holdAfter closes the gate behind the next n bytes, those first that are held back.
// What it returns is closed when something is held back.
func (g *gate) holdAfter(n int64) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		close(g.opened)
	}
	g.shut, g.left = true, n
	g.reached, g.opened = make(chan struct{}), make(chan struct{})
	return g.reached
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		close(g.opened)
		g.shut = false
	}
}

// take is how many of n bytes may pass now; the rest may when wait is closed.
func (g *gate) take(n int64) (pass int64, wait <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	pass = n
	if g.shut {
		pass = min(n, g.left)
		g.left -= pass
	}
	if pass == n {
		return pass, nil
	}
	select {
	case <-g.reached:
	default:
		close(g.reached)
	}
	return pass, g.opened
}

func (g *gate) accept() {
	for {
		client, err := g.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", g.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		gone := make(chan struct{})
		g.pumps.Go(func() {
			_, _ = io.Copy(server, client) // until the client has gone
			close(gone)
			_ = server.Close()
		})
		g.pumps.Go(func() {
			g.answer(client, server, gone)
			_ = client.Close()
			_ = server.Close()
		})
		g.pumps.Go(func() {
			select {
			case <-gone:
			case <-g.closing:
				_ = client.Close()
				_ = server.Close()
			}
		})
	}
}

// answer lets pass what the server says.
func (g *gate) answer(client, server net.Conn, gone <-chan struct{}) {
	b := make([]byte, 4096)
	for {
		n, err := server.Read(b)
		for rest := b[:n]; len(rest) > 0; {
			pass, wait := g.take(int64(len(rest)))
			if _, err := client.Write(rest[:pass]); err != nil {
				return
			}
			if rest = rest[pass:]; wait == nil {
				continue
			}
			select {
			case <-wait:
			case <-gone:
				return
			case <-g.closing:
				return
			}
		}
		if err != nil {
			return
		}
	}
}
