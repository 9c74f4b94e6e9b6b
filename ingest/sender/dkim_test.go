package sender

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/eml/emltest"
	"github.com/disputewatch/disputewatch/rules"
)

var signingTime = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// signer signs mails as a domain does. That its arithmetic is the world's, and
// not only ours, is for TestSignaturesOfPublicMailsAreJudgedLikeOthersDo.
type signer struct {
	private crypto.Signer
	record  string // its key record
	domain  string
	canon   string
	headers string // h=
	more    string // tags on top
}

func newSigner(t *testing.T) signer {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	return signer{
		private: private, record: "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der), domain: "klarna.com",
		canon: "relaxed/relaxed", headers: "from:to:subject:date:message-id:reply-to:content-type:content-transfer-encoding",
		more: fmt.Sprintf("t=%d; ", signingTime.Unix()),
	}
}

const (
	signedHeader = "From: Klarna <noreply@klarna.com>\r\nTo: a@shop.example\r\nSubject: Dispute\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <a@klarna.com>\r\nContent-Type: text/plain; charset=utf-8\r\n"
	signedBody   = "Dispute ID: 1\r\n\r\nAnswer  it.\r\n\r\n"
)

// sign returns the mail with a signature on top.
func (s signer) sign(t *testing.T, header, body string) string {
	t.Helper()
	headerCanon, bodyCanon, _ := strings.Cut(s.canon, "/")
	sum := sha256.New()
	canonicalBody(sum, []byte(body), bodyCanon == "relaxed")
	algorithm := "rsa-sha256"
	if _, ok := s.private.(ed25519.PrivateKey); ok {
		algorithm = "ed25519-sha256"
	}
	field := fmt.Sprintf("DKIM-Signature: v=1; a=%s; c=%s; d=%s; s=s1; %s\r\n\th=%s; bh=%s;\r\n\tb=",
		algorithm, s.canon, s.domain, s.more, s.headers, base64.StdEncoding.EncodeToString(sum.Sum(nil)))
	fields := eml.Header([]byte(header)).Fields
	h := sha256.New()
	for name := range strings.SplitSeq(s.headers, ":") {
		for i := len(fields) - 1; i >= 0; i-- {
			if strings.EqualFold(fields[i].Name, name) {
				h.Write([]byte(canonicalField(fields[i].Raw, headerCanon == "relaxed") + "\r\n"))
				fields = append(fields[:i:i], fields[i+1:]...)
				break
			}
		}
	}
	h.Write([]byte(canonicalField(field, headerCanon == "relaxed")))
	hash := crypto.SHA256
	if algorithm != "rsa-sha256" {
		hash = crypto.Hash(0)
	}
	b, err := s.private.Sign(rand.Reader, h.Sum(nil), hash)
	if err != nil {
		t.Fatal(err)
	}
	return field + base64.StdEncoding.EncodeToString(b) + "\r\n" + header + "\r\n" + body
}

// check judges a mail by its signature alone.
func (s signer) check(t *testing.T, raw string) Verdict {
	t.Helper()
	return s.checkAt(t, raw, signingTime.Add(time.Minute))
}

func (s signer) checkAt(t *testing.T, raw string, now time.Time) Verdict {
	t.Helper()
	m, err := eml.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	zone := map[string]string{"s1._domainkey." + strings.ToLower(s.domain): s.record}
	return Judge(context.Background(), m, Settings{Domains: DefaultDomains(), DKIM: true, LookupTXT: records(zone), Now: now})
}

func TestSignatureProvesTheSender(t *testing.T) {
	s := newSigner(t)
	for _, canon := range []string{"relaxed/relaxed", "simple/simple", "relaxed", "simple/relaxed"} {
		s.canon = canon
		wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Genuine, "DKIM signature of klarna.com is valid")
	}
	s.canon = "simple/simple"
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, "")), rules.Genuine, "valid")
	s = newSigner(t)
	s.domain = "mail.klarna.com" // aligned, as DMARC's relaxed mode has it
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Genuine, "mail.klarna.com")
	s.domain, s.more = "klarna.com", fmt.Sprintf("t=%d; ", signingTime.Add(30*time.Minute).Unix()) // its clock is ahead
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Genuine, "klarna.com")
	s.more = "q=dns/txt; i=@mail.klarna.com; "
	s.record += ";"
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Genuine, "klarna.com")
	s.domain, s.more = "KLARNA.com", ""
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Genuine, "klarna.com")
}

