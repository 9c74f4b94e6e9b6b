package mailbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/disputewatch/disputewatch/rules"
)

const (
	attempts   = 2  // how often a mail is asked for alone
	maxReopens = 12 // connections renewed in one Read: a server that ends more is left to the next poll
	maxRefused = 8  // refusals in a row after which a batch is left to the next poll
	witnesses  = 50 // mails read before, of which one at least should still be there
)

const errRenumbered = fault("the folder was renumbered while it was read")

// settle fetches part p of the mails of set and accounts for each. What it
// returns in got is whole, or settled as a fault; left is what is gone (and
// already counted as seen) or pending.
func (r *reader) settle(ctx context.Context, set rules.UIDs, p part) (got map[uint32]*item, left rules.UIDs, err error) {
	got, err = r.ask(ctx, set, p)
	if err != nil {
		return nil, nil, err
	}
	missing, had := lacking(set, got, p), 0
	for i := 0; i < attempts && len(missing) > 0; i++ {
		n, lost, err := r.askAlone(ctx, missing, p, got)
		if err != nil {
			return nil, nil, err
		}
		had += n
		if lost != nil && p == header && had == 0 && !r.witness(ctx, missing) {
			return nil, nil, lost // not one mail is to be had: the line is bad, not a mail
		}
		missing = lacking(set, got, p)
	}
	if len(missing) == 0 {
		return got, nil, nil
	}
	return r.end(ctx, missing, got)
}

// witness says whether the header of a mail that was read before is to be had:
// then the line is good, and what ends it are the mails of spoilt.
func (r *reader) witness(ctx context.Context, spoilt rules.UIDs) bool {
	seen := newest(minus(r.pos.Seen, spoilt), witnesses)
	if len(seen) == 0 {
		return false
	}
	got, err := r.fetch(ctx, seen, header)
	if err != nil {
		return false
	}
	for _, it := range got {
		if it.has(header) {
			return true
		}
	}
	return false
}

// lacking is what of set has no whole answer.
func lacking(set rules.UIDs, got map[uint32]*item, p part) rules.UIDs {
	var uids []uint32
	for uid := range each(set) {
		if it := got[uid]; !it.has(p) && (it == nil || !it.large) {
			uids = append(uids, uid)
		}
	}
	return setOf(uids)
}

// end says what became of mails that were asked for again and again: those
// that the folder no longer lists are gone, those that the server spoiled are
// faults, all others are pending.
func (r *reader) end(ctx context.Context, missing rules.UIDs, got map[uint32]*item) (map[uint32]*item, rules.UIDs, error) {
	listed, err := r.still(ctx, missing)
	if err != nil {
		return nil, nil, err
	}
	gone := minus(missing, listed)
	var pending []uint32
	for uid := range each(listed) {
		if it := got[uid]; it == nil || !it.hollow && it.killed < attempts {
			pending = append(pending, uid)
		}
	}
	r.pos.Seen = union(r.pos.Seen, gone)
	r.pending = union(r.pending, setOf(pending))
	r.tally.Gone += count(gone)
	r.tally.Pending += len(pending)
	return got, union(gone, setOf(pending)), nil
}

// ask fetches set in one command. If that ends the connection, it is tried
// once more over a new one: most often the server was only restarted.
func (r *reader) ask(ctx context.Context, set rules.UIDs, p part) (map[uint32]*item, error) {
	got, err := r.fetch(ctx, set, p)
	if !r.lost(ctx, err) {
		return got, r.no(err)
	}
	if err := r.reopen(ctx, err); err != nil {
		return nil, err
	}
	more, err := r.fetch(ctx, lacking(set, got, p), p)
	for uid, it := range more {
		add(got, uid, *it)
	}
	if r.lost(ctx, err) {
		return got, r.reopen(ctx, err)
	}
	return got, r.no(err)
}

// askAlone fetches each mail of set by itself, over a new connection where one
// is lost. It returns how many it had, and what the last connection was lost by.
func (r *reader) askAlone(ctx context.Context, set rules.UIDs, p part, got map[uint32]*item) (had int, lost, err error) {
	refused := 0
	for uid := range each(set) {
		answer, err := r.fetch(ctx, rules.UIDs{{First: uid, Last: uid}}, p)
		if it := answer[uid]; it != nil {
			add(got, uid, *it)
		}
		if got[uid].has(p) {
			had++
		}
		switch {
		case r.lost(ctx, err):
			lost = err
			add(got, uid, item{})
			got[uid].killed++
			if err := r.reopen(ctx, err); err != nil {
				return had, lost, err
			}
		case err != nil:
			if err := r.no(err); err != nil {
				return had, lost, err
			}
			if refused++; refused == maxRefused {
				return had, lost, nil
			}
		default:
			refused = 0
		}
	}
	return had, lost, nil
}

// no takes a server's refusal of one command: others may work. Any other error
// goes on to the caller.
func (r *reader) no(err error) error {
	var response *imap.Error
	if !errors.As(err, &response) {
		return err
	}
	r.refused = plainly(err)
	return nil
}

// reopen renews a connection that ended in the middle of reading. The folder
// must still be the same.
func (r *reader) reopen(ctx context.Context, lost error) error {
	if r.reopens++; r.reopens > maxReopens {
		return fmt.Errorf("the connection was lost %d times: %w", r.reopens, lost)
	}
	if err := r.open(ctx); err != nil {
		return err
	}
	folder, err := r.examine(ctx, r.folder, opening{})
	if err == nil && folder.uidValidity != r.status.uidValidity {
		err = errRenumbered
	}
	return err
}
