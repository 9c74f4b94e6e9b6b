package mailbox

import (
	"slices"
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

// subsets are all sets of six neighbours from first on, each as its UIDs.
func subsets(first uint32) [][]uint32 {
	var all [][]uint32
	for bits := range 1 << 6 {
		var uids []uint32
		for i := range uint32(6) {
			if bits>>i&1 == 1 {
				uids = append(uids, first+i)
			}
		}
		all = append(all, uids)
	}
	return all
}

// holds says that a set holds these UIDs, ascending, in as few ranges as can be.
func holds(set rules.UIDs, uids []uint32) bool {
	least := 0
	for i, u := range uids {
		if i == 0 || u-1 != uids[i-1] {
			least++
		}
	}
	return len(set) == least && count(set) == len(uids) && slices.Equal(slices.Collect(each(set)), uids)
}

func TestSetsOfUIDsHoldWhatTheirNamesSay(t *testing.T) {
	only := func(uids []uint32, keep func(uint32) bool) []uint32 {
		return slices.DeleteFunc(slices.Clone(uids), func(u uint32) bool { return !keep(u) })
	}
	for _, first := range []uint32{1, maxUID - 5} {
		for _, x := range subsets(first) {
			unsorted := append([]uint32{0}, x...) // no mail has it
			slices.Reverse(unsorted)
			a := setOf(unsorted)
			if !holds(a, x) {
				t.Errorf("the set of %d is %v", x, a)
			}
			for i := range uint32(6) {
				if got := from(a, first+i); !holds(got, only(x, func(u uint32) bool { return u >= first+i })) {
					t.Errorf("%v from %d: %v", a, first+i, got)
				}
				if got := newest(a, int(i)); !holds(got, x[max(0, len(x)-int(i)):]) {
					t.Errorf("the newest %d of %v: %v", i, a, got)
				}
			}
			if got := from(a, 0); !holds(got, x) {
				t.Errorf("%v from the beginning: %v", a, got)
			}
			for _, y := range subsets(first) {
				b := setOf(y)
				if got := union(a, b); !holds(got, slices.Compact(slices.Sorted(slices.Values(slices.Concat(x, y))))) {
					t.Errorf("%v with %v: %v", a, b, got)
				}
				if got := minus(a, b); !holds(got, only(x, func(u uint32) bool { return !slices.Contains(y, u) })) {
					t.Errorf("%v without %v: %v", a, b, got)
				}
			}
		}
	}
}

func TestBatchesKeepWithinTheirBoundsAndLoseNothing(t *testing.T) {
	for _, first := range []uint32{1, maxUID - 5} {
		for _, x := range subsets(first) {
			for n := 1; n <= 6; n++ {
				for ranges := 1; ranges <= 3; ranges++ {
					var all []uint32
					for set := range batches(setOf(x), n, ranges) {
						if count(set) > n || len(set) > ranges {
							t.Errorf("%d by %d in %d ranges: %v", x, n, ranges, set)
						}
						all = slices.AppendSeq(all, each(set))
					}
					if !slices.Equal(all, x) {
						t.Errorf("%d by %d in %d ranges: %d", x, n, ranges, all)
					}
					for set := range batches(setOf(x), n, ranges) {
						for range each(set) {
							break // who has enough is given no more
						}
						break
					}
				}
			}
		}
	}
	wide := rules.UIDs{{First: 1, Last: maxUID}}
	for set := range batches(wide, 50, 3) {
		if count(set) != 50 {
			t.Errorf("the first batch of all: %v", set)
		}
		break
	}
}
