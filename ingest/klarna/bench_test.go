package klarna

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/eml/emltest"
)

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"en-request-table", "en-quoted", "de-request"} {
		raw, err := os.ReadFile("testdata/" + name + ".eml")
		if err != nil {
			b.Fatal(err)
		}
		m, err := eml.Parse(raw)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if _, err := Parse(m, Options{FromKlarna: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A mail made to be slow must not be.
func TestHostileTextIsReadInTime(t *testing.T) {
	for _, unit := range []string{
		"dispute 123456 ", "Dispute ID: 123456 ", "Dispute ID\n", "Deadline\t", "Deadline: 3 December 2026 ", "respond by 3 May 2026 ", "respond within 3 days ",
		"3 ", "03/04/2026 ", "krn:", "a: ", "du_", "not received ~ response not ", "dispute dispute dispute of dispute ", "Dispute ID  x  ", "| Reason ", "Reason (", "\n", "((((", "From: Klarna\nTo: a\nDate: b\nSubject: Fwd: x\n",
		"On 3 May 2026 x wrote:\n> ", "EUR 1.", "14 (14) days ", "reminder new dispute resolved ", "Amount\t1 EUR\t", "Amount: 1 EUR ", "Amount: 5 kr abc abc\n",
	} {
		raw := "From: Klarna <a@klarna.com>\nSubject: Fwd: dispute\n\n" + strings.Repeat(unit, (300<<10)/len(unit))
		m, err := eml.Parse([]byte(raw))
		if err != nil {
			t.Errorf("%q: %v", unit, err)
			continue
		}
		took := emltest.Cost(t, func() { _, err = Parse(m, Options{FromKlarna: true}) })
		if err != nil && !errors.Is(err, ErrNotKlarna) {
			var fe *FieldError
			if !errors.As(err, &fe) {
				t.Errorf("%q: %v", unit, err)
			}
		}
		if took > perMail {
			t.Errorf("%q took %v", unit, took)
		} else if took > perMail/10 {
			t.Logf("%q took %v", unit, took)
		}
	}
}

// BenchmarkTypical is a mail of 60 KB, both parts: what this package adds to
// eml.Parse.
func BenchmarkTypical(b *testing.B) {
	style := ` style="font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;color:#17120f;padding:0 24px 0 24px"`
	var text, html strings.Builder
	for _, l := range []string{"Please respond before 3 December 2026.", "Dispute Reason: Goods not received", "Dispute ID: 256947", "Merchant Reference 1: 10001", "Merchant Reference 2: 45aa52f387871e3a210645d4"} {
		text.WriteString(l + "\n")
		html.WriteString("<tr><td" + style + ">" + strings.Replace(l, ":", "</td><td>", 1) + "</td></tr>")
	}
	for text.Len() < 6<<10 {
		l := "If you need help with this request, visit our support pages or contact the merchant support team.\n"
		text.WriteString(l)
		for range 4 {
			html.WriteString("<tr><td" + style + "><table><tr><td" + style + "></td></tr></table></td></tr>\n")
		}
		html.WriteString("<tr><td" + style + "><p" + style + ">" + l + "</p></td></tr>\n")
	}
	raw := []byte("From: Klarna <a@klarna.com>\nSubject: New dispute request\nDate: Mon, 16 Nov 2026 09:12:00 +0100\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\n" +
		text.String() + "\n--x\nContent-Type: text/html\n\n<html><body><table>" + html.String() + "</table></body></html>\n--x--\n")
	b.Run("eml", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		for b.Loop() {
			if _, err := eml.Parse(raw); err != nil {
				b.Fatal(err)
			}
		}
	})
	m, err := eml.Parse(raw)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("klarna", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			if n, err := Parse(m, Options{FromKlarna: true}); err != nil || !n.Full {
				b.Fatal(n, err)
			}
		}
	})
}
