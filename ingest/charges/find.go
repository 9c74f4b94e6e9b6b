package charges

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Want is what a case knows of the charge that it is about. All but Charge
// comes from mails: it is compared, and never repeated in a sentence.
type Want struct {
	DisputeID  string   // Klarna's; Stripe does not know it, it is for words only
	Charge     string   // remembered for this dispute, or linked by a person: it wins
	StripeIDs  []string // du_, dp_, ch_, py_ and pi_ that stand in the mail
	References []string // merchant reference 1, 2, order id …, the surest first
	Unnamed    []string // numbers of which the mail does not say what they are
	Amount     rules.Money
	Reason     string // Klarna's v1 code
	Date       time.Time
	First      time.Time // of its earliest mail; zero: not known, or it may be about a dispute that is over
	Stops      bool      // its mails ask to stop or to explain an order: it is about no dispute that is over
	Asks       bool      // its mails ask for an answer: it is about no dispute that was over long before
	Taken      []string  // Stripe's disputes that are known to be about another dispute of Klarna's
}

// near is how far a mail's date and a dispute's may lie apart for a candidate:
// the 21 days of an inquiry, in which reminders come.
const near = 21 * 24 * time.Hour

// grace is how long after a dispute's date its own first mail may still come: mail
// is late, and so is Stripe with an end.
const grace = 7 * 24 * time.Hour

// lasts is how long after its beginning a dispute can still be asked about: the
// 21 days of an inquiry, the 13 of a chargeback, and the 10 of an appeal.
const lasts = 45 * 24 * time.Hour

// Find says which of cands want is about, how surely, and why (DOMAIN.md, "The
// join"). The order of cands changes nothing, and a tie stays one.
func Find(want Want, cands []Charge) rules.Match {
	f := finder{want: want}
	for _, ch := range united(cands) {
		switch {
		case ch.Method != "klarna":
			f.others = append(f.others, ch)
		case ch.Status == "failed":
			f.failed = append(f.failed, ch)
		default:
			f.klarna = append(f.klarna, ch)
		}
	}
	for _, step := range []func() (rules.Match, bool){
		f.linked, f.named, f.equal, f.alike, f.described, f.mentioned, f.resembling,
	} {
		if m, ok := step(); ok {
			return m
		}
	}
	return rules.Match{Strength: rules.NoMatch, Why: f.nothing()}
}

// finder is one search: the charges that can be meant, and those that cannot.
type finder struct {
	want                   Want
	klarna, others, failed []Charge
}

// united drops what is said twice, and sorts: what follows cannot depend on the
// order in which the charges came.
func united(cands []Charge) []Charge {
	all := slices.Clone(cands)
	slices.SortStableFunc(all, func(a, b Charge) int { return strings.Compare(a.ID, b.ID) })
	all = slices.CompactFunc(all, func(a, b Charge) bool { return a.ID == b.ID })
	for i, ch := range all {
		all[i] = ch.sorted()
	}
	return all
}

// sorted is ch with its lists in an order of their own; order_reference stands
// before metadata, and so gives the reason of a match where both fit.
func (ch Charge) sorted() Charge {
	ch.References, ch.Disputes = slices.Clone(ch.References), slices.Clone(ch.Disputes)
	slices.SortFunc(ch.References, func(a, b Reference) int {
		return cmp.Or(-strings.Compare(a.Where, b.Where), strings.Compare(a.Value, b.Value))
	})
	slices.SortFunc(ch.Disputes, func(a, b Dispute) int { return strings.Compare(a.ID, b.ID) })
	return ch
}

// linked is the charge that a person or an earlier match settled.
func (f *finder) linked() (rules.Match, bool) {
	id := strings.TrimSpace(f.want.Charge)
	if id == "" {
		return rules.Match{}, false
	}
	is := func(ch Charge) bool { return ch.is(id) }
	if hits := having(slices.Concat(f.klarna, f.failed), is); len(hits) == 1 {
		m := f.sure(hits[0], rules.Exact, "it was linked to this dispute", id)
		m.Strength, m.Charge, m.PaymentIntent = rules.Exact, hits[0].ID, hits[0].PaymentIntent // whichever dispute is meant
		return m, true
	} else if len(hits) > 1 {
		return f.tie(hits, "the linked payment intent has several"), true
	}
	if i := slices.IndexFunc(f.others, is); i >= 0 {
		return rules.Match{Strength: rules.NoMatch, Why: "the linked " + f.others[i].notKlarna()}, true
	}
	if !disputeID.MatchString(id) && !chargeID.MatchString(id) && !intentID.MatchString(id) {
		return rules.Match{Strength: rules.NoMatch, Why: "what was linked is no id of a charge, a payment intent or a dispute"}, true
	}
	return rules.Match{Strength: rules.NoMatch, Why: id + " was linked, but Stripe does not know it in this account"}, true
}

// named is the charge whose Stripe id stands in the mail.
func (f *finder) named() (rules.Match, bool) {
	var hits []Charge
	ids := map[string]string{}
	for _, ch := range f.klarna {
		for _, id := range f.want.ids() {
			if ch.is(id) && (ids[ch.ID] == "" || disputeID.MatchString(id)) {
				ids[ch.ID] = id
			}
		}
		if ids[ch.ID] != "" {
			hits = append(hits, ch)
		}
	}
	if len(hits) == 0 {
		return rules.Match{}, false
	}
	if len(hits) == 1 {
		m := f.sure(hits[0], rules.Exact, "the mail names its Stripe id", ids[hits[0].ID])
		m.Why += f.against(m)
		return m, true
	}
	return f.tie(hits, "the mail names the Stripe ids of several charges"), true
}

