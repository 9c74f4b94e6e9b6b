package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
	"github.com/disputewatch/disputewatch/ingest/sender"
	"github.com/disputewatch/disputewatch/rules"
)

// SentAuto as Mailbox.Sent stands for the folders of sent mail that the server
// marks or names so.
const SentAuto = "auto"

// sentFolders names the folders in which replies are looked for.
func (b Mailbox) sentFolders(ctx context.Context, conn *mailbox.Conn) ([]string, error) {
	switch b.Sent {
	case "":
		return nil, nil
	case SentAuto:
		return conn.Sent(ctx)
	}
	return []string{b.Sent}, nil
}

// place is the name under which our position in a folder is kept. One that is
// read for Klarna's mails too (some people keep a reply beside the mail that it
// answers) has a second one: each way counts its own UIDs.
func (b Mailbox) place(folder string, sent bool, read []string) string {
	if sent && slices.Contains(read, folder) {
		return folder + "\treplies"
	}
	return folder
}

// follow makes want one for sent mail: the headers of what answers a case's
// mail. A reply to a mail that we do not know waits, for that one may be read
// after it. When this reading changed a case, those that wait are looked at now,
// else hourly.
func (f *folderReading) follow(want *mailbox.Want) {
	want.HeadersOnly = true
	want.Candidate = func(_ uint32, header []byte) bool { return f.target(eml.Header(header)) != "" }
	want.Later = func(header []byte) bool {
		m := eml.Header(header)
		return len(answered(m, f.box.Settings.Sender.Domains)) > 0 && f.target(m) == ""
	}
	if len(f.report.Opened)+len(f.report.Changed) > 0 {
		want.SweepEvery = time.Nanosecond
	}
}

// target is the surest of the cases' mails that m answers, "" for none.
func (f *folderReading) target(m *eml.Message) string {
	for _, id := range answered(m, f.box.Settings.Sender.Domains) {
		if f.threads.known()[id] {
			return id
		}
	}
	return ""
}

// answered lists the Message-IDs that a mail answers, the surest first:
// In-Reply-To, then References from its end. Only what goes to Klarna answers
// Klarna: a mail forwarded to a colleague has the same References.
func answered(m *eml.Message, domains []string) []string {
	if !names(addressees(m), domains) || names(m.From, domains) || automatic(m) {
		return nil
	}
	ids := slices.Clone(m.InReplyTo)
	for _, id := range slices.Backward(m.References) {
		ids = append(ids, id)
	}
	return ids
}

// automatic says that no person wrote the mail: an absence notice (RFC 3834) or
// a receipt (RFC 8098) answers nothing.
func automatic(m *eml.Message) bool {
	for _, v := range m.Get("Auto-Submitted") {
		if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(v)), "no") {
			return true
		}
	}
	return slices.ContainsFunc(m.Get("Content-Type"), func(v string) bool {
		return strings.HasPrefix(strings.ToLower(strings.TrimSpace(v)), "multipart/report")
	})
}

// addressees reads To and Cc with the parser of From.
func addressees(m *eml.Message) []eml.Address {
	var all []eml.Address
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, "To") || strings.EqualFold(f.Name, "Cc") {
			_, value, _ := strings.Cut(f.Raw, ":")
			all = append(all, eml.Header([]byte("From:"+value)).From...)
		}
	}
	return all
}

// names says whether one of the addresses is of one of the domains.
func names(list []eml.Address, domains []string) bool {
	return slices.ContainsFunc(list, func(a eml.Address) bool {
		return sender.IsSender(a.Addr[strings.LastIndexByte(a.Addr, '@')+1:], domains)
	})
}

// reply is what the book keeps of a mail in Sent. Its end is "other", for it is
// no word of Klarna's, but it may be an event of a case.
func (f *folderReading) reply(raw mailbox.Raw, at rules.Position, now time.Time) rules.Mail {
	if raw.Fault != nil {
		return f.record(raw, Reading{Outcome: rules.OutcomeUnreadable, Err: raw.Fault}, at, now)
	}
	s, m := f.box.Settings, eml.Header(raw.Header)
	mail := rules.Mail{
		Mailbox: s.Mailbox, Folder: at.Folder, UIDValidity: at.UIDValidity, UID: raw.UID, Size: raw.Size,
		MessageID: m.MessageID, Hash: sentHash(m, raw), Date: m.Date, Outcome: rules.OutcomeOther, Join: true,
	}
	id := f.target(m)
	if id == "" {
		return mail // it was unreadable once and turned out to be none
	}
	mail.Keys = []string{rules.MailKey(id)}
	mail.Event = &rules.Event{
		Type: rules.EventReply, At: sentAt(m.Date, now), By: author(m),
		Mail: &rules.MailSaid{MessageID: m.MessageID, Date: m.Date, Mailbox: s.Mailbox, Account: s.Account},
	}
	if m.MessageID != "" { // who answers this reply speaks of the same case
		mail.Event.Keys = []string{rules.MailKey(m.MessageID)}
	}
	f.row.Replies++
	return mail
}

// sentAt is when a reply was sent: its own date, but nothing was sent tomorrow;
// where it has none the book takes the moment of recording. It is the moment of
// the answer, so that a later mail of Klarna's that is read after this one opens
// the case again.
func sentAt(date, now time.Time) time.Time {
	if date.After(now) {
		return now
	}
	return date
}

// author is the address of who sent a mail, "" where it cannot be read.
func author(m *eml.Message) string {
	if len(m.From) == 0 {
		return ""
	}
	return m.From[0].Addr
}

// sentHash makes a sent mail's identity without its text: the Message-ID alone,
// or, where it has none, its header fields. It differs from that of a copy that
// came back to us, which is read whole.
func sentHash(m *eml.Message, raw mailbox.Raw) string {
	what := []byte("sent\n" + m.MessageID)
	if m.MessageID == "" {
		what = append(what, raw.Header...)
	}
	sum := sha256.Sum256(what)
	return hex.EncodeToString(sum[:])
}
