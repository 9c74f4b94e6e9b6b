package mailbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What servers are known, or allowed, to say in their own way is read all the
// same.
func TestServersOfFewWordsAreRead(t *testing.T) {
	for name, answer := range map[string]func(l *liar, tag, command string) string{
		"no UIDNEXT": func(l *liar, tag, command string) string {
			if strings.HasPrefix(command, "EXAMINE") {
				return fmt.Sprintf("* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7]\r\n%s OK\r\n", len(l.mails), tag)
			}
			return ""
		},
		"a blank after the last UID": func(l *liar, tag, command string) string {
			if strings.HasPrefix(command, "UID SEARCH") {
				return "* SEARCH" + l.search(strings.Fields(command)[2:]) + " \r\n" + tag + " OK\r\n"
			}
			return ""
		},
		"no answer where nothing is found": func(l *liar, tag, command string) string {
			if strings.HasPrefix(command, "UID SEARCH") && l.search(strings.Fields(command)[2:]) == "" {
				return tag + " OK\r\n"
			}
			return ""
		},
		"found in two lines": func(l *liar, tag, command string) string {
			if strings.HasPrefix(command, "UID SEARCH") {
				return "* SEARCH" + strings.ReplaceAll(l.search(strings.Fields(command)[2:]), " ", "\r\n* SEARCH ") + "\r\n" + tag + " OK\r\n"
			}
			return ""
		},
		"small letters": func(l *liar, tag, command string) string {
			if strings.HasPrefix(command, "EXAMINE") {
				return fmt.Sprintf("* %d exists\r\n* ok [UIDVALIDITY 7]\r\n* Ok [UIDNEXT %d]\r\n%s ok\r\n", len(l.mails), l.next, tag)
			}
			return ""
		},
		"it greets us as known": func(_ *liar, tag, command string) string {
			switch {
			case tag == "":
				return "* PREAUTH [CAPABILITY IMAP4rev1] at home\r\n"
			case strings.HasPrefix(command, "LOGIN"):
				return tag + " BAD not now\r\n"
			}
			return ""
		},
		"a greeting without capabilities": func(_ *liar, tag, command string) string {
			switch {
			case tag == "":
				return "* OK\r\n"
			case strings.HasPrefix(command, "LOGIN"):
				return tag + " OK\r\n"
			}
			return ""
		},
		"other capabilities after the login": func(_ *liar, tag, command string) string {
			if strings.HasPrefix(command, "LOGIN") {
				return "* CAPABILITY IMAP4rev1 LOGINDISABLED ESEARCH CONDSTORE\r\n" + tag + " OK [CAPABILITY IMAP4rev1 IMAP4rev2] in\r\n"
			}
			return ""
		},
		"news in between": func(l *liar, tag, command string) string {
			if strings.HasPrefix(command, "UID FETCH") {
				return "* 9 EXISTS\r\n* 1 RECENT\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* OK [ALERT] full\r\n* NO quota\r\n" + l.fetches(strings.Fields(command)[2], command) + tag + " OK\r\n"
			}
			return ""
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, account := newLiar(t, 3)
			l.now(func() { l.answer = func(tag, command string) string { return answer(l, tag, command) } })
			s := newStory(t, account)
			s.must(s.poll())
			s.said("dispute 1", "dispute 2", "dispute 3")
			s.must(s.poll())
			s.said()
			l.now(func() { l.mails[4], l.next = dispute(4), 5 })
			s.must(s.poll())
			s.said("dispute 4")
		})
	}
}

func TestFoldersAreFoundHoweverTheyAreListed(t *testing.T) {
	for name, c := range map[string]struct{ list, auto, sent string }{
		"as Gmail": {`* LIST (\HasNoChildren) "/" "INBOX"
* LIST (\HasChildren \Noselect) "/" "[Gmail]"
* LIST (\All \HasNoChildren) "/" "[Gmail]/All Mail"
* LIST (\HasNoChildren \Sent) "/" "[Gmail]/Gesendet"
* LIST (\HasNoChildren \Junk) "/" "[Gmail]/Spam"`, "INBOX, [Gmail]/Spam", "[Gmail]/Gesendet"},
		"as Exchange": {`* LIST (\Marked \HasNoChildren) "/" INBOX
* LIST (\HasNoChildren \Junk) "/" "Junk Email"
* LIST (\HasNoChildren \Sent) "/" "Gesendete Elemente"`, "INBOX, Junk Email", "Gesendete Elemente"},
		"in other letters":     {`* LIST (\JUNK \NOINFERIORS) "/" Unrat` + "\n" + `* LIST (\sent) "/" Weg`, "INBOX, Unrat", "Weg"},
		"with a dot":           {`* LIST () "." INBOX.spam` + "\n" + `* LIST () "." INBOX.Sent`, "INBOX, INBOX.spam", "INBOX.Sent"},
		"flat":                 {`* LIST () NIL Junk` + "\n" + `* LIST () NIL "Sent Items"`, "INBOX, Junk", "Sent Items"},
		"by a literal":         {"* LIST () \"/\" {4}\nSpam\n* LIST () \"/\" {4}\nSent", "INBOX, Spam", "Sent"},
		"in modified UTF-7":    {`* LIST () "/" "Skr&AOQ-ppost"` + "\n" + `* LIST () "/" "&AMk-l&AOk-ments envoy&AOk-s"`, "INBOX, Skräppost", "Éléments envoyés"},
		"no such folder":       {`* LIST () "/" INBOX`, "INBOX", ""},
		"not to be opened":     {`* LIST (\Junk \NonExistent) "/" Junk` + "\n" + `* LIST (\Sent \Noselect) "/" Sent`, "INBOX", ""},
		"nothing listed":       {"", "INBOX", ""},
		"another's mark first": {`* LIST (\Trash) "/" Spam` + "\n" + `* LIST (\Junk) "/" Abfall`, "INBOX, Abfall", ""},
	} {
		t.Run(name, func(t *testing.T) {
			l, account := newLiar(t, 0)
			l.now(func() {
				l.answer = func(tag, command string) string {
					if !strings.HasPrefix(command, "LIST") {
						return ""
					}
					list := strings.ReplaceAll(c.list, "\n", "\r\n")
					if list != "" {
						list += "\r\n"
					}
					return list + tag + " OK\r\n"
				}
			})
			conn, err := Dial(t.Context(), account)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			auto, err := conn.Auto(t.Context())
			if err != nil || strings.Join(auto, ", ") != c.auto {
				t.Errorf("auto is %q, %v; want %s", auto, err, c.auto)
			}
			sent, err := conn.Sent(t.Context())
			slices.Sort(sent)
			if err != nil || strings.Join(sent, ", ") != c.sent {
				t.Errorf("sent is %q, %v; want %s", sent, err, c.sent)
			}
		})
	}
}
