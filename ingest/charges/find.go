package charges

import (
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
	Amount     rules.Money
	Reason     string // Klarna's v1 code
	Date       time.Time
}

// near is how far a mail's date and a dispute's may lie apart for a candidate:
// the 21 days of an inquiry, in which reminders come.
const near = 21 * 24 * time.Hour

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
		f.linked, f.named, f.equal, f.alike, f.described, f.resembling,
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

// united merges what is said twice of a charge, and sorts: what follows cannot
// depend on the order in which the charges came.
func united(cands []Charge) []Charge {
	w := newWindow(time.Time{}, time.Time{})
	for _, ch := range cands {
		w.add(ch)
	}
	return w.candidates()
}

// linked is the charge that a person or an earlier match settled.
func (f *finder) linked() (rules.Match, bool) {
	id := strings.TrimSpace(f.want.Charge)
	if id == "" {
		return rules.Match{}, false
	}
	is := func(ch Charge) bool { return ch.is(id) }
	if hits := slices.DeleteFunc(append(slices.Clone(f.klarna), f.failed...), func(ch Charge) bool { return !is(ch) }); len(hits) == 1 {
		return f.sure(hits[0], rules.Exact, "it was linked to this dispute", id), true
	}
	if i := slices.IndexFunc(f.others, is); i >= 0 {
		return rules.Match{Strength: rules.NoMatch, Why: "the linked " + f.others[i].notKlarna()}, true
	}
	return rules.Match{Strength: rules.NoMatch, Why: "a charge was linked, but Stripe does not know it in this account"}, true
}

// named is the charge whose Stripe id stands in the mail.
func (f *finder) named() (rules.Match, bool) {
	var hits []Charge
	ids := map[string]string{}
	for _, ch := range f.klarna {
		for _, id := range f.want.StripeIDs {
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
		return f.sure(hits[0], rules.Exact, "the mail names its Stripe id", ids[hits[0].ID]), true
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
			return fmt.Sprintf("%s equals %s%s", where[ch.ID], nth(i), l.said())
		}
		return f.pick(hits, strength, because), true
	}
	return rules.Match{}, false
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
		because := func(Charge) string { return "its description holds " + nth(i) + " as a word" }
		return f.pick(hits, rules.Probable, because), true
	}
	return rules.Match{}, false
}

