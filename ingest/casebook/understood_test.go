package casebook_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

func TestKlarnasNoticesAreListedNewestFirstWithHowWellTheyWereUnderstood(t *testing.T) {
	eachDB(t, func(w *world) {
		for i := range 4 {
			m := w.noticeOf(fmt.Sprint(1000+i), uint32(i+1))
			m.Full = i%2 == 0
			w.record(m)
			w.wait(time.Hour)
		}
		w.record(w.unknownMail(9))
		forged, stripe, other := w.noticeOf("2001", 20), w.noticeOf("2002", 21), w.noticeOf("2003", 22)
		forged.Verdict, forged.Event = rules.Forged, nil
		stripe.Kind = rules.KindStripeNotice
		other.Outcome, other.Event = rules.OutcomeOther, nil
		w.record(forged, stripe, other)

		list, err := w.Klarna(w.ctx, time.Time{}, 4)
		w.must(err)
		if got := full(list); got != "--+-" {
			w.Errorf("the newest four are %s", got)
		}
		list, err = w.Klarna(w.ctx, start.Add(90*time.Minute), 10)
		w.must(err)
		if got := full(list); got != "-+" {
			w.Errorf("until then there were %s", got)
		}
	})
}

// full writes how well mails were understood: + in full, - not.
func full(list []rules.Mail) string {
	var s []byte
	for _, m := range list {
		if m.Full {
			s = append(s, '+')
		} else {
			s = append(s, '-')
		}
	}
	return string(s)
}

func TestMailUnderstoodLaterCountsAsUnderstood(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.unknownMail(1))
		m := w.noticeOf("0", 1)
		m.Full = true
		w.record(m)
		mails, err := w.Mails(w.ctx, c.ID)
		w.must(err)
		if len(mails) != 1 || !mails[0].Full {
			w.Errorf("the case's mails: %+v", mails)
		}
	})
}

func TestBookOfTheFirstSchemaIsUpgradedWithAllItHolds(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("1001", 1))
		w.must(w.DownTo(w.ctx, 1))
		if _, err := casebook.OpenReadOnly(w.ctx, w.dsn, w.options("two/1")); !errors.Is(err, casebook.ErrOlderSchema) {
			w.Fatalf("opened read-only: %v", err)
		}
		w.Book = w.another("two/1")
		mails, err := w.Mails(w.ctx, c.ID)
		w.must(err)
		if len(mails) != 1 || mails[0].Full {
			w.Errorf("the case's mails: %+v", mails)
		}
		if list, err := w.Klarna(w.ctx, time.Time{}, 9); err != nil || len(list) != 0 {
			w.Errorf("a mail of which nobody knows was counted: %+v, %v", list, err)
		}
		m := w.noticeOf("1002", 2)
		m.Full = true
		w.record(m)
		if list, err := w.Klarna(w.ctx, time.Time{}, 9); err != nil || full(list) != "+" {
			w.Errorf("after the upgrade: %+v, %v", list, err)
		}
	})
}
