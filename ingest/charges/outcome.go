package charges

import (
	"fmt"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// pick is the one charge of hits that can be disputed: retries and split
// orders put one reference on several. Where that leaves more than one it is a
// tie, and also where the mail's amount is another's: two shops may number their
// orders alike.
func (f *finder) pick(hits []Charge, strength rules.Strength, because func(Charge) string) rules.Match {
	if len(hits) == 1 {
		return f.sure(hits[0], strength, because(hits[0]), "")
	}
	disputed := having(hits, func(ch Charge) bool {
		return ch.Disputed && ch.Status == "succeeded" && (len(ch.Disputes) == 0 || slices.ContainsFunc(ch.Disputes, f.possible))
	})
	fits := func(ch Charge) bool { return f.differs(ch) == "" }
	if len(disputed) == 1 && (fits(disputed[0]) || !slices.ContainsFunc(hits, fits)) {
		why := fmt.Sprintf("%s; of the %d charges with it, it is the only disputed one", because(disputed[0]), len(hits))
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
	if ok && d.ID == "" && len(ch.Disputes) > 0 {
		m.Why += "; what was disputed of it before is another dispute, and Stripe shows none for this one yet"
	}
	if !ok {
		m.Strength, m.Charge, m.PaymentIntent = rules.Ambiguous, "", ""
		m.Why = fmt.Sprintf("%s, but it has %d disputes, and the mail does not say which is meant", m.Why, len(having(ch.Disputes, f.possible)))
		m.Candidates = f.list([]Charge{ch}, why)
	}
	return m
}

// dispute is the one of ch's disputes that is meant; false where several can
// be. No dispute at all is an answer: it may yet come.
func (f *finder) dispute(ch Charge, id string) (Dispute, bool) {
	if named := having(ch.Disputes, func(d Dispute) bool { return d.ID == id }); len(named) == 1 {
		return named[0], true
	}
	can := having(ch.Disputes, f.possible)
	for _, keep := range []func(Dispute) bool{
		func(Dispute) bool { return true },
		func(d Dispute) bool { return !d.over() },
		func(d Dispute) bool { return !d.over() && d.Reason == stripeReason(f.want.Reason) },
	} {
		if some := having(can, keep); len(some) == 1 {
			if fits := func(d Dispute) bool { return d.Amount == f.want.Amount }; !fits(some[0]) && slices.ContainsFunc(can, fits) {
				return Dispute{}, false // what speaks for one of them, the amount says of another
			}
			return some[0], true
		}
	}
	return Dispute{}, len(can) == 0
}

// possible says that d can be the one that is meant: it is not another dispute of
// Klarna's, and, but for a person's link, not one that was over long before
// Klarna asked, or whose date had passed when its first mail came. An order can
// be disputed again, and the mail come before Stripe shows it.
func (f *finder) possible(d Dispute) bool {
	w := f.want
	dated := d.DueBy.After(d.Created)             // else nobody knows until when it could be answered
	late := dated && w.First.Sub(d.DueBy) > grace // never for a First that is zero
	old := w.Asks && w.Charge == "" && d.over() && (w.Stops || late || w.Date.Sub(d.Created) > lasts)
	return !old && !slices.Contains(w.Taken, d.ID)
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
		if len(having(ch.Disputes, f.possible)) == 0 {
			out = append(out, c)
		}
		for _, d := range having(ch.Disputes, f.possible) {
			c.Dispute = d.ID
			if len(ch.Disputes) > 1 { // by these people tell them apart
				c.Amount, c.Created = d.Amount, d.Created
			}
			out = append(out, c)
		}
	}
	return out
}

// differs says where the mail's amount is neither the charge's nor that of one
// of its disputes; an amount that is not known contradicts none.
func (f *finder) differs(ch Charge) string {
	want := f.want.Amount
	fits := func(d Dispute) bool { return d.Amount == want }
	if want.IsZero() || ch.Amount.Minor == 0 || ch.Amount == want || slices.ContainsFunc(ch.Disputes, fits) {
		return ""
	}
	return fmt.Sprintf("; the mail says %s, the charge is %s", want, ch.Amount)
}

// nothing says what was looked for in vain, and what there was not to look for.
func (f *finder) nothing() string {
	var tried, lacks []string
	for _, look := range []struct {
		n              int
		lack, one, all string
	}{
		{len(f.want.references()), "no order reference", "the mail's reference", "one of the mail's %d references"},
		{len(f.want.ids()), "no Stripe id", "the Stripe id that the mail names", "one of the %d Stripe ids that the mail names"},
	} {
		switch look.n {
		case 0:
			lacks = append(lacks, look.lack)
		case 1:
			tried = append(tried, look.one)
		default:
			tried = append(tried, fmt.Sprintf(look.all, look.n))
		}
	}
	if f.want.Amount.IsZero() {
		lacks = append(lacks, "no amount")
	} else {
		tried = append(tried, f.likeness())
	}
	why := "no disputed Klarna charge has " + strings.Join(tried, " or ")
	switch {
	case len(tried) == 0:
		why = "the mail names " + listed(lacks) + ", so that there is nothing to look for"
	case len(lacks) > 0:
		why += "; the mail names " + listed(lacks)
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
	if slices.ContainsFunc(f.want.ids(), ch.is) {
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

// listed is "a", "a and b", "a, b and c".
func listed(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// nth names one of the mail's references by its place, never by what it says.
func nth(i int) string {
	if names := []string{"first", "second", "third"}; i < len(names) {
		return "the mail's " + names[i] + " reference"
	}
	return fmt.Sprintf("the mail's reference number %d", i+1)
}

// place is where a charge holds a reference, for a sentence: "its order
// reference".
func place(where string) string {
	if key, ok := strings.CutPrefix(where, "metadata "); ok {
		return "its metadata " + key
	}
	return "its " + strings.ReplaceAll(where, "_", " ")
}

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
