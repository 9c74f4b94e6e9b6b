package mailbox

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Folder is one folder of the mailbox.
type Folder struct {
	Name       string // UTF-8, with the server's own delimiter
	Special    string // \Junk, \Sent and so on (RFC 6154, RFC 8457), "" for none
	Selectable bool

	delimiter rune // 0 where there are no levels: no name holds it
}

// Folders lists the mailbox's folders, as the server told them when it was first
// asked over this Conn.
func (c *Conn) Folders(ctx context.Context) ([]Folder, error) {
	if c.folders != nil {
		return c.folders, nil
	}
	var folders []Folder
	err := c.await(ctx, func() error {
		// One turn for both: what the server can, and what it lists unasked.
		can := c.client.Capability()
		list, err := c.client.List("", "*", nil).Collect()
		if err != nil {
			return err
		}
		caps, err := can.Wait()
		if err != nil {
			return err
		}
		folders = named(list)
		if special(folders) || !caps.Has(imap.CapSpecialUse) || !caps.Has(imap.CapListExtended) {
			return nil
		}
		list, err = c.client.List("", "*", &imap.ListOptions{ReturnSpecialUse: true}).Collect()
		folders = named(list)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("mailbox %s: list folders: %w%s", c.account.Name, plainly(err), hintLine(c.listHint(err)))
	}
	c.folders = folders
	return folders, nil
}

// exists says whether the server lists a folder of exactly this name.
func (c *Conn) exists(ctx context.Context, folder string) (bool, error) {
	var folders []Folder
	err := c.await(ctx, func() error {
		list, err := c.client.List("", folder, nil).Collect()
		folders = named(list)
		return err
	})
	return slices.ContainsFunc(folders, func(f Folder) bool { return f.Name == folder && f.Selectable }), err
}

func named(list []*imap.ListData) []Folder {
	var folders []Folder
	for _, l := range list {
		f := Folder{Name: l.Mailbox, Selectable: true, delimiter: l.Delim}
		for _, a := range l.Attrs {
			switch a {
			case imap.MailboxAttrNoSelect, imap.MailboxAttrNonExistent:
				f.Selectable = false
			case imap.MailboxAttrAll, imap.MailboxAttrArchive, imap.MailboxAttrDrafts, imap.MailboxAttrFlagged,
				imap.MailboxAttrImportant, imap.MailboxAttrJunk, imap.MailboxAttrSent, imap.MailboxAttrTrash:
				f.Special = string(a)
			}
		}
		folders = append(folders, f)
	}
	return folders
}

func special(folders []Folder) bool {
	return slices.ContainsFunc(folders, func(f Folder) bool { return f.Special != "" })
}

// Auto names the folders that a dispute mail can arrive in: INBOX, and Junk by
// SPECIAL-USE or, where the server marks none, by the names in use.
func (c *Conn) Auto(ctx context.Context) ([]string, error) {
	folders, err := c.Folders(ctx)
	if err != nil {
		return nil, err
	}
	auto := []string{"INBOX"}
	return append(auto, those(folders, imap.MailboxAttrJunk, junkNames)...), nil
}

// Sent names the folders of sent mail: by SPECIAL-USE or, where the server
// marks none, by the names in use. There may be several, since each mail
// program likes its own, or none.
func (c *Conn) Sent(ctx context.Context) ([]string, error) {
	folders, err := c.Folders(ctx)
	if err != nil {
		return nil, err
	}
	return those(folders, imap.MailboxAttrSent, sentNames), nil
}

// those are the folders of a special use, or where none is marked those with
// one of the names.
func those(folders []Folder, use imap.MailboxAttr, names []string) []string {
	var found []string
	marked := slices.ContainsFunc(folders, func(f Folder) bool { return f.Special == string(use) })
	for _, f := range folders {
		is := f.Special == string(use) || !marked && f.Special == "" && slices.Contains(names, f.plainName())
		if is && f.Selectable && f.Name != "INBOX" {
			found = append(found, f.Name)
		}
	}
	return found
}

// The names that Cyrus, Dovecot, Courier, Exchange, Apple Mail, Yahoo, GMX and
// Telekom give, in lower case.
var (
	junkNames = []string{
		"junk", "spam", "junk e-mail", "junk email", "junk-e-mail", "bulk mail", "bulk",
		"spamverdacht", "skräppost", "indésirables",
	}
	sentNames = []string{
		"sent", "sent items", "sent messages", "sent mail", "sent-mail",
		"gesendet", "gesendete objekte", "gesendete elemente", "gesendete nachrichten",
		"verzonden", "verzonden items", "skickat", "skickade objekt", "sendt", "sendt post", "sendte elementer",
		"lähetetyt", "éléments envoyés", "messages envoyés", "envoyés", "elementos enviados", "enviados",
		"posta inviata", "inviati", "wysłane", "elementy wysłane", "odeslané", "odeslaná pošta",
	}
)

// plainName is the name in lower case at the top level or just below INBOX or
// [Gmail].
func (f Folder) plainName() string {
	name := f.Name
	for _, root := range []string{"INBOX", "[Gmail]", "[Google Mail]"} {
		name = strings.TrimPrefix(name, root+string(f.delimiter))
	}
	return strings.ToLower(name)
}
