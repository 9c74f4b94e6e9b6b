package ingest_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/sender"
)

func redactor(t testing.TB) *ingest.Redactor {
	t.Helper()
	words, err := phrase.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &ingest.Redactor{Settings: ingest.Settings{
		Location: time.UTC, Vocabulary: words, Sender: sender.Settings{Domains: sender.DefaultDomains()},
	}}
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// everything is the bytes of a mail and all that is read of it.
func everything(t testing.TB, mail []byte) string {
	t.Helper()
	m, err := eml.Parse(mail)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.Write(mail)
	var add func(m *eml.Message)
	add = func(m *eml.Message) {
		for _, f := range m.Fields {
			fmt.Fprintln(&b, f.Value)
		}
		for _, p := range m.Parts {
			for _, r := range p.Rows {
				fmt.Fprintln(&b, strings.Join(r.Cells, "\t"), r.Links)
			}
		}
		for _, f := range m.Forwarded {
			add(f)
		}
	}
	add(m)
	return strings.ToLower(b.String())
}

const personal = `Received: from mail.anna-shop.example (host [198.51.100.77]) by mx.anna-shop.example; Tue, 3 Mar 2026 09:00:00 +0100
Authentication-Results: mx.anna-shop.example; dmarc=pass header.from=klarna.com
X-Envelope-To: anna.lindqvist@anna-shop.example
From: =?utf-8?q?Klarna_Tv=C3=A9ns?= <disputes-8837261@klarna.com>
To: "Lindqvist, Anna" <anna.lindqvist@anna-shop.example>
Subject: New dispute request for Bosse Nilsson
Message-ID: <ab12cd34ef56@mail.klarna.com>
Date: Tue, 3 Mar 2026 09:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="anna-lindqvist-17"

--anna-lindqvist-17
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Dear Anna Lindqvist,

your customer Bosse Nilsson (bosse.nilsson@post.example, +46 70 123 45 67)
of Sveav=E4gen 12, 113 50 Stockholm opened a dispute. Bosse says hi, lindqvist.

Please respond by: 17 March 2026
Dispute ID: 256947
Dispute reason: Goods not received
Merchant Reference 1: 77-10425
Order ID: 5b3a1f0e-9c1d-4e2f-8a7b-6c5d4e3f2a1b
Disputed amount: 1 234,50 EUR
krn:klarna:eu1:dispute:goods-not-received:256947
Born 1980-05-03.
--inner
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

@HTML@
--inner--
--anna-lindqvist-17
Content-Type: application/pdf; name="Nilsson.pdf"
Content-Disposition: attachment; filename="Nilsson.pdf"
Content-Transfer-Encoding: base64

Qm9zc2UgTmlsc3Nvbg==
--anna-lindqvist-17--
`

const personalHTML = `<html><head><title>Bosse Nilsson</title><style>.nilsson{color:red}</style></head><body data-user="lindqvist">
<div style="display:none">Preheader for Anna Lindqvist 256947</div><!-- Lindqvist -->
<p>Dear Anna Lindqvist,</p>
<table><tr><td>Please respond by</td><td>17 March 2026</td></tr>
<tr><td>Dispute ID</td><td>256947</td></tr><tr><td>Dispute reason</td><td>Goods not received</td></tr>
<tr><td>Merchant Reference 1</td><td>77-10425</td></tr></table>
<a href="https://portal.klarna.com/disputes/256947/respond?token=SecretTok3n&amp;user=bosse.nilsson%40post.example"><img alt="Respond to the request, Anna" src="https://t.klarna.com/p/lindqvist"></a>
<a href="https://tracker.anna-shop.example/c/9988776655">Respond to the request</a></body></html>`

func personalMail() []byte {
	return []byte(strings.ReplaceAll(personal, "@HTML@", base64.StdEncoding.EncodeToString([]byte(personalHTML))))
}

func TestNoPersonalValueSurvivesRedaction(t *testing.T) {
	out, err := redactor(t).Redact(context.Background(), personalMail(), at(t, "2026-03-03T10:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	all := everything(t, out.Mail)
	for _, value := range []string{
		"anna", "lindqvist", "bosse", "nilsson", "post.example", "sveav", "stockholm", "113 50", "123 45 67", "70 123",
		"256947", "77-10425", "10425", "5b3a1f0e", "6c5d4e3f2a1b", "8837261", "ab12cd34ef56", "198.51.100.77", "anna-shop",
		"secrettok3n", "9988776655", "1980", "qm9zc2ugtmlsc3nvbg", "\nreceived:", "x-envelope-to", "authentication-results", "tvéns",
	} {
		if strings.Contains(all, value) {
			t.Errorf("%q is still there", value)
		}
	}
	for _, value := range []string{
		"dispute id", "goods not received", "17 march 2026", "1 234,50 eur", "merchant reference 1", "klarna", "klarna.com",
		"charset=windows-1252", "quoted-printable", "base64", "multipart/alternative", "respond to the request", "an attachment was left out",
		"new dispute request", "krn:klarna:eu1:dispute:goods-not-received:",
	} {
		if !strings.Contains(all, value) {
			t.Errorf("%q did not stay", value)
		}
	}
	if len(out.Differs) > 0 || out.Dropped != 1 {
		t.Errorf("differs in %v, %d attachments left out", out.Differs, out.Dropped)
	}
	if t.Failed() {
		t.Log(all)
	}
}

func TestRedactedMailIsReadAsBefore(t *testing.T) {
	files, err := filepath.Glob("klarna/testdata/*.eml")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	r := redactor(t)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out, err := r.Redact(context.Background(), raw, at(t, "2026-11-22T10:00:00Z"))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		differs := slices.DeleteFunc(out.Differs, func(field string) bool { return field == "language" }) // told by fewer words
		if len(differs) > 0 {
			t.Errorf("%s: differs in %v", filepath.Base(file), differs)
		}
	}
}

func TestOneValueHasOneReplacementInAllMails(t *testing.T) {
	r := redactor(t)
	id := func() string {
		out, err := r.Redact(context.Background(), personalMail(), at(t, "2026-03-03T10:00:00Z"))
		if err != nil {
			t.Fatal(err)
		}
		return ingest.Read(context.Background(), out.Mail, r.Settings, at(t, "2026-03-03T10:00:00Z")).Notice.DisputeID
	}
	if a, b := id(), id(); a != b || len(a) != 6 || a == "256947" {
		t.Errorf("the dispute became %q and %q", a, b)
	}
}

func TestMailThatWouldStillShowAValueIsNotPrinted(t *testing.T) {
	mail := "From: Klarna <d@klarna.com>\nDate: Tue, 3 Mar 2026 09:00:00 +0100\nContent-Type: text/html\n\n<p>Dispute ID: 256947</p><p>again 25<b>69</b>47</p>"
	_, err := redactor(t).Redact(context.Background(), []byte(mail), at(t, "2026-03-03T10:00:00Z"))
	if !errors.Is(err, ingest.ErrLeak) {
		t.Fatalf("printed: %v", err)
	}
}

func TestNameThatStandsInBase64ByChanceStopsNothing(t *testing.T) {
	var text, html strings.Builder
	dice := rand.New(rand.NewPCG(1, 1))
	for i := range 26 * 26 { // one of so many stands in it between two digits
		fmt.Fprintf(&text, "Dear Z%c%c,\n\n", 'a'+i/26, 'a'+i%26)
		fmt.Fprintf(&html, "<p>Your dispute has a reason: %c%c%c%c</p>\n", 'a'+dice.IntN(26), 'a'+dice.IntN(26), 'a'+dice.IntN(26), 'a'+dice.IntN(26))
	}
	mail := "From: Klarna <d@klarna.com>\nDate: Tue, 3 Mar 2026 09:00:00 +0100\nContent-Type: multipart/mixed; boundary=b\n\n" +
		"--b\nContent-Type: text/plain\n\n" + text.String() +
		"--b\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(html.String())) + "\n--b--\n"
	if _, err := redactor(t).Redact(context.Background(), []byte(mail), at(t, "2026-03-03T10:00:00Z")); err != nil {
		t.Error(err)
	}
}

// redactText redacts a mail of one plain text.
func redactText(t *testing.T, body string) string {
	t.Helper()
	mail := "From: Klarna <d@klarna.com>\nTo: Anna Quastel <payments@shop.example>\nSubject: New dispute\nDate: Tue, 3 Mar 2026 09:00:00 +0100\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + body + "\n"
	out, err := redactor(t).Redact(context.Background(), []byte(mail), at(t, "2026-03-03T10:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(out.Mail), "\n\n")
	return text
}

func TestWhatPeopleWriteOfThemselvesIsReplaced(t *testing.T) {
	for _, c := range []struct{ body, gone string }{
		{"Customer: Jürgen Müller, and MÜLLER again, and mueller too", "jürgen|müller|mueller"},
		{"juergen.quast@web.example wrote; quast is his name", "juergen|quast|web.example"},
		{"Phone +49 (0)89 123456-78", "123456"},
		{"or 089/1234567, or 070-123 45 67", "1234567|070-123 45"},
		{"IBAN DE89 3704 0044 0532 0130 00", "3704 0044 0532"},
		{"born 03.05.1980, ID 800503-1234", "05.1980|800503"},
		{"Card 4111 1111 1111 1111", "4111 1111"},
		{"from 2001:db8::1:2:3 and 203.0.113.77", "2001:db8|203.0.113.77"},
		{"see www.quast-shop.example/konto?id=778899&s=Tr0ub4dor", "quast|778899|tr0ub4dor"},
		{"https://anna:pw12@bank.example/x", "anna|pw12|bank.example"},
		{"Hauptstraße 12, 80331 Quastheim", "hauptstraße|80331|quastheim"},
		{"we spoke, anna and I", "anna"}, // a word of the vocabulary, beside one that is none in To
		{"call 45 67 89 12 34", "45 67 89"},
		{"dear bosse nilsson,\n\nthe rest, bosse", "bosse|nilsson"},
		{"Customer name: bosse nilsson\n\nnilsson says", "bosse|nilsson"},
		{"Kundens namn:  bosse von nilsson", "bosse|nilsson"},
		{"https://quast.example/0/1/2/3/4/5/6/7/8/9", "quast"}, // ten values, and nine digits to stand for them
		{"名前は山田太郎です", "山田"},
	} {
		text := strings.ToLower(redactText(t, c.body))
		for value := range strings.SplitSeq(c.gone, "|") {
			if strings.Contains(text, value) {
				t.Errorf("%q became %q: %q is still there", c.body, text, value)
			}
		}
	}
}

func TestWhatSaysNothingOfPeopleStays(t *testing.T) {
	for _, body := range []string{
		"Please respond within 14 days, before 17/03/2026 10:00 CET.",
		"Respond by 2026-03-17T10:00:00+01:00",
		"Antwort bis 16. 3. 2026 um 23.59 Uhr",
		"sent on Mon, 16 Mar 2026 09:12:00 +0100",
		"Disputed amount: 1 234,50 EUR",
		"Disputed amount: $1,234.50",
		"Merchant Reference 1",
		"------@------", // it once had no end
	} {
		if text := strings.TrimSpace(redactText(t, body)); text != body && !strings.Contains(body, "@") {
			t.Errorf("%q became %q", body, text)
		}
	}
}

// Short names have few others: one of them must not be made of another.
func TestNoNameBecomesAnotherNameOfTheMail(t *testing.T) {
	var names []string
	for a := 'b'; a <= 'm'; a++ {
		for b := 'a'; b <= 'z'; b += 2 {
			names = append(names, strings.ToUpper(string(a))+string(b)+"q", strings.ToUpper(string(a))+string(b)+"x")
		}
	}
	redactText(t, strings.Join(names, "\n"))
}

// One of 26 was read as koruna.
func TestNoReferenceOfKlarnasBecomesASum(t *testing.T) {
	r := redactor(t)
	for i := range 300 {
		mail := fmt.Sprintf("From: Klarna <d@klarna.com>\nSubject: Possible fraud in order KB%d\nDate: Tue, 3 Mar 2026 09:00:00 +0100\n\nReply to this e-mail.\n", 10000+i)
		out, err := r.Redact(context.Background(), []byte(mail), at(t, "2026-03-03T10:00:00Z"))
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Differs) > 0 {
			t.Fatalf("differs in %v:\n%s", out.Differs, out.Mail)
		}
	}
}

// Of the letters between two digits one pair in ten is a word of some language, and
// one of three in thousands is KYC.
func TestNoPartOfAReferenceBecomesAWord(t *testing.T) {
	r := redactor(t)
	lexicon, letters := r.Settings.Vocabulary.Lexicon(), regexp.MustCompile("[A-Za-z]+")
	now := at(t, "2026-03-03T10:00:00Z")
	for i := range 20 {
		var orders []string
		for n := range 10 {
			orders = append(orders, fmt.Sprintf("%dQX%d", 100+i, 100+n))
		}
		mail := "From: Klarna <d@klarna.com>\nSubject: Dispute\n\n" + strings.Join(orders, "\n") + "\n"
		out, err := r.Redact(context.Background(), []byte(mail), now)
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(string(out.Mail), "\n\n")
		for _, w := range letters.FindAllString(text, -1) {
			if w == "QX" || lexicon.Knows(w) {
				t.Fatalf("an order holds %q now", w)
			}
		}
	}
}

// An order QX-70911 that became NO-87594 would be read as number 87594.
func TestNoPartOfAReplacementIsAWordOfTheVocabulary(t *testing.T) {
	r := redactor(t)
	lexicon := r.Settings.Vocabulary.Lexicon()
	for i := range 80 {
		mail := fmt.Sprintf("From: Klarna <d@klarna.com>\nSubject: Who received order Q%c-%d?\nDate: Tue, 3 Mar 2026 09:00:00 +0100\n\nPlease stop the parcel and reply to this e-mail.\n", 'A'+i%26, 10000+i)
		out, err := r.Redact(context.Background(), []byte(mail), at(t, "2026-03-03T10:00:00Z"))
		if err != nil {
			t.Fatal(err)
		}
		order := ingest.Read(context.Background(), out.Mail, r.Settings, at(t, "2026-03-03T10:00:00Z")).Notice.OrderNumber
		if letters, _, found := strings.Cut(order, "-"); !found || lexicon.Knows(letters) || slices.Contains(out.Differs, "order_number") {
			t.Fatalf("the order became %q", order)
		}
	}
}
