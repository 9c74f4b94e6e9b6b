package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// beating is a story with somebody who waits for the heartbeat, and his count.
func beating(t *testing.T) (*story, *httptest.Server, *atomic.Int32) {
	t.Helper()
	var beats atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/of-the-shop" {
			http.NotFound(w, r)
			return
		}
		beats.Add(1)
	}))
	t.Cleanup(server.Close)
	s := newStory(t, monday)
	s.write("beat", server.URL+"/of-the-shop\n")
	s.write("config.yaml", s.configText()+"heartbeat: {url_file: beat}\n")
	s.restart()
	return s, server, &beats
}

func TestHeartbeatIsSentOnlyWhileEachPartWorks(t *testing.T) {
	s, _, beats := beating(t)
	beaten := func() bool {
		t.Helper()
		before := beats.Load()
		if err := s.house.complete(t.Context()); err != nil {
			t.Fatal(err)
		}
		return beats.Load() > before
	}
	if beaten() {
		t.Error("sent before anything was read")
	}
	s.pass()
	if !beaten() {
		t.Error("not sent after a complete pass")
	}
	s.wait(59 * time.Second)
	if beaten() {
		t.Error("sent twice within a minute")
	}
	parts := []string{"mailbox/onboarding", "stripe/main", "slack"}
	for i, away := range []time.Duration{16 * time.Minute, 16 * time.Minute, 61 * time.Minute} {
		s.wait(away)
		for j, part := range parts {
			if j == i {
				continue
			}
			if _, err := s.book.Good(t.Context(), part); err != nil {
				t.Fatal(err)
			}
		}
		if beaten() {
			t.Errorf("sent though %s has not worked for %s", parts[i], away)
		}
		if _, err := s.book.Good(t.Context(), parts[i]); err != nil {
			t.Fatal(err)
		}
		if !beaten() {
			t.Errorf("not sent though %s works again", parts[i])
		}
	}
}

func TestHeartbeatThatIsNotTakenIsLoggedWithoutItsAddress(t *testing.T) {
	s, server, _ := beating(t)
	var log strings.Builder
	s.house.health.Log = slog.New(slog.NewTextHandler(&log, nil))
	logged := func(words string) {
		t.Helper()
		s.pass()
		if err := s.house.complete(t.Context()); err != nil {
			t.Fatal(err)
		}
		if is := log.String(); !strings.Contains(is, "heartbeat was not sent") || !strings.Contains(is, words) || strings.Contains(is, "of-the-shop") {
			t.Errorf("%s: logged %s", words, is)
		}
		log.Reset()
		s.wait(2 * time.Minute)
	}
	s.write("beat", server.URL+"/of-the-shop/no-more")
	logged("404")
	s.write("beat", "of-the-shop\x7f")
	logged("no URL")
	s.write("beat", server.URL+"/of-the-shop")
	server.Close()
	logged("refused")
}
