package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/casebook/booktest"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot/dovecottest"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

// The mailbox of the benchmarks: DISPUTEWATCH_MAILS mails (2,000 unless set;
// 100,000 are 4 GB), 36 kB on average, 3 of 100 from Klarna, two thirds of these
// about disputes and 20 kB each.
func mailsInBox(t testing.TB) int {
	text := os.Getenv("DISPUTEWATCH_MAILS")
	if text == "" {
		return 2000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 100 {
		t.Fatalf("DISPUTEWATCH_MAILS=%s: want a number from 100 on", text)
	}
	return n
}

// big is a large mailbox on a Dovecot, at the end of a line.
type big struct {
	server *dovecot.Server
	mails  int
	now    time.Time
}

func newBig(t testing.TB, mails int) *big {
	t.Helper()
	b := &big{mails: mails, now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}
	b.server = dovecottest.Start(t, dovecot.Options{Users: map[string]string{"shop": "secret"}})
	if err := b.server.Fill("shop", mails, b.mail); err != nil {
		t.Fatal(err)
	}
	b.raw(t, 0).warm(t)
	debug.FreeOSMemory() // what the filling took is given back
	syscall.Sync()       // and what it wrote is on the disk, before anything is measured
	return b
}

// mail is the nth mail of the box.
func (b *big) mail(i int) ([]byte, time.Time) {
	date := b.now.Add(-time.Duration(b.mails-i) * time.Minute)
	switch {
	case i%100 == 33 || i%100 == 66:
		return disputeOf20k(i, date), date
	case i%100 == 99:
		return page(i, date, "Klarna <no-reply@klarna.com>", "A customer has a question about order", 36<<10, nil), date
	}
	size := rand.New(rand.NewPCG(1, uint64(i))).IntN(70<<10) + 2<<10
	return padded(i, date, fmt.Sprintf("Anna Berg %d <anna%d@customer.example>", i, i), "Where is my parcel", size), date
}

const trace = `Return-Path: <bounce-%[1]d@customer.example>
Delivered-To: payments@shop.example
Received: from mail.shop.example by mx.shop.example with LMTP id %[1]d; %[2]s
Received: from out%[1]d.customer.example (out.customer.example [192.0.2.7])
	by mail.shop.example (Postfix) with ESMTPS id %[1]d
	for <payments@shop.example>; %[2]s
Authentication-Results: mx.shop.example; dmarc=pass header.from=klarna.com
Date: %[2]s
From: %[3]s
To: Shop Payments <payments@shop.example>
Message-ID: <%[1]d.7f3a@mail.example>
Subject: %[4]s %[1]d
MIME-Version: 1.0
X-Mailer: Mailer 4.2
List-Unsubscribe: <https://customer.example/u/%[1]d>
`

// padded is a plain mail of a size.
func padded(i int, date time.Time, from, subject string, size int) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, trace, i, date.Format(time.RFC1123Z), from, subject)
	out.WriteString("Content-Type: text/plain; charset=utf-8\n\n")
	for line := "I ordered on Monday, and the parcel has still not come. Can you look where it is?\n"; out.Len() < size; {
		out.WriteString(line)
	}
	return out.Bytes()
}

// disputeOf20k is one of three mails about a dispute.
func disputeOf20k(i int, date time.Time) []byte {
	subject := []string{"New dispute request", "Reminder to respond", "Dispute resolved in your favour"}[i/33%3]
	return page(i, date, "Klarna <disputes@klarna.com>", subject, 20<<10, [][2]string{
		{"Dispute reason", "Goods not received"},
		{"Dispute ID", fmt.Sprint(1_000_000 + i/100)},
		{"Merchant Reference 1", fmt.Sprintf("77-%d", i/100)},
		{"Deadline", date.AddDate(0, 0, 14).Format("2 January 2006")},
	})
}

// page is a mail of a size as marketing tools make them: the text, and the same
// in a page of tables, most of which is markup.
func page(i int, date time.Time, from, subject string, size int, rows [][2]string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, trace, i, date.Format(time.RFC1123Z), from, subject)
	out.WriteString("Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n")
	for _, r := range rows {
		fmt.Fprintf(&out, "%s: %s\n", r[0], r[1])
	}
	out.WriteString("\n--x\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>\n")
	for out.Len() < size/3 {
		out.WriteString(".button { font-family: Klarna Text, Helvetica, sans-serif; padding: 12px 24px; border-radius: 8px }\n")
	}
	out.WriteString("</style></head><body><table>\n")
	for _, r := range rows {
		fmt.Fprintf(&out, "<tr><td class=\"label\">%s</td><td class=\"value\">%s</td></tr>\n", r[0], r[1])
	}
	for out.Len() < size {
		out.WriteString(`<tr><td align="left" valign="top" width="600" style="padding:0 24px 12px 24px;font-family:'Klarna Text',Helvetica,Arial,sans-serif;font-size:14px;line-height:20px;color:#0b051d">` + "\n" +
			`<table role="presentation" border="0" cellpadding="0" cellspacing="0" width="100%" style="border-collapse:collapse;max-width:600px"><tr><td>Respond in time &amp; completely.</td></tr></table></td></tr>` + "\n")
	}
	out.WriteString("</table></body></html>\n--x--\n")
	return out.Bytes()
}

