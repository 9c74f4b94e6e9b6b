package eml

import (
	"net/mail"
	"strings"
	"time"
)

// take fills what is derived from a header.
func (m *Message) take(h header) {
	m.Fields, m.Malformed = h.fields, h.malformed
	for _, w := range h.warnings {
		m.warn(w)
	}
	for _, f := range h.fields {
		switch {
		case equalFold(f.Name, "from"):
			m.From = append(m.From, addresses(rawValue(f))...)
		case equalFold(f.Name, "sender"):
			m.Sender = append(m.Sender, addresses(rawValue(f))...)
		case equalFold(f.Name, "reply-to"):
			m.ReplyTo = append(m.ReplyTo, addresses(rawValue(f))...)
		case equalFold(f.Name, "message-id"):
			if ids := messageIDs(rawValue(f)); m.MessageID == "" && len(ids) > 0 {
				m.MessageID = ids[0]
			}
		case equalFold(f.Name, "date"):
			if m.Date.IsZero() {
				var odd string
				if m.Date, odd = date(rawValue(f)); odd != "" {
					m.warn(odd)
				}
			}
		case equalFold(f.Name, "subject"):
			m.Subject = first(m.Subject, clean(f.Value))
		case equalFold(f.Name, "in-reply-to"):
			m.InReplyTo = append(m.InReplyTo, messageIDs(rawValue(f))...)
		case equalFold(f.Name, "references"):
			m.References = append(m.References, messageIDs(rawValue(f))...)
		}
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// messageIDs returns each <…> without space or angle bracket in it. A list is
// read past a bad one.
func messageIDs(s string) []string {
	var ids []string
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return ids
		}
		s = s[i:]
		j := strings.IndexAny(s[1:], "<> \t\r\n\v\f")
		if j < 0 {
			return ids
		}
		if j > 0 && s[1+j] == '>' {
			ids = append(ids, strings.ToValidUTF8(s[:j+2], "\ufffd"))
		}
		s = s[1+j:]
	}
}

// zones are the names of RFC 5322 §4.3 and those that European mailers write.
var zones = map[string]string{
	"UTC": "+0000", "GMT": "+0000", "UT": "+0000", "Z": "+0000", "WET": "+0000",
	"BST": "+0100", "CET": "+0100", "MEZ": "+0100", "MET": "+0100", "WEST": "+0100",
	"CEST": "+0200", "MESZ": "+0200", "MEST": "+0200", "EET": "+0200", "EEST": "+0300",
	"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
	"MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}

const dateForm = "Mon, 2 Jan 2006 15:04:05 -0700" // RFC 5322 §3.3

var dateForms = []string{
	"Mon Jan 2 15:04:05 2006 -0700", "Mon Jan 2 15:04:05 -0700 2006",
	"2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05 -0700",
}

// date reads a Date field; zero where it cannot be read. Without a zone that is
// known the time is taken as UTC, and odd says so.
func date(s string) (t time.Time, odd string) {
	const longest = 200
	if len(s) > longest {
		return time.Time{}, "a Date that cannot be read"
	}
	s = strings.Join(strings.Fields(withoutComments(s)), " ")
	if t, err := time.Parse(dateForm, s); err == nil && sane(t) {
		return t, "" // nearly all: mail.ParseDate would try it as its 13th form
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, ""
	}
	i := strings.LastIndexByte(s, ' ') + 1
	switch zone := s[i:]; {
	case zones[strings.ToUpper(zone)] != "":
		s = s[:i] + zones[strings.ToUpper(zone)]
	case strings.Contains(zone, ":") || isYear(zone):
		s, odd = s+" +0000", "a Date without a time zone; it was read as UTC"
	case !strings.ContainsAny(zone, "+-"):
		s, odd = s[:i]+"+0000", "a Date in an unknown time zone; it was read as UTC"
	}
	t, err := mail.ParseDate(s)
	for _, form := range dateForms {
		if err != nil {
			t, err = time.Parse(form, s)
		}
	}
	if err != nil || !sane(t) {
		return time.Time{}, "a Date that cannot be read"
	}
	return t, odd
}

func sane(t time.Time) bool { return t.Year() >= 1970 && t.Year() <= 2200 }

func isYear(s string) bool { return len(s) == 4 && strings.Trim(s, "0123456789") == "" }

// withoutComments takes comments (RFC 5322 §3.2.2) out of an unquoted text.
func withoutComments(s string) string {
	if strings.IndexByte(s, '(') < 0 {
		return s
	}
	var b strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && depth > 0:
			i++
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
			b.WriteByte(' ')
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}
