package klarna

import (
	"slices"
	"strconv"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
	"github.com/disputewatch/disputewatch/ingest/klarna/view"
	"github.com/disputewatch/disputewatch/rules"
)

// kinds in the order of precedence: of several that the subject names, or that
// weigh the same, the first. A reminder of a request is a reminder.
var kinds = []rules.Kind{
	rules.KindStopRequest, rules.KindAppealOpen, rules.KindResolved, rules.KindInvestigation, rules.KindReminder,
	rules.KindFollowUp, rules.KindEvidenceReceived, rules.KindDisputeRequest, rules.KindCustomerMessage, rules.KindKlarnaOther,
}

// kind weighs what the mail is about.
func (r *reader) kind() (rules.Kind, error) {
	speaks, says := false, r.FromKlarna || view.NamesKlarna(r.view.From) || r.view.Answers
	for _, t := range r.texts {
		own := t.Name != "subject" || !r.view.Reply || r.FromKlarna || r.view.Answers
		speaks = speaks || own && r.speaks(t)
		says = says || own && letters.FoldContains(t.S, "klarna")
	}
	if !says {
		return "", ErrNotKlarna
	}
	ours := r.klarnas()
	w := r.weigh()
	r.listen(w, speaks)
	if r.undecided() {
		delete(w, rules.KindAppealOpen)
	}
	other, message := w[rules.KindKlarnaOther], w[rules.KindCustomerMessage]
	silent := other.subject+message.subject == 0 && max(other.body, message.body) < enough // but "privacy" at the foot
	k := r.decide(w, speaks || ours && (silent || r.n.DisputeID != "" && (r.ended() || r.grounds())) && r.concerns())
	structured := r.n.DisputeID != "" || r.identified() || r.n.OrderNumber != "" && w[k].subject > 0
	switch {
	case k == "" && ours && w[rules.KindKlarnaOther].sum() > 0 && r.advises():
		k = rules.KindKlarnaOther
	case k == "" && (speaks || ours && (w[rules.KindStopRequest].sum() > 0 || w[rules.KindInvestigation].sum() >= enough || r.concerns())):
		k = rules.KindUnknownKlarna
	case !ours && (k == "" || k == rules.KindKlarnaOther || k == rules.KindCustomerMessage):
		if speaks {
			k = rules.KindUnknownKlarna
			break
		}
		return "", ErrNotKlarna
	case ours && r.view.Closed && (k == "" || k == rules.KindCustomerMessage):
		k = rules.KindUnknownKlarna
	case ours && k == "" && r.foreignDispute():
		k = rules.KindUnknownKlarna
	case ours && (k == "" || (k == rules.KindKlarnaOther || k == rules.KindCustomerMessage) && w[k].subject == 0) && r.strange():
		k = rules.KindUnknownKlarna
	case k == "" && (r.identified() || r.n.OrderNumber != "") && w[rules.KindKlarnaOther].sum() == 0:
		k = rules.KindUnknownKlarna // it names an order, and nothing says what it wants
	case ours && k == "" && r.awaits():
		k = rules.KindUnknownKlarna // nothing says what it is about, and it asks for an answer
	case k == "":
		k = rules.KindKlarnaOther
	case !ours && !(structured && (speaks || w[k].subject > 0)) && k != rules.KindUnknownKlarna:
		if !speaks && w[rules.KindStopRequest].sum() == 0 {
			return "", ErrNotKlarna
		}
		k = rules.KindUnknownKlarna
	}
	if !ours && (r.view.Reply || !r.view.Forwarded && k != rules.KindStopRequest) {
		k = rules.KindUnknownKlarna // a colleague's answer, or the mail of a partner
	}
	x := w[k]
	r.named = x.subject > 0
	if x.words == "" {
		r.explain("kind", string(k), "no phrase of any kind", false)
		return k, nil
	}
	r.explain("kind", string(k), strconv.Quote(x.words)+", "+x.place, false)
	return k, nil
}

// klarnas says that Klarna wrote the mail, or whoever calls himself so.
func (r *reader) klarnas() bool { return r.FromKlarna || view.NamesKlarna(r.view.From) }

// speaks says that a text holds a word for a dispute, or a stop request, that
// is not part of a harmless phrase such as "dispute policy".
func (r *reader) speaks(t *text) bool {
	for _, h := range t.Hits {
		if !t.IsNews(h.From) {
			continue
		}
		switch h.Key {
		case key.KindStopRequest:
			return true
		case key.WordDispute:
			if !t.Harmless(h) {
				return true
			}
		case key.LabelDisputeID:
			if h.To-h.From > 1 {
				return true
			}
		}
	}
	return false
}

