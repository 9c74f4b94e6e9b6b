package board_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/board"
)

var errBroken = errors.New("disk on fire at /var/lib")

func TestOnlyTheLoopbackIsListenedOn(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "10.0.0.1:9321"} {
		l, err := board.Listen(addr)
		if err == nil {
			l.Close()
			t.Errorf("%s: listens", addr)
			continue
		}
		if !strings.Contains(err.Error(), "not a loopback address\nhint: ") || !strings.Contains(err.Error(), "proxy with a login") {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "localhost:0"} {
		l, err := board.Listen(addr)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		l.Close()
	}
}

func TestAddressThatCannotBeTakenIsExplained(t *testing.T) {
	l, err := board.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = board.Listen(l.Addr().String())
	if err == nil || !strings.Contains(err.Error(), "address already in use\nhint: is another disputewatch running?") {
		t.Errorf("a taken address: %v", err)
	}
	if _, err := board.Listen("9321"); err == nil || !strings.Contains(err.Error(), "hint: listen wants host:port") {
		t.Errorf("no port: %v", err)
	}
}

// TestServeFinishesWhatItBegan stops the board while an answer is under way.
func TestServeFinishesWhatItBegan(t *testing.T) {
	s := newShelf(t)
	begun, goOn := make(chan struct{}), make(chan struct{})
	s.asked = func(time.Time) { close(begun); <-goOn }
	l, err := board.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended, answered := make(chan error, 1), make(chan string, 1)
	go func() { ended <- s.server().Serve(ctx, l) }()
	go func() {
		resp, err := http.Get("http://" + l.Addr().String() + "/")
		if err != nil {
			answered <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		answered <- string(body)
	}()
	<-begun
	stop()
	close(goOn)
	if body := <-answered; !strings.Contains(body, "There are no cases") {
		t.Errorf("the answer was cut off: %s", body)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, err := http.Get("http://" + l.Addr().String() + "/livez"); err == nil {
		t.Error("it still answers")
	}
}
