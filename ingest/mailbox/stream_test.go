package mailbox

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"
	"weak"
)

// Many mailboxes are read at the same time: what one holds counts many times.
func TestLargeMailsAreFetchedFewAtATimeAndLetGoOf(t *testing.T) {
	const n = 40
	l, account := newLiar(t, n)
	l.now(func() {
		l.fetch = func(uid uint32, p part, text []byte) string {
			if p == body {
				return ""
			}
			told := fmt.Appendf(nil, "RFC822.SIZE %d", turnBytes+1)
			return string(bytes.Replace([]byte(honest(uid, p, text)), fmt.Appendf(nil, "RFC822.SIZE %d", len(text)), told, 1))
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	c, err := Dial(ctx, account)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var texts []weak.Pointer[byte]
	ended := false
	_, err = c.Read(ctx, "INBOX", newStory(t, account).pos, Want{Now: now, Candidate: fromKlarna}, func(turn Turn) error {
		for _, m := range turn.Mails {
			texts = append(texts, weak.Make(&m.Body[0]))
		}
		if ended {
			return nil // the position alone
		}
		asked := 0
		l.now(func() { asked = len(l.asked) })
		if under := asked - len(texts); under > aheadBytes/turnBytes {
			t.Errorf("%d more mails of 4 MB are under way", under)
		}
		if len(texts) < n {
			return nil
		}
		runtime.GC()
		texts = slices.DeleteFunc(texts, func(text weak.Pointer[byte]) bool { return text.Value() == nil })
		if len(texts) > 2 { // this one, and the one before it
			t.Errorf("%d texts are held at the end", len(texts))
		}
		ended = true
		return nil
	})
	if err != nil || !ended {
		t.Errorf("handed on %d mails, %v", len(texts), err)
	}
}

// Each turn costs the book a transaction.
func TestFewMailsAmongManyAreHandedOnInFullTurns(t *testing.T) {
	_, account := newLiar(t, 3*batchMails)
	c, err := Dial(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var handed []int
	one := func(uid uint32, _ []byte) bool { return uid%20 == 0 } // 50 of a batch
	_, err = c.Read(t.Context(), "INBOX", newStory(t, account).pos, Want{Now: now, Candidate: one}, func(turn Turn) error {
		if n := len(turn.Mails); n > 0 {
			handed = append(handed, n)
		}
		return nil
	})
	if want := []int{turnMails, 3*batchMails/20 - turnMails}; err != nil || !slices.Equal(handed, want) {
		t.Errorf("handed on %v at a time, want %v; %v", handed, want, err)
	}
}

// A thousand mailboxes may be read for the first time at once.
func TestFetchesOfAllConnectionsTogetherAreBounded(t *testing.T) {
	const n = 6 * turnMails
	read := func(put func(under int) error) error {
		l, account := newLiar(t, n)
		c, err := Dial(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		handed := 0
		_, err = c.Read(t.Context(), "INBOX", newStory(t, account).pos, Want{Now: now, Candidate: fromKlarna}, func(turn Turn) error {
			handed += len(turn.Mails)
			asked := 0
			l.now(func() { asked = len(l.asked) })
			return put(asked - handed)
		})
		return err
	}
	most := 0
	if err := read(func(under int) error { most = max(most, under); return nil }); err != nil || most < turnMails {
		t.Errorf("alone: %d mails were under way behind those in hand, %v", most, err)
	}
	for range spareFetches {
		spare <- struct{}{} // others take them all
	}
	if err := read(func(under int) error {
		if under > 0 {
			t.Errorf("beside others: %d mails are under way behind those in hand", under)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	for range spareFetches {
		<-spare
	}
	if err := read(func(int) error { return errHollow }); err == nil {
		t.Error("it could be recorded")
	}
	if n := len(spare); n > 0 {
		t.Errorf("%d are not given back", n)
	}
}
