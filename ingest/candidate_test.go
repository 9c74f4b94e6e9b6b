package ingest_test

import (
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/sender"
)

// settings are those of a mailbox whose own server is mx.shop.example.
func settings(t testing.TB) ingest.Settings {
	t.Helper()
	words, err := phrase.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return ingest.Settings{
		Mailbox: "onboarding", Account: "main", Vocabulary: words, RespondHosts: []string{"klarna.com"},
		Sender: sender.Settings{Domains: sender.DefaultDomains(), TrustedAuthserv: []string{"mx.shop.example"}},
	}
}

func TestCandidateIsAMailWhoseHeadersSpeakOfKlarnaOrADispute(t *testing.T) {
	s := settings(t)
	known := map[string]bool{"<stop-1@klarna.com>": true}
	s.Sender.Domains = append(s.Sender.Domains, "pay-2go.example", "zahlung.example", "b\u00fccher.example") // whose names say nothing
	for _, tt := range []struct {
		header string
		want   bool
	}{
		{"From: x@mail.klarna.com", true},
		{"From: =?utf-8?q?Klarna?= <x@other.example>", true},
		{"From: a@b.example\nReply-To: <x@klarna.de>", true},
		{"From: a@b.example\nSender: Klarna <x@other.example>", true},
		{"From: a@disputes.pay-2go.example", true},
		{"From: a@b.example\nSender: <a@PAY-2GO.Example>", true},
		{"From: a@b.example\nReply-To: <a@ZAHLUNG.example>, c@d.example", true},
		{"From: a@b.example\nX-Original-From: <a@zz.Zahlung.EXAMPLE.>", true},
		{"From: <a@B\u00dcCHER.example>", true},
		{"From: a@notpay-2go.example\nReply-To: zahlung@b.example", false},
		{"From: a@b.example\nX-Original-From: no-reply@klarna.com", true},
		{"From: a@b.example\nX-Original-Sender: no-reply@klarna.com", true},
		{"From: a@b.example\nX-Google-Original-From: no-reply@klarna.com", true},
		{"From: a@b.example\nList-Id: <payments.klarna.shop.example>", true},
		{"From: a@b.example\nSubject: Fwd: Klarna", true},
		{"From: a@b.example\nSubject: New dispute request", true},
		{"From: notifications@stripe.com\nSubject: hello", true},
		{"From: a@b.example\nIn-Reply-To: <stop-1@klarna.com>", true},
		{"From: a@b.example\nReferences: <x@y> <stop-1@klarna.com>", true},
		{"From: a@b.example\nSubject: \u212aLARNA", true}, // a Kelvin sign
		{"From: \u212alarna <a@b.example>", true},
		{"FROM : \u00c4 <a@MAIL.Klarna.DE>", true},
		{"From: a\n @STRIPE.com", true},
		{"From: a@b.example\nReferences: <x@y>\n <stop-1@klarna.com>", true},
		{"From: a@b.example\nTo: x@klarna.com\nMessage-ID: <stop-1@klarna.com>", false},
		{"From: a@b.example\nSubject: Lunch?", false},
		{"From: a@notstripe.com\nSubject: Lunch?", false},
		{"From: a@stripe.com.example\nSubject: Lunch?", false},
		{"", false},
	} {
		header := strings.ReplaceAll(tt.header, "\n", "\r\n") + "\r\n\r\n"
		if got, _ := ingest.Candidate([]byte(header), s, known); got != tt.want {
			t.Errorf("%q: candidate %v, want %v", tt.header, got, tt.want)
		}
	}
}