// account is the way to the mailbox over a line with turns of this length.
func (b *big) account(t testing.TB, turn time.Duration) (mailbox.Account, *fakeimap.Line) {
	t.Helper()
	line, err := fakeimap.OpenLine(fmt.Sprintf("%s:%d", b.server.Host, b.server.TLSPort), turn/2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { line.Close() })
	return mailbox.Account{
		Name: "onboarding", Host: b.server.Host, Port: line.Port(), Security: mailbox.TLS, CAFile: b.server.CAFile,
		Username: "shop", Password: func() (string, error) { return "secret", nil },
	}, line
}

func (b *big) raw(t testing.TB, turn time.Duration) *rawClient {
	a, _ := b.account(t, turn)
	return dialRaw(t, a)
}

// reader is our way: a new case book on disk, and the intake into it.
type reader struct {
	testing.TB
	book   *casebook.Book
	intake *ingest.Intake
	box    ingest.Mailbox
	line   *fakeimap.Line
}

func (b *big) reader(t testing.TB, turn time.Duration) *reader {
	t.Helper()
	p := rules.Default(time.UTC)
	clock := func() time.Time { return b.now }
	r := &reader{TB: t}
	var err error
	r.book, err = casebook.Open(t.Context(), booktest.SQLite(t, filepath.Join(t.TempDir(), "cases.db")), casebook.Options{Policy: p, Now: clock, Holder: "test/1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.book.Close() })
	var account mailbox.Account
	account, r.line = b.account(t, turn)
	r.intake = &ingest.Intake{Book: r.book, Policy: p, Now: clock}
	r.box = ingest.Mailbox{Account: account, Folders: []string{"INBOX"}, Settings: settings(t)}
	return r
}

func (r *reader) read(rescan *ingest.Rescan) ingest.Report {
	r.Helper()
	claim, err := r.book.Claim(r.Context(), "mailbox/onboarding")
	if err != nil {
		r.Fatal(err)
	}
	report, err := r.intake.Read(r.Context(), claim, r.box, rescan)
	if err != nil {
		r.Fatal(err)
	}
	if err := r.book.Release(r.Context(), claim); err != nil {
		r.Fatal(err)
	}
	return report
}

// peak is how much memory f held at its highest, sampled each 2 ms, beyond what
// was held before.
func peak(f func()) (mb float64) {
	held := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	ctx, done := context.WithCancel(context.Background())
	highest := make(chan uint64)
	metrics.Read(held)
	before := held[0].Value.Uint64()
	go func() {
		most := before
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			metrics.Read(held)
			most = max(most, held[0].Value.Uint64())
			<-tick.C
		}
		highest <- most
	}()
	f()
	done()
	return float64(<-highest-before) / (1 << 20)
}

// BenchmarkUnderstand reads one dispute mail of the box.
func BenchmarkUnderstand(b *testing.B) {
	raw, date := (&big{mails: 100, now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}).mail(33)
	set := settings(b)
	b.ReportAllocs()
	for b.Loop() {
		if r := ingest.Read(b.Context(), raw, set, date); r.Outcome != rules.OutcomeNotice {
			b.Fatal(r.Outcome, r.Err)
		}
	}
}

// BenchmarkCandidate judges the header fields of a mail that is not Klarna's.
func BenchmarkCandidate(b *testing.B) {
	header := []byte("Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nFrom: Anna Berg 7 <anna7@customer.example>\r\nMessage-ID: <7.7f3a@mail.example>\r\nSubject: Where is my parcel 7\r\n\r\n")
	set := settings(b)
	b.ReportAllocs()
	for b.Loop() {
		if is, _ := ingest.Candidate(header, set, nil); is {
			b.Fatal("it is one")
		}
	}
}

// spent is the processor time that this process has used: what a machine that is
// busy with other things does not change. The server's is not in it.
func spent(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var turnLengths = []time.Duration{0, 30 * time.Millisecond}

// BenchmarkFirstScan reads a whole mailbox into a new case book, and what a raw
// client needs for the same mails.
func BenchmarkFirstScan(b *testing.B) {
	box := newBig(b, mailsInBox(b))
	for _, turn := range turnLengths {
		b.Run(fmt.Sprint(turn), func(b *testing.B) {
			var raw, ours, rawWork, work time.Duration
			var most float64
			for range b.N {
				began, worked := time.Now(), spent(b)
				client := box.raw(b, turn)
				client.scan(b, 1)
				raw, rawWork = raw+time.Since(began), rawWork+spent(b)-worked
				r := box.reader(b, turn)
				began, worked = time.Now(), spent(b)
				most = max(most, peak(func() {
					report := r.read(nil)
					if f := report.Folders[0]; f.Notices != box.mails/50 || f.Fetched != client.mails {
						b.Fatalf("%d mails read whole by the raw client, ours: %+v", client.mails, f)
					}
				}))
				ours, work = ours+time.Since(began), work+spent(b)-worked
			}
			compared(b, raw, ours)
			b.ReportMetric(float64(rawWork.Milliseconds())/float64(b.N), "raw-cpu-ms")
			b.ReportMetric(float64(work.Milliseconds())/float64(b.N), "ours-cpu-ms")
			b.ReportMetric(most, "MB")
		})
	}
}

// BenchmarkTenNew reads 10 new mails, one of them of Klarna's, in a mailbox that
// was read before.
func BenchmarkTenNew(b *testing.B) {
	box := newBig(b, mailsInBox(b))
	next := box.mails
	for _, turn := range turnLengths {
		b.Run(fmt.Sprint(turn), func(b *testing.B) {
			r := box.reader(b, turn)
			r.read(nil)
			var raw, ours time.Duration
			for range b.N {
				first := next + 1
				for range 10 {
					mail, date := box.mail(next%10 + 30)
					if _, err := box.server.Append("shop", "INBOX", bytes.ReplaceAll(mail, []byte("\n"), []byte("\r\n")), date); err != nil {
						b.Fatal(err)
					}
					next++
				}
				began := time.Now()
				client := box.raw(b, turn)
				client.scan(b, first)
				raw += time.Since(began)
				began = time.Now()
				if f := r.read(nil).Folders[0]; f.Fetched != 1 || f.Other != 9 || client.mails != 1 {
					b.Fatalf("%d mails read whole by the raw client, ours: %+v", client.mails, f)
				}
				ours += time.Since(began)
			}
			compared(b, raw, ours)
		})
	}
}

// BenchmarkNothingNew is a poll that finds nothing new, and its cost on the line
// from the first byte to the goodbye.
func BenchmarkNothingNew(b *testing.B) {
	box := newBig(b, mailsInBox(b))
	for _, turn := range turnLengths {
		b.Run(fmt.Sprint(turn), func(b *testing.B) {
			r := box.reader(b, turn)
			r.read(nil)
			var raw, ours time.Duration
			r.line.Forget()
			for range b.N {
				began := time.Now()
				box.raw(b, turn).nothing(b, box.mails+1)
				raw += time.Since(began)
				began = time.Now()
				if f := r.read(nil).Folders[0]; f.Fetched+f.Other > 0 {
					b.Fatalf("%+v", f)
				}
				ours += time.Since(began)
			}
			compared(b, raw, ours)
			b.ReportMetric(float64(r.line.Turns.Load())/float64(b.N), "turns")
			b.ReportMetric(float64(r.line.Up.Load())/float64(b.N), "B-up")
			b.ReportMetric(float64(r.line.Down.Load())/float64(b.N), "B-down")
		})
	}
}

// BenchmarkRescan reads all of a mailbox again that is known to the last mail:
// nothing changes, and only what was not understood in full is read whole.
func BenchmarkRescan(b *testing.B) {
	box := newBig(b, mailsInBox(b))
	r := box.reader(b, 0)
	first := r.read(nil)
	for range b.N {
		again := r.read(&ingest.Rescan{})
		if f := again.Folders[0]; f.Other > 0 || len(again.Opened)+len(again.Changed) > 0 {
			b.Fatalf("%+v", f)
		}
		b.ReportMetric(float64(again.Folders[0].Fetched), "read-again")
		b.ReportMetric(float64(again.Folders[0].Took.Microseconds())/1000, "ms")
		b.ReportMetric(float64(again.Folders[0].Bytes), "B-down")
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(first.Folders[0].Bytes), "B-down-first")
}

// compared reports both times and their ratio.
func compared(b *testing.B, raw, ours time.Duration) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(raw.Microseconds())/1000/float64(b.N), "raw-ms")
	b.ReportMetric(float64(ours.Microseconds())/1000/float64(b.N), "ours-ms")
	b.ReportMetric(float64(ours)/float64(raw), "x-raw")
}