func TestEd25519SignatureProvesTheSender(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := newSigner(t)
	s.private, s.record = private, "v=DKIM1; k=ed25519; p="+base64.StdEncoding.EncodeToString(public)
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Genuine, "valid")
}

func TestSignatureThatIsNotEnough(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*signer)
		why    string
	}{
		"of another domain":        {func(s *signer) { s.domain = "evil.example" }, "no DKIM signature of klarna.com"},
		"of a longer domain":       {func(s *signer) { s.domain = "klarna.com.evil.example" }, "no DKIM signature of klarna.com"},
		"of a public suffix":       {func(s *signer) { s.domain = "com" }, "no DKIM signature of klarna.com"},
		"part of the body":         {func(s *signer) { s.more = "l=5; " }, "a part of the body"},
		"expired":                  {func(s *signer) { s.more = fmt.Sprintf("x=%d; ", signingTime.Unix()) }, "expired"},
		"from the future":          {func(s *signer) { s.more = fmt.Sprintf("t=%d; ", signingTime.Add(3*time.Hour).Unix()) }, "in the future"},
		"too many fields":          {func(s *signer) { s.headers += strings.Repeat(":x", maxSigned) }, "no DKIM signature"},
		"a tag twice":              {func(s *signer) { s.more = "d=klarna.com; " }, "no DKIM signature of klarna.com"},
		"a tag without a value":    {func(s *signer) { s.more = "rubbish; " }, "no DKIM signature of klarna.com"},
		"of a key elsewhere":       {func(s *signer) { s.more = "q=dns/http; " }, "unknown query method"},
		"with odd times":           {func(s *signer) { s.more = "t=now; " }, "times cannot be read"},
		"with an odd end":          {func(s *signer) { s.more = "x=never; " }, "times cannot be read"},
		"i= that is none":          {func(s *signer) { s.more = "i=klarna.com; " }, "i= is outside"},
		"i= outside of d=":         {func(s *signer) { s.more = "i=@evil.example; " }, "i= is outside"},
		"i= at no label":           {func(s *signer) { s.more = "i=@evilklarna.com; " }, "i= is outside"},
		"From alone":               {func(s *signer) { s.headers = "from" }, "does not cover Subject"},
		"no From":                  {func(s *signer) { s.headers = "to:subject:date:message-id" }, "does not cover From"},
		"no Date":                  {func(s *signer) { s.headers = "from:to:subject:message-id" }, "does not cover Date"},
		"no To":                    {func(s *signer) { s.headers = "from:subject:date:message-id" }, "does not cover To"},
		"no Message-ID":            {func(s *signer) { s.headers = "from:to:subject:date" }, "does not cover Message-ID"},
		"a test key":               {func(s *signer) { s.record += "; t=y" }, "marked as a test"},
		"a strict key":             {func(s *signer) { s.record += "; t=s"; s.more = "i=@mail.klarna.com; " }, "forbids subdomains"},
		"a revoked key":            {func(s *signer) { s.record = "v=DKIM1; p=" }, "revoked"},
		"a key for something else": {func(s *signer) { s.record += "; s=tlsrpt" }, "not for mail"},
		"a key without SHA-256":    {func(s *signer) { s.record += "; h=sha1" }, "forbids SHA-256"},
		"another key":              {func(s *signer) { s.record = newSigner(t).record }, "the header was changed"},
		"a malformed key":          {func(s *signer) { s.record = "v=DKIM1; p=AAAA" }, "malformed"},
		"no key":                   {func(s *signer) { s.record = "NX" }, "no such key"},
		"no answer":                {func(s *signer) { s.record = "TEMP:" }, "could not be looked up"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSigner(t)
			c.change(&s)
			wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Unverified, c.why)
		})
	}
}

