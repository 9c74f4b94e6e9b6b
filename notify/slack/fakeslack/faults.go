package fakeslack

import (
	"net/http"
	"sync"
)

// Fault makes calls fail. Each kind exists twice: as it is, and with Happened,
// where Slack did what was asked before it failed.
type Fault struct {
	Method   string // "" is any
	Kind     Kind
	Happened bool
	Code     string // Refuse: Slack's word; Status: unused
	Status   int    // of Status
	Retry    string // of Limit: the Retry-After header; "" is none
	Skip     int    // this many calls pass first
	Times    int    // this many calls fail; 0 is one, -1 is all
}

// Kind is a way to fail.
type Kind string

// The ways to fail.
const (
	Status  Kind = "status"   // an HTTP status with an HTML page
	Hangup  Kind = "hang up"  // the connection is cut without an answer
	Cut     Kind = "cut"      // the connection is cut in the middle of the answer
	Empty   Kind = "empty"    // 200 and {}
	Nothing Kind = "nothing"  // 200 and no body
	Refuse  Kind = "refuse"   // 200 and "ok": false with Code
	Limit   Kind = "limit"    // 429 with Retry
	Stall   Kind = "stall"    // no answer until Release; unless it Happened, it happens then
	NoTS    Kind = "no ts"    // 200 and "ok": true without a ts
	Page    Kind = "redirect" // 302 to a login page
)

// Failing is a fault that is in force.
type Failing struct {
	Fault
	once     sync.Once
	released chan struct{}
	stalled  sync.WaitGroup // calls that wait for the release
	reach    sync.Once
	reached  chan struct{}
}

// Reached is closed when the first call stalls.
func (f *Failing) Reached() <-chan struct{} { return f.reached }

// Fail lets the fault come, and returns it so that a stall can be released.
func (s *Server) Fail(f Fault) *Failing {
	if f.Times == 0 {
		f.Times = 1
	}
	g := &Failing{Fault: f, released: make(chan struct{}), reached: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, g)
	return g
}

// Release ends a stall, and returns when all that waited is done: what Slack had
// not done by then it does now, also where the client has hung up meanwhile.
func (f *Failing) Release() {
	f.letGo()
	f.stalled.Wait()
}

func (f *Failing) letGo() { f.once.Do(func() { close(f.released) }) }

// Heal ends all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		f.letGo()
	}
	s.faults = nil
}

// due is the fault that the next call of a method meets. The caller holds mu.
func (s *Server) due(method string) *Failing {
	for _, f := range s.faults {
		switch {
		case f.Method != "" && f.Method != method || f.Times == 0:
		case f.Skip > 0:
			f.Skip--
		default:
			if f.Times > 0 {
				f.Times--
			}
			return f
		}
	}
	return nil
}

// play fails a call. good is the answer that would have been given.
func (f *Failing) play(w http.ResponseWriter, good []byte) {
	switch f.Kind {
	case Status:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Status)
		w.Write([]byte("<html><body>Server Error</body></html>"))
	case Hangup:
		hangUp(w, nil)
	case Cut:
		hangUp(w, good[:len(good)/2])
	case Empty:
		write(w, []byte("{}"))
	case Nothing:
		write(w, nil)
	case Refuse:
		write(w, encode(map[string]any{"ok": false, "error": f.Code}))
	case Limit:
		if f.Retry != "" {
			w.Header().Set("Retry-After", f.Retry)
		}
		w.WriteHeader(http.StatusTooManyRequests)
		w.Write([]byte(`{"ok":false,"error":"ratelimited"}`))
	case NoTS:
		write(w, []byte(`{"ok":true}`))
	case Page:
		w.Header().Set("Location", "/login")
		w.WriteHeader(http.StatusFound)
	}
}

// hangUp closes the connection after part of an answer that promises more.
func hangUp(w http.ResponseWriter, part []byte) {
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if len(part) > 0 {
		buf.WriteString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
		buf.Write(part)
		buf.Flush()
	}
}
