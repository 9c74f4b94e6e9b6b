package eml

import (
	"bytes"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
)

// typicalMail is about 60 KB: a text part and an HTML part of nested tables
// with styles, both quoted-printable, as mailing services send them.
func typicalMail() []byte {
	var html, text, b strings.Builder
	html.WriteString("<html><head><style>" + strings.Repeat("td{font-family:Helvetica;color:#17120f}\n", 100) + "</style></head><body>")
	for i := range 75 {
		fmt.Fprintf(&html, `<table width="100%%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-family:Helvetica,Arial,sans-serif">
<tr><td style="padding:8px 24px;font-size:16px;line-height:24px;color:#17120f" align="left"><table><tr><td style="padding:0">Dispute&nbsp;ID %d</td>
<td style="padding:0"><strong>25694%d</strong></td></tr></table></td></tr></table>
<p style="margin:0;font-size:14px">Bitte antworten Sie bis zum 16. März auf die Rückfrage, sonst gilt sie als verloren. <a href="https://portal.klarna.example/disputes?id=%d&amp;utm=mail">Antworten</a></p>`, i, i, i)
		fmt.Fprintf(&text, "Dispute ID %d: 25694%d\r\nBitte antworten Sie bis zum 16. März auf die Rückfrage.\r\n\r\n", i, i)
	}
	b.WriteString(from + strings.Repeat("Received: from mta.example by mx.example with ESMTPS id 123456789;\r\n\tMon, 1 Jan 2024 00:00:00 +0000\r\n", 12))
	b.WriteString("To: shop@shop.example\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_b\"\r\n\r\n")
	for typ, body := range map[string]string{"plain": text.String(), "html": html.String()} {
		b.WriteString("--=_b\r\nContent-Type: text/" + typ + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
		w := quotedprintable.NewWriter(&b)
		io.WriteString(w, body)
		w.Close()
		b.WriteString("\r\n")
	}
	b.WriteString("--=_b--\r\n")
	return []byte(b.String())
}

func discard(raw []byte) error {
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	return e.Walk(func(_ []int, e *message.Entity, err error) error {
		if typ, _, _ := e.Header.ContentType(); err != nil || strings.HasPrefix(typ, "multipart/") {
			return err
		}
		_, err = io.Copy(io.Discard, e.Body)
		return err
	})
}

// BenchmarkTypicalMail compares Parse with go-message walking and discarding
// the same bytes, in turn and in one run: the ratio is what counts.
func BenchmarkTypicalMail(b *testing.B) {
	raw := typicalMail()
	var ours, theirs time.Duration
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		began := time.Now()
		if _, err := Parse(raw); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		if err := discard(raw); err != nil {
			b.Fatal(err)
		}
		ours += between.Sub(began)
		theirs += time.Since(between)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "ratio")
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N), "µs/Parse")
	b.ReportMetric(float64(len(raw)), "bytes/mail")
}

func BenchmarkParse(b *testing.B) {
	raw := typicalMail()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHeader(b *testing.B) {
	raw := []byte("From: =?utf-8?Q?Kl=C3=A4rna?= <noreply@klarna.com>\r\nReply-To: a@klarna.com\r\nSubject: New dispute request for your order 10001\r\nMessage-ID: <a@klarna.com>\r\nReferences: <a@b> <c@d>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n\r\n")
	b.ReportAllocs()
	for b.Loop() {
		Header(raw)
	}
}

func BenchmarkCorpora(b *testing.B) {
	var mails [][]byte
	size := 0
	everyMail(b, func(_ string, raw []byte) {
		mails = append(mails, raw)
		size += len(raw)
	})
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, raw := range mails {
			Parse(raw) // an unreadable mail is an end, too
		}
	}
}
