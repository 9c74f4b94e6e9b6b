package eml

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTextIsFoundBehindABrokenHeader(t *testing.T) {
	for name, raw := range map[string]string{
		"line ends of old Macs": "From: a@b.example\rSubject: Dispute\r\rDispute ID: 1\r",
		"LF":                    "From: a@b.example\nSubject: Dispute\n\nDispute ID: 1\n",
		"mbox":                  "From a@b.example Mon Jan  1 00:00:00 2024\nSubject: Dispute\n\nDispute ID: 1\n",
		"quoted mbox":           ">From a@b.example Mon Jan  1 00:00:00 2024\nSubject: Dispute\n\nDispute ID: 1\n",
		"byte order mark":       "\ufeffSubject: Dispute\n\nDispute ID: 1\n",
		"empty lines first":     "\r\n\r\nSubject: Dispute\n\nDispute ID: 1\n",
		"indented first line":   " Subject: Dispute\n\nDispute ID: 1\n",
		"rubbish first":         "  rubbish\nFrom: a@b.example\nSubject: Dispute\n\nDispute ID: 1\n",
		"no colon":              "From: a@b.example\nrubbish\nSubject: Dispute\n\nDispute ID: 1\n",
		"literal \\t":           "Received: a\n\\tby b\nSubject: Dispute\n\nDispute ID: 1\n",
		"no empty line":         "Subject: Dispute\nDispute is 1\nIt is\n\nDispute ID: 1\n",
		"spaces for folding":    "Subject: Dispute\n   \nDate: x\n\nDispute ID: 1\n",
		"space before colon":    "Subject : Dispute\n\nDispute ID: 1\n",
		"8-bit name":            "X-\xe9: a\nSubject: Dispute\n\nDispute ID: 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := parse(t, raw)
			if m.Subject != "Dispute" {
				t.Errorf("subject %q", m.Subject)
			}
			if last := m.Parts[0].Rows[len(m.Parts[0].Rows)-1].Text(); last != "Dispute ID: 1" {
				t.Errorf("text %q", last)
			}
		})
	}
}

// Two readers part such a header from the text at two places, or see two
// different fields: what a signature covers is then not what we read.
func TestAmbiguousHeaderIsCalledMalformed(t *testing.T) {
	for name, raw := range map[string]string{
		"spaces for an empty line": "A: b\n \ninjected\nFrom: a@b.example\n\ntext\n",
		"spaces alone":             "A: b\n \nFrom: a@b.example\n\ntext\n",
		"line without colon":       "A: b\nrubbish\nFrom: a@b.example\n\ntext\n",
		"no empty line":            "From: a@b.example\ntext\n",
		"bare CR":                  "From: a@b.example\nSubject: a\rFrom: c\n\ntext\n",
		"NUL":                      "From: a\x00@b.example\n\ntext\n",
		"empty line first":         "\nFrom: a@b.example\n\ntext\n",
	} {
		if parse(t, raw).Malformed == "" {
			t.Errorf("%s: passes for well-formed", name)
		}
	}
	for name, raw := range map[string]string{
		"CRLF": "From: a@b.example\r\nTo: b,\r\n c\r\n\r\ntext\r\n",
		"LF":   "From: a@b.example\nTo: b,\n c\n\ntext\n",
		"mbox": "From a@b.example Mon Jan  1 00:00:00 2024\nFrom: a@b.example\n\ntext\n",
	} {
		if bad := parse(t, raw).Malformed; bad != "" {
			t.Errorf("%s: %s", name, bad)
		}
	}
}

func TestFromWithASpaceBeforeTheColonIsAFrom(t *testing.T) {
	for _, raw := range []string{"From : a@b.example\n\nx", "From\n : a@b.example\n\nx", " From: a@b.example\n\nx", "FROM\t:a@b.example\n\nx"} {
		m := parse(t, raw)
		if len(m.From) != 1 || m.From[0].Addr != "a@b.example" || len(m.Get("from")) != 1 {
			t.Errorf("%q: %+v", raw, m.From)
		}
	}
}

func TestFieldThatIsCutOffEndsWhereItsBytesDo(t *testing.T) {
	for _, spaces := range []int{0, 1, 2, 100, MaxField - 10, MaxField} {
		name := "Subject" + strings.Repeat(" ", spaces) + ":"
		raw := []byte(name + strings.Repeat("a", max(10, MaxField+1-len(name))))
		f := Header(slices.Clip(raw)).Fields[0]
		if want := string(raw[:MaxField]); f.Raw != want || f.Value != strings.TrimLeft(want[min(len(name), MaxField):], " ") {
			t.Errorf("%d spaces: %d bytes of it, %d of its value", spaces, len(f.Raw), len(f.Value))
		}
	}
}

