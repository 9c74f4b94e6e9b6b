package casebook_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestArrivalsAreOfKlarnasOwnMailsByTheirDate(t *testing.T) {
	eachDB(t, func(w *world) {
		day := 24 * time.Hour
		w.wait(30 * day)
		var mails []rules.Mail
		for i, change := range []func(*rules.Mail){
			func(m *rules.Mail) { m.Date = w.now().Add(-9 * day) },
			func(m *rules.Mail) { m.Date = w.now().Add(-2 * day) },
			func(m *rules.Mail) { m.Date = w.now().Add(900 * day) }, // from the future
			func(m *rules.Mail) { m.Verdict, m.Event, m.Keys = rules.Forged, nil, nil },
			func(m *rules.Mail) { m.Kind, m.Outcome, m.Event, m.Keys = "", rules.OutcomeOther, nil, nil },
			func(m *rules.Mail) { m.Mailbox = "another" },
		} {
			m := w.noticeOf(fmt.Sprint(100+i), uint32(i+1))
			change(&m)
			mails = append(mails, m)
		}
		w.record(mails...)
		got, err := w.Arrivals(w.ctx, "shop", 10)
		w.must(err)
		want := []time.Time{w.now(), w.now().Add(-2 * day), w.now().Add(-9 * day)}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			w.Errorf("arrivals %v, want %v", got, want)
		}
	})
}

func TestStuckTellsHowManySinceWhenAndWhy(t *testing.T) {
	eachDB(t, func(w *world) {
		w.queue(rules.Message{Key: "a"})
		w.queue(rules.Message{Key: "b"})
		m, c, err := w.Take(w.ctx)
		w.must(err)
		w.must(w.Book.Failed(w.ctx, c, m.ID, w.now().Add(time.Hour), "is_archived"))
		w.wait(time.Minute)
		n, oldest, why, err := w.Stuck(w.ctx, w.now())
		w.must(err)
		if n != 2 || !oldest.Equal(start) || why != "is_archived" {
			w.Errorf("%d since %v: %s", n, oldest, why)
		}
		n, oldest, _, err = w.Stuck(w.ctx, start)
		w.must(err)
		if n != 0 || !oldest.IsZero() {
			w.Errorf("%d since %v before the first came", n, oldest)
		}
	})
}
