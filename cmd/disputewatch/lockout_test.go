package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox"
)

func TestRefusedLoginIsTriedLessAndLessOftenAndAChangedPasswordAtOnce(t *testing.T) {
	now, password := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), "wrong"
	secret := func() (string, error) { return password, nil }
	refused := fmt.Errorf("read mailbox: %w", &mailbox.AuthError{})
	var l lockout
	var tries []time.Duration
	began := now
	for ; now.Sub(began) < 4*time.Hour; now = now.Add(5 * time.Minute) {
		if !l.holds(secret, now) {
			tries = append(tries, now.Sub(began))
			l.note(refused, now)
		}
	}
	want := "[0s 5m0s 10m0s 20m0s 40m0s 1h20m0s 2h20m0s 3h20m0s]"
	if fmt.Sprint(tries) != want {
		t.Errorf("tried after %v, want %s", tries, want)
	}
	if !l.holds(secret, now) {
		t.Fatal("the lock is over")
	}
	if l.holds(secret, now.AddDate(0, -1, 0)) {
		t.Error("the lock lasts for a month after the clock was set back by one")
	}
	password = "mended"
	if l.holds(secret, now) {
		t.Error("the new password waits")
	}
	l.note(nil, now)
	password = "wrong"
	if l.holds(secret, now) {
		t.Error("it waits after a login that went well")
	}
}

func TestServerThatIsAwayNeitherRefusesAPasswordNorForgivesOne(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	secret := func() (string, error) { return "wrong", nil }
	var l lockout
	for range 9 {
		if l.holds(secret, now) {
			t.Fatal("it waits for a server that was away")
		}
		l.note(errors.New("connection refused"), now)
	}
	for range lockoutAfter {
		if l.holds(secret, now) {
			t.Fatal("it waits after too few refusals")
		}
		l.note(&mailbox.AuthError{}, now)
		l.note(errors.New("the server cannot take logins now [UNAVAILABLE]"), now)
	}
	if !l.holds(secret, now) {
		t.Error("a refusal is forgotten when the server is busy in between")
	}
}
