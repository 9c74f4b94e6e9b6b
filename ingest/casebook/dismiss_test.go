package casebook_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// forgedMail is one that pretends to be Klarna's, and is told.
func (w *world) forgedMail(uid uint32) rules.Mail {
	m := w.noticeOf("999", uid)
	m.Verdict, m.Event, m.Keys = rules.Forged, nil, nil
	m.Tell = &rules.Message{Key: "forged/" + m.Hash, Kind: rules.MessageForged, About: map[string]string{rules.AboutUID: "1"}}
	return m
}

// strange is the mails that wait for somebody.
func (w *world) strange() []casebook.Strange {
	w.Helper()
	all, err := w.Strange(w.ctx, w.now())
	w.must(err)
	return all
}

func TestForgedMailWaitsUntilSomebodyDismissesIt(t *testing.T) {
	eachDB(t, func(w *world) {
		first, copied := w.forgedMail(1), w.forgedMail(2)
		copied.Hash, copied.Tell = first.Hash, nil
		w.record(first, copied, w.forgedMail(3))
		w.deliver()
		w.wait(100 * 24 * time.Hour)
		mails := w.strange()
		if len(mails) != 3 {
			w.Fatalf("%d mails wait", len(mails))
		}
		w.must(w.Dismiss(w.ctx, strings.Trim(first.MessageID, "<>"), rules.MailEvent{At: w.now(), By: "anna", Note: "told everybody"}))
		if left := w.strange(); len(left) != 1 || left[0].UID != 3 {
			w.Fatalf("left: %+v", left)
		}
		var refused *rules.RefusedError
		if err := w.Dismiss(w.ctx, first.MessageID, rules.MailEvent{By: "bo"}); !errors.As(err, &refused) || !strings.Contains(refused.Why, "anna has dismissed it") {
			w.Errorf("twice: %v", err)
		}
		click := rules.MailEvent{By: "bo", Click: "click/1"}
		third := w.strange()[0].ID
		for range 2 { // Slack tells of a click twice
			w.must(w.Dismiss(w.ctx, third, click))
		}
		if err := w.Dismiss(w.ctx, "m-nothing", rules.MailEvent{By: "bo"}); !errors.Is(err, casebook.ErrNoMail) {
			w.Errorf("of nothing: %v", err)
		}
		// What was told of them is brought up to date, each once.
		told := w.deliver()
		if len(told) != 2 || !strings.HasPrefix(told[0], "dismissed/") {
			w.Errorf("brought up to date: %v", told)
		}
	})
}

func TestMailThatHasACaseIsNotDismissed(t *testing.T) {
	eachDB(t, func(w *world) {
		unknown := w.unknownMail(1)
		c := w.opened(unknown)
		var refused *rules.RefusedError
		if err := w.Dismiss(w.ctx, unknown.MessageID, rules.MailEvent{By: "bo"}); !errors.As(err, &refused) || !strings.Contains(refused.Why, c.ID) {
			w.Errorf("dismissed: %v", err)
		}
	})
}

// A mail that could not be opened and was dismissed turns out to be a lure when
// it can be: that nobody has looked at.
func TestMailThatIsAnotherAfterItsDismissalWaitsAgain(t *testing.T) {
	eachDB(t, func(w *world) {
		closed := w.forgedMail(1)
		closed.Verdict, closed.Outcome, closed.Tell = "", rules.OutcomeUnreadable, nil
		w.record(closed)
		w.must(w.Dismiss(w.ctx, closed.MessageID, rules.MailEvent{By: "bo"}))
		if left := w.strange(); len(left) != 0 {
			w.Fatalf("left: %+v", left)
		}
		w.record(w.forgedMail(1))
		if left := w.strange(); len(left) != 1 || left[0].Verdict != rules.Forged {
			w.Errorf("waits: %+v", left)
		}
		w.must(w.Dismiss(w.ctx, closed.MessageID, rules.MailEvent{By: "bo"}))
		if left := w.strange(); len(left) != 0 {
			w.Errorf("waits once more: %+v", left)
		}
	})
}

func TestOrdersOfADismissedMailAreNotLookedForAnyMore(t *testing.T) {
	eachDB(t, func(w *world) {
		first, second := w.forgedMail(1), w.forgedMail(2)
		first.Lure = &rules.Lure{Account: "main", References: []string{"1"}}
		second.Lure = &rules.Lure{Account: "main", References: []string{"2"}}
		w.record(first, second)
		w.must(w.Dismiss(w.ctx, first.MessageID, rules.MailEvent{At: w.now(), By: "bo"}))
		if lures, err := w.Lures(w.ctx, "main"); err != nil || len(lures) != 1 || lures[0].References[0] != "2" {
			w.Errorf("looked for: %+v, %v", lures, err)
		}
	})
}

// That it was dismissed stays, so that it does not come back to the digest.
func TestPurgeLeavesNothingOfWhoDismissedAMailAndWhy(t *testing.T) {
	eachDB(t, func(w *world) {
		m := w.forgedMail(1)
		m.Lure = &rules.Lure{Account: "main", References: []string{"order of anna"}}
		w.record(m)
		w.must(w.Dismiss(w.ctx, m.MessageID, rules.MailEvent{At: w.now(), By: "bo", Note: "anna knows"}))
		w.wait(100 * 24 * time.Hour)
		c, err := w.Claim(w.ctx, "purge")
		w.must(err)
		_, err = w.Purge(w.ctx, c, casebook.Cutoff{Mails: w.now(), Cases: w.now()})
		w.must(err)
		if left := w.strange(); len(left) != 0 {
			w.Errorf("waits again: %+v", left)
		}
		if err := w.Dismiss(w.ctx, m.MessageID, rules.MailEvent{By: "bo"}); err == nil || strings.Contains(err.Error(), "bo has") {
			w.Errorf("who dismissed it is still known: %v", err)
		}
		if lures, err := w.Lures(w.ctx, "main"); err != nil || len(lures) != 0 {
			w.Errorf("lures %+v, %v", lures, err)
		}
	})
}
