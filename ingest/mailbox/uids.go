package mailbox

import (
	"cmp"
	"iter"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/disputewatch/disputewatch/rules"
)

const maxUID = ^uint32(0) // stands for the end: "*" would mean the last mail, however low

// setOf makes a set of single UIDs.
func setOf(uids []uint32) rules.UIDs {
	ranges := make(rules.UIDs, 0, len(uids))
	for _, u := range uids {
		if u != 0 {
			ranges = append(ranges, rules.UIDRange{First: u, Last: u})
		}
	}
	return joined(ranges)
}

// union is what is in a or in b.
func union(a, b rules.UIDs) rules.UIDs {
	if len(b) == 0 {
		return a
	}
	return joined(slices.Concat(a, b))
}

// joined sorts ranges and joins those that meet; it keeps its argument's array.
func joined(ranges rules.UIDs) rules.UIDs {
	slices.SortFunc(ranges, func(a, b rules.UIDRange) int { return cmp.Compare(a.First, b.First) })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && (out[n-1].Last == maxUID || r.First <= out[n-1].Last+1) {
			out[n-1].Last = max(out[n-1].Last, r.Last)
			continue
		}
		out = append(out, r)
	}
	return out
}

// minus is what is in a and not in b.
func minus(a, b rules.UIDs) rules.UIDs {
	var out rules.UIDs
	i := 0
	for _, r := range a {
		for i < len(b) && b[i].Last < r.First {
			i++
		}
		next := uint64(r.First)
		for j := i; j < len(b) && b[j].First <= r.Last; j++ {
			if next < uint64(b[j].First) {
				out = append(out, rules.UIDRange{First: uint32(next), Last: b[j].First - 1})
			}
			next = uint64(b[j].Last) + 1
		}
		if next <= uint64(r.Last) {
			out = append(out, rules.UIDRange{First: uint32(next), Last: r.Last})
		}
	}
	return out
}

// from is what is at or above first.
func from(a rules.UIDs, first uint32) rules.UIDs {
	if first <= 1 {
		return a
	}
	return minus(a, rules.UIDs{{First: 1, Last: first - 1}})
}

// newest is the n greatest of a, or all, in at most n ranges.
func newest(a rules.UIDs, n int) rules.UIDs {
	var out rules.UIDs
	for i := len(a) - 1; i >= 0 && n > 0; i-- {
		r := a[i]
		if c := int(r.Last-r.First) + 1; c > n {
			r.First = r.Last - uint32(n-1)
		}
		n -= int(r.Last-r.First) + 1
		out = append(out, r)
	}
	slices.Reverse(out)
	return out
}

// count is how many UIDs a holds.
func count(a rules.UIDs) int {
	n := 0
	for _, r := range a {
		n += int(r.Last-r.First) + 1
	}
	return n
}

// each yields the UIDs of a, ascending.
func each(a rules.UIDs) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for _, r := range a {
			for u := uint64(r.First); u <= uint64(r.Last); u++ {
				if !yield(uint32(u)) {
					return
				}
			}
		}
	}
}

// batches cuts a into sets of at most n UIDs and ranges ranges.
func batches(a rules.UIDs, n, ranges int) iter.Seq[rules.UIDs] {
	return func(yield func(rules.UIDs) bool) {
		var set rules.UIDs
		room := n
		for _, r := range a {
			for next := uint64(r.First); next <= uint64(r.Last); {
				last := min(uint64(r.Last), next+uint64(room)-1)
				set = append(set, rules.UIDRange{First: uint32(next), Last: uint32(last)})
				room -= int(last-next) + 1
				next = last + 1
				if room == 0 || len(set) == ranges {
					if !yield(set) {
						return
					}
					set, room = nil, n
				}
			}
		}
		if len(set) > 0 {
			yield(set)
		}
	}
}

func toIMAP(a rules.UIDs) imap.UIDSet {
	set := make(imap.UIDSet, len(a))
	for i, r := range a {
		set[i] = imap.UIDRange{Start: imap.UID(r.First), Stop: imap.UID(r.Last)}
	}
	return set
}
