package klarna

import (
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
	"github.com/disputewatch/disputewatch/rules"
)

// A mail that wants nothing is told to nobody. So a quiet kind, a receipt, an end, news of
// Klarna's own, is believed only where nothing in the mail may want something after all.

// unlessAsked is k, or what a mail is that was taken for quiet and may want something.
func (r *reader) unlessAsked(k rules.Kind, w map[rules.Kind]weight) rules.Kind {
	if k == rules.KindKlarnaOther && r.ofOne() && (r.bids() || r.wants() || r.mayAsk()) {
		return rules.KindUnknownKlarna // whatever else it tells
	}
	if k != rules.KindResolved && k != rules.KindEvidenceReceived {
		return k
	}
	switch {
	case w[k].sum() < enough && r.looksAhead() && !r.outcome(), r.elsewhere:
		return "" // no words name an end, which would quiet the case, and something is still to come
	case k == rules.KindEvidenceReceived && w[rules.KindReminder].body >= enough && r.theirsCame():
		return rules.KindReminder
	case k == rules.KindEvidenceReceived && r.bids():
		return rules.KindFollowUp
	case k == rules.KindResolved && !r.kept() && w[rules.KindAppealOpen].sum() > 0 && len(r.openDays()) > 0:
		return rules.KindAppealOpen
	case k == rules.KindResolved && (r.bids() || r.unsettled()), r.mayAsk():
		return ""
	}
	return k
}

// ofOne says that a mail names an order or a dispute, or several.
func (r *reader) ofOne() bool {
	return r.identified() || r.n.OrderNumber != "" || len(r.disputesNamed()) > 0
}

// theirsCame says that it is the customer's evidence that arrived.
func (r *reader) theirsCame() bool {
	return slices.ContainsFunc(r.topics, func(tp sentences.Topic) bool { return tp.Theirs })
}

// bids says that a mail bids the merchant do something in words that no kind has: it asks
// politely, or names a day to do it by, "by Friday", "by the end of the month".
func (r *reader) bids() bool {
	if len(r.soon(r.setting(), true)) > 0 {
		return true
	}
	for _, t := range r.texts {
		for _, h := range t.Hits {
			if s := t.Sentence(h.From); h.Key == key.WordRequest && t.IsNews(h.From) && !t.HasAny(s.From, s.To, key.AboutCourtesy, key.KindKlarnaOther) {
				return true
			}
		}
	}
	return false
}

// unsettled says that something is still asked for by a day, in a mail that tells of no end
// or of several, of a dispute that is new, or of what is missing.
func (r *reader) unsettled() bool {
	ours := slices.ContainsFunc(r.dates, func(rd reading) bool {
		return rd.rank < labels.Labelled && !rd.theirs && rd.At.After(r.view.Date)
	})
	return ours && len(r.ends()) != 1 || r.labelledAhead() && (r.opens() || r.lacksMore())
}

// mayAsk says that a day to come stands in a sentence which does not tell what others do
// by it, a decision or the answer that is met, in a mail that does not say that there is
// nothing to do.
func (r *reader) mayAsk() bool {
	return !r.met() && len(r.openDays(key.AboutVerdict, key.WordDecide, key.LabelDeadline)) > 0
}

// looksAhead says that a day after the mail's own stands anywhere in it, for
// whatever it may be.
func (r *reader) looksAhead() bool {
	d := r.setting()
	for _, t := range r.texts {
		for _, m := range dates.In(r.v, t.page(), 0, len(t.Words)) {
			if day, err := dates.Resolve(m, d); err == nil && day.At.After(r.view.Date) {
				return true
			}
		}
	}
	return false
}
