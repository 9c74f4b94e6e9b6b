package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Position is where we stand in one IMAP folder. Every UID in Seen has been
// accounted for: recorded, counted as other, or gone.
type Position struct {
	Mailbox     string    `json:"mailbox"`
	Folder      string    `json:"folder"`
	UIDValidity uint32    `json:"uid_validity"`
	UIDNext     uint32    `json:"uid_next"` // as the server told it
	Seen        UIDs      `json:"seen"`
	SweptAt     time.Time `json:"swept_at,omitzero"` // when late UIDs were last looked for
	ReadAt      time.Time `json:"read_at,omitzero"`  // when the folder was last read to its end, give or take an hour
}

// UIDs is a set of IMAP UIDs as ascending, disjoint, not touching ranges. The
// zero value is empty.
type UIDs []UIDRange

// UIDRange is the UIDs from First to Last, both included.
type UIDRange struct{ First, Last uint32 }

// Has says whether the set holds uid.
func (u UIDs) Has(uid uint32) bool {
	i := u.at(uid)
	return i < len(u) && u[i].First <= uid
}

// at is the index of the first range that ends at or after uid.
func (u UIDs) at(uid uint32) int {
	i, _ := slices.BinarySearchFunc(u, uid, func(r UIDRange, uid uint32) int {
		if r.Last < uid {
			return -1
		}
		return 1
	})
	return i
}

// Max is the greatest UID of the set, 0 when it is empty.
func (u UIDs) Max() uint32 {
	if len(u) == 0 {
		return 0
	}
	return u[len(u)-1].Last
}

// With returns the set with first to last added; u itself stays as it is.
func (u UIDs) With(first, last uint32) UIDs {
	if first > last || last == 0 {
		return u
	}
	i := u.at(max(first, 1) - 1) // a range that ends just before first touches it
	j := i
	for j < len(u) && (last == ^uint32(0) || u[j].First <= last+1) {
		first, last = min(first, u[j].First), max(last, u[j].Last)
		j++
	}
	out := make(UIDs, 0, len(u)-(j-i)+1)
	out = append(out, u[:i]...)
	out = append(out, UIDRange{first, last})
	return append(out, u[j:]...)
}

// String writes the set as IMAP does: "1:3,7". It is "" for the empty set.
func (u UIDs) String() string {
	var b strings.Builder
	for i, r := range u {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatUint(uint64(r.First), 10))
		if r.Last != r.First {
			b.WriteByte(':')
			b.WriteString(strconv.FormatUint(uint64(r.Last), 10))
		}
	}
	return b.String()
}

// ParseUIDs reads what String wrote.
func ParseUIDs(s string) (UIDs, error) {
	var set UIDs
	if s == "" {
		return set, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		a, b, isRange := strings.Cut(part, ":")
		if !isRange {
			b = a
		}
		first, err1 := strconv.ParseUint(a, 10, 32)
		last, err2 := strconv.ParseUint(b, 10, 32)
		if err1 != nil || err2 != nil || first == 0 || first > last {
			return nil, fmt.Errorf("UID set: cannot read %q", part)
		}
		set = set.With(uint32(first), uint32(last))
	}
	return set, nil
}

// MarshalText writes the set as String does.
func (u UIDs) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (u *UIDs) UnmarshalText(b []byte) error {
	set, err := ParseUIDs(string(b))
	*u = set
	return err
}
