package ingest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/rules"
)

const (
	proof      = "Authentication-Results: mx.shop.example; dmarc=pass header.from=klarna.com\r\n"
	fromThem   = "From: Klarna <noreply@klarna.com>\r\nTo: payments@shop.example\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <a@klarna.com>\r\n"
	noticeText = "Respond before 16 March 2026\r\n\r\nDispute reason: Faulty goods\r\nDispute ID: 256947\r\nMerchant Reference 1: 10001\r\nRespond to the request: https://portal.klarna.com/d/256947\r\n"
	resolved   = "Your dispute has been resolved in your favour.\r\n\r\nDispute ID: 256947\r\n"
)

func read(t *testing.T, raw string) ingest.Reading {
	t.Helper()
	return ingest.Read(context.Background(), []byte(raw), settings(t), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
}

func TestProvedNoticeIsGenuineAndShowsItsLink(t *testing.T) {
	r := read(t, proof+fromThem+"Subject: New dispute request\r\n\r\n"+noticeText)
	if r.Notice.Verdict != rules.Genuine || r.Notice.RespondLink != "https://portal.klarna.com/d/256947" {
		t.Errorf("%s: %s, link %q of %q", r.Notice.Verdict, r.Notice.Why, r.Notice.RespondLink, r.Notice.RespondLinks)
	}
	r = read(t, proof+fromThem+"Subject: Dispute resolved\r\n\r\n"+resolved)
	if r.Notice.Kind != rules.KindResolved || r.Notice.Verdict != rules.Genuine {
		t.Errorf("%s %s: %s", r.Notice.Kind, r.Notice.Verdict, r.Notice.Why)
	}
}

// A stranger writes to Klarna in the shop's name, and Klarna's server sends his
// words to the shop: the mail is Klarna's, the words are not.
func TestProofOfASenderDoesNotReachAMailInside(t *testing.T) {
	bounce := func(inner string) string {
		return proof + "From: mailer-daemon@klarna.com\r\nSubject: Undelivered mail\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=b\r\n\r\n" +
			"--b\r\n\r\nIt could not be delivered.\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + "\r\n--b--\r\n"
	}
	inline := proof + fromThem + "Subject: Fwd: your message\r\n\r\nWe got it.\r\n\r\n---------- Forwarded message ---------\r\n" +
		"From: Klarna <noreply@klarna.com>\r\nDate: Mon, 2 Mar 2026 at 09:00\r\nSubject: Dispute resolved\r\nTo: <payments@shop.example>\r\n\r\n" + resolved
	for _, raw := range []string{
		bounce(fromThem + "Subject: Dispute resolved\r\n\r\n" + resolved),
		bounce(fromThem + "Subject: New dispute request\r\n\r\n" + noticeText),
		inline,
	} {
		r := read(t, raw)
		if r.Outcome != rules.OutcomeNotice || r.Notice.DisputeID != "256947" {
			t.Errorf("%s %s: the notice was lost", r.Outcome, r.Notice.DisputeID)
		}
		if r.Notice.Verdict != rules.Unverified || r.Sender.Verdict != rules.Unverified || r.Notice.RespondLink != "" {
			t.Errorf("%s %s: %s, link %q", r.Notice.Kind, r.Notice.Verdict, r.Notice.Why, r.Notice.RespondLink)
		}
		if !strings.Contains(r.Notice.Why, "from a mail inside, which dmarc=pass") {
			t.Errorf("why: %s", r.Notice.Why)
		}
	}
}

func TestAnswerFromKlarnaProvesNoEnd(t *testing.T) {
	for _, line := range []string{"Subject: Re: Dispute resolved", "Subject: AW: Dispute resolved", "Subject: Dispute resolved\r\nIn-Reply-To: <x@shop.example>", "Subject: Dispute resolved\r\nAuto-Submitted: auto-replied", "Subject: [Klarna] Re: Dispute resolved", "Subject: Re[2]: Dispute resolved", "Subject: Automatische Antwort: Dispute resolved", "Subject: Dispute resolved\r\nContent-Type: multipart/report; boundary=b"} {
		r := read(t, proof+fromThem+line+"\r\n\r\n"+resolved)
		if r.Notice.Kind != rules.KindResolved || r.Notice.Verdict != rules.Unverified {
			t.Errorf("%s: %s %s: %s", line, r.Notice.Kind, r.Notice.Verdict, r.Notice.Why)
		}
	}
	if r := read(t, proof+fromThem+"Subject: Update: dispute resolved\r\n\r\n"+resolved); r.Notice.Verdict != rules.Genuine {
		t.Errorf("no answer: %s: %s", r.Notice.Verdict, r.Notice.Why)
	}
	// What a server answers by itself may put off a deadline in a stranger's words.
	for _, line := range []string{"Auto-Submitted: auto-replied (vacation)", "Content-Type: multipart/report; boundary=b"} {
		if r := read(t, proof+fromThem+line+"\r\nSubject: New dispute request\r\n\r\n"+noticeText); r.Notice.Verdict != rules.Unverified || r.Notice.RespondLink != "" {
			t.Errorf("%s: %s: %s, link %q", line, r.Notice.Verdict, r.Notice.Why, r.Notice.RespondLink)
		}
	}
	// What a person asks for is taken at its word.
	if r := read(t, proof+fromThem+"Subject: Re: New dispute request\r\n\r\n"+noticeText); r.Notice.Verdict != rules.Genuine {
		t.Errorf("%s: %s", r.Notice.Verdict, r.Notice.Why)
	}
}

func TestLinkToAnotherHostIsNotShown(t *testing.T) {
	for _, link := range []string{
		"https://evil.example/klarna.com", "https://klarna.com.evil.example/", "https://klarna.com@evil.example/", "http://portal.klarna.com/",
		"https://portal.klarna.com:8443/", "https://evil.example\u2100.klarna.com/", "https://\u212alarna.com/", "https://evil.example#.klarna.com/",
	} {
		raw := strings.ReplaceAll(noticeText, "https://portal.klarna.com/d/256947", link)
		if r := read(t, proof+fromThem+"Subject: New dispute request\r\n\r\n"+raw); r.Notice.RespondLink != "" || len(r.Notice.RespondLinks) == 0 && strings.HasPrefix(link, "https") {
			t.Errorf("%s: link %q of %q", link, r.Notice.RespondLink, r.Notice.RespondLinks)
		}
	}
}