func TestEncodedWordsAreDecoded(t *testing.T) {
	for raw, want := range map[string]string{
		"=?utf-8?Q?Neue_R=C3=BCckfrage?=":         "Neue Rückfrage",
		"=?UTF-8?B?TmV1ZQ?= =?utf-8?b?IFLDvGNr?=": "Neue Rück", // the padding is missing
		"=?utf-8?Q?R=C3?=\r\n =?utf-8?Q?=BCck?=":  "Rück",      // a letter cut in two
		"=?iso-8859-1?Q?=A4_R=FCck?= frage":       "¤ Rück frage",
		"=?windows-1252?Q?=80_5?=":                "€ 5",
		"=?utf-8*de?Q?R=C3=BCck?=":                "Rück",
		"=?utf-8?X?a?= =?nope":                    "=?utf-8?X?a?= =?nope",
		"R\xc3\xbcck":                             "Rück",
		"R\xfcck":                                 "Rück",
		"Klarna\u00a0\u200bDispute\u00ad s":       "Klarna Dispute s",
		"=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=":      "テスト",
		"=?utf-8?Q?a?= b =?utf-8?Q?c?=":           "a b c",
		"=?no-such-charset?Q?R=FCck?=":            "Rück",
		"=?utf-8?Q?a=00b=0D=0AFrom:_c?=":          "ab From: c",
		"Dispute\r\n\twith a fold":                "Dispute with a fold",
	} {
		if got := Header([]byte("Subject: " + raw + "\r\n")).Subject; got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

func TestOnlyAClearAddressIsRead(t *testing.T) {
	for raw, want := range map[string]Address{
		"Klarna <NoReply@Klarna.COM>":                       {Name: "Klarna", Addr: "NoReply@klarna.com"},
		`"Klarna, Disputes" <a@klarna.com>`:                 {Name: "Klarna, Disputes", Addr: "a@klarna.com"},
		"a@klarna.com (Klarna)":                             {Name: "Klarna", Addr: "a@klarna.com"},
		"=?utf-8?Q?Kl=C3=A4rna?= <a@klarna.com>":            {Name: "Klärna", Addr: "a@klarna.com"},
		`"Klarna <noreply@klarna.com>" <x@gmail.com>`:       {Name: "Klarna <noreply@klarna.com>", Addr: "x@gmail.com"},
		"noreply@klarna.com <x@gmail.com>":                  {Name: "noreply@klarna.com", Addr: "x@gmail.com"},
		"=?utf-8?Q?=3Ca=40klarna.com=3E?= <x@evil.example>": {Name: "<a@klarna.com>", Addr: "x@evil.example"},
		"<noreply@klarna.com> <x@evil.example>":             {Name: "<noreply@klarna.com> <x@evil.example>"},
		"<x@evil.example>noreply@klarna.com":                {Name: "<x@evil.example>noreply@klarna.com"},
		"Klarna <x@evil.example <a@klarna.com>":             {Name: "Klarna <x@evil.example <a@klarna.com>"},
		"<@evil.example,@any:noreply@klarna.com>":           {},
		"noreply@klarna.com@evil.example":                   {},
		"Klarna: x@evil.example;":                           {Name: "Klarna:", Addr: "x@evil.example"},
		`"Klarna Disputes": A <x@evil.example>;`:            {Name: "Klarna Disputes: A", Addr: "x@evil.example"},
		"Klarna:; x@evil.example":                           {Addr: "x@evil.example"},
		"x@\u212alarna.COM":                                 {Addr: "x@\u212alarna.com"}, // a Kelvin sign is no K
		"noreply(@klarna.com)@evil.example":                 {Name: "@klarna.com)@evil.example"},
		`"noreply@klarna.com"@evil.example`:                 {Addr: `"noreply@klarna.com"@evil.example`},
		"Klarna <a@klarna.com\x00.evil.example>":            {Name: "Klarna", Addr: "a@klarna.com.evil.example"},
		`"A \"B\" \\C" <a@b.example>`:                       {Name: `A "B" \C`, Addr: "a@b.example"},
		`A\ <a@b.example>`:                                  {Name: `A\`, Addr: "a@b.example"},
		"Klarna (a < b, c) <a@b.example> (d)":               {Name: "Klarna (a < b, c)", Addr: "a@b.example"},
		"Klarna> <a@b.example>":                             {Name: "Klarna> <a@b.example>"},
		"a@kl_1-x.example9":                                 {Addr: "a@kl_1-x.example9"},
		`a\,b@klarna.com`:                                   {}, `"a"b"@klarna.com`: {}, `"a" b"@klarna.com`: {},
		"a@klarna.com/x": {}, "a@klarna.com:1": {Name: "a@klarna.com:"}, "a@[1.2.3.4]": {}, "a@klarna.com`": {}, "a@klarna.com{": {},
		strings.Repeat("a", 320) + "@klarna.com": {},
		"Klarna":                                 {}, "<>": {}, "a@": {}, "@b": {}, "a@b..c": {}, "a b@c.example": {},
	} {
		m := Header([]byte("From: " + raw + "\r\n"))
		if len(m.From) != 1 {
			t.Errorf("%q: %d addresses", raw, len(m.From))
			continue
		}
		got := m.From[0]
		got.Raw = ""
		if got != want {
			t.Errorf("%q: %+v, want %+v", raw, got, want)
		}
	}
}

func TestAddressListsAndGroups(t *testing.T) {
	for raw, want := range map[string][]string{
		"a@b.example, C <c@d.example>":             {"a@b.example", "c@d.example"},
		"Klarna: a@klarna.com, x@evil.example;":    {"a@klarna.com", "x@evil.example"},
		"undisclosed-recipients:;":                 nil,
		`"a, b" <c@d.example>, (e, f) g@h.example`: {"c@d.example", "g@h.example"},
		"": nil,
	} {
		var got []string
		for _, a := range Header([]byte("Reply-To: " + raw + "\r\n")).ReplyTo {
			got = append(got, a.Addr)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", raw, diff)
		}
	}
	if got := len(Header([]byte("Reply-To: " + strings.Repeat("a@b.example, ", 2*maxAddresses))).ReplyTo); got != maxAddresses {
		t.Errorf("%d addresses are read", got)
	}
}

func TestMessageIDsAreReadPastABadOne(t *testing.T) {
	m := Header([]byte("Message-ID: (c) <a@b>\nReferences: <x y> <<c@d> no\n <e.f> <g@h\nIn-Reply-To: Your mail <i@j>\n"))
	if m.MessageID != "<a@b>" {
		t.Errorf("Message-ID %q", m.MessageID)
	}
	if diff := cmp.Diff([]string{"<c@d>", "<e.f>"}, m.References); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"<i@j>"}, m.InReplyTo); diff != "" {
		t.Error(diff)
	}
}

func TestDatesComeInManyForms(t *testing.T) {
	at := time.Date(2024, 3, 1, 10, 20, 30, 0, time.UTC)
	for raw, want := range map[string]struct {
		at  time.Time
		odd bool
	}{
		"Fri, 1 Mar 2024 11:20:30 +0100 (CET)":  {at, false},
		"1 Mar 2024 10:20:30 GMT":               {at, false},
		"Fri, 01 Mar 24 11:20:30 CET":           {at, false},
		"Fri, 1 Mar 2024 11:20:30 MEZ":          {at, false},
		"Fri Mar 1 10:20:30 2024":               {at, true},
		"Fri, 1 Mar 2024 10:20:30":              {at, true},
		"Fri, 1 Mar 2024 10:20:30 XYZ":          {at, true},
		"2024-03-01 10:20:30 +0000":             {at, false},
		"2024-03-01T10:20:30Z":                  {at, false},
		"yesterday":                             {time.Time{}, true},
		"Fri, 1 Mar 3024 10:20:30 +0000":        {time.Time{}, true},
		"Fri, 1 Mar 2024 10:20:30 +0000 ((((((": {at, false},
	} {
		m := Header([]byte("Date: " + raw + "\n"))
		if !m.Date.Equal(want.at) || len(m.Warnings) > 0 != want.odd {
			t.Errorf("%q: %v, warnings %q", raw, m.Date, m.Warnings)
		}
	}
}

func TestGetReturnsAllValuesTopFirst(t *testing.T) {
	m := Header([]byte("List-Id: a\r\nLIST-ID: =?utf-8?Q?=C3=BC?=\r\nTo: x\r\n"))
	if diff := cmp.Diff([]string{"a", "ü"}, m.Get("list-id")); diff != "" {
		t.Error(diff)
	}
}

func TestTextWithoutAHeaderIsAllText(t *testing.T) {
	wantText(t, show(parse(t, "Hello\nFrom: Klarna\nDispute ID: 1\n")), "Hello\nFrom: Klarna\nDispute ID: 1\n")
}

func TestEndlessDateIsNotRead(t *testing.T) {
	m := Header([]byte("Date: Fri, 1 Mar 2024 10:20:30 +0000 " + strings.Repeat("(", 300) + "\n"))
	if !m.Date.IsZero() {
		t.Errorf("%v", m.Date)
	}
	warned(t, m, "cannot be read")
}
