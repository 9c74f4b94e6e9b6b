package health

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// mailedPart is, with an account's name, the name under which the book remembers
// whether Klarna mails the disputes that Stripe shows.
const mailedPart = "mailed/"

// mailLate is how old a dispute must be to count as one that was not mailed, and
// mailedBack how far back disputes are looked at: as far as Stripe is listed.
const (
	mailLate   = 48 * time.Hour
	mailedBack = 200 * 24 * time.Hour
)

// mailedHint is what a person can do about it.
const mailedHint = "look whether Klarna's mails go elsewhere: another folder, a filter, an address that was changed in Stripe or at Klarna"

// WatchMailed tells people when fewer of the disputes that Stripe shows are
// mailed than before. Klarna does not mail each of them (DOMAIN.md §1), so that
// only a fall against the account's own history means that mails are lost on
// their way. While a mailbox cannot be read nothing is said: that alarm is
// another's.
func (h *Watch) WatchMailed(ctx context.Context) error {
	parts, err := h.Book.Health(ctx)
	if err != nil {
		return err
	}
	health := map[string]rules.Health{}
	for _, p := range parts {
		health[p.Part] = p
	}
	var errs []error
	for _, s := range h.Config.Stripe {
		if readable := h.readable(s.Name, health); readable {
			was := health[mailedPart+s.Name]
			was.Part = mailedPart + s.Name
			errs = append(errs, h.watchMailedOf(ctx, s.Name, was))
		}
	}
	return errors.Join(errs...)
}

// readable says that an account has a mailbox, and that each of its mailboxes
// could be read last time.
func (h *Watch) readable(account string, health map[string]rules.Health) bool {
	some := false
	for _, m := range h.Config.Mailboxes {
		if m.Stripe != account {
			continue
		}
		some = true
		p := health["mailbox/"+m.Name]
		if !p.BadSince.IsZero() || h.Now().Sub(p.GoodAt) > h.Allowed(p.Part, h.Now()) { // or never
			return false
		}
	}
	return some
}

func (h *Watch) watchMailedOf(ctx context.Context, account string, was rules.Health) error {
	cases, err := h.Book.Cases(ctx, casebook.Filter{Account: account, Since: h.Now().Add(-mailedBack)})
	if err != nil {
		return err
	}
	newest := mailedOf(cases, h.Now().Add(-mailLate))
	before := newest
	if !was.BadSince.IsZero() { // while it lasts, what came before it stays the measure
		before = mailedOf(cases, was.BadSince.Add(-mailLate))
	}
	l := lasting{part: was.Part, hint: mailedHint, again: daysApart}
	if d, fallen := driftOf(newest, before[:min(len(before), driftRecent+driftBefore)]); fallen {
		l.why = fmt.Sprintf("of the last %d disputes that Stripe shows %d were mailed, of the %d before them %d",
			d.recent.all, d.recent.full, d.before.all, d.before.full)
	}
	return h.tellLasting(ctx, l)
}

// mailedOf lists the disputes of Stripe's that were made until then, the newest
// first: full are those that a mail spoke of.
func mailedOf(cases []rules.Case, until time.Time) []rules.Mail {
	var out []rules.Mail
	for _, c := range cases {
		if c.Stripe == nil || !c.Match.Sure() || c.Outcome == "duplicate" || c.Stripe.CreatedAt.After(until) {
			continue
		}
		out = append(out, rules.Mail{MessageID: c.Stripe.Dispute, Date: c.Stripe.CreatedAt, Full: !c.LastMail.IsZero()})
	}
	slices.SortFunc(out, func(a, b rules.Mail) int {
		if n := b.Date.Compare(a.Date); n != 0 {
			return n
		}
		return strings.Compare(a.MessageID, b.MessageID)
	})
	return out
}
