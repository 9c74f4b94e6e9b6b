package ingest_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/rules"
)

// signedBy signs mails as a domain does; its key is in the DNS of its settings.
type signedBy struct {
	domain   string
	key      ed25519.PrivateKey
	settings ingest.Settings
}

func newSignedBy(t *testing.T, domain string) signedBy {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := signedBy{domain, private, settings(t)}
	s.settings.Addresses = []string{"payments@shop.example"}
	s.settings.Sender.DKIM = true
	s.settings.Sender.LookupTXT = func(_ context.Context, name string) ([]string, error) {
		if name != "s1._domainkey."+domain {
			return nil, nil
		}
		return []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)}, nil
	}
	return s
}

func (s signedBy) sign(t *testing.T, raw string) string {
	t.Helper()
	var out bytes.Buffer
	err := dkim.Sign(&out, strings.NewReader(raw), &dkim.SignOptions{
		Domain: s.domain, Selector: "s1", Signer: s.key,
		HeaderKeys: []string{"From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Content-Type", "Content-Transfer-Encoding"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// forward is a colleague's mail with another attached to it.
func forward(inner string) string {
	return "From: Jane <jane@shop.example>\r\nTo: payments@shop.example\r\nDate: Mon, 2 Mar 2026 08:30:00 +0000\r\nMessage-ID: <fwd@shop.example>\r\n" +
		"Subject: Fwd: New dispute request\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + "\r\n--b--\r\n"
}

func (s signedBy) read(t *testing.T, raw string) ingest.Reading {
	t.Helper()
	return ingest.Read(context.Background(), []byte(raw), s.settings, time.Now())
}

const toUs = "From: Klarna <noreply@klarna.com>\r\nTo: Shop <Payments@shop.example>\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <a@klarna.com>\r\nSubject: New dispute request\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"

func TestForwardedMailWithKlarnasSignatureThatWasSentToUsIsGenuine(t *testing.T) {
	s := newSignedBy(t, "klarna.com")
	for name, raw := range map[string]string{
		"attached":  forward(s.sign(t, toUs+noticeText)),
		"in base64": strings.Replace(forward(base64.StdEncoding.EncodeToString([]byte(s.sign(t, toUs+noticeText)))), "rfc822\r\n", "rfc822\r\nContent-Transfer-Encoding: base64\r\n", 1),
		"twice":     forward(strings.Replace(forward(s.sign(t, toUs+noticeText)), "boundary=b", "boundary=b2", 1)),
	} {
		if name == "twice" {
			raw = strings.Replace(raw, "--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nDKIM", "--b2\r\nContent-Type: message/rfc822\r\n\r\nDKIM", 1)
			raw = strings.Replace(raw, "--b--\r\n\r\n", "--b2--\r\n\r\n", 1)
		}
		r := s.read(t, raw)
		if !r.Notice.Forwarded || r.Notice.DisputeID != "256947" || r.Notice.Verdict != rules.Genuine || r.Notice.RespondLink == "" {
			t.Errorf("%s: forwarded %v, dispute %q, link %q, %s: %s", name, r.Notice.Forwarded, r.Notice.DisputeID, r.Notice.RespondLink, r.Notice.Verdict, r.Notice.Why)
		}
		if !strings.Contains(r.Notice.Why, "the mail inside: DKIM signature of klarna.com is valid") || r.Sender.Address != "jane@shop.example" {
			t.Errorf("%s: %s: %s", name, r.Sender.Address, r.Notice.Why)
		}
	}
}

// Klarna said it, but to somebody: a stranger can pass on what was said to him.
func TestForwardedMailThatWasSentToSomebodyElseIsUnverified(t *testing.T) {
	s := newSignedBy(t, "klarna.com")
	for _, raw := range []string{
		forward(s.sign(t, strings.Replace(toUs, "Payments@shop.example", "payments@other.example", 1)+noticeText)),
		forward("Cc: payments@shop.example\r\n" + s.sign(t, strings.Replace(toUs, "To: Shop <Payments@shop.example>\r\n", "", 1)+noticeText)),
	} {
		if r := s.read(t, raw); r.Notice.Verdict != rules.Unverified || r.Notice.RespondLink != "" || !strings.Contains(r.Notice.Why, "not sent to an address of this mailbox") {
			t.Errorf("%s: %s, link %q", r.Notice.Verdict, r.Notice.Why, r.Notice.RespondLink)
		}
	}
}

func TestForwardThatNothingProvesIsNotGenuine(t *testing.T) {
	s, evil := newSignedBy(t, "klarna.com"), newSignedBy(t, "evil.example")
	signed := s.sign(t, toUs+noticeText)
	for name, tt := range map[string]struct {
		inner   string
		verdict rules.Verdict
		why     string
	}{
		"no signature":              {toUs + noticeText, rules.Unverified, "no DKIM signature"},
		"results of nobody":         {proof + toUs + noticeText, rules.Unverified, "no DKIM signature"},
		"body changed":              {strings.Replace(signed, "256947", "256948", 1), rules.Unverified, "the body was changed"},
		"To changed":                {strings.Replace(s.sign(t, strings.Replace(toUs, "Payments@shop", "x@other", 1)+noticeText), "x@other", "payments@shop", 1), rules.Unverified, "the header was changed"},
		"From rewritten to another": {strings.Replace(signed, "noreply@klarna.com", "noreply@evil.example", 1), rules.Forged, "calls itself Klarna"},
		"From within Klarna":        {strings.Replace(signed, "noreply@klarna.com", "disputes@klarna.com", 1), rules.Unverified, "the header was changed"},
		"another's signature":       {evil.sign(t, toUs+noticeText), rules.Unverified, "no DKIM signature of klarna.com"},
		"second From":               {"From: Klarna <noreply@klarna.com>\r\n" + signed, rules.Forged, "two From headers"},
		"second Subject":            {"Subject: Reminder\r\n" + signed, rules.Unverified, "two Subject headers"},
		"look-alike domain":         {strings.ReplaceAll(toUs, "klarna.com", "klarna-disputes.com") + noticeText, rules.Forged, "imitates klarna.com"},
		"a resolved that answers":   {s.sign(t, strings.Replace(toUs, "New dispute request", "Re: Dispute resolved", 1)+resolved), rules.Unverified, "may repeat its words"},
	} {
		r := s.read(t, forward(tt.inner))
		if r.Notice.Verdict != tt.verdict || !strings.Contains(r.Notice.Why, tt.why) || r.Notice.RespondLink != "" {
			t.Errorf("%s: %s: %s, link %q", name, r.Notice.Verdict, r.Notice.Why, r.Notice.RespondLink)
		}
	}
	// A signature proves no text that is shown inside the mail that it covers.
	inline := s.sign(t, toUs+"We got it.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Klarna <noreply@klarna.com>\r\nDate: Mon, 2 Mar 2026 at 09:00\r\nSubject: Dispute resolved\r\nTo: <payments@shop.example>\r\n\r\n"+resolved)
	if r := s.read(t, forward(inline)); r.Notice.Kind == rules.KindResolved && r.Notice.Verdict == rules.Genuine {
		t.Errorf("shown inside: %s", r.Notice.Why)
	}
	// A forged mail stays so, whatever is attached to it.
	lure := strings.Replace(forward(signed), "Jane <jane@shop.example>", "Klarna <jane@evil.example>", 1)
	lure = strings.Replace(lure, "Subject: Fwd: New dispute request", "Subject: Hello", 1)
	if r := s.read(t, lure); r.Notice.Inner == nil || r.Notice.Verdict != rules.Forged {
		t.Errorf("a lure with a genuine mail in it: %s: %s", r.Notice.Verdict, r.Notice.Why)
	}
	// Stripe signs invoices whose words are anybody's.
	stripe := newSignedBy(t, "stripe.com")
	if r := stripe.read(t, forward(stripe.sign(t, strings.Replace(toUs, "Klarna <noreply@klarna.com>", "Klarna <invoice@mail.stripe.com>", 1)+noticeText))); r.Notice.Verdict == rules.Genuine && r.Notice.Kind != rules.KindStripeNotice {
		t.Errorf("Stripe's for Klarna's: %s: %s", r.Notice.Kind, r.Notice.Why)
	}
}

// Whatever else speaks against it: a forged mail is no unproved one.
func TestForgedMailThatIsForwardedStaysForged(t *testing.T) {
	s := newSignedBy(t, "klarna.com")
	elsewhere := strings.Replace(toUs, "Payments@shop.example", "payments@other.example", 1)
	for name, inner := range map[string]string{
		"sent to somebody else": s.sign(t, elsewhere+noticeText),
		"that answers":          s.sign(t, strings.Replace(toUs, "New dispute request", "Re: Dispute resolved", 1)+resolved),
	} {
		if r := s.read(t, forward("From: Klarna <noreply@klarna.com>\r\n"+inner)); r.Notice.Inner == nil || r.Notice.Verdict != rules.Forged {
			t.Errorf("%s: %s: %s", name, r.Notice.Verdict, r.Notice.Why)
		}
	}
}

func TestReceiptThatAnswersAMailProvesNothing(t *testing.T) {
	s := newSignedBy(t, "klarna.com")
	const received = "We have received your response to the dispute.\r\nDispute ID: 256947\r\n"
	for subject, want := range map[string]rules.Verdict{
		"We have received your response": rules.Genuine, "Re: We have received your response": rules.Unverified,
		"Out of office": rules.Unverified, // and nothing after it
	} {
		r := s.read(t, s.sign(t, strings.Replace(toUs, "New dispute request", subject, 1)+received))
		if r.Notice.Kind != rules.KindEvidenceReceived || r.Notice.Verdict != want {
			t.Errorf("%s: %s, %s: %s", subject, r.Notice.Kind, r.Notice.Verdict, r.Notice.Why)
		}
	}
}

// Whoever looks at the case must learn which of the mails lacks the proof.
func TestVerdictOnAMailInsideSaysWhatItRestsOn(t *testing.T) {
	s := newSignedBy(t, "klarna.com")
	signed := s.sign(t, toUs+noticeText)
	genuine := strings.NewReplacer("Jane <jane@shop.example>", "Klarna <noreply@klarna.com>", "Subject: Fwd: New dispute request", "Subject: Hello").Replace(forward(signed))
	for name, tt := range map[string]struct{ raw, why string }{
		"neither is proved":      {forward(toUs + noticeText), "the mail inside: no DKIM signature"},
		"the outer one alone":    {s.sign(t, strings.Replace(genuine, signed, toUs+noticeText, 1)), "it was read from a mail inside, which DKIM signature of klarna.com is valid does not prove; of that one: no DKIM signature"},
		"both":                   {s.sign(t, genuine), "the mail inside: DKIM signature of klarna.com is valid"},
		"shown inside, unproved": {toUs + "See below.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Klarna <noreply@klarna.com>\r\nDate: Mon, 2 Mar 2026 at 09:00\r\nSubject: New dispute request\r\nTo: <payments@shop.example>\r\n\r\n" + noticeText, "no trusted Authentication-Results header; no DKIM signature"},
	} {
		if r := s.read(t, tt.raw); !r.Notice.Forwarded || !strings.HasPrefix(r.Notice.Why, tt.why) {
			t.Errorf("%s: forwarded %v, %s: %s", name, r.Notice.Forwarded, r.Notice.Verdict, r.Notice.Why)
		}
	}
}

func TestStripesOwnNoticeThatIsForwardedIsGenuine(t *testing.T) {
	s := newSignedBy(t, "stripe.com")
	notice := strings.Replace(toUs, "Klarna <noreply@klarna.com>", "Stripe <notifications@stripe.com>", 1) + "A customer disputed a payment.\r\nDispute: du_1MtJUT2eZvKYlo2CNaw2HvEv\r\n"
	if r := s.read(t, forward(s.sign(t, notice))); r.Notice.Kind != rules.KindStripeNotice || r.Notice.Inner == nil || r.Notice.Verdict != rules.Genuine {
		t.Errorf("%s, %s: %s", r.Notice.Kind, r.Notice.Verdict, r.Notice.Why)
	}
}

func TestColleagueOfAShopWhoseNameHoldsTheBrandIsNotForged(t *testing.T) {
	s := newSignedBy(t, "klarna.com")
	s.settings.Addresses = []string{"payments@klarnatur.example"}
	raw := strings.ReplaceAll(forward(s.sign(t, strings.Replace(toUs, "Payments@shop.example", "payments@klarnatur.example", 1)+noticeText)), "jane@shop.example", "jane@klarnatur.example")
	if r := s.read(t, raw); r.Notice.Verdict != rules.Genuine {
		t.Errorf("%s: %s", r.Notice.Verdict, r.Notice.Why)
	}
}