func TestWhatWasChangedAfterSigningIsNotProved(t *testing.T) {
	s := newSigner(t)
	raw := s.sign(t, signedHeader, signedBody)
	for name, c := range map[string]struct{ old, new, why string }{
		"body":                   {"Dispute ID: 1", "Dispute ID: 2", "body was changed"},
		"body, longer":           {"Answer  it.", "Answer  it.\r\nHere.", "body was changed"},
		"selector":               {"s=s1", "s=s1/x", "its key has no name"},
		"domain":                 {"d=klarna.com", "d=a/b.klarna.com", "its key has no name"},
		"selector, two dots":     {"s=s1", "s=s1..x", "its key has no name"},
		"selector, long":         {"s=s1", "s=" + strings.Repeat("x", 200), "its key has no name"},
		"algorithm":              {"a=rsa-sha256", "a=rsa-sha1", "algorithm does not fit"},
		"version":                {"v=1", "v=2", "unknown version"},
		"canonicalization":       {"c=relaxed/relaxed", "c=relaxed/none", "unknown canonicalization"},
		"subject":                {"Subject: Dispute", "Subject: Disputes", "header was changed"},
		"Reply-To added":         {"To: a@shop", "Reply-To: x@evil.example\r\nTo: a@shop", "header was changed"},
		"Subject added":          {"To: a@shop", "Subject: x\r\nTo: a@shop", "two Subject headers"},
		"encoding added":         {"To: a@shop", "Content-Transfer-Encoding: base64\r\nTo: a@shop", "header was changed"},
		"text before the header": {"DKIM-Signature", "X: y\r\n \r\nDispute ID: 2\r\nDKIM-Signature", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			wantVerdict(t, s.check(t, strings.Replace(raw, c.old, c.new, 1)), rules.Unverified, c.why)
		})
	}
}

// The library takes a "Subject" with a no-break space behind it for the signed
// Subject, while a reader shows the other one.
func TestSignedFieldUnderAnOddNameIsNotProved(t *testing.T) {
	s := newSigner(t)
	raw := s.sign(t, signedHeader, signedBody)
	for _, odd := range []string{"\u00a0", "\u0085", "\u2003", "\u3000", "\xa0", "\u200b"} {
		for _, name := range []string{"Subject", "From", "Date", "To", "Content-Type"} {
			hidden := strings.Replace(raw, "\r\n"+name+":", "\r\n"+name+odd+":", 1)
			v := s.check(t, name+": Other <x@klarna.com>\r\n"+hidden)
			if v.Verdict == rules.Genuine {
				t.Errorf("%q: %s", name+odd, v.Why)
			}
		}
	}
	wantVerdict(t, s.check(t, strings.Replace(raw, "\r\nSubject:", "\r\n\u017fubject:", 1)), rules.Unverified, "")
}

// The library's clock is the machine's and cannot be set: a signature that was
// good when the mail came and is read years later proves nothing.
func TestSignatureThatHasExpiredByTheMachinesClockIsNotProved(t *testing.T) {
	s := newSigner(t)
	s.more = fmt.Sprintf("x=%d; ", signingTime.Add(time.Hour).Unix())
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Unverified, "expired")
	future := signingTime.AddDate(200, 0, 0)
	s.more = fmt.Sprintf("x=%d; ", future.Unix())
	raw := s.sign(t, signedHeader, signedBody)
	wantVerdict(t, s.checkAt(t, raw, future.Add(-time.Second)), rules.Genuine, "valid")
	wantVerdict(t, s.checkAt(t, raw, future), rules.Unverified, "expired")
}

func TestSignedMailThatEndsWithItsHeaderIsProved(t *testing.T) {
	s := newSigner(t)
	raw := strings.TrimSuffix(s.sign(t, signedHeader, ""), "\r\n\r\n")
	wantVerdict(t, s.check(t, raw), rules.Genuine, "valid")
}

