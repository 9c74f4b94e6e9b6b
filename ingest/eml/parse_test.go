package eml

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show writes rows as a test reads them: a line a row, cells parted by " | ",
// ">" for each quotation, "(hidden)" before what cannot be seen.
func show(m *Message) string {
	var b strings.Builder
	for i, p := range m.Parts {
		if i > 0 {
			b.WriteString("--\n")
		}
		for _, r := range p.Rows {
			b.WriteString(strings.Repeat(">", r.Quote))
			if r.Hidden {
				b.WriteString("(hidden)")
			}
			b.WriteString(strings.Join(r.Cells, " | "))
			for _, l := range r.Links {
				b.WriteString(" [" + l.Text + "](" + l.URL + ")")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func parse(t *testing.T, raw string) *Message {
	t.Helper()
	m, err := Parse([]byte(raw))
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return m
}

func wantText(t *testing.T, got, want string) {
	t.Helper()
	want = strings.TrimPrefix(want, "\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// warned checks that a warning says it.
func warned(t *testing.T, m *Message, words string) {
	t.Helper()
	if !strings.Contains(strings.Join(m.Warnings, "\n"), words) {
		t.Errorf("warnings %q: want %q among them", m.Warnings, words)
	}
}

const from = "From: Klarna <noreply@klarna.com>\r\nSubject: Dispute\r\n"

func TestBothPartsOfAnAlternativeAreRead(t *testing.T) {
	m := parse(t, from+"Content-Type: multipart/alternative; boundary=b\r\n\r\npreamble\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nDispute ID: 1\r\n"+
		"--b\r\nContent-Type: text/html\r\n\r\n<p>Dispute ID: 1</p>\r\n--b--\r\nepilogue\r\n")
	wantText(t, show(m), "Dispute ID: 1\n--\nDispute ID: 1\n")
	if m.Parts[0].Type != "text/plain" || m.Parts[1].Type != "text/html" || len(m.Warnings) > 0 {
		t.Errorf("types %s, %s, warnings %q", m.Parts[0].Type, m.Parts[1].Type, m.Warnings)
	}
}

func TestPageOfHTMLIsReadAsHTMLWhateverItsLabelSays(t *testing.T) {
	for _, page := range []string{"<html><body><div>Dispute ID:</div><div>1</div></body></html>", "\r\n<!DOCTYPE html><div>Dispute ID:</div><div>1</div>"} {
		m := parse(t, from+"Content-Type: text/plain\r\n\r\n"+page+"\r\n")
		wantText(t, show(m), "Dispute ID:\n1\n")
		if m.Parts[0].Type != "text/html" {
			t.Errorf("%q is taken for %s", page, m.Parts[0].Type)
		}
	}
	m := parse(t, from+"Content-Type: text/plain\r\n\r\n<b>Dispute</b>\r\n")
	wantText(t, show(m), "<b>Dispute</b>\n")
}

func TestUnknownEncodingStillGivesText(t *testing.T) {
	for _, encoding := range []string{"7 bit", "8bits", "8bit;", "Hexa", "plain", "utf-8", "x-uuencode", "7-bit", "6bit", "text/html"} {
		m := parse(t, from+"Content-Transfer-Encoding: "+encoding+"\r\n\r\nDispute ID: 1\r\n")
		wantText(t, show(m), "Dispute ID: 1\n")
	}
	m := parse(t, from+"Content-Transfer-Encoding: Hexa\r\n\r\nDispute\r\n")
	warned(t, m, `unknown transfer encoding "Hexa"`)
}

func TestEncodingsAreUndone(t *testing.T) {
	for name, c := range map[string]struct{ encoding, body, want string }{
		"base64":                     {"BASE64;", "RGlzcHV0\r\nZSBJRDogMQ==", "Dispute ID: 1"},
		"base64 without its padding": {"base64", "RGlzcHV0ZSBJRDogMQ", "Dispute ID: 1"},
		"base64 with rubbish":        {"base64", "RGlz*cHV0ZSBJRDogMSBEaXNwdXRl", "Dispute ID: 1 Dispute"},
		"base64 and a list's footer": {"base64", "RGlzcHV0ZQ==\r\n_____\r\nThe list", "Dispute\n_____\nThe list"},
		"base64 twice":               {"base64", "RGlzcHV0ZQ==\r\nIElE", "Dispute ID"},
		"no base64 at all":           {"base64", "Dispute ID is 1, please answer.", "Dispute ID is 1, please answer."},
		"quoted-printable":           {"quoted printable", "Dispute=20I=\r\nD:=C2=A01", "Dispute ID: 1"},
		"a line of 100 KB":           {"quoted-printable", strings.Repeat("=41", 35000), strings.Repeat("A", 35000)},
		"a bad code":                 {"quoted-printable", "a=b =ZZ 100=", "a=b =ZZ 100"},
		"uuencode":                   {"x-uuencode", "begin 644 a.txt\r\n-1&ES<'5T92!)1#H@,0``\r\n`\r\nend", "Dispute ID: 1"},
	} {
		t.Run(name, func(t *testing.T) {
			m := parse(t, from+"Content-Transfer-Encoding: "+c.encoding+"\r\n\r\n"+c.body+"\r\n")
			wantText(t, show(m), c.want+"\n")
		})
	}
}

func TestBrokenMultipartsStillGiveText(t *testing.T) {
	part := "Content-Type: text/plain\r\n\r\nDispute ID: 1\r\n"
	for name, c := range map[string]struct{ typ, body, warning string }{
		"cut off":              {"; boundary=b", "--b\r\n" + part, "cut off"},
		"no boundary":          {"", "--b\r\n" + part + "--b--", "another one was found"},
		"empty boundary":       {`; boundary=""`, "--b\r\n" + part + "--b--", "another one was found"},
		"another boundary":     {"; boundary=a", "--b\r\n" + part + "--b--", "another one was found"},
		"another without type": {"; boundary=a", "--b\r\n\r\nDispute ID: 1\r\n--b--", "another one was found"},
		"no delimiter":         {"; boundary=b", "Dispute ID: 1\r\n", "read as text"},
		"no empty line":        {"; boundary=b", "--b\r\nDispute ID: 1\r\n--b--", "no empty line"},
		"itself encoded":       {"; boundary=b\r\nContent-Transfer-Encoding: quoted-printable", "--=62\r\n" + part + "--=62--", "itself encoded"},
		"in continuations":     {"; boundary*0=b; boundary*1=c", "--bc\r\n" + part + "--bc--", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := parse(t, from+"Content-Type: multipart/mixed"+c.typ+"\r\n\r\n"+c.body)
			wantText(t, show(m), "Dispute ID: 1\n")
			if c.warning != "" {
				warned(t, m, c.warning)
			}
		})
	}
}

func TestInnerBoundaryMayBeginLikeTheOuterOne(t *testing.T) {
	m := parse(t, from+"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"+
		"Content-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\n\r\none\r\n--bb--\r\n--b\r\n\r\ntwo\r\n--b--\r\n")
	wantText(t, show(m), "one\n--\ntwo\n")
}

func TestOnlyALineOfItsOwnIsADelimiter(t *testing.T) {
	m := parse(t, from+"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b \r\n\r\none --b\r\n--bx\r\n--b x\r\n--b--\r\n")
	wantText(t, show(m), "one --b\n--bx\n--b x\n")
}

func TestPartBehindTheHeaderBoundIsNotTakenForText(t *testing.T) {
	m := parse(t, from+"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nDispute\n--b\n"+strings.Repeat("A: b\n", MaxFields)+
		"\nx\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n")
	wantText(t, show(m), "Dispute\n")
	warned(t, m, "header fields")
}

func TestForwardedMailIsReadFromItsOwnBytes(t *testing.T) {
	inner := "From: Klarna <noreply@klarna.com>\r\nSubject: New dispute\r\nMessage-ID: <a@klarna.com>\r\n\r\nDispute ID: 1\r\n"
	m := parse(t, "From: a@shop.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"+inner+"\r\n--b--\r\n")
	if len(m.Parts) > 0 || len(m.Forwarded) != 1 {
		t.Fatalf("%d parts, %d forwarded", len(m.Parts), len(m.Forwarded))
	}
	f := m.Forwarded[0]
	if string(f.Raw) != inner || f.Subject != "New dispute" || f.MessageID != "<a@klarna.com>" {
		t.Errorf("raw %q, subject %q, id %q", f.Raw, f.Subject, f.MessageID)
	}
	wantText(t, show(f), "Dispute ID: 1\n")
}

func TestForwardedMailMayBeEncodedOrAttachedAsAFile(t *testing.T) {
	for _, typ := range []string{"message/rfc822", `application/octet-stream; name="Dispute.EML"`} {
		m := parse(t, "From: a@shop.example\r\nContent-Type: "+typ+"\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogYQoKRGlzcHV0ZSBJRDogMQo=\r\n")
		if len(m.Forwarded) != 1 {
			t.Fatalf("%s: %d forwarded", typ, len(m.Forwarded))
		}
		wantText(t, show(m.Forwarded[0]), "Dispute ID: 1\n")
	}
}

func TestAttachmentIsReadOnlyWhereNothingElseIs(t *testing.T) {
	attached := "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nattached\r\n--b--\r\n"
	mixed := from + "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	m := parse(t, mixed+"--b\r\n\r\nDispute\r\n"+attached)
	wantText(t, show(m), "Dispute\n")
	m = parse(t, mixed+attached)
	wantText(t, show(m), "attached\n")
	warned(t, m, "the only text is an attachment")
}

func TestIdenticalMailHasOneHash(t *testing.T) {
	raw := from + "\r\nDispute ID: 1\r\nAnswer\r\n"
	a := parse(t, raw)
	b := parse(t, "Delivered-To: b@shop.example\n"+strings.ReplaceAll(raw, "\r\n", "\n"))
	c := parse(t, raw+"more\r\n")
	if a.Hash != b.Hash || a.Hash == c.Hash || len(a.Hash) != 64 {
		t.Errorf("hashes %s, %s, %s", a.Hash, b.Hash, c.Hash)
	}
}

func TestMailBeyondABoundIsRefusedByName(t *testing.T) {
	nested := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString("Content-Type: multipart/mixed; boundary=b" + strconv.Itoa(i) + "\n\n--b" + strconv.Itoa(i) + "\n")
		}
		return b.String() + "\ntext\n"
	}
	messages := strings.Repeat("Content-Type: message/rfc822\n\n", 2000) + "Subject: x\n\ntext\n"
	for what, raw := range map[string]string{
		"bytes":            strings.Repeat("a", MaxSize+1),
		"nested parts":     nested(10000),
		"parts":            "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: image/png\n\nx\n", 300),
		"header fields":    strings.Repeat("A: b\n", MaxFields+1) + "\n",
		"header bytes":     strings.Repeat("A: "+strings.Repeat("b", 60000)+"\n", 5) + "\n",
		"bytes of a field": "A: " + strings.Repeat("b", MaxField) + "\n\n",
	} {
		_, err := Parse([]byte(raw))
		var bound *BoundError
		if !errors.As(err, &bound) || bound.What != what || bound.Got <= bound.Limit {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Parse([]byte(messages)); err == nil {
		t.Error("2000 nested messages were read")
	}
}

func TestTextBeforeABoundIsKept(t *testing.T) {
	m := parse(t, from+"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nDispute ID: 1\n"+
		strings.Repeat("--b\nContent-Type: image/png\n\nx\n", 300))
	wantText(t, show(m), "Dispute ID: 1\n")
	warned(t, m, "parts: 201, at most 200")
	m = parse(t, from+"\n"+strings.Repeat("a\n", MaxRows+5))
	if n := len(m.Parts[0].Rows); n != MaxRows {
		t.Errorf("%d rows", n)
	}
	warned(t, m, "rows: ")
	m = parse(t, from+"\n"+strings.Repeat(strings.Repeat("a", 999)+"\n", MaxText/1000+10))
	warned(t, m, "bytes of text: ")
}

func TestBoundsHoldOverForwardedMails(t *testing.T) {
	one := "--b\nContent-Type: message/rfc822\n\n" + strings.Repeat("A: b\n", 300) + "\ntext\n"
	m := parse(t, "Content-Type: multipart/mixed; boundary=b\n\n"+strings.Repeat(one, 5))
	fields := 0
	for _, f := range m.Forwarded {
		fields += len(f.Fields)
	}
	if fields > MaxFields || len(m.Forwarded) != 4 {
		t.Errorf("%d fields in %d mails", fields, len(m.Forwarded))
	}
	if m.Forwarded[3].Malformed == "" {
		t.Error("the header that was cut passes for whole")
	}
}

func TestNothingIsAnError(t *testing.T) {
	for _, raw := range []string{"", "\r\n", "\n\n\n"} {
		if m, err := Parse([]byte(raw)); err == nil {
			t.Errorf("%q: %+v", raw, m)
		}
	}
	if m := parse(t, from+"\r\n"); m.Subject != "Dispute" {
		t.Errorf("a header alone: %+v", m)
	}
}
