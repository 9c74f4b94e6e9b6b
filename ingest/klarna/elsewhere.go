package klarna

import (
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// A mail may tell of other disputes than its own: of an earlier one of the customer's, or
// of two at once.

// setApart takes what sentences tell of another dispute than the mail's own for no news of
// this one: "thank you for your answer in dispute 265871. That one is closed."
func (r *reader) setApart() {
	own := r.n.DisputeID
	if own == "" {
		r.elsewhere = len(r.disputesNamed()) > 1
		return
	}
	for _, t := range r.texts {
		list, wants := t.ofOthers(own)
		if len(list) > 0 {
			t.SetApart(list)
		}
		r.elsewhere = r.elsewhere || wants
	}
	if r.elsewhere {
		r.warn("another dispute is named too, and something may be wanted of it")
	}
}

// disputesNamed are the numbers that labels and sentences name disputes by, at most two.
func (r *reader) disputesNamed() (out []string) {
	for _, f := range r.labels {
		if f.Field == "dispute_id" && f.Value != "" && !slices.Contains(out, f.Value) && len(out) < 2 {
			out = append(out, f.Value)
		}
	}
	for _, t := range r.texts {
		for _, h := range t.Hits {
			if h.Key != key.WordDispute && h.Key != key.WordCase {
				continue
			}
			if id, ok := t.idAfter(h.To); ok && !slices.Contains(out, t.S[id.At:id.End]) && len(out) < 2 {
				out = append(out, t.S[id.At:id.End])
			}
		}
	}
	return out
}

// ofOthers are the sentences that name a dispute by a number like own and do not name own,
// with those behind them in their paragraph that name none and ask for nothing. wants says
// that the merchant may have something to do there.
func (t *text) ofOthers(own string) (out []words.Span, wants bool) {
	others := false
	for i := 0; i < len(t.Words); {
		s := t.Sentence(i)
		s.From = i
		i = max(i+1, s.To)
		switch mine, named := t.namesDispute(s, own); {
		case mine:
			others = false
		case named:
			others = true
		case t.Words[s.From].Gap >= words.GapLine:
			others = false
		case others && t.HasAny(s.From, s.To, key.WordRespond, key.WordAsk, key.LabelDeadline):
			others, wants = false, true
		}
		if others {
			out = append(out, s)
			wants = wants || t.HasAny(s.From, s.To, key.AboutOpened, key.KindDisputeRequest, key.WordAsk, key.WordRequest, key.AboutLacks)
		}
	}
	return out, wants
}

// namesDispute says whether s names own, and whether it names a dispute by a number of as
// many digits.
func (t *text) namesDispute(s words.Span, own string) (mine, named bool) {
	for i := s.From; i < s.To; i++ {
		if w := t.Words[i]; w.Digits() && t.S[w.At:w.End] == own {
			return true, true
		}
	}
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < s.To; i++ {
		if h := t.Hits[i]; h.Key == key.WordDispute || h.Key == key.WordCase {
			id, ok := t.idAfter(h.To)
			named = named || ok && id.End-id.At == len(own)
		}
	}
	return false, named
}
