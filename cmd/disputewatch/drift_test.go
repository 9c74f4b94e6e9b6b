package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestDriftIsMeasuredByWhatCameBeforeItBegan(t *testing.T) {
	s := newStory(t, "2026-03-02T08:00:00Z")
	n := 0
	read := func(count int, body string) rules.Health {
		for range count {
			n++
			s.mail(fmt.Sprintf("d%d@klarna.com", n), "pass", "New dispute request", fmt.Sprintf(body, 256900+n))
		}
		err := s.house.read(t.Context(), s.house.boxes[0], nil, &passed{changed: map[string]bool{}})
		if err == nil {
			err = s.house.health.WatchReader(t.Context())
		}
		h, err2 := s.book.Part(t.Context(), "reader")
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		s.wait(time.Hour)
		return h
	}
	read(25, "Respond by 30 March 2026\nDispute ID: %d\nDispute reason: Goods not received\n")
	const strange = "Case handle >> %d\nPlease respond to this dispute.\n"
	began := read(5, strange).BadSince
	if began.IsZero() {
		t.Fatal("it was not noticed")
	}
	// The bad ones are most of what came by now: they are not what is usual.
	if is := read(150, strange).BadSince; !is.Equal(began) {
		t.Errorf("it began %v, and now %v", began, is)
	}
}

func TestWorseUnderstandingOfKlarnasMailsIsToldOnceAndItsEndToo(t *testing.T) {
	s := newStory(t, "2026-03-02T08:00:00Z")
	n := 0
	come := func(count int, body string) {
		for range count {
			n++
			s.mail(fmt.Sprintf("d%d@klarna.com", n), "pass", "New dispute request", fmt.Sprintf(body, 256900+n))
		}
		s.pass()
	}
	const understood = "Respond by 30 March 2026\nDispute ID: %d\nDispute reason: Goods not received\n"
	come(12, understood)
	s.news()
	s.wait(time.Hour)
	come(5, "Case handle >> %d\nPlease respond to this dispute.\n")
	s.said("understood worse", "of the last 5 mails of Klarna's 0 were understood in full, of the 12 before them 12", "d17@klarna.com", "d13@klarna.com")

	s.wait(time.Hour)
	s.pass()
	if news := strings.Join(s.news(), "\n"); strings.Contains(news, "understood worse") {
		t.Errorf("said again within the hour:\n%s", news)
	}
	come(5, understood)
	s.said("Klarna's mails are understood again")
}
