package casebook_test

import (
	"fmt"
	"testing"

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
