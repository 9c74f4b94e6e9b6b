package mailbox

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// wire is the connection as the library sees it. It counts, and it ends the
// connection in one way only: cut. The library's own deadlines are ignored,
// since none of them covers the wait for an answer's first byte.
type wire struct {
	net.Conn          // TLS or not
	raw      net.Conn // what cut closes: closing TLS politely could block

	bytes *atomic.Int64 // received; counted on over a reconnection
	sent  atomic.Bool   // something was sent since await last looked
	heard atomic.Int64  // when the server last got on with it, Unix nanoseconds
	lines atomic.Int64  // bytes outside of literals in this exchange
	ended atomic.Pointer[error]

	bound bound // of what is received; for the one who reads
	crumb int   // bytes since heard; for the same
}

const (
	// speckOf is how many bytes count as getting on, beside the end of a line. A
	// byte now and then does not: it would hold a poll up for hours.
	speckOf = 1 << 10
	// maxLines bounds what one exchange brings outside of literals: two answers
	// that list a million UIDs each.
	maxLines = 2 * maxLine
)

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.bytes.Add(int64(n))
		if w.crumb += n; w.crumb >= speckOf || bytes.IndexByte(p[:n], '\n') >= 0 {
			w.crumb = 0
			w.heard.Store(time.Now().UnixNano())
		}
		outside, long := w.bound.pass(p[:n])
		if long == nil && w.lines.Add(outside) > maxLines {
			long = errNoEnd
		}
		if long != nil {
			w.cut(long)
			return 0, long
		}
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	w.sent.Store(true)
	return w.Conn.Write(p)
}

func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

// cut closes the connection because of err; the first reason is kept.
func (w *wire) cut(err error) {
	w.ended.CompareAndSwap(nil, &err)
	w.raw.Close()
}

// cause is why the connection was cut, nil while it was not.
func (w *wire) cause() error {
	if err := w.ended.Load(); err != nil {
		return *err
	}
	return nil
}

// A watch cuts the wire when the server stays silent for too long, or when one
// exchange takes too long in all.
type watch struct {
	wire    *wire
	silence time.Duration
	end     time.Time

	mu    sync.Mutex
	timer *time.Timer // nil once stopped
}

func (w *wire) watch(silence, whole time.Duration) *watch {
	now := time.Now()
	w.heard.Store(now.UnixNano())
	w.lines.Store(0)
	d := &watch{wire: w, silence: silence, end: now.Add(whole)}
	d.mu.Lock()
	d.timer = time.AfterFunc(silence, d.look)
	d.mu.Unlock()
	return d
}

func (d *watch) look() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer == nil {
		return
	}
	now := time.Now()
	left := time.Unix(0, d.wire.heard.Load()).Add(d.silence).Sub(now)
	switch {
	case left <= 0:
		d.wire.cut(errSilent)
	case !now.Before(d.end):
		d.wire.cut(errSlow)
	default:
		d.timer.Reset(min(left, d.end.Sub(now)))
	}
}

func (d *watch) stop() {
	d.mu.Lock()
	d.timer.Stop()
	d.timer = nil
	d.mu.Unlock()
}