func TestSignatureThatTheLibraryDoesNotFindIsNotValid(t *testing.T) {
	m, err := eml.Parse([]byte(signedHeader + "\r\n" + signedBody))
	if err != nil {
		t.Fatal(err)
	}
	if err := (signature{}).arithmetic(m, 0, ""); err == nil {
		t.Error("it is valid")
	}
}

func TestKeyOfAnOddSizeIsRefused(t *testing.T) {
	s := newSigner(t)
	s.record += "; n=" + strings.Repeat("x", maxRecord)
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Unverified, "too long")
	// A modulus of 512 bits, as x509 no longer makes them.
	der, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 511, 1), E: 65537})
	if err != nil {
		t.Fatal(err)
	}
	s.record = "v=DKIM1; p=" + base64.StdEncoding.EncodeToString(der)
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Unverified, "too short")
}

// Some mailers sign the signatures that are there already.
func TestSignatureOverAnEarlierSignatureIsProved(t *testing.T) {
	first := newSigner(t)
	first.domain = "esp.example"
	s := newSigner(t)
	s.headers += ":dkim-signature"
	raw := s.sign(t, strings.TrimSuffix(first.sign(t, signedHeader, ""), "\r\n"), signedBody)
	wantVerdict(t, s.check(t, raw), rules.Genuine, "valid")
	wantVerdict(t, s.check(t, "DKIM-Signature: v=1; d=list.example\r\n"+raw), rules.Genuine, "valid")
}

func TestUnsignedEncodingIsNotProved(t *testing.T) {
	s := newSigner(t)
	s.headers = "from:to:subject:date:message-id:content-type"
	raw := s.sign(t, signedHeader, signedBody)
	for _, plain := range []string{"7bit", "8bit", "BINARY "} {
		wantVerdict(t, s.check(t, "Content-Transfer-Encoding: "+plain+"\r\n"+raw), rules.Genuine, "valid")
	}
	wantVerdict(t, s.check(t, "Content-Transfer-Encoding: base64\r\n"+raw), rules.Unverified, "does not cover Content-Transfer-Encoding")
}

// Klarna's one public signature does not cover Content-Type.
func TestUnsignedContentTypeIsSaid(t *testing.T) {
	s := newSigner(t)
	s.headers = "from:to:subject:date:message-id"
	wantVerdict(t, s.check(t, s.sign(t, signedHeader, signedBody)), rules.Genuine, "structure not covered")
}

func TestSignatureOfAnotherDomainDoesNotHideWhatIsWrongWithKlarnas(t *testing.T) {
	s := newSigner(t)
	raw := strings.Replace(s.sign(t, signedHeader, signedBody), "Dispute ID: 1", "Dispute ID: 2", 1)
	foreign, _, _ := strings.Cut(strings.ReplaceAll(raw, "d=klarna.com", "d=esp.example"), "From:")
	wantVerdict(t, s.check(t, strings.Replace(raw, "From:", foreign+"From:", 1)), rules.Unverified, "DKIM signature of klarna.com: the body was changed")
}

func TestOnlyFewKeysAreLookedUp(t *testing.T) {
	s := newSigner(t)
	raw := s.sign(t, signedHeader, signedBody)
	broken, _, _ := strings.Cut(s.sign(t, signedHeader, "other"), "From:")
	foreign := strings.ReplaceAll(broken, "d=klarna.com", "d=evil.example")
	for _, c := range []struct{ foreign, broken, lookups int }{{10, 3, 4}, {0, 19, maxSignatures}, {100, 0, 0}} {
		m, err := eml.Parse([]byte(strings.Repeat(foreign, c.foreign) + strings.Repeat(broken, c.broken) + raw))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		lookup := func(context.Context, string) ([]string, error) { n++; return []string{s.record}, nil }
		v := Judge(context.Background(), m, Settings{Domains: DefaultDomains(), DKIM: true, LookupTXT: lookup, Now: signingTime})
		if n != c.lookups || (v.Verdict == rules.Genuine) != (c.lookups == 4) {
			t.Errorf("%d foreign, %d broken: %d look-ups, %s: %s", c.foreign, c.broken, n, v.Verdict, v.Why)
		}
	}
}

