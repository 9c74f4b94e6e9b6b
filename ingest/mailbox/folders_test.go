package mailbox

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
)

// listing is a connection to a server that can what caps say, and that lists these
// folders where it is asked as usual, and others where special uses are asked for.
func listing(t *testing.T, caps, usual, asked string) *Conn {
	t.Helper()
	server, err := fakeimap.StartScript(func(tag, command string) string {
		ok := tag + " OK done\r\n"
		switch {
		case tag == "":
			return "* OK [CAPABILITY IMAP4rev1] hello\r\n"
		case strings.HasPrefix(command, "LOGIN"):
			return tag + " OK [CAPABILITY IMAP4rev1] welcome\r\n"
		case command == "CAPABILITY":
			return "* CAPABILITY IMAP4rev1 " + caps + "\r\n" + ok
		case strings.HasPrefix(command, "LIST") && strings.Contains(command, "RETURN (SPECIAL-USE)"):
			if asked == "" {
				return tag + " BAD what is that?\r\n"
			}
			return asked + ok
		case strings.HasPrefix(command, "LIST"):
			return usual + ok
		}
		return ok
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	c, err := Dial(t.Context(), Account{
		Name: "onboarding", Host: "127.0.0.1", Port: server.Port(), Security: None, Username: "shop",
		Password: func() (string, error) { return "secret", nil }, Patience: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestSpecialUsesAreAskedForWhereTheServerHidesThem(t *testing.T) {
	const (
		bare   = "* LIST () \"/\" INBOX\r\n* LIST () \"/\" Werbung\r\n"
		marked = "* LIST () \"/\" INBOX\r\n* LIST (\\Junk) \"/\" Werbung\r\n"
	)
	for name, tt := range map[string]struct{ caps, usual, asked, junk string }{
		"it hides them":                {"SPECIAL-USE LIST-EXTENDED", bare, marked, "Werbung"},
		"it shows them as usual":       {"SPECIAL-USE LIST-EXTENDED", marked, "", "Werbung"},
		"it has none":                  {"LIST-EXTENDED", bare, "", ""},
		"it cannot be asked for them":  {"SPECIAL-USE", bare, "", ""},
		"it lists nothing but INBOX":   {"", "* LIST () NIL INBOX\r\n", "", ""},
		"its INBOX is marked":          {"SPECIAL-USE", "* LIST (\\Junk) \"/\" INBOX\r\n", "", ""},
		"it has no levels":             {"", "* LIST () NIL Junk\r\n* LIST () NIL INBOXspam\r\n", "", "Junk"},
		"the one of that name is gone": {"SPECIAL-USE", "* LIST (\\Junk \\NonExistent) \"/\" Werbung\r\n", "", ""},
	} {
		c := listing(t, tt.caps, tt.usual, tt.asked)
		want := []string{"INBOX"}
		if tt.junk != "" {
			want = append(want, tt.junk)
		}
		if got, err := c.Auto(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: reads %q, want %q; %v", name, got, want, err)
		}
	}
}

func TestFolderSaysItsSpecialUse(t *testing.T) {
	uses := []string{`\All`, `\Archive`, `\Drafts`, `\Flagged`, `\Important`, `\Junk`, `\Sent`, `\Trash`}
	list := "* LIST (\\HasNoChildren) \"/\" INBOX\r\n"
	for _, use := range uses {
		list += "* LIST (\\HasNoChildren " + use + ") \"/\" \"of " + use[1:] + "\"\r\n"
	}
	folders, err := listing(t, "SPECIAL-USE", list, "").Folders(t.Context())
	var got []string
	for _, f := range folders {
		if f.Special != "" && f.Name == "of "+f.Special[1:] && f.Selectable {
			got = append(got, f.Special)
		}
	}
	if err != nil || len(folders) != len(uses)+1 || !slices.Equal(got, uses) {
		t.Errorf("%q of %+v, want %q; %v", got, folders, uses, err)
	}
}
