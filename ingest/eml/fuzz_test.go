package eml

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"",
		from + "\r\nDispute ID: 1\r\n",
		"From a@b Mon Jan  1 00:00:00 2024\n >x\nSubject: =?utf-8?Q?R=C3?= =?utf-8?Q?=BC?=\n\n> a\n>> b\n",
		"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogYQoKYQo=\n--b\n\n=?\n--b--\n",
		"Content-Type: text/html\n\n<table><tr><td>a<td style='display:none'>b<table><tr><td><a href=http:x>c</table></a><dl><dt>d<dd>e</dl><blockquote>f<pre>g\nh",
		"Content-Type: text/plain; format=flowed; delsp=yes; charset*0=utf; charset*1=-8\n\na \n> b \n-- \n",
		"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#86)C\n`\nend\n",
		"Content-Type: multipart/mixed; boundary=\"\"\n\n--b\nContent-Type: text/html\n\n<p>x",
		"\ufeffFrom: \"a\\\" <b>\" (c (d) <e@f>, g: h@i;\rDate: Fri, 1 Mar 2024\r\rx",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if (m == nil) == (err == nil) {
			t.Fatalf("mail %v, error %v", m != nil, err)
		}
		Header(raw)
		if m != nil {
			sound(t, m, 0)
		}
	})
}

// sound checks what Message promises.
func sound(t *testing.T, m *Message, depth int) {
	text := func(s string) {
		if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\n") {
			t.Fatalf("text %q", s)
		}
	}
	if depth > MaxDepth || len(m.Fields) > MaxFields {
		t.Fatalf("depth %d, %d fields", depth, len(m.Fields))
	}
	for _, field := range m.Fields {
		text(field.Value)
	}
	text(m.Subject)
	text(m.MessageID)
	for _, a := range m.From {
		text(a.Name)
		text(a.Addr)
	}
	for _, p := range m.Parts {
		for i, r := range p.Rows {
			if isEmpty(r) && (i == 0 || i == len(p.Rows)-1 || isEmpty(p.Rows[i-1])) {
				t.Fatalf("empty row %d of %d", i, len(p.Rows))
			}
			for _, c := range r.Cells {
				if text(c); c != strings.TrimSpace(c) {
					t.Fatalf("cell %q", c)
				}
			}
		}
	}
	for _, w := range m.Forwarded {
		sound(t, w, depth+1)
	}
}