// Five signatures, each checked with the true key over the most that a mail may
// hold, in shapes that cost other readers seconds.
func TestHostileSignaturesCostLittle(t *testing.T) {
	many := func(s string, size int) string { return strings.Repeat(s, size/len(s)) }
	for name, c := range map[string]struct{ header, body, signs string }{
		"white space in the body":   {"", many("a  b\t \r\n", 9<<20), ""},
		"empty lines":               {"", many("\r\n", 4<<20-2048), ""},
		"folded fields":             {"A: a" + many("\r\n a", 60000) + "\r\nB: a" + many("\r\n a", 60000) + "\r\nC: a" + many("\r\n a", 60000) + "\r\n", "", ":a:b:c"},
		"folded as often as we may": {"A: a" + strings.Repeat("\r\n a", maxLines-1) + "\r\n", "", ":a"},
		"many fields":               {many("X: a\r\n", 900*6), "", strings.Repeat(":x", 90)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSigner(t)
			s.headers += c.signs
			field, _, _ := strings.Cut(s.sign(t, signedHeader+c.header, "other"), "From:")
			m, err := eml.Parse([]byte(strings.Repeat(field, maxSignatures) + signedHeader + c.header + "\r\n" + c.body))
			if err != nil || m.Malformed != "" {
				t.Fatal(err, m.Malformed)
			}
			lookup := func(context.Context, string) ([]string, error) { return []string{s.record}, nil }
			var v Verdict
			took := emltest.Cost(t, func() {
				v = Judge(context.Background(), m, Settings{Domains: DefaultDomains(), DKIM: true, LookupTXT: lookup, Now: signingTime})
			})
			t.Log(took, v.Why)
			if took > slow*time.Second || v.Verdict == rules.Genuine {
				t.Errorf("%v, %s: %s", took, v.Verdict, v.Why)
			}
		})
	}
}

