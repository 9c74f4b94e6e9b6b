package mailbox

import (
	"context"
	"slices"

	"github.com/disputewatch/disputewatch/rules"
)

const (
	batchMails  = 1000    // header blocks in one FETCH: some 500 kB
	batchRanges = 200     // ranges in one command: 4 kB; Dovecot refuses lines of 64 kB
	turnMails   = 100     // mails that are handed on together
	turnBytes   = 4 << 20 // and their size, as the server told it
	recordOther = 5000    // mails of no interest after which the position is recorded
)

// Why a mail could not be had whole.
const (
	errTooLarge = fault("the mail is larger than 10 MiB")
	errLongHead = fault("its header is larger than 256 KiB")
	errHollow   = fault("the server answers with nothing, or with less than it announces")
	errKills    = fault("the connection ends whenever this mail is asked for")
	errHeldBack = fault("the server lists it and does not give it")
)

// slowly looks at the mails of set one command after the other, and asks for
// what is missing until each is accounted for.
func (r *reader) slowly(ctx context.Context, set rules.UIDs) error {
	got, left, err := r.settle(ctx, set, header)
	if err != nil {
		return err
	}
	wanted, err := r.judge(minus(set, left), got)
	if err != nil {
		return err
	}
	return r.handSlowly(ctx, wanted)
}

// handSlowly does the same for the text of mails that are wanted.
func (r *reader) handSlowly(ctx context.Context, wanted []Raw) error {
	for _, mails := range turns(wanted) {
		got, left, err := r.settle(ctx, uidsOf(mails), body)
		if err != nil {
			return err
		}
		mails = slices.DeleteFunc(mails, func(m Raw) bool { return left.Has(m.UID) })
		if err := r.hand(mails, got); err != nil {
			return err
		}
	}
	return nil
}

// judge says which of the mails of set, whose header fields are settled, are to
// be fetched whole. It records those that cannot or need not be, and counts the
// others.
func (r *reader) judge(set rules.UIDs, got map[uint32]*item) (wanted []Raw, err error) {
	var settled []Raw
	var other []uint32
	for uid := range each(set) {
		it := got[uid]
		raw := Raw{UID: uid, Size: it.size, Header: it.header}
		switch {
		case it.killed > 0 && !it.has(header):
			raw.Fault = errKills
			settled = append(settled, raw)
		case r.want.HeadersOnly && it.header == nil:
			raw.Fault = errLongHead
			settled = append(settled, raw)
		case it.header != nil && r.want.Later != nil && r.want.Later(it.header):
			r.tally.Later++
		case !r.wants(uid, it):
			other = append(other, uid)
		case r.want.HeadersOnly:
			settled = append(settled, raw)
		case it.size > MaxMail:
			raw.Fault = errTooLarge
			settled = append(settled, raw)
		default:
			wanted = append(wanted, raw)
		}
	}
	r.other = union(r.other, setOf(other))
	if len(settled) > 0 || len(wanted) == 0 && count(r.other) >= recordOther {
		err = r.record(settled)
	}
	return wanted, err
}

// wants says whether the mail is to be read whole. One whose header fields
// were not to be had, or only in part, is: the whole mail decides then.
func (r *reader) wants(uid uint32, it *item) bool {
	return it.header == nil || slices.Contains(r.want.Again, uid) || r.want.Candidate(uid, it.header)
}

// turns cuts mails into what is fetched and recorded together.
func turns(mails []Raw) [][]Raw {
	var out [][]Raw
	first, size := 0, int64(0)
	for i, m := range mails {
		size += told(m)
		if i > first && size > turnBytes || i-first == turnMails {
			out = append(out, mails[first:i:i])
			first, size = i, told(m)
		}
	}
	if first < len(mails) {
		out = append(out, mails[first:])
	}
	return out
}

// told is a mail's size; some servers tell 0.
func told(m Raw) int64 {
	if m.Size == 0 {
		return 64 << 10
	}
	return m.Size
}

func uidsOf(mails []Raw) rules.UIDs {
	uids := make([]uint32, len(mails))
	for i, m := range mails {
		uids[i] = m.UID
	}
	return setOf(uids)
}

// hand records mails whose texts are settled.
func (r *reader) hand(mails []Raw, got map[uint32]*item) error {
	var whole []Raw
	for _, m := range mails {
		it := got[m.UID]
		m.Size = max(m.Size, int64(len(it.body)))
		switch {
		case it.body != nil && m.Header == nil && !r.wants(m.UID, &item{header: fields(it.body, headerFields)}):
			r.other = union(r.other, rules.UIDs{{First: m.UID, Last: m.UID}})
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
	if len(whole) == 0 {
		return nil
	}
	return r.record(whole)
}
