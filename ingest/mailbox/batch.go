package mailbox

import (
	"context"
	"slices"

	"github.com/disputewatch/disputewatch/rules"
)

const (
	batchMails  = 500     // header blocks in one FETCH: some 500 kB
	batchRanges = 200     // ranges in one command: 4 kB; Dovecot refuses lines of 64 kB
	turnMails   = 100     // mails that are handed on together
	turnBytes   = 8 << 20 // and their size, as the server told it
)

// Why a mail could not be had whole.
const (
	errTooLarge = fault("the mail is larger than 10 MiB")
	errHollow   = fault("the server answers with nothing, or with less than it announces")
	errKills    = fault("the connection ends whenever this mail is asked for")
)

// batch looks at the mails of set, which holds at most batchMails, and hands
// the candidates on. Whatever is not wanted is recorded along with them.
func (r *reader) batch(ctx context.Context, set rules.UIDs) error {
	got, left, err := r.settle(ctx, set, header)
	if err != nil {
		return err
	}
	var wanted, faulty []Raw
	var other []uint32
	for uid := range each(minus(set, left)) {
		it := got[uid]
		raw := Raw{UID: uid, Size: it.size, Header: it.header}
		switch {
		case it.killed > 0 && !it.has(header):
			raw.Fault = errKills
			faulty = append(faulty, raw)
		case !r.wants(uid, it):
			other = append(other, uid)
		case it.size > MaxMail:
			raw.Fault = errTooLarge
			faulty = append(faulty, raw)
		default:
			wanted = append(wanted, raw)
		}
	}
	r.tally.Other += len(other)
	if len(wanted) == 0 || len(faulty) > 0 || len(other) > 0 {
		if err := r.record(faulty, setOf(other)); err != nil {
			return err
		}
	}
	for len(wanted) > 0 {
		n := turn(wanted)
		if err := r.hand(ctx, wanted[:n]); err != nil {
			return err
		}
		wanted = wanted[n:]
	}
	return nil
}

// wants says whether the mail is to be read whole. One whose header fields
// were not to be had, or only in part, is: the whole mail decides then.
func (r *reader) wants(uid uint32, it *item) bool {
	return it.header == nil || slices.Contains(r.want.Again, uid) || r.want.Candidate(it.header)
}

// turn is how many of the mails are fetched and recorded together.
func turn(mails []Raw) int {
	size := int64(0)
	for i, m := range mails {
		size += max(m.Size, 64<<10) // some servers tell 0
		if i > 0 && size > turnBytes || i == turnMails {
			return i
		}
	}
	return len(mails)
}

// hand fetches mails whole and hands them on.
func (r *reader) hand(ctx context.Context, mails []Raw) error {
	uids := make([]uint32, len(mails))
	for i, m := range mails {
		uids[i] = m.UID
	}
	got, left, err := r.settle(ctx, setOf(uids), body)
	if err != nil {
		return err
	}
	var whole []Raw
	var other []uint32
	for _, m := range mails {
		if left.Has(m.UID) {
			continue
		}
		it := got[m.UID]
		m.Size = max(m.Size, int64(len(it.body)))
		switch {
		case it.body != nil && m.Header == nil && !r.wants(m.UID, &item{header: fields(it.body)}):
			other = append(other, m.UID)
			continue
		case it.body != nil:
			m.Body = it.body
		case it.large:
			m.Fault = errTooLarge
		case it.killed > 0:
			m.Fault = errKills
		default:
			m.Fault = errHollow
		}
		whole = append(whole, m)
	}
	r.tally.Other += len(other)
	return r.record(whole, setOf(other))
}