func TestHostileNameOfTheSenderCostsLittle(t *testing.T) {
	for name, from := range map[string]string{
		"punycode":         "xn--" + strings.Repeat("a", 60000),
		"words of it":      strings.Repeat("xn--klrna-5ve ", 4000),
		"letters":          strings.Repeat("\u00e4", 30000),
		"labels":           strings.Repeat("\u00e4.", 20000),
		"letters that are": strings.Repeat("K l a r n ", 6000),
		"addresses":        strings.Repeat("Kl\u0430rn <a@b>, ", 3000),
	} {
		m, err := eml.Parse([]byte("From: " + from + " <x@evil.example>\r\nSubject: Klarna\r\n\r\nx"))
		if err != nil {
			t.Fatal(err)
		}
		if took := emltest.Cost(t, func() { Judge(context.Background(), m, Settings{Domains: DefaultDomains()}) }); took > slow*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

func TestUnsignedReplyToIsNotProved(t *testing.T) {
	s := newSigner(t)
	s.headers = "from:to:subject:date:message-id:content-type"
	raw := s.sign(t, "Reply-To: x@evil.example\r\n"+signedHeader, signedBody)
	wantVerdict(t, s.check(t, raw), rules.Unverified, "does not cover Reply-To")
}

func TestDNSThatNeverAnswersHoldsAMailOnlySoLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		silent := func(ctx context.Context, _ string) ([]string, error) { <-ctx.Done(); return nil, ctx.Err() }
		if _, err := lookupKey(t.Context(), "s1._domainkey.klarna.com", silent); !errors.Is(err, errNoAnswer) || time.Since(began) != lookupTime {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
	if _, err := lookupKey(t.Context(), "s1._domainkey.klarna.com", func(context.Context, string) ([]string, error) { return nil, nil }); err == nil || errors.Is(err, errNoAnswer) {
		t.Errorf("an answer without a record: %v", err)
	}
}

func TestTwoKeyRecordsProveNothing(t *testing.T) {
	s := newSigner(t)
	m, err := eml.Parse([]byte(s.sign(t, signedHeader, signedBody)))
	if err != nil {
		t.Fatal(err)
	}
	lookup := func(context.Context, string) ([]string, error) { return []string{s.record, s.record}, nil }
	wantVerdict(t, Judge(context.Background(), m, Settings{Domains: DefaultDomains(), DKIM: true, LookupTXT: lookup, Now: signingTime}), rules.Unverified, "two records")
	refuse := func(context.Context, string) ([]string, error) { return nil, errors.New("refused") }
	wantVerdict(t, Judge(context.Background(), m, Settings{Domains: DefaultDomains(), DKIM: true, LookupTXT: refuse, Now: signingTime}), rules.Unverified, "could not be looked up")
}

// The verdict is kept with the mail: it must say that another reading may know
// better.
func TestKeyThatNobodyCouldTellIsSaidToBeUnanswered(t *testing.T) {
	s := newSigner(t)
	raw := s.sign(t, signedHeader, signedBody)
	for record, want := range map[string]bool{"TEMP:": true, "NX": false, "v=DKIM1; p=": false, s.record: false} {
		s.record = record
		if v := s.check(t, raw); v.Unanswered != want {
			t.Errorf("%s: %s: unanswered %v", v.Verdict, v.Why, v.Unanswered)
		}
	}
	// Another signature is enough; one that is broken says nothing of the first.
	s = newSigner(t)
	second := s
	second.domain = "mail.klarna.com"
	header, body, _ := strings.Cut(s.sign(t, signedHeader, signedBody), "\r\n\r\n")
	m, err := eml.Parse([]byte(second.sign(t, header+"\r\n", body)))
	if err != nil {
		t.Fatal(err)
	}
	for record, want := range map[string]rules.Verdict{s.record: rules.Genuine, "v=DKIM1; p=": rules.Unverified} {
		zone := map[string]string{"s1._domainkey.klarna.com": record, "s1._domainkey.mail.klarna.com": "TEMP:"}
		v := Judge(context.Background(), m, Settings{Domains: DefaultDomains(), DKIM: true, LookupTXT: records(zone), Now: signingTime})
		wantVerdict(t, v, want, "DKIM signature of klarna.com")
		if v.Unanswered != (want == rules.Unverified) {
			t.Errorf("%s: %s: unanswered %v", v.Verdict, v.Why, v.Unanswered)
		}
	}
}

// beside judges a signed mail with Authentication-Results headers of our
// server's name on top, by both.
func (s signer) beside(t *testing.T, change func(*Settings), results ...string) Verdict {
	t.Helper()
	raw := s.sign(t, signedHeader, signedBody)
	for i := range results {
		raw = "Authentication-Results: mx.google.com; " + results[len(results)-1-i] + "\r\n" + raw
	}
	m, err := eml.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	settings := Settings{
		Domains: DefaultDomains(), TrustedAuthserv: []string{gmail}, DKIM: true, Now: signingTime,
		LookupTXT: records(map[string]string{"s1._domainkey.klarna.com": s.record}),
	}
	change(&settings)
	return Judge(context.Background(), m, settings)
}

func asItIs(*Settings)             {}
func withoutSignature(s *Settings) { s.DKIM = false }

const (
	pass = "dmarc=pass header.from=klarna.com"
	fail = "dmarc=fail header.from=klarna.com"
)

// Anybody can add a header of our server's name, but not a signature of
// Klarna's; and Fastmail writes several itself.
func TestSecondHeaderOfOurServerBarsItsWordAndNotTheSignature(t *testing.T) {
	s := newSigner(t)
	for _, results := range [][]string{{"spf=none", "spf=none"}, {pass, "spf=none"}, {"x-csa=none", pass, "bimi=none"}, {"spf=none", "dmarc=pass ("}} {
		v := s.beside(t, asItIs, results...)
		wantVerdict(t, v, rules.Genuine, "DKIM signature of klarna.com is valid; not counted: ")
		if strings.Contains(v.Why, "dmarc=pass") {
			t.Errorf("%v: it says that the header counted: %s", results, v.Why)
		}
		wantVerdict(t, s.beside(t, withoutSignature, results...), rules.Unverified, "signature not checked")
	}
	wantVerdict(t, s.beside(t, func(s *Settings) { s.TrustedAuthserv = nil }, pass, pass), rules.Genuine, "valid")
	broken := s
	broken.record = newSigner(t).record
	wantVerdict(t, broken.beside(t, asItIs, pass, pass), rules.Unverified, "two Authentication-Results headers of mx.google.com; DKIM signature of klarna.com: the header was changed")
}

func TestDisproofStandsThoughASecondHeaderIsThere(t *testing.T) {
	s := newSigner(t)
	for _, below := range []string{pass, "spf=none", "dmarc=pass ("} {
		wantVerdict(t, s.beside(t, withoutSignature, fail, below), rules.Forged, "dmarc=fail for klarna.com")
		wantVerdict(t, s.beside(t, asItIs, fail, below), rules.Unverified, "although DKIM signature")
	}
	for _, below := range [][]string{{"spf=none", fail}, {"spf=none", fail, "spf=none"}, {"spf=none", "spf=none", fail}} {
		wantVerdict(t, s.beside(t, asItIs, below...), rules.Unverified, "one says dmarc=fail for klarna.com by mx.google.com, although DKIM signature")
	}
	// The lower one may be anybody's: it alone makes nothing forged.
	wantVerdict(t, s.beside(t, withoutSignature, pass, fail), rules.Unverified, "two Authentication-Results headers")
}

func TestSignatureAgainstOurServersWordIsUnverified(t *testing.T) {
	s := newSigner(t)
	m, err := eml.Parse([]byte("Authentication-Results: mx.google.com; dmarc=fail header.from=klarna.com\r\n" + s.sign(t, signedHeader, signedBody)))
	if err != nil {
		t.Fatal(err)
	}
	settings := Settings{Domains: DefaultDomains(), TrustedAuthserv: []string{gmail}, DKIM: true, LookupTXT: records(map[string]string{"s1._domainkey.klarna.com": s.record}), Now: signingTime}
	wantVerdict(t, Judge(context.Background(), m, settings), rules.Unverified, "although")
}

// What bars a proof bars the signature's word against our server's too.
func TestSignatureOfAMailWithTwoSubjectsDoesNotAcquitIt(t *testing.T) {
	s := newSigner(t)
	raw := "Authentication-Results: mx.google.com; " + fail + "\r\nSubject: Reminder\r\n" + s.sign(t, signedHeader, signedBody)
	m, err := eml.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	settings := Settings{Domains: DefaultDomains(), TrustedAuthserv: []string{gmail}, DKIM: true, LookupTXT: records(map[string]string{"s1._domainkey.klarna.com": s.record}), Now: signingTime}
	wantVerdict(t, Judge(context.Background(), m, settings), rules.Forged, "dmarc=fail")
}

func FuzzJudge(f *testing.F) {
	f.Add([]byte(mail("Authentication-Results: mx.google.com; dmarc=pass header.from=klarna.com")))
	f.Add([]byte("DKIM-Signature: v=1; a=rsa-sha256; d=klarna.com; s=s; h=from; bh=AA==; b=AA==\r\n" + mail("X: y")))
	f.Add([]byte("From: Kl\u00e4rna <a@xn--klrna-5ve.com>\r\nList-Id: x\r\n\r\nx"))
	record := "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := eml.Parse(raw)
		if err != nil {
			return
		}
		lookup := func(context.Context, string) ([]string, error) { return []string{record}, nil }
		v := Judge(context.Background(), m, Settings{Domains: DefaultDomains(), DKIM: true, LookupTXT: lookup, Now: signingTime})
		if v.Verdict == rules.Genuine || v.Why == "" {
			t.Fatalf("%+v", v) // nobody trusted wrote on it, and nobody has the key
		}
	})
}