// resembling are disputed charges of the mail's amount, reason and time:
// candidates that a person must confirm.
func (f *finder) resembling() (rules.Match, bool) {
	if f.want.Amount.IsZero() {
		return rules.Match{}, false
	}
	hits := having(f.klarna, func(ch Charge) bool { return slices.ContainsFunc(ch.Disputes, f.resembles) })
	const why = "candidate to confirm: amount, currency, reason and time of its dispute fit the mail, no reference does"
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

func (f *finder) resembles(d Dispute) bool {
	reason := stripeReason(f.want.Reason)
	return d.Amount == f.want.Amount &&
		(reason == "" || d.Reason == reason) &&
		(f.want.Date.IsZero() || f.want.Date.Sub(d.Created).Abs() <= near)
}

// pick is the one charge of hits that can be disputed: retries and split
// orders put one reference on several. Where that leaves more than one it is a
// tie.
func (f *finder) pick(hits []Charge, strength rules.Strength, because func(Charge) string) rules.Match {
	if len(hits) == 1 {
		return f.sure(hits[0], strength, because(hits[0]), "")
	}
	disputed := having(hits, func(ch Charge) bool { return ch.Disputed && ch.Status == "succeeded" })
	if len(disputed) == 1 {
		why := fmt.Sprintf("%s; of %d charges with it the only disputed one", because(disputed[0]), len(hits))
		return f.sure(disputed[0], strength, why, "")
	}
	return f.tie(hits, because(hits[0]))
}

// sure is a match with one charge. id is what named it: a dispute's id settles
// which of the charge's disputes is meant.
func (f *finder) sure(ch Charge, strength rules.Strength, why, id string) rules.Match {
	m := rules.Match{Strength: strength, Charge: ch.ID, PaymentIntent: ch.PaymentIntent}
	m.Why = why + f.differs(ch)
	d, ok := f.dispute(ch, id)
	m.Dispute = d.ID
	if !ok {
		m.Strength, m.Charge, m.PaymentIntent = rules.Ambiguous, "", ""
		m.Why = fmt.Sprintf("%s, but it has %d disputes, and the mail does not say which is meant", m.Why, len(ch.Disputes))
		m.Candidates = f.list([]Charge{ch}, why)
	}
	return m
}

// dispute is the one of ch's disputes that is meant; false where several can
// be. No dispute at all is an answer: it may yet come.
func (f *finder) dispute(ch Charge, id string) (Dispute, bool) {
	for _, keep := range []func(Dispute) bool{
		func(d Dispute) bool { return d.ID == id },
		func(Dispute) bool { return true },
		func(d Dispute) bool { return !d.over() },
		func(d Dispute) bool { return !d.over() && d.Reason == stripeReason(f.want.Reason) },
	} {
		if some := having(ch.Disputes, keep); len(some) == 1 {
			return some[0], true
		}
	}
	return Dispute{}, len(ch.Disputes) == 0
}

// tie is a match with several charges: a person decides.
func (f *finder) tie(hits []Charge, why string) rules.Match {
	return rules.Match{
		Strength:   rules.Ambiguous,
		Why:        fmt.Sprintf("%d charges fit: %s", len(hits), why),
		Candidates: f.list(hits, why),
	}
}

func (f *finder) list(hits []Charge, why string) []rules.Candidate {
	var out []rules.Candidate
	for _, ch := range hits {
		c := rules.Candidate{Charge: ch.ID, Amount: ch.Amount, Created: ch.Created, Why: why + f.differs(ch)}
		if len(ch.Disputes) == 0 {
			out = append(out, c)
		}
		for _, d := range ch.Disputes {
			c.Dispute = d.ID
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b rules.Candidate) int {
		return strings.Compare(a.Charge+" "+a.Dispute, b.Charge+" "+b.Dispute)
	})
	return out
}

// differs says where the mail's amount is neither the charge's nor that of one
// of its disputes.
func (f *finder) differs(ch Charge) string {
	want := f.want.Amount
	fits := func(d Dispute) bool { return d.Amount == want }
	if want.IsZero() || ch.Amount == want || slices.ContainsFunc(ch.Disputes, fits) {
		return ""
	}
	return fmt.Sprintf("; the mail says %s, the charge is %s", want, ch.Amount)
}

// nothing says what was tried in vain.
func (f *finder) nothing() string {
	refs := f.want.references()
	why := fmt.Sprintf("no charge fits: %d references against %d Klarna charges", len(refs), len(f.klarna))
	if len(f.want.StripeIDs) > 0 {
		why += fmt.Sprintf(", %d Stripe ids", len(f.want.StripeIDs))
	}
	if f.want.Amount.IsZero() {
		why += ", no amount to go by"
	} else {
		why += ", and the amount"
	}
	for _, ch := range f.others {
		if f.meant(ch) {
			why += "; " + ch.notKlarna()
		}
	}
	for _, ch := range f.failed {
		if f.meant(ch) {
			why += "; charge " + ch.ID + " fits, but the payment failed"
		}
	}
	return why
}

// meant says that ch would have been a match, were it a Klarna charge that
// succeeded.
func (f *finder) meant(ch Charge) bool {
	if slices.ContainsFunc(f.want.StripeIDs, ch.is) {
		return true
	}
	for _, ref := range f.want.references() {
		if slices.ContainsFunc(ch.References, func(r Reference) bool { return compare(ref, r.Value) != unlike }) {
			return true
		}
	}
	return false
}

// is says that id names the charge, its payment intent or one of its disputes.
func (ch Charge) is(id string) bool {
	return id != "" && (id == ch.ID || id == ch.PaymentIntent ||
		slices.ContainsFunc(ch.Disputes, func(d Dispute) bool { return d.ID == id }))
}

func (ch Charge) notKlarna() string {
	method := word(ch.Method)
	if method == "" {
		method = "another method"
	}
	return "charge " + ch.ID + " is not Klarna's: it was paid with " + method
}

func having[T any](all []T, keep func(T) bool) []T {
	var out []T
	for _, v := range all {
		if keep(v) {
			out = append(out, v)
		}
	}
	return out
}

func nth(i int) string { return fmt.Sprintf("reference %d of the mail", i+1) }

// stripeReason is Stripe's word for a Klarna reason, "" where the table in
// DOMAIN.md, "Klarna's dispute model", has none.
func stripeReason(klarna string) string {
	switch klarna {
	case rules.ReasonReturn:
		return "credit_not_processed"
	case rules.ReasonGoodsNotReceived:
		return "product_not_received"
	case rules.ReasonFaultyGoods:
		return "product_unacceptable"
	case rules.ReasonAlreadyPaid:
		return "duplicate"
	case rules.ReasonUnauthorizedPurchase:
		return "fraudulent"
	case rules.ReasonIncorrectInvoice, rules.ReasonHighRiskOrder, rules.ReasonPandemicImpact:
		return "general"
	}
	return ""
}
