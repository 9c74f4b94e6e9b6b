package casebook_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
)

// firewall stands before a server. Once it was started anew it knows none of the
// connections before, and drops what comes on them without a word.
type firewall struct {
	net.Listener
	server string
	starts atomic.Int64
	pumps  sync.WaitGroup
}

func newFirewall(t *testing.T, server string) *firewall {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &firewall{Listener: l, server: server}
	f.pumps.Go(func() { f.accept(t.Context()) })
	t.Cleanup(func() {
		l.Close()
		f.pumps.Wait()
	})
	return f
}

func (f *firewall) accept(ctx context.Context) {
	for {
		client, err := f.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", f.server)
		if err != nil {
			client.Close()
			continue
		}
		end := func() {
			client.Close()
			server.Close()
		}
		context.AfterFunc(ctx, end)
		known := f.starts.Load()
		for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
			f.pumps.Go(func() {
				f.pass(way[0], way[1], known)
				if f.starts.Load() == known {
					end()
				}
			})
		}
	}
}

func (f *firewall) pass(from, to net.Conn, known int64) {
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		if f.starts.Load() == known && n > 0 {
			_, err = to.Write(b[:n])
		}
		if err != nil {
			return
		}
	}
}

func TestConnectionsThatWereLostWithoutAWordAreReplaced(t *testing.T) {
	w := newWorld(t, "postgres")
	dsn, err := url.Parse(w.dsn)
	w.must(err)
	f := newFirewall(t, dsn.Host)
	dsn.Host = f.Addr().String()
	b, err := casebook.Open(w.ctx, dsn.String(), w.options("two/2"))
	w.must(err)
	defer b.Close()
	var work sync.WaitGroup
	for range 20 { // the pool fills
		work.Go(func() {
			if _, err := b.Good(w.ctx, "pass"); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	f.starts.Add(1)
	ctx, done := context.WithTimeout(w.ctx, 5*time.Minute) // what hangs hangs for as long as it is let
	defer done()
	_, err = b.Good(ctx, "pass")
	w.must(err)
}

// What comes of it takes a network that drops packets: 30 s on Linux, a quarter of an
// hour without it.
func TestConnectionOnWhichNothingIsAcknowledgedIsGivenUp(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux is told")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := (&net.Dialer{Control: casebook.GivenUp}).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var got int
	set := raw.Control(func(fd uintptr) { got, err = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, 18) }) // TCP_USER_TIMEOUT
	if errors.Join(set, err) != nil || got != 30000 {
		t.Errorf("it is given up after %d ms: %v %v", got, set, err)
	}
}
