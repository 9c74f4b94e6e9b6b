package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// freshLoss is how old a dispute that is already lost may be to be told: some
// arrive lost, and nobody wants to hear of last year's.
const freshLoss = 7 * 24 * time.Hour

// How long a dispute that no mail announced waits for its mail before it opens a
// case of its own: so that Stripe, which is asked more often than mail travels,
// is not told of as a dispute without a mail, and then its mail as another one.
const (
	mailDelay    = 15 * time.Minute // what a mail may take; the mailboxes must have been read after it
	mailPatience = 2 * time.Hour    // and no longer than this, whatever the mailboxes do
)

// tooNear is how near a deadline may be for a dispute to wait for nothing: a day
// more than the earliest step that comes before a deadline by default.
const tooNear = 8 * 24 * time.Hour

// reconcile opens a case for each Klarna dispute that Stripe shows and no case
// knows: Klarna does not mail everything (DOMAIN.md §1). A mail that comes
// later joins it.
func (s *Stripe) reconcile(ctx context.Context, claim rules.Claim, w *charges.Window, cases []rules.Case, done *Matched) error {
	known := map[string]bool{}
	for _, c := range cases {
		for _, k := range c.Keys {
			known[k] = true
		}
	}
	var read time.Time
	if s.MailRead != nil {
		var err error
		if read, err = s.MailRead(ctx); err != nil {
			return fmt.Errorf("stripe %s: %w", s.Account, err)
		}
	}
	var errs []error
	for _, r := range w.Readings() {
		key := rules.StripeKey(r.Dispute)
		if known[key] || !s.concerns(r) || s.waits(r, read, cases) {
			continue
		}
		e := rules.Event{Type: rules.EventStripe, At: s.Now(), By: "stripe " + s.Account, Account: s.Account, Stripe: &r}
		c, err := s.Book.OpenCase(ctx, claim, []string{key}, e)
		if err != nil {
			errs = append(errs, fmt.Errorf("dispute %s: %w", r.Dispute, err))
			continue
		}
		if c.OpenedAt.Equal(e.At) {
			done.Opened = append(done.Opened, c.ID)
		} else {
			done.Changed = append(done.Changed, c.ID)
		}
	}
	return errors.Join(errs...)
}

// concerns says whether a dispute is worth a case of its own: somebody can
// still act, or it was lost just now, or nobody knows what its status means and
// it is not an old one.
func (s *Stripe) concerns(r rules.Reading) bool {
	switch r.Status {
	case "needs_response", "warning_needs_response":
		return true
	case "under_review", "warning_under_review", "warning_closed", "won", "prevented":
		return false
	}
	fresh := s.Now().Sub(r.CreatedAt) < freshLoss
	return fresh || r.Status != "lost" && r.DueBy.After(s.Now())
}

// waits says that the mail of a dispute may still come, or may be there already
// in a case that names the dispute as one that could be meant: that case asks a
// person, and a second one about the same money would only confuse him. read is
// until when every mailbox of the account was read to its end.
func (s *Stripe) waits(r rules.Reading, read time.Time, cases []rules.Case) bool {
	now := s.Now()
	if r.DueBy.IsZero() || r.DueBy.Sub(now) <= tooNear {
		return false
	}
	if slices.ContainsFunc(cases, func(c rules.Case) bool { return s.asksAbout(c, r.Dispute, now) }) {
		return true
	}
	if s.MailRead == nil || !now.Before(r.CreatedAt.Add(mailPatience)) {
		return false
	}
	return read.Before(r.CreatedAt.Add(mailDelay))
}

// asked is how long a case that asks a person whether it is about a dispute keeps
// that dispute from opening one of its own.
func asked() rules.Span { return rules.Span{N: 2, Unit: "wd"} }

// asksAbout says that a mail's case asks a person whether it is about a dispute.
func (s *Stripe) asksAbout(c rules.Case, dispute string, now time.Time) bool {
	if c.Finished() || c.LastMail.IsZero() || c.Match.Sure() || !now.Before(s.Calendar.Add(c.OpenedAt, asked())) {
		return false
	}
	return c.Match.Dispute == dispute ||
		slices.ContainsFunc(c.Match.Candidates, func(k rules.Candidate) bool { return k.Dispute == dispute })
}
