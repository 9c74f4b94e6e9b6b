package charges

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// likeness is how two references agree.
type likeness int

const (
	unlike likeness = iota
	sameBarZeros
	sameBarCase
	same
)

// said is the likeness in a sentence: "its order reference is the mail's first
// reference …".
func (l likeness) said() string {
	switch l {
	case sameBarCase:
		return ", but for upper and lower case"
	case sameBarZeros:
		return ", but for a leading # or zeros"
	}
	return ""
}

// compare says how a mail's reference and a charge's agree, blanks around them
// aside. An empty one is like nothing.
func compare(a, b string) likeness {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	switch {
	case a == "" || b == "":
		return unlike
	case a == b:
		return same
	case strings.EqualFold(a, b):
		return sameBarCase
	}
	a, b = bare(a), bare(b)
	if a != "" && strings.EqualFold(a, b) {
		return sameBarZeros
	}
	return unlike
}

// bare is s without a leading # and zeros.
func bare(s string) string { return strings.TrimLeft(strings.TrimPrefix(s, "#"), "0") }

// refKey is the same for all references that compare calls alike.
func refKey(s string) string {
	s = strings.TrimSpace(s)
	if b := bare(s); b != "" {
		s = b
	}
	return "ref:" + strings.Map(fold, s)
}

// fold is the same for all runes that strings.EqualFold takes for equal.
func fold(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// telling says that a reference is long enough to mean something inside a
// text: five digits (a year has four), or four signs with a letter among them.
func telling(ref string) bool {
	ref = strings.TrimPrefix(strings.TrimSpace(ref), "#")
	if strings.ContainsFunc(ref, unicode.IsLetter) {
		return utf8.RuneCountInString(ref) >= 4
	}
	digits := 0
	for _, r := range ref {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits >= 5
}

// mentions says that text holds ref as a word of its own, in either case:
// "order 10001." holds 10001, "110001", "10001-2" and "77-10001" do not.
func mentions(text, ref string) bool {
	ref = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(ref), "#"))
	if !telling(ref) {
		return false
	}
	text = strings.ToLower(text)
	for from := 0; ; {
		i := strings.Index(text[from:], ref)
		if i < 0 {
			return false
		}
		i += from
		if ends(backwards(text[:i])) && ends([]rune(text[i+len(ref):])) {
			return true
		}
		from = i + len(ref)
	}
}

// ends says that a word ends before rest: at a blank or a sign, unless the
// sign joins it to more, as in 77-10001.
func ends(rest []rune) bool {
	alnum := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	switch {
	case len(rest) == 0:
		return true
	case alnum(rest[0]):
		return false
	case strings.ContainsRune("-_./", rest[0]) && len(rest) > 1:
		return !alnum(rest[1])
	}
	return true
}

// backwards is the end of s, last rune first: as much of it as ends looks at.
func backwards(s string) []rune {
	var out []rune
	for len(s) > 0 && len(out) < 2 {
		r, n := utf8.DecodeLastRuneInString(s)
		out, s = append(out, r), s[:len(s)-n]
	}
	return out
}

// ids are the Stripe ids of the mail, each once: those that stand anywhere in it,
// and a reference that is one, as where the shop, or Stripe for it, tells Klarna
// no order number of its own.
func (w Want) ids() []string {
	ids := slices.Clone(w.StripeIDs)
	for _, r := range w.references() {
		if disputeID.MatchString(r) || chargeID.MatchString(r) || intentID.MatchString(r) {
			ids = append(ids, r)
		}
	}
	return distinct(ids)
}

// references are want's, trimmed, without the empty ones and the repeats; their
// order, surest first, stays.
func (w Want) references() []string {
	var out []string
	for _, r := range w.References {
		if r = strings.TrimSpace(r); r != "" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}
