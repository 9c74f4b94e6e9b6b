package casebook_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// BenchmarkRecord records batches of 50 mails, each of a dispute of its own,
// one durable transaction for each batch.
func BenchmarkRecord(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			w := newWorld(b, kind)
			uid := uint32(0)
			c, err := w.Claim(w.ctx, "mailbox/shop")
			w.must(err)
			b.ResetTimer()
			for b.Loop() {
				var mails []rules.Mail
				for range 50 {
					uid++
					mails = append(mails, w.noticeOf(fmt.Sprint(1000+uid), uid))
				}
				_, err := w.Record(w.ctx, c, w.batch(mails...))
				w.must(err)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(uid), "µs/mail")
		})
	}
}

// BenchmarkFirstScan records what a first scan hands over for a thousand mails:
// two mails about each of ten disputes, and ten that ask for nothing, in one
// durable transaction. The processor time is that of this process alone.
func BenchmarkFirstScan(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			w := newWorld(b, kind)
			ctx, stop := context.WithCancel(w.ctx) // as every caller's can end
			defer stop()
			c, err := w.Claim(ctx, "mailbox/shop")
			w.must(err)
			b.ReportAllocs()
			b.ResetTimer()
			began, uid := spent(b), uint32(0)
			for b.Loop() {
				var mails []rules.Mail
				for range 10 {
					dispute := fmt.Sprint(1000 + uid)
					other := w.noticeOf(dispute, uid+3)
					other.Outcome, other.Kind, other.Text, other.Event, other.Keys = rules.OutcomeOther, rules.KindKlarnaOther, "", nil, nil
					mails = append(mails, w.noticeOf(dispute, uid+1), w.noticeOf(dispute, uid+2), other)
					uid += 3
				}
				_, err := w.Record(ctx, c, w.batch(mails...))
				w.must(err)
			}
			b.ReportMetric(float64((spent(b)-began).Microseconds())/float64(uid), "cpu-µs/mail")
		})
	}
}

// BenchmarkQuietPoll is what a poll without news asks of the book: the claim, where
// it stands in three folders, and that the mailbox could be read.
func BenchmarkQuietPoll(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			w := newWorld(b, kind)
			ctx, stop := context.WithCancel(w.ctx)
			defer stop()
			w.record(w.noticeOf("1000", 1))
			b.ReportAllocs()
			b.ResetTimer()
			began := spent(b)
			for b.Loop() {
				c, err := w.Claim(ctx, "mailbox/shop")
				w.must(err)
				_, err = w.Positions(ctx, "shop", "INBOX", "Junk", "Sent")
				w.must(err)
				w.must(w.Release(ctx, c))
				_, err = w.Good(ctx, "mailbox/shop")
				w.must(err)
			}
			b.ReportMetric(float64((spent(b)-began).Microseconds())/float64(b.N), "cpu-µs/poll")
		})
	}
}

// spent is the processor time that this process has used: other work on the
// machine does not change it.
func spent(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDeliver takes, attempts and delivers one message: three durable
// transactions.
func BenchmarkDeliver(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			w := newWorld(b, kind)
			for i := range 1000 {
				w.queue(rules.Message{Key: fmt.Sprint(i)})
			}
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				w.queue(rules.Message{Key: fmt.Sprint("more", i)})
				m, c, err := w.Take(w.ctx)
				w.must(err)
				w.must(w.Attempt(w.ctx, c, m.ID))
				w.must(w.Delivered(w.ctx, c, m.ID, rules.Place{Channel: "C1", TS: "1"}))
			}
		})
	}
}

// BenchmarkCopy copies a book of 2,000 mails and as many cases out of SQLite.
func BenchmarkCopy(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			w := newWorld(b, "sqlite")
			var mails []rules.Mail
			for uid := range uint32(2000) {
				mails = append(mails, w.noticeOf(fmt.Sprint(1000+uid), uid+1))
			}
			w.record(mails...)
			for b.Loop() {
				b.StopTimer()
				to := newWorld(b, kind)
				b.StartTimer()
				_, err := casebook.Copy(w.ctx, w.Book, to.Book)
				w.must(err)
			}
		})
	}
}

// BenchmarkFirstDecide is what a daemon that starts asks of 10,000 open cases of
// which nothing is due.
func BenchmarkFirstDecide(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			w := newWorld(b, kind)
			for batch := range uint32(20) {
				var mails []rules.Mail
				for i := range uint32(500) {
					uid := batch*500 + i + 1
					mails = append(mails, w.noticeOf(fmt.Sprint(1000+uid), uid))
				}
				w.record(mails...)
			}
			_, err := w.Decide(w.ctx)
			w.must(err)
			for b.Loop() {
				b.StopTimer()
				started := w.another("starts/1")
				b.StartTimer()
				_, err := started.Decide(w.ctx)
				w.must(err)
			}
		})
	}
}
