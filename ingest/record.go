package ingest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
	"github.com/disputewatch/disputewatch/rules"
)

// maxText bounds the readable text that the book keeps of a mail, in bytes.
const maxText = 64 << 10

// record is what the book keeps of a mail that was read.
func (f *folderReading) record(raw mailbox.Raw, r Reading, at rules.Position, now time.Time) rules.Mail {
	s := f.box.Settings
	m := rules.Mail{
		Mailbox: s.Mailbox, Folder: at.Folder, UIDValidity: at.UIDValidity, UID: raw.UID, Size: raw.Size,
		Outcome: r.Outcome, Kind: r.Notice.Kind, Verdict: r.Sender.Verdict, Why: r.Sender.Why,
		Full: r.Notice.Full,
	}
	if r.Err != nil {
		m.Error = r.Err.Error()
	}
	if r.Message == nil {
		return unreadable(m, raw)
	}
	m.MessageID, m.Hash, m.Date = r.Message.MessageID, r.Message.Hash, r.Message.Date
	switch {
	case r.Outcome == rules.OutcomeUnreadable:
		return unreadable(m, raw)
	case r.Outcome == rules.OutcomeOther:
		return m
	}
	m.Again = lacks(r)
	m.Text = text(r)
	if r.Outcome == rules.OutcomeUnknown {
		m.Raw = raw.Body // a person must look at it
	}
	if r.Sender.Verdict == rules.Forged {
		m.Lure = lure(r, s.Account)
		m.Tell = warning(m, r, now)
		return m
	}
	m.Keys = keys(r)
	m.Join = r.Notice.Kind == rules.KindStripeNotice
	m.Event = event(r, s, f.Policy, now)
	m.Event.Keys = m.Keys
	return m
}

// lacks says that a re-scan is to read the mail once more: something that mails
// of its kind hold was not understood (DOMAIN.md, "The mails"), it is called
// forged by a list of sender domains that may be mended, or the DNS gave no answer
// when its signature was to be checked.
func lacks(r Reading) bool {
	n := r.Notice
	switch n.Kind {
	case rules.KindDisputeRequest, rules.KindReminder, rules.KindFollowUp:
		if n.MerchantReference1 == "" {
			return true
		}
	}
	warned := slices.ContainsFunc(n.Warnings, func(w string) bool { return w != klarna.Passed })
	return !n.Full || warned || r.Sender.Verdict == rules.Forged || r.Sender.Unanswered
}

// unreadable is told once and kept, so that one bad mail is neither lost nor
// in anybody's way.
func unreadable(m rules.Mail, raw mailbox.Raw) rules.Mail {
	m.Outcome, m.Raw = rules.OutcomeUnreadable, raw.Body
	if m.Hash == "" {
		m.Hash = hash(raw, fmt.Sprintf("%s/%s/%d/%d", m.Mailbox, m.Folder, m.UIDValidity, m.UID))
	}
	m.Tell = &rules.Message{
		Key: "unreadable/" + m.Hash, Kind: rules.MessageUnreadable,
		About: about(m, Reading{}),
	}
	return m
}

// about is what people are told of a mail that became no case: enough to find
// it in the mailbox, nothing of its text.
func about(m rules.Mail, r Reading) map[string]string {
	facts := map[string]string{
		rules.AboutMailbox: m.Mailbox, rules.AboutFolder: m.Folder,
		rules.AboutUID: strconv.FormatUint(uint64(m.UID), 10), rules.AboutMail: m.MessageID, rules.AboutWhy: m.Why,
	}
	if m.Error != "" {
		facts[rules.AboutWhy] = m.Error
	}
	if !m.Date.IsZero() {
		facts[rules.AboutDate] = m.Date.UTC().Format(time.RFC3339)
	}
	if _, domain, ok := strings.Cut(r.Sender.Address, "@"); ok {
		facts[rules.AboutDomain] = domain
	}
	return facts
}

// text is what a person would read, for the case's page; of much the beginning.
func text(r Reading) string {
	var b strings.Builder
	for _, part := range r.Message.Parts {
		for _, row := range part.Rows {
			if row.Hidden || len(row.Cells) == 0 {
				continue
			}
			b.WriteString(strings.Join(row.Cells, "\t"))
			b.WriteByte('\n')
			if b.Len() > maxText {
				return strings.ToValidUTF8(b.String()[:maxText], "")
			}
		}
	}
	return b.String()
}

// keys are the names under which a mail's case is found, the surest first
// (DESIGN.md, "Identity of a case").
func keys(r Reading) []string {
	var out []string
	if id := r.Notice.DisputeID; id != "" {
		out = append(out, rules.KlarnaKey(id))
	}
	for _, id := range r.Notice.StripeIDs {
		if strings.HasPrefix(id, "du_") || strings.HasPrefix(id, "dp_") {
			out = append(out, rules.StripeKey(id))
		}
	}
	id := r.Message.MessageID
	if id == "" {
		id = r.Message.Hash
	}
	return append(out, rules.MailKey(id))
}

// event says what a notice means for its case: Notice is the mail's word, the
// event is ours.
func event(r Reading, s Settings, p rules.Policy, now time.Time) *rules.Event {
	n := r.Notice
	return &rules.Event{
		Type: rules.EventMail, At: now, By: "ingest",
		Mail: &rules.MailSaid{
			Said: n.Said, Deadline: n.Deadline,
			Assumed:   p.Assumed(n.Kind, n.Reason, r.Message.Date, now),
			MessageID: r.Message.MessageID, Date: r.Message.Date,
			Mailbox: s.Mailbox, Account: s.Account,
			Forwarded: n.Forwarded, Warnings: n.Warnings,
		},
	}
}
