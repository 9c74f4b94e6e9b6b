package casebook_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
	"pgregory.net/rapid"
)

// Whatever happens to a book, in whatever order: each key belongs to one case,
// which lists it; a case that went into another has none; no mail and no
// message is counted twice; and each of the messages that were queued ends as
// told, once, or as dropped.
func TestKeysAndMessagesStaySingleInAnyHistory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, "sqlite")
		defer w.Book.Close()
		told := map[string]int{}
		mails := map[string]bool{}
		uid := uint32(0)
		step := map[string]func(*rapid.T){
			"mail": func(r *rapid.T) {
				uid++
				m := w.noticeOf(fmt.Sprint(rapid.IntRange(100, 104).Draw(r, "dispute")), uid)
				w.record(m)
				mails[m.MessageID] = true
			},
			"unknown": func(r *rapid.T) {
				uid++
				m := w.unknownMail(uid)
				w.record(m)
				mails[m.MessageID] = true
				if rapid.Bool().Draw(r, "understood") {
					again := w.noticeOf("0", uid)
					n := fmt.Sprint(rapid.IntRange(100, 104).Draw(r, "dispute"))
					again.Keys[0], again.Event.Mail.DisputeID = rules.KlarnaKey(n), n
					w.record(again)
				}
			},
			"stripe": func(r *rapid.T) {
				claim, err := w.Claim(w.ctx, "stripe/main")
				w.must(err)
				status := rapid.SampledFrom([]string{"warning_needs_response", "needs_response", "under_review", "lost"}).Draw(r, "status")
				_, err = w.OpenCase(w.ctx, claim, nil, reading(fmt.Sprintf("du_%d", rapid.IntRange(1, 3).Draw(r, "du")), status, w.now()))
				w.must(err)
				w.must(w.Release(w.ctx, claim))
			},
			"match": func(r *rapid.T) {
				if c, ok := w.any(r); ok {
					w.say(c.ID, exactly("ch_1", fmt.Sprintf("du_%d", rapid.IntRange(1, 3).Draw(r, "du"))))
				}
			},
			"answer": func(r *rapid.T) {
				if c, ok := w.any(r); ok && c.ClosedAt.IsZero() {
					w.say(c.ID, rules.Event{Type: rules.EventAnswer, By: "anna"})
				}
			},
			"time": func(r *rapid.T) {
				w.wait(time.Duration(rapid.IntRange(1, 80).Draw(r, "hours")) * time.Hour)
				_, err := w.Decide(w.ctx)
				w.must(err)
			},
			"deliver": func(r *rapid.T) {
				for _, key := range w.deliver() {
					told[key]++
				}
			},
			"": func(r *rapid.T) { w.keysAreSingle(r) },
		}
		r.Repeat(step)
		step["deliver"](r)
		for key, n := range told {
			if n != 1 {
				r.Fatalf("%s was told %d times", key, n)
			}
		}
		if n, _, err := w.Outbox(w.ctx); n != 0 || err != nil {
			r.Fatalf("%d messages still wait, %v", n, err)
		}
		counts, err := w.MailCounts(w.ctx)
		w.must(err)
		var kept int64
		for _, c := range counts {
			kept += c.Mails
		}
		if int(kept) != len(mails) {
			r.Fatalf("%d mails kept of %d", kept, len(mails))
		}
	})
}

// any is one of the cases that did not go into another.
func (w *world) any(r *rapid.T) (rules.Case, bool) {
	cases, err := w.Cases(w.ctx, casebook.Filter{})
	w.must(err)
	cases = slices.DeleteFunc(cases, func(c rules.Case) bool { return len(c.Keys) == 0 })
	if len(cases) == 0 {
		return rules.Case{}, false
	}
	return rapid.SampledFrom(cases).Draw(r, "case"), true
}

func (w *world) keysAreSingle(r *rapid.T) {
	cases, err := w.Cases(w.ctx, casebook.Filter{})
	w.must(err)
	owner := map[string]string{}
	for _, c := range cases {
		for _, k := range c.Keys {
			if owner[k] != "" {
				r.Fatalf("key %s is of %s and %s", k, owner[k], c.ID)
			}
			owner[k] = c.ID
			if found, err := w.Case(w.ctx, k); err != nil || found.ID != c.ID {
				r.Fatalf("key %s of %s leads to %s, %v", k, c.ID, found.ID, err)
			}
		}
	}
}
