package main

import (
	"context"
	"testing"
	"time"
)

func TestMailboxWhosePollsAreMissedWithoutAnErrorIsToldAndItsEnd(t *testing.T) {
	s := newStory(t, monday)
	s.house.health.Began = s.now
	s.pass()
	told := func() int {
		if err := s.house.health.WatchPolls(t.Context()); err != nil {
			t.Fatal(err)
		}
		h, err := s.book.Part(t.Context(), "late/onboarding")
		if err != nil {
			t.Fatal(err)
		}
		return h.Told
	}
	s.wait(15 * time.Minute)
	if told() != 0 {
		t.Error("told before three intervals had passed")
	}
	s.wait(time.Minute)
	_, stop, _, err := s.book.Hold(context.WithoutCancel(t.Context()), gathering("onboarding"))
	if err != nil {
		t.Fatal(err)
	}
	if told() != 0 {
		t.Error("a rescan counts as a reading that hangs")
	}
	stop()
	s.house.health.Began = s.now
	if told() != 0 {
		t.Error("a daemon that has just begun tells of the time before it")
	}
	s.house.health.Began = s.now.Add(-time.Hour)
	for range 2 {
		if told() != 1 {
			t.Error("not told once")
		}
	}
	s.pass()
	if told() != 0 {
		t.Error("it did not end")
	}
	s.pass()
	s.heardIn(channel, "Mailbox onboarding is not being read", "16 minutes ago", "every 5 minutes")
	s.heardIn(channel, "Mailbox onboarding is being read again")
}

// It has an alarm of its own.
func TestMailboxThatFailsIsNotToldAsLateToo(t *testing.T) {
	s := newStory(t, monday)
	s.house.health.Began = s.now
	late := func(failures int) {
		t.Helper()
		s.write("imap-password", "wrong")
		for range failures {
			s.wait(6 * time.Minute)
			if err := s.tryPass(nil); err == nil {
				t.Fatal("the login should have failed")
			}
		}
		s.wait(20 * time.Minute)
		if err := s.house.health.WatchPolls(t.Context()); err != nil {
			t.Fatal(err)
		}
		if h, err := s.book.Part(t.Context(), "late/onboarding"); err != nil || !h.BadSince.IsZero() {
			t.Errorf("after %d failures: %+v, %v", failures, h, err)
		}
	}
	late(1) // it was never read
	s.write("imap-password", "secret")
	s.pass()
	late(3)
}
