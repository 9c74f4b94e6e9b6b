package klarna

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// decide picks the kind, "" where the mail fits nothing. A decision that can be
// contested until a day is an appeal that is open, not an end; and what thanks
// for an answer and asks for something by a day is no mere receipt.
func (r *reader) decide(w map[rules.Kind]weight, speaks bool) rules.Kind {
	k := r.strongest(w, speaks)
	switch {
	case k == rules.KindResolved && !r.kept() && (w[rules.KindAppealOpen].sum() > 0 && r.open() || r.wants() && r.ended()):
		return rules.KindAppealOpen
	case k == rules.KindEvidenceReceived && r.wants():
		return rules.KindFollowUp
	case k == rules.KindDisputeRequest && w[k].sum() == 0 && r.pressing():
		return rules.KindReminder
	}
	return k
}

// open says that the mail names a day of its own that is to come. A period
// tells only what is possible after any decision.
func (r *reader) open() bool {
	for _, list := range [][]reading{r.dates, r.loose} {
		for _, rd := range list {
			if !rd.counted && rd.at.After(r.view.date) {
				return true
			}
		}
	}
	return false
}

// kept says that a text tells of an end that needs no appeal of ours.
func (r *reader) kept() bool {
	for _, t := range r.texts {
		for _, name := range outcomes(t, span{from: 0, to: len(t.words)}, outlook{}) {
			if name != string(rules.ResultLost) {
				return true
			}
		}
	}
	return false
}

// pressing says that the mail leaves fewer days than Klarna gives for any first
// answer: it is not the first mail.
func (r *reader) pressing() bool {
	for _, list := range [][]reading{r.dates, r.loose} {
		for _, rd := range list {
			if left := rd.at.Sub(r.view.date); left > 0 && left < briefDays*24*time.Hour+24*time.Hour {
				return true
			}
		}
	}
	return false
}

// wants says that a sentence asks for something by a day that is to come; the
// deadline of a form is only repeated.
func (r *reader) wants() bool {
	for _, rd := range r.dates {
		if rd.rank < labelled && !rd.counted && rd.at.After(r.view.date) {
			return true
		}
	}
	return false
}
