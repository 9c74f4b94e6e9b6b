package fakeimap_test

import (
	"io"
	"net"
	"runtime"
	"strconv"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
)

// Whoever closes one connection before he opens the next has one at a time, however
// late the line reads of it.
func TestLineCountsWhatItsClientHasOpen(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere it counts what it has read of")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			}()
		}
	}()
	line, err := fakeimap.OpenLine(l.Addr().String(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	for range 500 {
		conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(line.Port())))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if most := line.Most.Load(); most > 1 {
		t.Errorf("%d connections at a time", most)
	}
}
