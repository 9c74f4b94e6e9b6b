package sender

import (
	"context"
	"strings"
	"testing"
	"unicode"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

func TestImitationsOfKlarnaAreForged(t *testing.T) {
	for _, from := range []string{
		`Klarna <x@gmail.com>`,
		`"Klarna <noreply@klarna.com>" <x@gmail.com>`,
		`noreply@klarna.com <x@gmail.com>`,
		`"Team KLARNA" <x@evil.example>`,
		`=?utf-8?Q?Klarna_Disputes?= <x@evil.example>`,
		`Klаrna <x@evil.example>`,       // а Cyrillic
		`𝐊𝐥𝐚𝐫𝐧𝐚 <x@evil.example>`,       // mathematical letters
		"Kl\u200barna <x@evil.example>", // zero-width space
		`Ｋｌａｒｎａ <x@evil.example>`,       // full width
		`KIarna <x@evil.example>`,       // capital I
		`K1arna Disputes <x@evil.example>`,
		`K 1 a r n a <x@evil.example>`,
		`Disputes <x@klama.com>`, // rn
		`K l a r n a <x@evil.example>`,
		`K. L. A. R. N. A. <x@evil.example>`,
		`K-l-a-r-n-a <x@evil.example>`,
		`K·l·a·r·n·a <x@evil.example>`,
		`K!arna <x@evil.example>`,
		`K|arna <x@evil.example>`,
		`🅺🅻🅰🆁🅽🅰 <x@evil.example>`,
		`🅚🅛🅐🅡🅝🅐 <x@evil.example>`,
		`🇰🇱🇦🇷🇳🇦 <x@evil.example>`,
		`ꓗꓡꓮꓣꓠꓮ <x@evil.example>`,                   // Lisu
		`Ⲕⳑⲁrⲛⲁ <x@evil.example>`,                   // Coptic
		"Kl\u0337a\u20ddrna <x@evil.example>",       // struck through, encircled
		"K\u0337l\u0337a\u0337rna <x@evil.example>", // struck through
		"K\u20ddl\u20dda\u20ddrna <x@evil.example>", // encircled
		"Disputes <x@k\u2066l\u2066a\u2069rna.com>",
		"Disputes <x@k\u2800l\u2800a\u2800rna.com>",
		"Disputes <x@k\u3164l\u3164a\u3164rna.com>",
		"Disputes <x@k\uffa0l\uffa0a\uffa0rna.com>",
		"Disputes <x@k\u115fl\u1160a\u1160rna.com>",
		"\u202eanralK <x@evil.example>",             // shown from right to left
		`=?utf-8?B?4oCuYW5yYWxL?= <x@evil.example>`, // the same, encoded
		`<noreply＠klarna.com>`,                      // a full width @
		`Disputes <noreply＠klarna.com>`,
		`Klarna <!> <x@evil.example>`,
		`Disputes <!> <x@klarna-disputes.com>`,
		`Disputes <a@b.example> <x@klarna-disputes.com>`,
		`Klarna <x@evil.example> (a`,
		`Klarna: x@evil.example;`, // a group
		`=?utf-8?Q?Klarna:_Disputes?= <x@evil.example>`,
		`Klarna <x@evil.example>, Jane <jane@evil.example>`,
		`"noreply@klarna.com"@evil.example`,
		"Disputes <noreply@\u212alarna.com>", // a Kelvin sign
		`Disputes <noreply@kIarna.com>`,
		`Disputes <noreply@mail.kIarna-disputes.com>`,
		`Disputes <noreply@klɐrna.com>`,  // a letter of no table, one off
		`Disputes <noreply@klаrna.com>`,  // а Cyrillic
		`Disputes <noreply@klarna。com>`,  // ideographic full stop
		`Disputes <a@xn--klrna-5ve.com>`, // á
		`Disputes <a@klarna.com.evil.example>`,
		`Disputes <a@klarna-com.evil.example>`,
		`Disputes <a@mail.klarna-com.evil.example>`,
		`Disputes <a@klarna.com-secure.example>`,
		`Disputes <a@klarna.cam>`, `Disputes <a@klarna.cm>`, `Disputes <a@klarna.om>`, `Disputes <a@klarna.con>`, `Disputes <a@klarna.corn>`, `Disputes <a@klarna.comm>`,
		`ᏦLARNA <a@evil.example>`, // Cherokee
		`Disputes <a@klarna.com.co>`,
		`Disputes <a@klarna.co>`,
		`Disputes <a@myklarna.com>`,
		`Disputes <a@klarna-disputes.com>`,
		`Disputes <a@mail.evil-klarna.com>`,
		`Disputes <a@klarnaa.com>`,
		`Disputes <a@k1arna.com>`,
		`Klarma <a@klarma.com>`,
	} {
		v := judge(t, "From: "+from+"\r\nSubject: Klarna dispute\r\n\r\nx\r\n", gmail)
		wantVerdict(t, v, rules.Forged, "")
		if !v.Klarna {
			t.Errorf("%s: does not claim to be Klarna", from)
		}
	}
}

func TestALikenessAloneIsNoForgery(t *testing.T) {
	for _, from := range []string{
		`Accounting <a@klara.ch>`, `Klara <a@klara.ch>`, `Kiarna Ray <ray@other.example>`, `KIARNA RAY <ray@other.example>`, `IKEA <a@other.example>`,
		`李明 <a@other.example>`, `Mark Larnach <a@other.example>`, `Märk Larnach <a@other.example>`, `McIntosh <a@other.example>`, `Shop <a@müller.example>`,
		`Shop <a@clarna.example>`, `Shop <a@kiarna.com>`, `"a@other.example"@shop.example`,
	} {
		wantVerdict(t, judge(t, "From: "+from+"\r\nSubject: Hello\r\n\r\nx\r\n", gmail), rules.Unverified, "is no sender domain")
	}
	v := judge(t, "From: Jane <!> <x@other.example>\r\nSubject: Hello\r\n\r\nx\r\n")
	if wantVerdict(t, v, rules.Unverified, "From is no clear address"); v.Klarna {
		t.Error("any unclear From claims to be Klarna")
	}
	// A digit for a letter is no accident.
	wantVerdict(t, judge(t, "From: a@k1arna.com\r\nSubject: Hello\r\n\r\nx\r\n"), rules.Forged, "imitates klarna.com")
	// Nor is a capital I for an l.
	wantVerdict(t, judge(t, "From: a@kIarna.com\r\nSubject: Hello\r\n\r\nx\r\n"), rules.Forged, "imitates klarna.com with a capital I")
	wantVerdict(t, judge(t, "From: a@KIARNA.COM\r\nSubject: Hello\r\n\r\nx\r\n"), rules.Unverified, "is no sender domain")
	// The same domains, when the mail calls itself Klarna's, or speaks of it.
	wantVerdict(t, judge(t, "From: a@kiarna.com\r\nSubject: Dispute\r\n\r\nYour customer paid with Klarna.\r\n"), rules.Forged, "imitates klarna.com")
	wantVerdict(t, judge(t, "From: a@klara.ch\r\nSubject: Invoice\r\n\r\nPaid with Klarna.\r\n"), rules.Unverified, "is no sender domain")
	wantVerdict(t, judge(t, "From: a@kiarna.com\r\nSubject: Klarna dispute\r\n\r\nx\r\n"), rules.Forged, "imitates klarna.com")
}

// A colleague forwards a mail.
func TestShopWhoseOwnNameHoldsTheBrandImitatesNobody(t *testing.T) {
	own := []string{"payments@klarnatur.example", "not an address", ""}
	for from, want := range map[string]rules.Verdict{
		"Anna <anna@klarnatur.example>":      rules.Unverified,
		"Anna <anna@mail.klarnatur.example>": rules.Unverified,
		"Klarna <anna@klarnatur.example>":    rules.Forged, // anybody can write so
		"Anna <anna@klarnatur.org>":          rules.Forged,
		"Anna <anna@klarna-disputes.com>":    rules.Forged,
	} {
		m, err := eml.Parse([]byte("From: " + from + "\r\nSubject: Fwd: Klarna: new dispute\r\n\r\nx\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		wantVerdict(t, Judge(context.Background(), m, Settings{Domains: DefaultDomains(), Own: own}), want, "")
	}
}

func TestNameOfASenderDomainWithoutTheBrandIsImitatedToo(t *testing.T) {
	for from, why := range map[string]string{
		`"noreply@viva.example" <x@evil.example>`:    "calls itself Klarna",
		`"noreply@viva.example..." <x@evil.example>`: "calls itself Klarna",
		"x@viv\u0430.example":                        "letters that look alike",
		"x@viva.example\r\nFrom: x@evil.example":     "two From headers",
	} {
		m, err := eml.Parse([]byte("From: " + from + "\r\nSubject: Dispute\r\n\r\nx\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		wantVerdict(t, Judge(context.Background(), m, Settings{Domains: []string{"viva.example"}}), rules.Forged, why)
	}
}

func TestColleaguesAndPartnersAreNotForged(t *testing.T) {
	for _, raw := range []string{
		"From: Jane <jane@shop.example>\r\nSubject: Fwd: Klarna: new dispute\r\n\r\nx\r\n",
		"From: Viva <no-reply@viva.example>\r\nSubject: Klarna dispute opened\r\n\r\nx\r\n",
		"From: support@klarna.zendesk.com\r\nSubject: Dispute\r\n\r\nx\r\n",
		"From: Klarna <disputes@klarna.it>\r\nSubject: Klarna dispute\r\n\r\nx\r\n", // the true list is not public
		"From: klarna@shop.example\r\nSubject: Fwd: dispute\r\n\r\nx\r\n",
		"From: klarna.com@shop.example\r\nSubject: Fwd: dispute\r\n\r\nx\r\n", // an address made for Klarna alone
	} {
		wantVerdict(t, judge(t, raw, gmail), rules.Unverified, "sender domain")
	}
}

func TestRewritingByAListIsUnverified(t *testing.T) {
	for _, line := range []string{"List-Id: <payments.shop.example>", "X-Original-From: Klarna <noreply@klarna.com>", "X-Google-Original-From: Klarna <noreply@klarna.com>", "X-Original-Sender: noreply@klarna.com"} {
		v := judge(t, "From: 'Klarna' via Payments <payments@shop.example>\r\n"+line+"\r\nSubject: Dispute\r\n\r\nx\r\n", gmail)
		wantVerdict(t, v, rules.Unverified, "mailing list")
		if !v.Klarna {
			t.Errorf("%s: does not claim to be Klarna", line)
		}
	}
	v := judge(t, "From: Payments <payments@shop.example>\r\nX-Original-From: noreply@klarna.com\r\n\r\nx\r\n", gmail)
	wantVerdict(t, v, rules.Unverified, "mailing list")
	v = judge(t, "From: Jane <jane@other.example>\r\nList-Id: <x>\r\n\r\nx\r\n", gmail)
	if wantVerdict(t, v, rules.Unverified, "other.example is no sender domain"); v.Klarna {
		t.Error("any list claims to be Klarna")
	}
	v = judge(t, "From: 'Klarna' via Payments <!> <payments@shop.example>\r\nList-Id: <x>\r\n\r\nx\r\n", gmail)
	wantVerdict(t, v, rules.Unverified, "From is no clear address")
	two := "From: 'Klarna' via Payments <payments@shop.example>, jane@shop.example\r\nList-Id: <payments.shop.example>\r\n\r\nx\r\n"
	wantVerdict(t, judge(t, two, gmail), rules.Unverified, "From is not one address")
	// A list does not make a lookalike domain better.
	wantVerdict(t, judge(t, "From: Klarna <a@klarna-disputes.com>\r\nList-Id: <x>\r\n\r\nx\r\n"), rules.Forged, "imitates")
	wantVerdict(t, judge(t, "From: Klarna <a@klarma.com>\r\nList-Id: <x>\r\n\r\nx\r\n"), rules.Forged, "imitates")
}

func TestTwoFromHeadersAreForged(t *testing.T) {
	for _, raw := range []string{
		"From: a@evil.example\r\nFrom: Klarna <noreply@klarna.com>\r\n\r\nx\r\n",
		"From: Klarna <noreply@klarna.com>\r\nFROM : a@evil.example\r\n\r\nx\r\n",
		"From: Klarna <noreply@klarna.com>\r\nFrom\r\n : a@evil.example\r\n\r\nx\r\n",
	} {
		wantVerdict(t, judge(t, "Authentication-Results: mx.google.com; dmarc=pass header.from=klarna.com\r\n"+raw, gmail), rules.Forged, "two From headers")
	}
	wantVerdict(t, judge(t, "From: a@b.example\r\nFrom: c@d.example\r\n\r\nx\r\n", gmail), rules.Unverified, "no single From")
}

func TestAmbiguousHeadersBarAProof(t *testing.T) {
	proof := "Authentication-Results: mx.google.com; dmarc=pass header.from=klarna.com\r\nFrom: noreply@klarna.com\r\nSubject: a\r\n"
	wantVerdict(t, judge(t, proof+"\r\nx\r\n", gmail), rules.Genuine, "dmarc=pass")
	for line, why := range map[string]string{
		"Subject: b":                         "two Subject headers",
		"SUBJECT : b":                        "two SUBJECT headers",
		"Date: a\r\nDate: b":                 "two Date headers",
		"Message-ID: <a>\r\nMessage-Id: <b>": "two Message-Id headers",
		"Content-Type: text/plain\r\ncontent-type: text/html": "two content-type headers",
		"rubbish\r\nTo: a":               "malformed: a header line that is no field",
		"X: a\rb":                        "malformed: a bare CR",
		"X: a\r\n \r\ninjected\r\nTo: b": "malformed: a line of nothing but spaces",
	} {
		wantVerdict(t, judge(t, proof+line+"\r\n\r\nx\r\n", gmail), rules.Unverified, why)
	}
	for from, why := range map[string]string{
		"noreply@klarna.com, a@evil.example":       "From is not one address",
		"Klarna <noreply@klarna.com>, a@b.example": "From is not one address",
		"<noreply@klarna.com> <a@evil.example>":    "From is no clear address",
		"noreply@klarna.com@evil.example":          "From is no clear address",
		"Klarna <@evil.example:a@klarna.com>":      "From is no clear address", // a route, which RFC 5322 calls obsolete
		"Klarna <>":                                "From is no clear address",
		"Klarna <>, jane@shop.example":             "From is not one address",
		"Klarna":                                   "From is no clear address",
	} {
		v := judge(t, "Authentication-Results: mx.google.com; dmarc=pass header.from=klarna.com\r\nFrom: "+from+"\r\n\r\nx\r\n", gmail)
		wantVerdict(t, v, rules.Unverified, why)
		if !v.Klarna {
			t.Errorf("%s: does not claim to be Klarna", from)
		}
		if v.Address != "" {
			t.Errorf("address %q", v.Address)
		}
	}
}

func TestClaimsAreNoted(t *testing.T) {
	for raw, want := range map[string][2]bool{
		"From: a@mail.klarna.de\r\n":                               {true, false},
		"From: Stripe <notifications@stripe.com>\r\n":              {false, true},
		"From: a@e.stripe.com\r\n":                                 {false, true},
		"From: a@shop.example\r\nReply-To: <x@klarna.com>\r\n":     {true, false},
		"From: a@shop.example\r\nSender: x@klarna.com\r\n":         {true, false},
		"From: a@shop.example\r\nX-Original-From: x@klarna.no\r\n": {true, false},
		"From: a@notklarna.org\r\nSubject: hi\r\n":                 {true, false}, // forged
		"From: a@notstripe.com\r\n":                                {false, false},
		"From: x@klarna.com\r\nReply-To: support@stripe.com\r\n":   {true, false},
		"From: a@shop.example\r\nReply-To: support@stripe.com\r\n": {false, true},
		"From: a@stripe.com\r\nReply-To: x@shop.example\r\n":       {false, true},
		"From: a@shop.example\r\n":                                 {false, false},
		"From: a@shop.example\r\nTo: x@klarna.com\r\n":             {false, false},
		"From: a@klarna.it\r\n":                                    {true, false}, // the true list is not public
	} {
		v := judge(t, raw+"\r\nx\r\n")
		if v.Klarna != want[0] || v.Stripe != want[1] {
			t.Errorf("%q: klarna %v, stripe %v", raw, v.Klarna, v.Stripe)
		}
	}
	v := judge(t, "Authentication-Results: mx.google.com; dmarc=pass header.from=stripe.com\r\nFrom: Notifications@Stripe.com\r\n\r\nx\r\n", gmail)
	wantVerdict(t, v, rules.Genuine, "stripe.com")
	if v.Address != "notifications@stripe.com" {
		t.Errorf("address %q", v.Address)
	}
}

func TestOneLetterMakesALikeness(t *testing.T) {
	for word, want := range map[string]bool{
		"klarna": true, "klarn": true, "larna": true, "klara": true, "klarnaa": true, "xklarna": true, "klarena": true, // left out, added
		"klarma": true, "glarna": true, "klarne": true, "lkarna": true, "kalrna": true, "klaran": true, // changed, swapped
		"": false, "klar": false, "klarnaxy": false, "xklarnay": false, "glarma": false, "karlan": false, "larnak": false, "ralkna": false,
		"kaxrna": false, "kxlrna": false, "klarxy": false, "lkarne": false, "klaxxx": false, "xlarn": false, "lkarnx": false, "kxarnay": false,
	} {
		if nearly(word, brand) != want || nearly(brand, word) != want {
			t.Errorf("%q: want %v", word, want)
		}
	}
}

func TestSenderDomainsAreCutAtLabels(t *testing.T) {
	domains := DefaultDomains()
	for _, d := range []string{"klarna.com", "KLARNA.com", "a.b.klarna.co.uk", "klarna.se."} {
		if !IsSender(d, domains) {
			t.Errorf("%s is none", d)
		}
	}
	if !IsSender("mail.klarna.com", []string{"klarna.com."}) {
		t.Error("a name that ends with a dot, as the DNS writes it, stands for none")
	}
	if IsSender("", []string{"", "."}) || IsSender("a.", []string{""}) {
		t.Error("an empty name in the list stands for all")
	}
	for _, d := range []string{"", ".", "\u212alarna.com", "evilklarna.com", "klarna.com.evil.example", "klarna.co", "com", "klarna\x0ecom"} {
		if IsSender(d, domains) {
			t.Errorf("%s is one", d)
		}
	}
}

// Direction marks and terminal controls would show another sender.
func TestWhatCannotBeSeenIsWrittenOut(t *testing.T) {
	for from, address := range map[string]string{
		"a@evil\u202emoc.anralk.example": `a@evil\u202emoc.anralk.example`,
		"a@evil\u009b31m.example":        `a@evil\u009b31m.example`,
		"\u202ea@klarna.com":             `\u202ea@klarna.com`,
		"a@kl\u200barna.com":             `a@kl\u200barna.com`,
		"a@m\u00fcller.example":          "a@m\u00fcller.example",
	} {
		v := judge(t, "From: Klarna <"+from+">\r\n\r\nx\r\n")
		if v.Address != address {
			t.Errorf("%q: address %q, want %q", from, v.Address, address)
		}
		if bad := strings.IndexFunc(v.Why, func(r rune) bool { return !unicode.IsGraphic(r) }); bad >= 0 {
			t.Errorf("%q: why %q", from, v.Why)
		}
	}
}
