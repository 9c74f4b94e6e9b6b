package ingest

import (
	"context"
	"errors"
	"net/url"
	"time"
	"unicode"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/sender"
	"github.com/disputewatch/disputewatch/rules"
)

// Settings is what a mailbox's reader must know beside the mail.
type Settings struct {
	Mailbox      string
	Account      string // the Stripe account's name
	Location     *time.Location
	DateOrder    string // dmy, mdy or ""
	Vocabulary   *phrase.Vocabulary
	Sender       sender.Settings // Now is set for each mail
	RespondHosts []string        // hosts of Klarna's form, and their subdomains
	Addresses    []string        // to which Klarna writes: what was sent there and forwarded to us was meant for us
}

// Reading is all that is understood of one mail, without a book.
type Reading struct {
	Outcome rules.Outcome
	Message *eml.Message // nil where it could not be opened
	Sender  sender.Verdict
	Notice  klarna.Notice
	Err     error // why it is unreadable, or which field could not be read
}

// Read understands one mail. It never fails: what cannot be opened is
// unreadable, what is Klarna's and cannot be understood is unknown, and Err
// says why. The daemon and the command "read" share it.
func Read(ctx context.Context, raw []byte, s Settings, now time.Time) Reading {
	m, err := eml.Parse(raw)
	if err != nil {
		return Reading{Outcome: rules.OutcomeUnreadable, Err: err}
	}
	s.Sender.Now, s.Sender.Own = now, s.Addresses
	r := Reading{Message: m, Sender: sender.Judge(ctx, m, s.Sender)}
	r.Notice, err = klarna.Parse(m, klarna.Options{
		Location: s.Location, DateOrder: s.DateOrder, Vocabulary: s.Vocabulary,
		FromKlarna: r.Sender.Klarna, FromStripe: r.Sender.Stripe, Now: now,
	})
	var field *klarna.FieldError
	switch {
	case errors.Is(err, klarna.ErrNotKlarna):
		r.Outcome = rules.OutcomeOther
		return r
	case errors.As(err, &field):
		r.Err, r.Notice.Kind = err, rules.KindUnknownKlarna
	case err != nil:
		return Reading{Outcome: rules.OutcomeUnreadable, Message: m, Sender: r.Sender, Err: err}
	}
	r.Sender = proved(ctx, r, s)
	r.Notice.Verdict, r.Notice.Why = r.Sender.Verdict, r.Sender.Why
	r.Notice.RespondLink = respondLink(r, s.RespondHosts)
	r.Outcome = outcome(r.Notice.Kind)
	return r
}

// outcome is the end of a mail of a kind (DESIGN.md, "Ends").
func outcome(k rules.Kind) rules.Outcome {
	switch k {
	case rules.KindCustomerMessage, rules.KindKlarnaOther:
		return rules.OutcomeOther
	case rules.KindUnknownKlarna:
		return rules.OutcomeUnknown
	}
	return rules.OutcomeNotice
}

// respondLink is the form's address, only from a mail that is proved genuine
// and only on a host that is allowed: a button with a deadline is an ideal lure.
func respondLink(r Reading, hosts []string) string {
	if r.Sender.Verdict != rules.Genuine {
		return ""
	}
	for _, link := range r.Notice.RespondLinks {
		u, err := url.Parse(link)
		if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" {
			continue
		}
		// A host beyond ASCII reads as another in the browser: U+2100 is "a/c".
		if host := u.Hostname(); isASCII(host) && sender.IsSender(host, hosts) {
			return link
		}
	}
	return ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] > unicode.MaxASCII {
			return false
		}
	}
	return true
}
