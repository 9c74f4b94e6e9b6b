package check

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
)

// lookForMail is how often the folders are looked at for the user's mail.
const lookForMail = 5 * time.Second

// awaiting is the wait for one mail in all folders of the mailboxes.
type awaiting struct {
	*Call
	word  string // in its subject: one that no other mail holds, and of one piece for servers that search whole words
	began time.Time
	boxes []*awaited
}

// awaited is one mailbox that is looked into.
type awaited struct {
	box  ingest.Mailbox
	conn *mailbox.Conn // nil after a fault: it is dialled again
	err  error         // of the last look
	read []string      // the folders that the daemon reads
	sent []string      // those of sent mail: a copy there has not arrived anywhere
}

// arrival is where the mail lies.
type arrival struct {
	mailbox, folder string
	read            bool
}

// awaitMail asks the user for a mail to the onboarding address and says where it
// arrives, or that it does not. Folders are opened read-only.
func (c *Call) awaitMail(ctx context.Context, cfg *config.Config, boxes []config.Mailbox) {
	a := &awaiting{Call: c, word: "dw" + strings.ToLower(rand.Text()[:10]), began: time.Now()}
	for _, m := range boxes {
		box := wiring.Mailbox(cfg, m, wiring.TokensOf(cfg, m), time.Now)
		a.boxes = append(a.boxes, &awaited{box: box})
	}
	defer a.close()
	fmt.Fprintf(c.Stderr, `
Send a mail to the address that you gave Klarna when you set it up in Stripe, from
an account outside your company, with this word in its subject:

    %s

Waiting for it until %s; ^C ends it.

`, a.word, a.began.Add(c.Await).Local().Format("15:04:05"))
	found, inSent := a.wait(ctx)
	if ctx.Err() != nil {
		c.line(false, "test mail: the wait was ended before it arrived", "")
		return
	}
	a.tell(found, inSent)
}

// wait looks again and again, and a last time when the time is over. It is nil where
// nothing has arrived by then, or where no mailbox at all can be looked into.
func (a *awaiting) wait(ctx context.Context) (found []arrival, inSent string) {
	next := time.NewTicker(lookForMail)
	defer next.Stop()
	end := time.NewTimer(time.Until(a.began.Add(a.Await)))
	defer end.Stop()
	for over := false; ; {
		failed := 0
		for _, b := range a.boxes {
			some, sent, err := a.look(ctx, b)
			if ctx.Err() == nil {
				b.err = err // else it is the wait that ended
			}
			if b.err != nil {
				failed++
			}
			inSent = cmp.Or(sent, inSent)
			found = append(found, some...)
		}
		if over || len(found) > 0 || failed == len(a.boxes) {
			return found, inSent
		}
		select {
		case <-ctx.Done():
			return nil, inSent
		case <-end.C:
			over = true
		case <-next.C:
		}
	}
}

// look looks into each folder of one mailbox, over a connection that stays. One of
// all mail says something only of a mail that lies in no other.
func (a *awaiting) look(ctx context.Context, b *awaited) (found []arrival, inSent string, err error) {
	if err := b.open(ctx); err != nil {
		return nil, "", err
	}
	folders, err := b.conn.Folders(ctx)
	alone := ""
	for _, f := range allMailFirst(folders) {
		if !f.Selectable || view(f) || f.Special == `\Drafts` {
			continue
		}
		n, countErr := b.conn.CountSubject(ctx, f.Name, a.word, a.began)
		switch {
		case countErr != nil:
			err = countErr
		case n == 0:
		case f.Special == `\All`:
			alone = f.Name
		case slices.Contains(b.sent, f.Name) && !slices.Contains(b.read, f.Name):
			inSent = f.Name
		default:
			found = append(found, arrival{b.box.Account.Name, f.Name, slices.Contains(b.read, f.Name) || covered(f, folders, b.read)})
		}
	}
	if err != nil {
		b.conn.Close()
		b.conn = nil
		return found, inSent, err
	}
	if alone != "" && len(found) == 0 && inSent == "" {
		found = append(found, arrival{b.box.Account.Name, alone, slices.Contains(b.read, alone)})
	}
	return found, inSent, nil
}

// allMailFirst sorts folders so that what is seen in one of all mail has reached
// the others when they are looked into.
func allMailFirst(folders []mailbox.Folder) []mailbox.Folder {
	isAll := func(f mailbox.Folder) bool { return f.Special == `\All` }
	others := slices.DeleteFunc(slices.Clone(folders), isAll)
	return append(slices.DeleteFunc(slices.Clone(folders), func(f mailbox.Folder) bool { return !isAll(f) }), others...)
}

// open dials and learns which folders are what.
func (b *awaited) open(ctx context.Context) (err error) {
	if b.conn != nil {
		return nil
	}
	conn, err := mailbox.Dial(ctx, b.box.Account)
	if err != nil {
		return err
	}
	if b.read = b.box.Folders; b.read == nil {
		b.read, err = conn.Auto(ctx)
	}
	if err == nil {
		b.sent, err = conn.Sent(ctx)
	}
	if err != nil {
		conn.Close()
		return err
	}
	b.conn = conn
	return nil
}

func (a *awaiting) close() {
	for _, b := range a.boxes {
		if b.conn != nil {
			b.conn.Close()
		}
	}
}

// tell says where the mail lies: well where at least one place is read.
func (a *awaiting) tell(found []arrival, inSent string) {
	took := time.Since(a.began).Round(time.Second)
	for _, f := range found {
		what := fmt.Sprintf("test mail: arrived in mailbox %s, folder %s, after %s", f.mailbox, f.folder, took)
		switch {
		case f.read && f.folder != "INBOX":
			a.line(true, what, "it is read there; if that is the folder of spam, tell your mail system that Klarna sends none")
		case f.read:
			a.line(true, what, "")
		default:
			ok := slices.ContainsFunc(found, func(f arrival) bool { return f.read })
			a.line(ok, what+", which is not read", "add the folder to folders of "+f.mailbox+", or change the filter that moves mail there")
		}
	}
	if len(found) > 0 {
		return
	}
	failed := 0
	for _, b := range a.boxes {
		if b.err != nil {
			failed++
			a.try(fmt.Sprintf("test mail: look into mailbox %s", b.box.Account.Name), b.err)
		}
	}
	if failed == len(a.boxes) {
		return // nobody knows whether it arrived
	}
	a.line(false, fmt.Sprintf("test mail: none with %s arrived in any folder within %s", a.word, took), a.missing(inSent))
}

// missing is where to look for a mail that did not arrive.
func (a *awaiting) missing(inSent string) string {
	hints := []string{
		"is it the address of Klarna's mails? Stripe's settings and Klarna's portal show it; it may be another mailbox, or a group or forward that ends elsewhere",
		"did the sender get a bounce? Spam quarantines of Microsoft 365 and Google Workspace hold mails back before any folder: their administrators see them",
		"some servers put off first mails: wait longer with --await-mail=1h",
	}
	if inSent != "" {
		hints = append([]string{"it lies in " + inSent + ": it was sent from this very mailbox, and did not come back"}, hints...)
	}
	return strings.Join(hints, "\n")
}
