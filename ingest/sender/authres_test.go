package sender

import (
	"context"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

const gmail = "mx.google.com"

// mail is a mail of Klarna's with header lines on top.
func mail(top ...string) string {
	return strings.Join(top, "\r\n") + "\r\nFrom: Klarna <noreply@klarna.com>\r\nTo: a@shop.example\r\nSubject: Dispute\r\n\r\nDispute ID: 1\r\n"
}

func judge(t *testing.T, raw string, servers ...string) Verdict {
	t.Helper()
	m, err := eml.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return Judge(context.Background(), m, Settings{Domains: DefaultDomains(), TrustedAuthserv: servers})
}

func wantVerdict(t *testing.T, v Verdict, want rules.Verdict, why string) {
	t.Helper()
	if v.Verdict != want || !strings.Contains(v.Why, why) {
		t.Errorf("%s: %s; want %s: %s", v.Verdict, v.Why, want, why)
	}
}

func TestResultsOfOurServerProveTheSender(t *testing.T) {
	for name, c := range map[string]struct{ server, header, why string }{
		"Gmail": {gmail, `mx.google.com;
       dkim=pass header.i=@klarna.com header.s=s1 header.b=h0NUZJEY;
       spf=pass (google.com: domain of bounces+12-a=shop.example@em.klarna.com designates 1.2.3.4 as permitted sender) smtp.mailfrom="bounces+12-a=shop.example@em.klarna.com";
       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=klarna.com`, "dmarc=pass for klarna.com by mx.google.com"},
		"Microsoft": {"microsoft", `spf=pass (sender IP is 1.2.3.4)
 smtp.mailfrom=em.klarna.com; dkim=pass (signature was verified)
 header.d=klarna.com;dmarc=pass action=none
 header.from=klarna.com;compauth=pass reason=100`, "dmarc=pass for klarna.com by microsoft"},
		"Yahoo": {"*.yahoo.com", `atlas206.free.mail.ne1.yahoo.com;
 dkim=pass header.i=@klarna.com header.s=s1;
 spf=pass smtp.mailfrom=em.klarna.com;
 dmarc=pass(p=REJECT) header.from=klarna.com;`, "dmarc=pass for klarna.com by atlas206"},
		"Microsoft, until 2021": {"microsoft", `spf=pass (sender IP is 1.2.3.4)
 smtp.mailfrom=em.klarna.com; shop.example; dkim=pass (signature was verified)
 header.d=klarna.com;shop.example; dmarc=pass action=none
 header.from=klarna.com;`, "dmarc=pass for klarna.com by microsoft"},
		"a setting in upper case":  {"MX.Google.COM", `mx.google.com; dmarc=pass header.from=klarna.com`, "dmarc=pass"},
		"a version and upper case": {gmail, `MX.Google.com 1; DMARC=Pass Header.From=Klarna.com`, "dmarc=pass"},
		"white space around =":     {gmail, `mx.google.com; dmarc = pass header.from = klarna.com`, "dmarc=pass"},
		"DKIM alone":               {gmail, `mx.google.com; dkim=fail header.d=em.klarna.com; dkim=pass header.d=mail.klarna.com; spf=none`, "dkim=pass for mail.klarna.com"},
		"DKIM by header.i":         {gmail, `mx.google.com; dkim=pass header.i=bounce@mail.klarna.com`, "dkim=pass for mail.klarna.com"},
		"an address with =":        {gmail, "mx.google.com;\n\tspf=pass smtp.mailfrom=bounces+12-a=shop.example@em.klarna.com;\n\tdmarc=pass\theader.from=klarna.com", "dmarc=pass"},
		"comments within comments": {gmail, `mx.google.com (a (b) \) c); (x) dmarc=pass (y) header.from=klarna.com (z)`, "dmarc=pass"},
	} {
		t.Run(name, func(t *testing.T) {
			header := "Authentication-Results: " + strings.ReplaceAll(c.header, "\n", "\r\n")
			wantVerdict(t, judge(t, mail(header), c.server), rules.Genuine, c.why)
		})
	}
}

func TestNoOtherHeaderProvesTheSender(t *testing.T) {
	good := "dmarc=pass header.from=klarna.com"
	ar := "Authentication-Results: "
	for name, c := range map[string]struct {
		top []string
		why string
	}{
		"none":                           {nil, "no trusted Authentication-Results header; signature not checked"},
		"of another server":              {[]string{ar + "mx.evil.example; " + good}, "no trusted"},
		"of a server with a longer id":   {[]string{ar + "evil-mx.google.com; " + good}, "no trusted"},
		"without an id":                  {[]string{ar + good}, "no trusted"},
		"of another name":                {[]string{"X-Authentication-Results: mx.google.com; " + good}, "no trusted"},
		"ARC's":                          {[]string{"ARC-Authentication-Results: i=1; mx.google.com; " + good}, "no trusted"},
		"below a trusted one":            {[]string{ar + "mx.google.com; spf=none", ar + "mx.google.com; " + good}, "two Authentication-Results headers of mx.google.com"},
		"on top of a trusted one":        {[]string{ar + "mx.google.com; " + good, ar + "mx.google.com; spf=none"}, "two Authentication-Results headers"},
		"below one that is malformed":    {[]string{ar + "mx.google.com; dmarc=pass (", ar + "mx.google.com; " + good}, "cannot be read"},
		"for another domain":             {[]string{ar + "mx.google.com; dmarc=pass header.from=evil.example"}, "no pass for klarna.com"},
		"for a longer domain":            {[]string{ar + "mx.google.com; dmarc=pass header.from=klarna.com.evil.example"}, "no pass"},
		"for no domain":                  {[]string{ar + "mx.google.com; dmarc=pass"}, "no pass"},
		"twice":                          {[]string{ar + "mx.google.com; dmarc=pass header.from=klarna.com; dmarc=none"}, "two dmarc results"},
		"with a signature's two domains": {[]string{ar + "mx.google.com; dkim=pass header.d=a.example header.d=b.example header.i=@klarna.com"}, "no pass"},
		"after a bare word":              {[]string{ar + "mx.google.com; shop.example; dmarc=pass header.from=klarna.com"}, "cannot be read"},
		"with two domains":               {[]string{ar + "mx.google.com; dmarc=pass header.from=klarna.com header.from=evil.example"}, "no pass"},
		"best guess":                     {[]string{ar + "mx.google.com; dmarc=bestguesspass header.from=klarna.com"}, "no pass"},
		"DKIM of another domain":         {[]string{ar + "mx.google.com; dkim=pass header.d=evil.example header.i=@klarna.com"}, "no pass"},
		"DKIM of a longer domain":        {[]string{ar + "mx.google.com; dkim=pass header.d=evil-klarna.com"}, "no pass"},
		"DKIM of a public suffix":        {[]string{ar + "mx.google.com; dkim=pass header.d=com"}, "no pass"},
		"SPF":                            {[]string{ar + "mx.google.com; spf=pass smtp.mailfrom=klarna.com"}, "no pass"},
		"in a quoted address":            {[]string{ar + `mx.google.com; spf=fail smtp.mailfrom="a; dkim=pass header.d=klarna.com "@evil.example`}, "no pass"},
		"in an address with a quote":     {[]string{ar + `mx.google.com; spf=fail smtp.mailfrom="a\"; dmarc=pass header.from=klarna.com"@evil.example`}, "no pass"},
		"in a comment":                   {[]string{ar + `mx.google.com; spf=fail (helo=x; dmarc=pass header.from=klarna.com ) smtp.helo=x`}, "no pass"},
		"in a quote that does not end":   {[]string{ar + `mx.google.com; spf=fail smtp.mailfrom="a; dmarc=pass header.from=klarna.com`}, "cannot be read"},
		"in a comment that does not":     {[]string{ar + `mx.google.com; dmarc=pass header.from=klarna.com; spf=fail (a`}, "cannot be read"},
		"after a stray parenthesis":      {[]string{ar + `mx.google.com; spf=fail a); dmarc=pass header.from=klarna.com`}, "cannot be read"},
		"after words that are none":      {[]string{ar + `mx.google.com; spf=fail some words; dmarc=pass header.from=klarna.com`}, "cannot be read"},
		"with a quoted property":         {[]string{ar + `mx.google.com; dmarc=pass "header.from"=klarna.com`}, "cannot be read"},
		"with a quoted property, apart":  {[]string{ar + `mx.google.com; dmarc=pass "header.from" = klarna.com`}, "cannot be read"},
		"with a quoted property, near":   {[]string{ar + `mx.google.com; dmarc=pass "header.from" =klarna.com`}, "cannot be read"},
		"after another parenthesis":      {[]string{ar + `mx.google.com; spf=fail smtp.helo=a); dmarc=pass header.from=klarna.com`}, "cannot be read"},
		"with words behind its id":       {[]string{ar + "mx.google.com not ours; " + good}, "cannot be read"},
		"with a version that is none":    {[]string{ar + "mx.google.com x; " + good}, "cannot be read"},
		"with a control character":       {[]string{ar + "mx.google.com; a\x01=b; " + good}, "cannot be read"},
		"with a backslash":               {[]string{ar + `mx.google.com; a=b\; ` + good}, "cannot be read"},
		"with letters beyond ASCII":      {[]string{ar + "mx.google.com; a=\u00e9; " + good}, "cannot be read"},
		"with an empty quote":            {[]string{ar + `mx.google.com; dmarc="" pass header.from=klarna.com`}, "cannot be read"},
		"with brackets":                  {[]string{ar + "mx.google.com; spf=fail <x=y>; " + good}, "cannot be read"},
		"with a quoted result":           {[]string{ar + `mx.google.com; dmarc="pass" header.from=klarna.com`}, "cannot be read"},
		"with an empty result":           {[]string{ar + "mx.google.com; spf=; " + good}, "cannot be read"},
		"with two domains, ours last":    {[]string{ar + "mx.google.com; dmarc=pass header.from=evil.example header.from=klarna.com"}, "no pass"},
		"with a quoted id":               {[]string{ar + `"mx.google.com"; ` + good}, "no trusted"},
	} {
		t.Run(name, func(t *testing.T) {
			wantVerdict(t, judge(t, "X: y\r\n"+strings.TrimPrefix(mail(c.top...), "\r\n"), gmail), rules.Unverified, c.why)
		})
	}
}

func TestMicrosoftsHeaderCountsOnlyWhereItIsTrusted(t *testing.T) {
	raw := mail("Authentication-Results: dmarc=pass action=none header.from=klarna.com")
	wantVerdict(t, judge(t, raw, gmail), rules.Unverified, "no trusted")
	wantVerdict(t, judge(t, raw, "microsoft"), rules.Genuine, "by microsoft")
	for _, name := range []string{"ARC-Authentication-Results", "X-Results", "Comments"} {
		wantVerdict(t, judge(t, strings.Replace(raw, "Authentication-Results", name, 1), "microsoft"), rules.Unverified, "no trusted")
	}
	unreadable := mail("Authentication-Results: dmarc=fail (", "Authentication-Results: dmarc=pass header.from=klarna.com")
	wantVerdict(t, judge(t, unreadable, "microsoft"), rules.Unverified, "the Authentication-Results header of microsoft cannot be read")
	for _, between := range []string{`"shop.example"`, "shop.example/x", "<shop.example>"} {
		raw := mail("Authentication-Results: spf=none; " + between + "; dmarc=pass header.from=klarna.com")
		wantVerdict(t, judge(t, raw, "microsoft"), rules.Unverified, "cannot be read")
	}
	twice := mail("Authentication-Results: spf=none", "Authentication-Results: dmarc=pass header.from=klarna.com")
	wantVerdict(t, judge(t, twice, "microsoft"), rules.Unverified, "two Authentication-Results headers of microsoft")
}

func TestHostsBelowOneTrustedDomainAreOneServer(t *testing.T) {
	raw := mail("Authentication-Results: atlas1.mail.yahoo.com; spf=none", "Authentication-Results: atlas2.mail.yahoo.com; dmarc=pass header.from=klarna.com")
	wantVerdict(t, judge(t, raw, "*.yahoo.com"), rules.Unverified, "two Authentication-Results headers")
	for _, server := range []string{"*.yahoo.com", "*yahoo.com", "*"} {
		wantVerdict(t, judge(t, strings.ReplaceAll(raw, "mail.yahoo.com", "evilyahoo.com"), server), rules.Unverified, "no trusted")
	}
}

func TestHeadersOfOtherHopsAreNormal(t *testing.T) {
	raw := mail("Authentication-Results: lists.example.org; spf=pass", "Authentication-Results: mx.google.com; dmarc=pass header.from=klarna.com",
		"Authentication-Results: out.klarna.com; auth=pass (cram)", "Authentication-Results: mta.yahoo.com  from=a.example; dkim=neutral (no sig)")
	wantVerdict(t, judge(t, raw, gmail), rules.Genuine, "dmarc=pass")
}

// rspamd names the domain whose policy it found, which is the organisation's.
func TestResultForTheOrganisationIsOneForItsSubdomains(t *testing.T) {
	from := func(domain, result string) string {
		return "Authentication-Results: mx.google.com; dmarc=" + result + "\r\nFrom: Klarna <noreply@" + domain + ">\r\nSubject: Dispute\r\n\r\nx\r\n"
	}
	wantVerdict(t, judge(t, from("mail.klarna.co.uk", "pass header.from=klarna.co.uk"), gmail), rules.Genuine, "dmarc=pass for mail.klarna.co.uk")
	wantVerdict(t, judge(t, from("mail.klarna.co.uk", "fail header.from=klarna.co.uk"), gmail), rules.Forged, "dmarc=fail for mail.klarna.co.uk")
	wantVerdict(t, judge(t, from("mail.klarna.co.uk", "pass header.from=mail.klarna.co.uk"), gmail), rules.Genuine, "dmarc=pass for mail.klarna.co.uk")
	wantVerdict(t, judge(t, from("mail.klarna.co.uk", "fail header.from=mail.klarna.co.uk"), gmail), rules.Forged, "dmarc=fail for mail.klarna.co.uk")
	wantVerdict(t, judge(t, from("klarna.co.uk", "pass header.from=co.uk"), gmail), rules.Unverified, "no pass")
	wantVerdict(t, judge(t, from("klarna.co.uk", "pass header.from=mail.klarna.co.uk"), gmail), rules.Unverified, "no pass")
}

func TestDisproofByOurServerIsForged(t *testing.T) {
	raw := mail("Authentication-Results: mx.google.com; spf=softfail smtp.mailfrom=evil.example; dmarc=fail (p=REJECT) header.from=klarna.com")
	v := judge(t, raw, gmail)
	wantVerdict(t, v, rules.Forged, "dmarc=fail for klarna.com by mx.google.com")
	if !v.Klarna {
		t.Error("it does not claim to be Klarna")
	}
	wantVerdict(t, judge(t, raw), rules.Unverified, "no trusted")
	wantVerdict(t, judge(t, strings.Replace(raw, "header.from=klarna.com", "", 1), gmail), rules.Forged, "dmarc=fail for klarna.com")
	wantVerdict(t, judge(t, strings.Replace(raw, "header.from=klarna.com", "header.from=evil.example", 1), gmail), rules.Unverified, "no pass")
	arc := mail("Authentication-Results: spf=fail smtp.mailfrom=x.example; dkim=fail header.d=klarna.com;dmarc=fail action=none header.from=klarna.com;compauth=pass reason=130")
	wantVerdict(t, judge(t, arc, "microsoft"), rules.Unverified, "compauth=pass")
	// A list or a forwarder changed it, and sealed what it had seen before.
	arc = mail("Authentication-Results: mx.google.com; arc=pass (i=1 dkim=pass dkdomain=klarna.com dmarc=pass fromdomain=klarna.com); dmarc=fail (p=REJECT dis=NONE) header.from=klarna.com")
	wantVerdict(t, judge(t, arc, gmail), rules.Unverified, "dmarc=fail for klarna.com by mx.google.com, but arc=pass")
	wantVerdict(t, judge(t, strings.Replace(arc, "arc=pass", "arc=fail", 1), gmail), rules.Forged, "dmarc=fail")
}

func FuzzResults(f *testing.F) {
	for _, seed := range []string{
		`mx.google.com; dmarc=pass (p=REJECT) header.from=klarna.com`, `spf=pass (a) smtp.mailfrom="a; b"@c; dkim=pass header.d=d`,
		`a 1; none`, `x; a = b "c" = d`, `x; a=b (c`, `x; a=b (\`, `x; a="b\`, `x;;`, ``, `"a"; b=c`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := parseResults(s)
		if err != nil {
			return
		}
		// Nothing within quotes or a comment may become a method of its own.
		if strings.Count(s, ";") == 0 && r.id != "" && len(r.entries) > 0 {
			t.Fatalf("%q: %+v", s, r)
		}
		for _, e := range r.entries {
			if e.method == "" || strings.ContainsAny(e.method, "\" ;()=") {
				t.Fatalf("%q: method %q", s, e.method)
			}
		}
	})
}
