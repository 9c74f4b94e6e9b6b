package health

import (
	"context"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// driftPart is the name under which the book remembers how well Klarna's mails
// are understood.
const driftPart = "reader"

// When Klarna's mails count as understood worse than before. A layout that
// changes shows in every mail from then on: five in a row speak for themselves
// where most were understood, and a slower fall shows over twenty.
const (
	driftRecent = 20  // notices that are compared with those before them
	driftLeast  = 20  // as many must have come before
	driftBefore = 200 // and at most so many of them are looked at
	driftFall   = 20  // per cent of the recent ones that more than before are not understood

	driftRun      = 5  // notices in a row, none of them understood in full
	driftRunLeast = 10 // as many must have come before
	driftRunShare = 80 // per cent of those that were understood

	driftNamed = 10 // Message-IDs that a person is told
)

// share counts mails and those of them that were understood in full.
type share struct{ full, all int }

func shareOf(mails []rules.Mail) share {
	s := share{all: len(mails)}
	for _, m := range mails {
		if m.Full {
			s.full++
		}
	}
	return s
}

func (s share) percent() int { return s.full * 100 / max(s.all, 1) }

// drift is a fall in how well Klarna's mails are understood.
type drift struct {
	recent, before share
	lost           []string // Message-IDs of the recent ones that were not, the newest first
}

// driftOf compares the newest mails with those that came before something
// changed, all newest first: before is what had been recorded until then, with
// the mails that showed the change still at its head. Once the last few were
// all understood it is over, whatever came before them.
func driftOf(newest, before []rules.Mail) (drift, bool) {
	if len(newest) < driftRun || shareOf(newest[:driftRun]).full == driftRun {
		return drift{}, false
	}
	for _, rule := range []struct{ recent, least int }{{driftRun, driftRunLeast}, {driftRecent, driftLeast}} {
		if len(newest) < rule.recent || len(before) < rule.recent+rule.least {
			continue
		}
		d := drift{recent: shareOf(newest[:rule.recent]), before: shareOf(before[rule.recent:])}
		fallen := d.before.percent()-d.recent.percent() >= driftFall
		if rule.recent == driftRun {
			fallen = d.recent.full == 0 && d.before.percent() >= driftRunShare
		}
		if !fallen {
			continue
		}
		for _, m := range newest[:rule.recent] {
			if !m.Full && len(d.lost) < driftNamed {
				d.lost = append(d.lost, m.MessageID)
			}
		}
		return d, true
	}
	return drift{}, false
}

// String says what is wrong.
func (d drift) String() string {
	return fmt.Sprintf("of the last %d mails of Klarna's %d were understood in full, of the %d before them %d",
		d.recent.all, d.recent.full, d.before.all, d.before.full)
}

// driftHint is what a person can do about it.
const driftHint = "look at these mails in the mailbox; `disputewatch teach FILE` learns their words"

// WatchReader tells people when Klarna's mails are understood worse than they
// were, again after growing times while that lasts, and once when it has ended.
func (h *Watch) WatchReader(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	was, err := h.Book.Part(ctx, driftPart)
	if err != nil {
		return err
	}
	newest, err := h.Book.Klarna(ctx, time.Time{}, driftRecent)
	if err != nil {
		return err
	}
	// While it lasts the mails before it began stay the measure: else the bad
	// ones would become what is usual.
	before, err := h.Book.Klarna(ctx, was.BadSince, driftRecent+driftBefore)
	if err != nil {
		return err
	}
	l := lasting{part: driftPart, hint: driftHint, again: daysApart}
	if d, fallen := driftOf(newest, before); fallen {
		l.why, l.mails = d.String(), d.lost
	}
	return h.tellLasting(ctx, l)
}
