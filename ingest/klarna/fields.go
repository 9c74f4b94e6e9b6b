package klarna

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// claim is a value that a text gives for a field.
type claim struct {
	value, from string
	text        *text
	rank        int
	at          int // its word, 0 where it does not matter
}

// choose decides between the values given for a field. The one nearest to a
// label wins over the others with a warning; two equally near that differ are
// no value at all.
func (r *reader) choose(field string, list []claim) string {
	best, tie := claim{}, false
	for _, c := range list {
		switch {
		case c.rank > best.rank:
			best, tie = c, false
		case c.rank == best.rank && !letters.Alike(c.value, best.value):
			tie = true
		}
	}
	for _, c := range list {
		r.explain(field, c.value, c.from, tie || !letters.Alike(c.value, best.value))
	}
	name := strings.ReplaceAll(field, "_", " ")
	if tie {
		r.warn("the mail gives several values for the " + name + "; none was taken")
		return ""
	}
	for _, c := range list {
		if !letters.Alike(c.value, best.value) {
			r.warn("the mail gives several values for the " + name + "; the labelled one was taken")
			break
		}
	}
	return best.value
}

// ungrouped is a number without the spaces between groups of three digits.
func ungrouped(v string) string {
	if joined := strings.ReplaceAll(v, " ", ""); joined != v && letters.AllDigits(joined) && money.Grouped(v) {
		return joined
	}
	return v
}

// current leaves out what is named beside the dispute that a mail is about: where the
// subject of Klarna's names one, the others (that of a ticket system names its ticket),
// and where an answer is wanted, behind the first those of which a sentence says that
// they ended: "dispute 258903 of the same customer was closed in October".
func (r *reader) current(list []claim) []claim {
	for _, c := range list {
		switch {
		case c.text.Name != "subject":
		case !r.klarnas():
			if slices.ContainsFunc(list, func(o claim) bool { return o.rank > labels.InSentence && !letters.Alike(o.value, c.value) }) {
				return slices.DeleteFunc(list, func(o claim) bool { return letters.Alike(o.value, c.value) })
			}
		case !slices.ContainsFunc(list, func(o claim) bool { return o.text == c.text && !letters.Alike(o.value, c.value) }):
			return slices.DeleteFunc(list, func(o claim) bool { return o.rank <= c.rank && !letters.Alike(o.value, c.value) })
		}
	}
	first := slices.IndexFunc(list, func(c claim) bool { return c.at > 0 })
	if first < 0 || !r.ahead() {
		return list // of several in a mail that wants nothing, any may be the one that ended
	}
	id, at := list[first].value, list[first].at
	return slices.DeleteFunc(list, func(c claim) bool { return c.at > at && c.ended() && !letters.Alike(c.value, id) })
}

// ended says that the sentence of a claim, or the one behind it, tells of an end.
func (c claim) ended() bool {
	s := c.text.Sentence(c.at)
	to := s.To
	if to < len(c.text.Words) {
		to = c.text.Sentence(to).To
	}
	_, over := c.text.Has(key.AboutOver, s.From, to)
	return over
}

// ids reads all identifiers.
func (r *reader) ids() {
	claims := map[string][]claim{}
	for _, f := range r.labels {
		if field, value, ok := r.idAt(f); ok {
			if field == "dispute_id" && f.Rank < labels.Labelled && f.text.signed(f.Words.From) {
				field = ticket
			}
			claims[field] = append(claims[field], claim{value: value, from: f.From, text: f.text, rank: f.Rank, at: f.Words.From})
			for _, more := range f.moreIDs() {
				claims[field] = append(claims[field], claim{value: more, from: f.From, text: f.text, rank: f.Rank, at: f.Words.From})
			}
		}
	}
	for _, t := range r.texts {
		r.unlabelled(t, claims)
		ids.Stripe(t.S, r.addStripe)
	}
	if len(claims["dispute_id"]) == 0 {
		claims["dispute_id"] = claims[ticket]
	}
	claims["dispute_id"] = r.current(claims["dispute_id"])
	n := r.n
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"dispute_id", &n.DisputeID},
		{"merchant_reference_1", &n.MerchantReference1},
		{"merchant_reference_2", &n.MerchantReference2},
		{"order_id", &n.OrderID},
		{"capture_id", &n.CaptureID},
		{"klarna_reference", &n.KlarnaReference},
		{"merchant_id", &n.MerchantID},
		{"order_number", &n.OrderNumber},
	} {
		if len(claims[f.name]) > 0 {
			*f.to = r.choose(f.name, claims[f.name])
		}
	}
	if n.OrderNumber == n.MerchantReference1 {
		n.OrderNumber = "" // said once is enough
	}
	for _, c := range claims["reason"] {
		if n.Reason == "" {
			n.Reason = c.value
			r.explain("reason", c.value, c.from, false)
		}
	}
}

// moreIDs are the ids that follow the first at the label of a dispute's: "256947, 256948".
func (f found) moreIDs() []string {
	if f.Field != "dispute_id" {
		return nil
	}
	var more []string
	first := f.Words.At + strings.IndexAny(f.Value, "0123456789")
	id, ok := f.text.idBeside(words.Span{At: first, End: first + len(ids.Token(f.text.S[first:]))})
	for ; ok; id, ok = f.text.idBeside(id) {
		more = append(more, f.text.S[id.At:id.End])
	}
	return more
}

// idAt reads the identifier at a label. Its shape may say that it is another
// one than the label does: an "order" may be K4MADNY.
func (r *reader) idAt(f found) (field, value string, ok bool) {
	tok := ids.Token(f.Value)
	switch f.Field {
	case "dispute_id":
		id, _, ok := ids.Dispute(ungrouped(f.Value))
		if !ok && f.Rank == labels.Labelled && !f.Below && f.Value != "" && !r.none(f) {
			r.failed[f.Field] = f.Value
			r.explain(f.Field, clip(f.Value), f.From, true)
		}
		return f.Field, id, ok
	case "order_id":
		if ids.IsUUID(tok) {
			return f.Field, tok, true
		}
		if !ids.IsKlarnaReference(tok) && f.Rank == labels.Labelled {
			value, ok = r.reference(f) // "Order ID: 100045" is the shop's own
			return "order_number", value, ok && letters.HasDigit(value) && !r.isDay(f)
		}
		return "klarna_reference", tok, ids.IsKlarnaReference(tok) && f.Rank == labels.Labelled
	case "capture_id":
		k, isKRN := ids.ParseKRN(tok)
		if ids.IsUUID(tok) || isKRN && k.Capture {
			return f.Field, tok, true
		}
		return "klarna_reference", tok, ids.IsKlarnaReference(tok) && strings.Contains(tok, "-") && f.Rank == labels.Labelled
	case "klarna_reference":
		if ids.IsUUID(tok) {
			return "order_id", tok, strings.Contains(letters.Fold(f.From), "order")
		}
		return f.Field, tok, ids.IsKlarnaReference(tok)
	case "merchant_id":
		return f.Field, tok, ids.IsMerchantID(tok)
	case "merchant_reference_1", "merchant_reference_2", "order_number":
		value, ok = r.reference(f)
		return f.Field, value, ok && !(f.Field == "order_number" && r.isDay(f))
	}
	return "", "", false
}

// isDay says that the value at a label is a date: "Bestelling van: 15-03-2027".
func (r *reader) isDay(f found) bool {
	days := dates.In(r.v, f.text.page(), f.Words.From, f.Words.To)
	return len(days) == 1 && days[0].From == f.Words.From && days[0].To == f.Words.To
}