// strongest is the kind that the words alone tell.
func (r *reader) strongest(w map[rules.Kind]weight, speaks bool) rules.Kind {
	form := r.form()
	other, message := w[rules.KindKlarnaOther], w[rules.KindCustomerMessage]
	dispute, told := 0, 0
	for _, k := range kinds[:8] {
		dispute, told = max(dispute, w[k].subject), max(told, w[k].body)
	}
	asks := len(r.dates) > 0 // by a day: no message of a customer's does
	probes := asks && w[rules.KindInvestigation].body >= enough || r.suspected()
	switch {
	case message.subject > 0 && dispute == 0 && form < 2 && (r.n.DisputeID == "" || !asks && told < enough) && !probes && w[rules.KindStopRequest].sum() == 0,
		message.sum() >= max(enough, told) && dispute == 0 && !r.suspected() && form == 0 && r.n.DisputeID == "" && !asks:
		return rules.KindCustomerMessage
	case other.subject > 0 && dispute <= other.subject && form < 2 && r.n.DisputeID == "":
		return rules.KindKlarnaOther
	}
	best, top := rules.Kind(""), 0
	for _, k := range kinds[:8] {
		if w[k].subject > 0 && r.fits(k, w[k], speaks) && !(k == rules.KindResolved && w[rules.KindReminder].subject > 0 && (asks && r.wants() || !r.ended())) {
			return k // but a last reminder before the dispute is closed, or decided, has not closed it
		}
		score := w[k].sum()
		if k == rules.KindReminder && w[k].body >= enough && !r.anew() || k == rules.KindFollowUp && w[k].body >= enough && !r.anew() && r.answered() {
			score += 2 * form // theirs is the same form
		}
		if k == rules.KindDisputeRequest {
			score += 2 * form
			if dispute > 0 && w[k].subject == 0 {
				score = min(score, dispute-1)
			}
			if w[k].subject == 0 && best == rules.KindReminder && w[best].body >= enough && !r.anew() {
				continue // "we remind you that your answer to the dispute is expected"
			}
		}
		if !r.fits(k, w[k], speaks) {
			continue
		}
		if score > top {
			best, top = k, score
		}
	}
	if top < enough && r.suspected() && r.n.DisputeID == "" && (r.identified() || r.n.OrderNumber != "") && (asks || len(r.loose) > 0) {
		return rules.KindInvestigation // of an order that may be a fraud it asks for an answer
	}
	if top < enough && speaks && asks && r.opens() {
		return rules.KindDisputeRequest
	}
	if top < enough {
		if speaks && form < 2 && r.n.DisputeID != "" && len(r.dates) == 0 && (r.ended() || r.tellsEnd()) {
			return rules.KindResolved // it tells who won and asks for nothing
		}
		asks = asks || len(r.loose) > 0
		if asks && (speaks && r.n.DisputeID != "" || (speaks || r.FromKlarna) && r.complains()) {
			return rules.KindDisputeRequest // it names a dispute, or what is wrong, and a day to answer by
		}
		return ""
	}
	return best
}

// fits says whether a kind is possible at all.
func (r *reader) fits(k rules.Kind, w weight, speaks bool) bool {
	switch k {
	case rules.KindStopRequest:
		return w.subject > 0 || w.body >= enough && r.form() < 2 && (r.n.DisputeID == "" || r.suspects() && r.urgent())
	case rules.KindInvestigation:
		named := w.subject > 0 && r.form() < 2 || w.subject >= inSubject && !r.looksInto()
		of := speaks || r.identified() || r.n.OrderNumber != "" || r.FromKlarna && len(r.dates) > 0
		return named || w.body >= enough && r.form() < 2 && r.n.DisputeID == "" && of
	case rules.KindResolved, rules.KindEvidenceReceived:
		if k == rules.KindResolved && w.subject == 0 && r.ahead() {
			return false // what asks for something tells how it may end
		}
		over := !r.ahead() && (r.ended() || k == rules.KindEvidenceReceived && slices.ContainsFunc(r.texts, (*text).WantsNothing)) // a form that repeats what it was about
		return speaks && (w.subject > 0 || w.body >= enough && (r.form() < 2 || over))
	case rules.KindAppealOpen:
		ofOne := r.n.DisputeID != "" || r.n.OrderNumber != "" || r.identified() || r.ended() || r.form() > 0
		return w.subject >= inSubject || ofOne && (w.subject > 0 || speaks && w.body >= enough)
	}
	return speaks
}

// looksInto says that what the subject tells to be looked into is a dispute: an
// investigation is of an order.
func (r *reader) looksInto() bool {
	return slices.ContainsFunc(r.topics, func(tp sentences.Topic) bool {
		return tp.Subject && tp.All(key.AboutInquire, key.WordDispute) && !tp.Has(key.WordOrder) && !tp.Has(key.AboutFraud)
	})
}

// ahead says that the mail names a day to act by that is still to come.
func (r *reader) ahead() bool {
	for _, list := range [][]reading{r.dates, r.loose} {
		for _, rd := range list {
			if r.view.Date.IsZero() || rd.At.After(r.view.Date) {
				return true
			}
		}
	}
	return false
}

// grounds says that a label of a reason holds one that is known: no business of
// Klarna's own with the merchant has that.
func (r *reader) grounds() bool {
	for _, f := range r.labels {
		if f.Field == "reason" && f.Value != "" && r.code(f.text, f.Words, f.Value) != "" {
			return true
		}
	}
	return false
}

// form counts the labels of a dispute's form that hold a value: its id, its
// deadline, its reason.
func (r *reader) form() int {
	seen := map[string]bool{}
	for _, f := range r.labels {
		switch f.Field {
		case "dispute_id", "deadline", "reason":
			if f.Rank == labels.Labelled && f.Value != "" {
				seen[f.Field] = true
			}
		}
	}
	if r.n.DisputeID == "" {
		delete(seen, "dispute_id")
	}
	return len(seen)
}
