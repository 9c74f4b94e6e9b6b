package klarna

import (
	"github.com/disputewatch/disputewatch/rules"
)

// result reads in whose favour a dispute ended. A label's word counts more
// than a sentence; two results that contradict each other are none. ended says
// that the subject leaves no doubt that it ended.
func (r *reader) result(ended bool) rules.Result {
	var labelled, said, sure []string
	for _, f := range r.labels {
		if f.field == "result" && f.value != "" {
			labelled = append(labelled, outcomes(f.text, f.words, outlook{labelled: true})...)
		}
	}
	for _, t := range r.texts {
		all := t.told()
		said = append(said, outcomes(t, all, outlook{})...)
		sure = append(sure, outcomes(t, all, outlook{sure: true})...)
	}
	if !ended {
		sure = nil
	}
	for i, list := range [][]string{labelled, said, sure} {
		list = unique(list)
		switch n := len(list); {
		case n == 0 || i == 2 && n > 1:
			continue
		case n == 1:
			r.explain("result", list[0], "phrase", false)
			return rules.Result(list[0])
		}
		if len(list) == 2 && list[0]+list[1] != "wonlost" && list[0]+list[1] != "lostwon" {
			return rules.ResultWithdrawn // "withdrawn, so that you keep the payment"
		}
		r.warn("the mail names contradicting results")
		return rules.ResultUnknown
	}
	if list := r.spoken(); len(list) == 1 {
		r.explain("result", list[0], "sentence", false)
		return rules.Result(list[0])
	}
	return rules.ResultUnknown
}

// outlook says how the results in a span of words are to be read.
type outlook struct {
	labelled bool // they are the value of a label, or the whole of a line
	sure     bool // the dispute has ended: "unless" tells how it came, not what may be
}

// outcomes lists the results named in a span of words. What is only possible
// is left out, and what is denied is turned round.
func outcomes(t *text, s span, look outlook) []string {
	var out []string
	for _, h := range t.within(ofResult, s) {
		sentence := t.sentence(h.from)
		name := t.outcome(h, sentence)
		if h.to-h.from == 1 && !look.labelled && !t.ofCase(sentence) {
			continue // a parcel is lost as well
		}
		from := max(sentence.from, s.from)
		_, not := t.has(wordNot, max(from, h.from-3), h.from)
		if t.possible(max(from, h.from-12), h.from, look.sure) && !not {
			continue
		}
		switch {
		case !not:
			out = append(out, name)
		case name == "won":
			out = append(out, "lost")
		}
	}
	return out
}

// outcome is the merchant's result that a hit tells: where it is the customer who won
// or lost, the other one.
func (t *text) outcome(h hit, s span) string {
	won, lost := t.hasAny([]key{wordWins}, h.from, h.to), t.hasAny([]key{wordLoses}, h.from, h.to)
	who, ok := t.has(wordCustomer, s.from, min(s.from+subjectPlace, h.from))
	if !ok || !won && !lost {
		return h.key.name()
	}
	if of, is := t.has(wordDispute, who.to, h.to); is && of.from-who.to < 2 {
		return h.key.name() // "the customer's dispute was lost"
	}
	if won {
		return resultLost.name()
	}
	return resultWon.name()
}

// subjectPlace is how many words the subject of a sentence takes with what stands
// before it: "Ihr geschätzter Kunde".
const subjectPlace = 3

// ofCase says that a sentence speaks of a dispute, a case, or how one ended.
func (t *text) ofCase(s span) bool {
	for _, key := range []key{wordDispute, wordCase, aboutVerdict} {
		if _, ok := t.has(key, s.from, s.to); ok {
			return true
		}
	}
	return false
}

// possible says that words from to to make what follows them only possible.
// Where the dispute has surely ended, "before" and "for want of" tell how.
func (t *text) possible(from, to int, sure bool) bool {
	for i := t.after(from); i < len(t.hits) && t.hits[i].from < to; i++ {
		h := t.hits[i]
		if h.key != wordIf || h.to > to {
			continue
		}
		_, by := t.begins(wordBy, h.from, to)
		_, cause := t.begins(wordCause, h.from, to)
		if !sure || !by && !cause {
			return true
		}
	}
	return false
}
