package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
)

// mailbox logs in and looks at the folders, after a person's consent where that
// is lacking.
func (c *Call) mailbox(ctx context.Context, cfg *config.Config, m config.Mailbox) {
	if !c.consented(ctx, cfg, m) {
		return
	}
	what := fmt.Sprintf("mailbox %s: log in to %s:%d as %s", m.Name, m.Host, m.Port, m.Username)
	box := wiring.Mailbox(cfg, m, wiring.TokensOf(cfg, m), time.Now)
	conn, err := mailbox.Dial(ctx, box.Account)
	if err != nil {
		c.try(fmt.Sprintf("mailbox %s: %s:%d", m.Name, m.Host, m.Port), errors.Unwrap(err)) // without its name once more
		return
	}
	defer conn.Close()
	c.line(true, what, "")
	read := c.readFolders(ctx, conn, m, box.Folders)
	if read == nil {
		return
	}
	c.sentFolders(ctx, conn, m)
	c.otherFolders(ctx, conn, m, read)
}

// readFolders names the folders that are read and looks whether each can be
// opened. It is nil where one cannot.
func (c *Call) readFolders(ctx context.Context, conn *mailbox.Conn, m config.Mailbox, folders []string) []string {
	var err error
	if folders == nil {
		if folders, err = conn.Auto(ctx); err != nil {
			c.try(fmt.Sprintf("mailbox %s: find the folders to read", m.Name), err)
			return nil
		}
	}
	var held []string
	for _, f := range folders {
		n, err := conn.Count(ctx, f, "")
		if err != nil {
			c.try(fmt.Sprintf("mailbox %s: folder %s", m.Name, f), err)
			return nil
		}
		held = append(held, fmt.Sprintf("%s (%s)", f, mailsOf(n)))
	}
	hint := ""
	if m.Folders.Auto() && len(folders) == 1 {
		hint = "it marks no folder as Junk: where dispute mails could be sorted out as spam, name that folder in folders"
	}
	c.line(true, fmt.Sprintf("mailbox %s: reads %s", m.Name, strings.Join(held, ", ")), hint)
	return folders
}

// sentFolders names the folders that replies are looked for in.
func (c *Call) sentFolders(ctx context.Context, conn *mailbox.Conn, m config.Mailbox) {
	const byHand = "a reply to a stop request is not noticed: a person says disputewatch answer"
	switch m.SentFolder {
	case "":
		c.line(true, fmt.Sprintf("mailbox %s: follows no folder of sent mail", m.Name), byHand)
		return
	case "auto":
	default:
		_, err := conn.Count(ctx, m.SentFolder, "")
		c.try(fmt.Sprintf("mailbox %s: follows replies in %s", m.Name, m.SentFolder), err)
		return
	}
	sent, err := conn.Sent(ctx)
	switch {
	case err != nil:
		c.try(fmt.Sprintf("mailbox %s: find the folder of sent mail", m.Name), err)
	case len(sent) == 0:
		c.line(true, fmt.Sprintf("mailbox %s: no folder of sent mail was found", m.Name), "name it in sent_folder; else "+byHand)
	default:
		c.line(true, fmt.Sprintf("mailbox %s: follows replies in %s", m.Name, strings.Join(sent, ", ")), "")
	}
}

// otherFolders names folders that are not read although they hold Klarna mail. A
// folder of all mail says something only by what it holds beside those that are
// read, and one that is read leaves nothing to the others.
func (c *Call) otherFolders(ctx context.Context, conn *mailbox.Conn, m config.Mailbox, read []string) {
	all, err := conn.Folders(ctx)
	if err != nil {
		c.try(fmt.Sprintf("mailbox %s: list folders", m.Name), err)
		return
	}
	known, archive, archived := 0, "", 0
	for _, f := range all {
		if !f.Selectable {
			continue
		}
		n, err := conn.Count(ctx, f.Name, "klarna")
		switch {
		case err != nil:
			c.try(fmt.Sprintf("mailbox %s: look into %s", m.Name, f.Name), err)
			return
		case slices.Contains(read, f.Name):
			if !apart(f) {
				known += n
			}
		case f.Special == `\All`:
			archive, archived = f.Name, n
		case view(f), covered(f, all, read):
		case n > 0:
			c.line(true, fmt.Sprintf("mailbox %s: folder %s holds %s of Klarna and is not read", m.Name, f.Name, mailsOf(n)),
				"add it to folders if a filter moves dispute mails there")
		}
	}
	if archived > known {
		c.line(true, fmt.Sprintf("mailbox %s: folder %s holds %s of Klarna that lie in no folder that is read", m.Name, archive, mailsOf(archived-known)),
			"a filter that skips the inbox hides dispute mails: change it, or read "+archive+" in place of INBOX")
	}
}

// view says that a folder only shows what lies in others (RFC 6154, RFC 8457).
func view(f mailbox.Folder) bool {
	return f.Special == `\Flagged` || f.Special == `\Important`
}

// covered says that the mails of a folder are read in one of all mail.
func covered(f mailbox.Folder, all []mailbox.Folder, read []string) bool {
	return !apart(f) && slices.ContainsFunc(all, func(f mailbox.Folder) bool { return f.Special == `\All` && slices.Contains(read, f.Name) })
}

// apart says that a folder of all mail does not hold what lies in this one: Gmail
// keeps its spam and its trash out of it.
func apart(f mailbox.Folder) bool {
	return (f.Special == `\Junk` || f.Special == `\Trash`) &&
		(strings.HasPrefix(f.Name, "[Gmail]/") || strings.HasPrefix(f.Name, "[Google Mail]/"))
}

func mailsOf(n int) string {
	if n == 1 {
		return "1 mail"
	}
	return fmt.Sprintf("%d mails", n)
}
