package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// result reads in whose favour a dispute ended. A label's word counts more
// than a sentence; two results that contradict each other are none.
func (r *reader) result() rules.Result {
	var labelled, said []string
	for _, f := range r.labels {
		if f.field == "result" && f.value != "" {
			labelled = append(labelled, outcomes(f.text, f.words)...)
		}
	}
	for _, t := range r.texts {
		said = append(said, outcomes(t, span{from: 0, to: len(t.words)})...)
	}
	for _, list := range [][]string{labelled, said} {
		list = unique(list)
		switch len(list) {
		case 0:
			continue
		case 1:
			r.explain("result", list[0], "phrase", false)
			return rules.Result(list[0])
		}
		if len(list) == 2 && list[0]+list[1] != "wonlost" && list[0]+list[1] != "lostwon" {
			return rules.ResultWithdrawn // "withdrawn, so that you keep the payment"
		}
		r.warn("the mail names contradicting results")
		return rules.ResultUnknown
	}
	return rules.ResultUnknown
}

// outcomes lists the results named in a span of words. What is only possible
// is left out, and what is denied is turned round.
func outcomes(t *text, s span) []string {
	var out []string
	for _, h := range t.within("result.", s) {
		name := strings.TrimPrefix(h.key, "result.")
		sentence := t.sentence(h.from)
		from := max(sentence.from, s.from)
		_, not := t.has("word.not", max(from, h.from-3), h.from)
		if _, ok := t.has("word.if", max(from, h.from-12), h.from); ok && !not {
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
