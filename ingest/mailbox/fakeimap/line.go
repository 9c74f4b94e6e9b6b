package fakeimap

import (
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	lineChunk  = 64 << 10
	lineChunks = 256 // on their way at a time: 16 MB, more than any window
)

// Line is a way to a server that is as long as that to a distant one, and counts
// what goes over it. It delays bytes and does not thin them: what is sent at
// once arrives at once.
type Line struct {
	Up, Down atomic.Int64 // bytes
	// Turns is how often the client sent something after it had heard from the
	// server: what it sends while an answer is on its way belongs to the turn
	// before.
	Turns atomic.Int64
	Most  atomic.Int64 // connections at a time, at the most, as the client saw it

	listener net.Listener
	server   string
	oneWay   time.Duration
	running  sync.WaitGroup

	open atomic.Int64

	mu      sync.Mutex
	conns   map[net.Conn]struct{} // both ends; nil once closed
	clients map[net.Conn]struct{} // of these those to the client
}

// OpenLine opens a line to a server, host:port; bytes take oneWay each way.
func OpenLine(server string, oneWay time.Duration) (*Line, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open line: %w", err)
	}
	l := &Line{listener: listener, server: server, oneWay: oneWay, conns: map[net.Conn]struct{}{}, clients: map[net.Conn]struct{}{}}
	l.running.Go(l.accept)
	return l, nil
}

// Port is the port on 127.0.0.1.
func (l *Line) Port() int { return l.listener.Addr().(*net.TCPAddr).Port }

// Close ends the line and its connections.
func (l *Line) Close() error {
	err := l.listener.Close()
	l.mu.Lock()
	for c := range l.conns {
		_ = c.Close() // it ends, whatever it says
	}
	l.conns = nil
	l.mu.Unlock()
	l.running.Wait()
	return err
}

// Forget counts anew.
func (l *Line) Forget() {
	l.Up.Store(0)
	l.Down.Store(0)
	l.Turns.Store(0)
	l.Most.Store(0)
}

// Open is how many connections the client has open.
func (l *Line) Open() int { return int(l.open.Load()) }

func (l *Line) accept() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", l.server)
		if err != nil {
			_ = client.Close() // as if nothing listened
			continue
		}
		if !l.keep(client, server) {
			_, _ = client.Close(), server.Close()
			return
		}
		heard := new(atomic.Bool)
		var both sync.WaitGroup
		both.Go(func() {
			l.pump(server, client, func(n int) {
				l.Up.Add(int64(n))
				if heard.Swap(false) {
					l.Turns.Add(1)
				}
			}, func() {}, func() { l.open.Add(-1) })
		})
		both.Go(func() {
			l.pump(client, server, func(n int) { l.Down.Add(int64(n)) }, func() { heard.Store(true) }, func() {})
		})
		l.running.Go(func() {
			both.Wait()
			l.drop(client, server)
		})
	}
}

func (l *Line) keep(client, server net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns == nil {
		return false
	}
	l.conns[client], l.conns[server] = struct{}{}, struct{}{}
	l.clients[client] = struct{}{}
	l.open.Add(1)
	var most int64 // a client may have closed one and opened the next before we read of it
	for c := range l.clients {
		if !gone(c) {
			most++
		}
	}
	l.Most.Store(max(l.Most.Load(), most))
	return true
}

func (l *Line) drop(client, server net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, client)
	delete(l.conns, server)
	delete(l.clients, client)
}

// pump carries bytes from one end to the other until one of them ends, and then
// ends both.
func (l *Line) pump(to, from net.Conn, sent func(int), arrived, ended func()) {
	type chunk struct {
		bytes []byte
		due   time.Time
	}
	under := make(chan chunk, lineChunks)
	empty := make(chan []byte, lineChunks) // used before: the line is to cost little of what is measured over it
	var carrying sync.WaitGroup
	carrying.Go(func() {
		defer to.Close()
		for c := range under {
			time.Sleep(time.Until(c.due)) // the line's length
			arrived()
			if _, err := to.Write(c.bytes); err != nil {
				_ = from.Close() // nobody listens any more
			}
			select {
			case empty <- c.bytes[:lineChunk]:
			default:
			}
		}
	})
	for {
		var b []byte
		select {
		case b = <-empty:
		default:
			b = make([]byte, lineChunk)
		}
		n, err := from.Read(b)
		if n > 0 {
			sent(n)
			under <- chunk{b[:n], time.Now().Add(l.oneWay)}
		}
		if err != nil {
			break
		}
	}
	ended()
	close(under)
	carrying.Wait()
}
