package klarna

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
	"github.com/disputewatch/disputewatch/rules"
)

// result reads in whose favour a dispute ended. A label's word counts more
// than a sentence; two results that contradict each other are none. ended says
// that the subject leaves no doubt that it ended.
func (r *reader) result(ended bool) rules.Result {
	var labelled, said, sure []string
	for _, f := range r.labels {
		if f.Field == "result" && f.Value != "" {
			labelled = append(labelled, f.text.Outcomes(f.Words, sentences.Outlook{Labelled: true})...)
		}
	}
	for _, t := range r.texts {
		all := t.Told()
		said = append(said, t.Outcomes(all, sentences.Outlook{})...)
		sure = append(sure, t.Outcomes(all, sentences.Outlook{Sure: true})...)
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
