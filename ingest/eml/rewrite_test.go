package eml

import (
	"strings"
	"testing"
)

// louder rewrites all that is shown in capitals, and keeps only the subject.
var louder = Rewriter{
	Text: strings.ToUpper, URL: strings.ToUpper,
	Field: func(f Field) (string, bool) { return EncodeWords(f.Value), f.Name == "Subject" },
}

func TestRewrittenMailHoldsOnlyWhatWasRewritten(t *testing.T) {
	mail := strings.ReplaceAll(`X-Token: secret
Subject: a first =?utf-8?q?gr=C3=BC=C3=9Fe?=
Content-Type: multipart/mixed; boundary=secret-boundary

secret preamble
--secret-boundary
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=iso-8859-2
Content-ID: <secret>

dear ł
--b
Content-Type: text/html

<html><!-- secret --><script>secret</script><p data-x="secret" title="secret" style="display:none;background:url(secret)">dear</p><a href="https://x.example/p">link</a><img src="secret" alt="dear"></html>
--b--
--secret-boundary
Content-Type: text/plain; name=secret.txt
Content-Disposition: attachment; filename=secret.txt

secret
--secret-boundary
Content-Type: message/rfc822

X-Inner: secret
Subject: inner

dear
--secret-boundary--
secret epilogue
`, "ł", "\xb3")
	out, dropped, err := Rewrite([]byte(mail), louder)
	if err != nil || dropped != 1 {
		t.Fatalf("%d left out, %v", dropped, err)
	}
	if strings.Contains(strings.ToLower(string(out)), "secret") {
		t.Errorf("more than was rewritten:\n%s", out)
	}
	m, err := Parse(out)
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "a first grüße" || len(m.Parts) != 2 || m.Parts[0].Rows[0].Text() != "DEAR Ł" || len(m.Forwarded) != 1 || m.Forwarded[0].Subject != "inner" {
		t.Errorf("read as %+v", m)
	}
	if rows := m.Parts[1].Rows; !rows[0].Hidden || rows[0].Text() != "DEAR" {
		t.Errorf("the HTML part: %+v", rows)
	}
	if !strings.Contains(string(out), "charset=iso-8859-2") {
		t.Errorf("the charset did not stay:\n%s", out)
	}
}

func TestPageOfHTMLThatIsLabelledTextIsRewrittenAsHTML(t *testing.T) {
	out, _, err := Rewrite([]byte("Subject: a\nContent-Type: text/plain\n\n<html><!-- secret --><p title=\"secret\">dear</p></html>\n"), louder)
	if err != nil || strings.Contains(strings.ToLower(string(out)), "secret") || !strings.Contains(string(out), "DEAR") {
		t.Errorf("got %v\n%s", err, out)
	}
}

func TestOnlyTextStaysThoughItIsAttached(t *testing.T) {
	mail := "Subject: s\nContent-Type: text/plain\nContent-Disposition: attachment\n\ndear\n"
	out, dropped, err := Rewrite([]byte(mail), louder)
	if err != nil || dropped != 0 || !strings.Contains(string(out), "DEAR") {
		t.Errorf("%d left out, %v:\n%s", dropped, err, out)
	}
}

func FuzzRewrite(f *testing.F) {
	f.Add([]byte("Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n"))
	f.Add([]byte("Content-Type: text/html; charset=utf-7\nContent-Transfer-Encoding: base64\n\nPGI+eA=="))
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, _, err := Rewrite(raw, louder)
		if err == nil && len(out) > 0 {
			if _, err := Parse(out); err != nil && len(out) < MaxSize {
				t.Logf("cannot be read again: %v", err)
			}
		}
	})
}
