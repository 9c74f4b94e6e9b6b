package health

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// latePart and a mailbox's name are under what the book remembers that it is not
// read in time.
const latePart = "late/"

// WatchPolls tells whoever can mend it that a mailbox was not read to its end
// for three of its intervals although nothing failed: a reading that hangs, or a
// schedule that does not come. A mailbox that fails has its own alarm, one that
// is read for the first time or again may take its time, and a daemon that has
// just begun told of the gap already.
func (h *Watch) WatchPolls(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	parts, err := h.Book.Health(ctx)
	if err != nil {
		return err
	}
	var errs []error
	now, told := h.Now(), map[string]bool{} // mailboxes that are late, as far as is known
	for _, p := range parts {
		if name, ok := strings.CutPrefix(p.Part, latePart); ok && !p.BadSince.IsZero() {
			told[name] = true
		}
	}
	for _, p := range parts {
		allowed := h.Allowed(p.Part, now)
		if allowed == 0 || p.GoodAt.IsZero() || now.Sub(h.Began) <= allowed {
			continue
		}
		name := p.Part[len("mailbox/"):]
		late := now.Sub(p.GoodAt) > allowed && p.Failures < MissedPolls
		if !late && !told[name] {
			continue // as are nearly all, of a thousand
		}
		l := lasting{
			part: latePart + name, again: AgainAfter,
			hint: "See what the log says of this mailbox, and restart disputewatch if a reading hangs: what was missed is caught up.",
		}
		slow, err := h.Gathering(ctx, name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if late && !slow {
			l.why = fmt.Sprintf("it was last read to its end %s ago, and is to be read every %s", roughly(now.Sub(p.GoodAt)), roughly(allowed/MissedPolls))
		}
		errs = append(errs, h.tellLasting(ctx, l))
	}
	return errors.Join(errs...)
}