// equal is the charge that has one of the mail's references as it stands.
func (f *finder) equal() (rules.Match, bool) { return f.by(same, rules.Exact) }

// alike is the charge that has one but for case, or for a leading # and zeros.
func (f *finder) alike() (rules.Match, bool) {
	if m, ok := f.by(sameBarCase, rules.Probable); ok {
		return m, true
	}
	return f.by(sameBarZeros, rules.Probable)
}

func (f *finder) by(l likeness, strength rules.Strength) (rules.Match, bool) {
	for i, ref := range f.want.references() {
		where := map[string]string{}
		hits := having(f.klarna, func(ch Charge) bool {
			for _, r := range ch.References {
				if where[ch.ID] == "" && compare(ref, r.Value) == l {
					where[ch.ID] = r.Where
				}
			}
			return where[ch.ID] != ""
		})
		if len(hits) == 0 {
			continue
		}
		because := func(ch Charge) string {
			return fmt.Sprintf("%s is %s%s", place(where[ch.ID]), nth(i), l.said())
		}
		m := f.pick(hits, strength, because)
		m.Why += f.against(m)
		if i > 0 && slices.ContainsFunc(hits, func(ch Charge) bool { return ch.ID == m.Charge && f.differs(ch) != "" }) {
			m.Strength = rules.Probable // a customer's number may be another's order
		}
		return m, true
	}
	return rules.Match{}, false
}

// against says that a reference of the mail fits another charge than the one that
// was settled on: a customer's number, or two orders in one mail.
func (f *finder) against(m rules.Match) string {
	if m.Charge == "" {
		return ""
	}
	for i, ref := range f.want.references() {
		hits := having(f.klarna, func(ch Charge) bool {
			return slices.ContainsFunc(ch.References, func(r Reference) bool { return compare(ref, r.Value) == same })
		})
		if len(hits) > 0 && !slices.ContainsFunc(hits, func(ch Charge) bool { return ch.ID == m.Charge }) {
			return "; " + nth(i) + " stands on another charge"
		}
	}
	return ""
}

// described is the charge whose description holds a reference as a word.
func (f *finder) described() (rules.Match, bool) {
	for i, ref := range f.want.references() {
		hits := having(f.klarna, func(ch Charge) bool {
			return slices.ContainsFunc(ch.Descriptions, func(text string) bool { return mentions(text, ref) })
		})
		if len(hits) == 0 {
			continue
		}
		because := func(Charge) string { return "its description names " + nth(i) }
		return f.pick(hits, rules.Probable, because), true
	}
	return rules.Match{}, false
}

// mentioned are disputed charges of whose references one stands in the mail without
// a name: candidates that a person must confirm. The mail may call it an order's in
// words that nobody taught.
func (f *finder) mentioned() (rules.Match, bool) {
	numbers, where := having(f.want.Unnamed, telling), map[string]string{}
	hits := having(f.klarna, func(ch Charge) bool {
		for _, r := range ch.References {
			if where[ch.ID] == "" && slices.ContainsFunc(numbers, func(n string) bool { return compare(n, r.Value) != unlike }) {
				where[ch.ID] = r.Where
			}
		}
		return where[ch.ID] != "" && slices.ContainsFunc(ch.Disputes, f.possible)
	})
	if len(hits) == 0 {
		return rules.Match{}, false
	}
	because := func(ch Charge) string {
		return "a guess that a person must confirm: the mail holds " + place(where[ch.ID]) + ", and does not say what it is"
	}
	m := f.pick(hits, rules.Probable, because)
	if m.Charge != "" {
		hit := having(hits, func(ch Charge) bool { return ch.ID == m.Charge })
		m.Candidates = f.list(hit, because(hit[0]))
	}
	return m, true
}

// resembling are disputed charges of the mail's amount, reason and time:
// candidates that a person must confirm.
func (f *finder) resembling() (rules.Match, bool) {
	if f.want.Amount.IsZero() {
		return rules.Match{}, false
	}
	hits := having(f.klarna, func(ch Charge) bool { return slices.ContainsFunc(ch.Disputes, f.resembles) })
	why := "a guess that a person must confirm: its dispute has " + f.likeness() + ", and no reference fits"
	switch len(hits) {
	case 0:
		return rules.Match{}, false
	case 1:
		m := f.sure(hits[0], rules.Probable, why, "")
		m.Candidates = f.list(hits, why)
		return m, true
	}
	return f.tie(hits, why), true
}

// likeness is what resembles goes by.
func (f *finder) likeness() string {
	words := []string{"the mail's amount"}
	if stripeReason(f.want.Reason) != "" {
		words = append(words, "reason")
	}
	if !f.want.Date.IsZero() {
		words = append(words, "time")
	}
	return listed(words)
}

func (f *finder) resembles(d Dispute) bool {
	reason := stripeReason(f.want.Reason)
	return f.possible(d) && d.Amount == f.want.Amount &&
		(reason == "" || d.Reason == reason) &&
		(f.want.Date.IsZero() || f.want.Date.Sub(d.Created).Abs() <= near)
}
