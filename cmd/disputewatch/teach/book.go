package teach

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna"
	"github.com/disputewatch/disputewatch/ingest/klarna/lessons"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/rules"
)

// compared is what the entries would change among the mails in the book.
type compared struct {
	mails, silent int      // read again; without a text to read
	gains         []string // what would be read besides
	harm          []string // what would be read otherwise, or no more
}

// compare shows what the entries would change among the mails of the book's
// cases, and refuses them if a mail would be read otherwise than it is: that may
// be right, since the old reading may be the wrong one, so --force lets it pass.
func (t *Call) compare(ctx context.Context) error {
	if t.Mails == nil {
		fmt.Fprintln(t.Stdout, "no config, so no book: other mails were not looked at")
		return nil
	}
	var done compared
	err := t.Mails(ctx, func(id string, m rules.Mail) { t.compareMail(id, m, &done) })
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(t.Stdout, "there is no book yet: other mails were not looked at")
		return nil
	}
	if err != nil {
		return err
	}
	return t.judge(done)
}

// judge shows what was found, and refuses harm.
func (t *Call) judge(d compared) error {
	fmt.Fprintf(t.Stdout, "%d mails in the book were read again", d.mails)
	if d.silent > 0 {
		fmt.Fprintf(t.Stdout, ", %d could not be: their text is not kept any more", d.silent)
	}
	fmt.Fprintln(t.Stdout)
	for _, line := range d.gains {
		fmt.Fprintln(t.Stdout, "  + "+line)
	}
	for _, line := range d.harm {
		fmt.Fprintln(t.Stdout, "  ! "+line)
	}
	if len(d.harm) == 0 || t.Force {
		return nil
	}
	return fmt.Errorf("teach: %d mails in the book would be read otherwise; nothing was written\nhint: look at them: where the old reading is the wrong one, --force writes", len(d.harm))
}

// compareMail reads one mail of the book with the old words and with the new. Of
// one that was understood the book keeps the text, not the subject: both
// readings lack it alike.
func (t *Call) compareMail(id string, m rules.Mail, d *compared) {
	if t.taught(m) {
		return
	}
	msg := messageOf(m)
	if msg == nil {
		d.silent++
		return
	}
	d.mails++
	was, is := t.fields(msg, t.old), t.fields(msg, t.words)
	if lost := changed(was, is); len(lost) > 0 {
		d.harm = append(d.harm, fmt.Sprintf("case %s: %s", id, changes(lost, was, is)))
		return
	}
	if more := changed(is, was); len(more) > 0 {
		d.gains = append(d.gains, fmt.Sprintf("case %s: %s", id, changes(more, was, is)))
	}
}

// taught says that the mail is one of those that are taught from.
func (t *Call) taught(m rules.Mail) bool {
	for _, p := range t.pupils {
		if m.MessageID != "" && m.MessageID == p.before.Message.MessageID || m.Hash == p.before.Message.Hash {
			return true
		}
	}
	return false
}

// messageOf is a mail of the book as the reader takes it; nil where its text is
// not kept any more.
func messageOf(m rules.Mail) *eml.Message {
	if len(m.Raw) > 0 {
		if msg, err := eml.Parse(m.Raw); err == nil {
			return msg
		}
	}
	if m.Text == "" {
		return nil
	}
	part := eml.Part{Type: "text/html"} // its rows are lines of their own, as there
	for line := range strings.Lines(m.Text) {
		part.Rows = append(part.Rows, eml.Row{Cells: strings.Split(strings.TrimRight(line, "\n"), "\t")})
	}
	return &eml.Message{Date: m.Date, Parts: []eml.Part{part}}
}

// fields reads a mail of the book; nothing where it is not about a dispute.
func (t *Call) fields(m *eml.Message, words *phrase.Vocabulary) map[string]string {
	n, err := klarna.Parse(m, klarna.Options{
		Location: t.Settings.Location, DateOrder: t.Settings.DateOrder, Vocabulary: words, Now: t.now, FromKlarna: true,
	})
	var field *klarna.FieldError
	if err != nil && !errors.As(err, &field) {
		return nil
	}
	return lessons.Values(n)
}

// changes writes what becomes of fields.
func changes(list []string, was, is map[string]string) string {
	var out []string
	for _, f := range list {
		out = append(out, fmt.Sprintf("%s %s → %s", f, shown(was[f]), shown(is[f])))
	}
	return strings.Join(out, ", ")
}

func shown(value string) string {
	if value == "" {
		return "nothing"
	}
	return terminal.Quoted(value)
}
