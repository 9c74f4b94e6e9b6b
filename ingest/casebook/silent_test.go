package casebook_test

import (
	"context"
	"net"
	"net/url"
	"os"
	"runtime"
	"strconv"
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

// What comes of it takes a network that drops packets, for a relay acknowledges what it
// swallows: half a minute on Linux, instead of a quarter of an hour where something was
// sent, and for ever where an answer is waited for.
func TestConnectionOnWhichNothingIsAcknowledgedIsGivenUp(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux is told")
	}
	w := newWorld(t, "postgres")
	dsn, err := url.Parse(w.dsn)
	w.must(err)
	f := newFirewall(t, dsn.Host)
	dsn.Host = f.Addr().String()
	b, err := casebook.Open(w.ctx, dsn.String(), w.options("two/2"))
	w.must(err)
	defer b.Close()
	sockets := w.socketsTo(f.Addr().(*net.TCPAddr).Port)
	if len(sockets) == 0 {
		t.Fatal("the book has no connection")
	}
	for _, fd := range sockets {
		for _, o := range []struct {
			name              string
			level, option, is int
		}{
			{"TCP_USER_TIMEOUT", syscall.IPPROTO_TCP, 18, 30000}, // ms
			{"SO_KEEPALIVE", syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1},
			{"TCP_KEEPIDLE", syscall.IPPROTO_TCP, 4, 15}, // s
			{"TCP_KEEPINTVL", syscall.IPPROTO_TCP, 5, 5},
			{"TCP_KEEPCNT", syscall.IPPROTO_TCP, 6, 3},
		} {
			if got, err := syscall.GetsockoptInt(fd, o.level, o.option); err != nil || got != o.is {
				t.Errorf("%s is %d, want %d: %v", o.name, got, o.is, err)
			}
		}
	}
}

// socketsTo are the descriptors of this process's connections to a port of loopback.
func (w *world) socketsTo(port int) (fds []int) {
	w.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	w.must(err)
	for _, e := range all {
		fd, err := strconv.Atoi(e.Name())
		w.must(err)
		peer, err := syscall.Getpeername(fd)
		if to, ok := peer.(*syscall.SockaddrInet4); err == nil && ok && to.Port == port {
			fds = append(fds, fd)
		}
	}
	return fds
}
