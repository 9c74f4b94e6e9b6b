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
		switch strings.ToLower(f.Name) {
		case "from":
			m.From = append(m.From, addresses(rawValue(f))...)
		case "sender":
			m.Sender = append(m.Sender, addresses(rawValue(f))...)
		case "reply-to":
			m.ReplyTo = append(m.ReplyTo, addresses(rawValue(f))...)
		case "subject":
			m.Subject = first(m.Subject, clean(f.Value))
		case "message-id":
			if ids := messageIDs(rawValue(f)); m.MessageID == "" && len(ids) > 0 {
				m.MessageID = ids[0]
			}
		case "in-reply-to":
			m.InReplyTo = append(m.InReplyTo, messageIDs(rawValue(f))...)
		case "references":
			m.References = append(m.References, messageIDs(rawValue(f))...)
		case "date":
			if m.Date.IsZero() {
				m.Date = date(rawValue(f))
			}
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

// zones are the names of RFC 5322 §4.3 and those that European mailers write;
// time.Parse would take any other name as UTC, which is a guess.
var zones = strings.NewReplacer(
	" UTC", " +0000", " GMT", " +0000", " UT", " +0000", " Z", " +0000", " WET", " +0000",
	" BST", " +0100", " CET", " +0100", " MEZ", " +0100", " MET", " +0100", " WEST", " +0100",
	" CEST", " +0200", " MESZ", " +0200", " MEST", " +0200", " EET", " +0200", " EEST", " +0300",
	" EST", " -0500", " EDT", " -0400", " CST", " -0600", " CDT", " -0500",
	" MST", " -0700", " MDT", " -0600", " PST", " -0800", " PDT", " -0700",
)

var dateForms = []string{
	"Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04 -0700",
	"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700",
	"Mon Jan 2 15:04:05 2006 -0700", "Mon Jan 2 15:04:05 -0700 2006",
	"2006-01-02 15:04:05 -0700", time.RFC3339,
}

// date reads a Date field; zero where it cannot be read for sure.
func date(s string) time.Time {
	const longest = 200
	if len(s) > longest {
		return time.Time{}
	}
	s = strings.Join(strings.Fields(withoutComments(s)), " ")
	i := strings.LastIndexByte(s, ' ')
	if i >= 0 {
		s = s[:i] + zones.Replace(s[i:])
	}
	forms := dateForms
	t, err := mail.ParseDate(s)
	if i < 0 || strings.IndexAny(s[i:], "+-") < 0 {
		err = mail.ErrHeaderNotPresent // a zone that nobody knows
	}
	for err != nil && len(forms) > 0 {
		t, err = time.Parse(forms[0], s)
		forms = forms[1:]
	}
	if err != nil || t.Year() < 1970 || t.Year() > 2200 {
		return time.Time{}
	}
	return t
}

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
