package eml_test

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna"
)

// notice is a dispute mail of about 60 KB as mailing services send them: both
// parts quoted-printable, the form in nested tables with styles, a long footer.
func notice() []byte {
	const style = ` style="font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;color:#17120f;padding:0 24px"`
	var text, html strings.Builder
	html.WriteString("<html><head><style>" + strings.Repeat("td{font-family:Helvetica;color:#17120f}\n", 100) + "</style></head><body><table>")
	for _, row := range [][2]string{
		{"Respond by", "3 December 2026"},
		{"Dispute Reason", "Goods not received"},
		{"Dispute ID", "256947"},
		{"Merchant Reference 1", "10001"},
		{"Merchant Reference 2", "45aa52f387871e3a210645d4"},
	} {
		text.WriteString(row[0] + ": " + row[1] + "\r\n")
		html.WriteString("<tr><td" + style + ">" + row[0] + "</td><td" + style + ">" + row[1] + "</td></tr>")
	}
	for text.Len() < 5<<10 {
		const line = "If you need help with this request, visit our support pages or contact the merchant support team.\r\n"
		text.WriteString(line)
		html.WriteString(strings.Repeat("<tr><td"+style+"><table><tr><td"+style+"></td></tr></table></td></tr>\r\n", 3))
		html.WriteString("<tr><td" + style + "><p" + style + ">" + line + "</p></td></tr>\r\n")
	}
	var b strings.Builder
	b.WriteString(strings.Repeat("Received: from mta.example by mx.example with ESMTPS id 123456789;\r\n\tMon, 16 Nov 2026 08:12:00 +0000\r\n", 12))
	b.WriteString("From: Klarna <no-reply@klarna.com>\r\nTo: shop@shop.example\r\nSubject: New dispute request\r\nDate: Mon, 16 Nov 2026 09:12:00 +0100\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_b\"\r\n\r\n")
	for _, part := range [][2]string{{"plain", text.String()}, {"html", html.String() + "</table></body></html>"}} {
		b.WriteString("--=_b\r\nContent-Type: text/" + part[0] + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
		w := quotedprintable.NewWriter(&b)
		if _, err := io.WriteString(w, part[1]); err != nil {
			panic(err)
		}
		if err := w.Close(); err != nil {
			panic(err)
		}
		b.WriteString("\r\n")
	}
	return []byte(b.String() + "--=_b--\r\n")
}

// walk is go-message reading the same bytes and throwing them away.
func walk(raw []byte) error {
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

// BenchmarkReading compares the whole reading of a mail, Parse and then
// klarna's, with go-message walking and discarding the same bytes, in turn and
// in one run: the ratio is what counts.
func BenchmarkReading(b *testing.B) {
	raw := notice()
	read := func() (parse, understand time.Duration) {
		start := time.Now()
		m, err := eml.Parse(raw)
		if err != nil {
			b.Fatal(err)
		}
		parsed := time.Now()
		if n, err := klarna.Parse(m, klarna.Options{FromKlarna: true}); err != nil || !n.Full {
			b.Fatal(n, err)
		}
		return parsed.Sub(start), time.Since(parsed)
	}
	read() // the vocabulary is loaded once
	var parse, understand, theirs time.Duration
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		p, u := read()
		parse, understand = parse+p, understand+u
		start := time.Now()
		if err := walk(raw); err != nil {
			b.Fatal(err)
		}
		theirs += time.Since(start)
	}
	b.ReportMetric(float64(parse.Microseconds())/float64(b.N), "µs/parse")
	b.ReportMetric(float64(understand.Microseconds())/float64(b.N), "µs/understand")
	b.ReportMetric(float64(theirs.Microseconds())/float64(b.N), "µs/go-message")
	b.ReportMetric(float64(parse+understand)/float64(theirs), "x-go-message")
	b.ReportMetric(float64(len(raw)), "bytes/mail")
}
