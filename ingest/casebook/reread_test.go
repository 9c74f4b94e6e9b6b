package casebook_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// halfRead is a notice of which the reader understood only that there is a
// dispute; it opens a case by itself.
func (w *world) halfRead(uid uint32) rules.Mail {
	m := w.noticeOf("half", uid)
	m.Keys, m.Again = m.Keys[1:], true
	m.Date, m.Event.Mail.Date = start, start
	m.Event.Mail.DisputeID, m.Event.Mail.Reason, m.Event.Mail.Deadline = "", "", nil
	m.Event.Mail.Assumed = start.Add(7 * 24 * time.Hour)
	m.Event.Mail.Warnings = []string{"the deadline could not be read"}
	return m
}

// wholeRead is the same mail, when its words were learned.
func (w *world) wholeRead(uid uint32) rules.Mail {
	m := w.noticeOf("half", uid)
	m.Full = true
	m.Keys[0], m.Event.Mail.DisputeID = "klarna:256947", "256947"
	m.Event.Mail.MerchantReference1 = "77-1042"
	m.Date, m.Event.Mail.Date = start, start
	return m
}

func TestMailThatIsReadAgainGivesItsCaseWhatWasNotUnderstood(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.halfRead(1))
		w.deliver()
		if again, err := w.Again(w.ctx, "shop", "INBOX", 7); err != nil || fmt.Sprint(again) != "[1]" {
			w.Fatalf("to read again: %v, %v", again, err)
		}
		w.wait(time.Hour)
		if r := w.record(w.halfRead(1)); len(r.Changed) != 0 {
			w.Fatalf("the same reading changed %v", r.Changed)
		}
		for range 2 {
			r := w.record(w.wholeRead(1))
			if r.New != 0 || len(r.Opened) != 0 {
				w.Fatalf("recorded %+v", r)
			}
		}
		got, err := w.Case(w.ctx, "256947")
		w.must(err)
		if got.ID != c.ID || got.Reason != rules.ReasonReturn || got.MerchantReference1 != "77-1042" || len(got.Warnings) != 0 {
			w.Errorf("case %+v", got)
		}
		if d := got.Deadline(); d.Source != rules.SourceMail || !d.At.Equal(start.Add(14*24*time.Hour)) {
			w.Errorf("deadline %+v", d)
		}
		n := 0
		for _, e := range w.types(c.ID) {
			if e == rules.EventReread {
				n++
			}
		}
		if n != 1 {
			w.Errorf("read again %d times: %v", n, w.types(c.ID))
		}
		if again, err := w.Again(w.ctx, "shop", "INBOX", 7); err != nil || len(again) != 0 {
			w.Errorf("to read again: %v, %v", again, err)
		}
		mails, err := w.Klarna(w.ctx, time.Time{}, 9)
		w.must(err)
		if len(mails) != 1 || !mails[0].Full {
			w.Errorf("mails %+v", mails)
		}
	})
}

func TestMailThatIsReadAgainUndoesNothing(t *testing.T) {
	eachDB(t, func(w *world) {
		answered, snoozed := w.opened(w.halfRead(1)), w.opened(w.halfRead(2))
		say := func(id string, e rules.Event) {
			w.Helper()
			w.wait(time.Hour)
			e.At, e.By = w.now(), "anna"
			_, err := w.Say(w.ctx, id, e)
			w.must(err)
		}
		say(answered.ID, rules.Event{Type: rules.EventAnswer})
		say(snoozed.ID, rules.Event{Type: rules.EventSnooze, Until: w.now().Add(48 * time.Hour)})
		w.wait(time.Hour)
		again := w.wholeRead(1)
		other := w.wholeRead(2)
		other.Keys[0], other.Event.Mail.DisputeID = "klarna:256948", "256948"
		other.Event.Mail.Kind, other.Event.Mail.Result = rules.KindResolved, rules.ResultWon
		w.record(again, other)
		got, err := w.Case(w.ctx, answered.ID)
		w.must(err)
		if got.State != rules.Answered || got.DisputeID != "256947" {
			w.Errorf("%s %+v", got.State, got.Said)
		}
		got, err = w.Case(w.ctx, snoozed.ID)
		w.must(err)
		if got.State != rules.Snoozed || got.DisputeID != "256948" || len(got.Warnings) != 1 {
			w.Errorf("%s %v %+v", got.State, got.Warnings, got.Said)
		}
	})
}

// The number was another mail's already: what only this mail opened joins it.
func TestMailThatIsReadAgainJoinsTheCaseOfItsDispute(t *testing.T) {
	eachDB(t, func(w *world) {
		elder := w.opened(w.noticeOf("256947", 1))
		w.wait(time.Hour)
		younger := w.opened(w.halfRead(2))
		w.record(w.wholeRead(2))
		got, err := w.Case(w.ctx, younger.ID)
		w.must(err)
		if got.Outcome != "duplicate" || got.ClosedAt.IsZero() {
			w.Errorf("%s %s", got.State, got.Outcome)
		}
		if types := w.types(elder.ID); !slices.Contains(types, rules.EventReread) || !slices.Contains(types, rules.EventMerge) {
			w.Errorf("history %v", types)
		}
	})
}

// Whoever has a mail can send it again with another header: only the place
// where it was read counts.
func TestCopyOfAMailIsNotReadForIt(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.halfRead(1))
		elsewhere := w.wholeRead(1)
		elsewhere.UID = 9
		if r := w.record(elsewhere); len(r.Changed) != 0 {
			w.Errorf("changed %v", r.Changed)
		}
		// Read there once more it counts, but never with less proof than before.
		elsewhere.Verdict, elsewhere.Event.Mail.Verdict = rules.Unverified, rules.Unverified
		if r := w.record(elsewhere); len(r.Changed) != 0 {
			w.Errorf("changed %v", r.Changed)
		}
		// Where it lay first its proof stays: a signature expires.
		first := w.wholeRead(1)
		first.Verdict, first.Event.Mail.Verdict = rules.Unverified, rules.Unverified
		if r := w.record(first); fmt.Sprint(r.Changed) != "["+c.ID+"]" {
			w.Errorf("changed %v", r.Changed)
		}
		got, err := w.Case(w.ctx, c.ID)
		w.must(err)
		if got.Verdict != rules.Genuine || got.DisputeID != "256947" {
			w.Errorf("%+v", got.Said)
		}
	})
}

func TestForgedMailThatIsAcquittedOpensItsCase(t *testing.T) {
	eachDB(t, func(w *world) {
		forged := w.noticeOf("256947", 1)
		forged.Verdict, forged.Event, forged.Keys, forged.Again = rules.Forged, nil, nil, true
		w.record(forged)
		if again, err := w.Again(w.ctx, "shop", "INBOX", 7); err != nil || fmt.Sprint(again) != "[1]" {
			w.Fatalf("to read again: %v, %v", again, err)
		}
		copied := w.noticeOf("256947", 1)
		copied.UID = 2
		if r := w.record(copied); len(r.Opened) != 0 {
			w.Fatalf("a copy opened %v", r.Opened)
		}
		if r := w.record(w.noticeOf("256947", 1)); len(r.Opened) != 1 {
			w.Fatalf("recorded %+v", r)
		}
		if strange, err := w.Strange(w.ctx, time.Time{}); err != nil || len(strange) != 0 {
			w.Errorf("strange: %+v, %v", strange, err)
		}
	})
}
