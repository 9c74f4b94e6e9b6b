package klarna

import (
	"slices"
	"strconv"

	"github.com/disputewatch/disputewatch/rules"
)

// Weights of a phrase by where it stands. The subject says what a mail is
// about; what stands far down is explanation.
const (
	inSubject  = 12
	inAnswered = 6 // the subject of a reply: what is answered, not what is said
	atTop      = 4 // among the first topLines lines
	further    = 1
	topLines   = 8
	enough     = 4 // the least weight that decides a kind
)

// kinds in the order of precedence: of several that the subject names, or that
// weigh the same, the first. A reminder of a request is a reminder.
var kinds = []rules.Kind{
	rules.KindStopRequest, rules.KindAppealOpen, rules.KindResolved, rules.KindInvestigation, rules.KindReminder,
	rules.KindFollowUp, rules.KindEvidenceReceived, rules.KindDisputeRequest, rules.KindCustomerMessage, rules.KindKlarnaOther,
}

// phrasesOf are the phrases that tell a kind, and those that only hint at it.
var phrasesOf = func() map[rules.Kind][2]keySet {
	out := map[rules.Kind][2]keySet{}
	for _, k := range kinds {
		out[k] = [2]keySet{setOf(keyOf["kind."+string(k)]), setOf(keyOf["hint."+string(k)])}
	}
	return out
}()

// weight is the evidence for one kind.
type weight struct {
	subject, body int
	words         string // the strongest phrase
	place         string
}

func (w weight) sum() int { return w.subject + w.body }

// kind weighs what the mail is about.
func (r *reader) kind() (rules.Kind, error) {
	speaks, says := false, r.FromKlarna || klarnaName(r.view.from) || r.view.answers
	for _, t := range r.texts {
		own := t.name != "subject" || !r.view.reply || r.FromKlarna || r.view.answers
		speaks = speaks || own && r.speaks(t)
		says = says || own && foldedContains(t.s, "klarna")
	}
	if !says {
		return "", ErrNotKlarna
	}
	ours := r.FromKlarna || klarnaName(r.view.from)
	w := r.weigh()
	r.listen(w, speaks)
	other, message := w[rules.KindKlarnaOther], w[rules.KindCustomerMessage]
	silent := other.subject+message.subject == 0 && max(other.body, message.body) < enough // but "privacy" at the foot
	k := r.decide(w, speaks || ours && (silent || r.n.DisputeID != "" && (r.ended() || r.grounds())) && r.concerns())
	structured := r.n.DisputeID != "" || r.identified() || r.n.OrderNumber != "" && w[k].subject > 0
	switch {
	case k == "" && ours && w[rules.KindKlarnaOther].sum() > 0 && r.advises():
		k = rules.KindKlarnaOther
	case k == "" && (speaks || ours && (w[rules.KindStopRequest].sum() > 0 || r.concerns())):
		k = rules.KindUnknownKlarna
	case !ours && (k == "" || k == rules.KindKlarnaOther || k == rules.KindCustomerMessage):
		if speaks {
			k = rules.KindUnknownKlarna
			break
		}
		return "", ErrNotKlarna
	case ours && r.view.closed && (k == "" || k == rules.KindCustomerMessage):
		k = rules.KindUnknownKlarna
	case k == "" && (r.identified() || r.n.OrderNumber != "") && w[rules.KindKlarnaOther].sum() == 0:
		k = rules.KindUnknownKlarna // it names an order, and nothing says what it wants
	case k == "":
		k = rules.KindKlarnaOther
	case !ours && !(structured && (speaks || w[k].subject > 0)) && k != rules.KindUnknownKlarna:
		if !speaks && w[rules.KindStopRequest].sum() == 0 {
			return "", ErrNotKlarna
		}
		k = rules.KindUnknownKlarna
	}
	if !ours && (r.view.reply || !r.view.forwarded && k != rules.KindStopRequest) {
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

// klarnaName says that a shown sender is called Klarna or has an address at a
// domain of that name.
func klarnaName(from string) bool {
	for _, w := range words(from) {
		if w.norm == "klarna" {
			return true
		}
	}
	return false
}

// speaks says that a text holds a word for a dispute, or a stop request, that
// is not part of a harmless phrase such as "dispute policy".
func (r *reader) speaks(t *text) bool {
	for _, h := range t.hits {
		if !t.isNews(h.from) {
			continue
		}
		switch h.key {
		case kindStopRequest:
			return true
		case wordDispute:
			if !t.harmless(h) {
				return true
			}
		case labelDisputeID:
			if h.to-h.from > 1 {
				return true
			}
		}
	}
	return false
}

// harmless says that a longer phrase takes the hit's meaning away.
func (t *text) harmless(h hit) bool {
	for i := t.after(h.from - 3); i < len(t.hits) && t.hits[i].from <= h.from; i++ {
		if l := t.hits[i]; l.key == wordLookalike && l.to >= h.to {
			return true
		}
	}
	return false
}

// denied says that the sentence only speaks of what is not or may be: a
// negation near the hit, or a condition anywhere before it.
func (t *text) denied(h hit) bool {
	if t.negated(h) {
		return true
	}
	s := t.sentence(h.from)
	if _, ok := t.has(wordIf, max(s.from, h.from-12), h.from); ok {
		return true
	}
	if will, ok := t.has(wordIf, h.from+1, h.to); ok && h.fills(will.from) {
		return true // "the dispute will be closed"
	}
	return false
}

// negated says that a negation stands within three words before the hit, or
// inside it without being one of its own words.
func (t *text) negated(h hit) bool {
	if _, own := t.begins(wordNot, h.from, h.to); own {
		return false // "non … mai ricevuto": one negation more only stresses it
	}
	s := t.sentence(h.from)
	if _, ok := t.has(wordNot, max(s.from, h.from-3), h.from); ok {
		return true
	}
	n, ok := t.has(wordNot, h.from+1, h.to)
	return ok && h.fills(n.from)
}

// weigh adds up the phrases of each kind over subject and parts. Of the two
// parts that say the same only the heavier counts.
func (r *reader) weigh() map[rules.Kind]weight {
	out := map[rules.Kind]weight{}
	for _, t := range r.texts {
		mine := map[rules.Kind]weight{}
		r.weighText(t, mine)
		for k, w := range mine {
			o := out[k]
			if w.subject > o.subject {
				o.subject = w.subject
			}
			if w.body > o.body {
				o.body = w.body
			}
			if o.words == "" || w.subject > 0 {
				o.words, o.place = w.words, w.place
			}
			out[k] = o
		}
	}
	return out
}

func (r *reader) weighText(t *text, mine map[rules.Kind]weight) {
	var list []hit // few of all
	for i := range t.hits {
		if ofEvidence.has(t.hits[i].key) {
			list = append(list, t.hits[i])
		}
	}
	for _, k := range kinds {
		for _, words := range phrasesOf[k] {
			var seen []int32
			for _, h := range leftmost(list, words, t.told()) {
				if !slices.Contains(seen, h.phrase) && t.counts(h, k) {
					mine[k] = mine[k].with(t, h)
				}
				seen = append(seen, h.phrase)
			}
		}
	}
}

// counts says that a phrase is evidence: not part of a harmless one, not
// denied, not only possible. An appeal is always only possible.
func (t *text) counts(h hit, k rules.Kind) bool {
	if t.coded(h) {
		return false
	}
	if s := t.sentence(h.from); k == rules.KindStopRequest {
		if _, secret := t.has(aboutSecret, s.from, s.to); secret {
			return false // "never send card numbers"
		}
	}
	if k == rules.KindReminder && t.lingers(h) {
		return false
	}
	if k == rules.KindKlarnaOther || k == rules.KindAppealOpen {
		return !t.negated(h) && !(k == rules.KindAppealOpen && t.customers(h))
	}
	if _, ok := t.has(resultWon, h.from, h.to); ok && k == rules.KindResolved && t.negated(h) {
		return true // "not in your favour" is a decision too
	}
	if not, ok := t.begins(wordNot, h.from, h.to); ok && k == rules.KindReminder {
		if _, threat := t.has(wordIf, not.to, t.sentence(h.from).to); threat {
			return false // "without an answer the dispute will be decided"
		}
	}
	if s := t.sentence(h.from); k == rules.KindResolved {
		if _, soon := t.has(aboutSoon, s.from, s.to); soon {
			return false
		}
	}
	return !t.harmless(h) && !t.denied(h)
}

// customers says that the customer is who may do what a hit tells: "the customer may
// appeal against this decision".
func (t *text) customers(h hit) bool {
	s := t.sentence(h.from)
	c, ok := t.has(wordCustomer, s.from, min(s.from+customersPlace, h.from))
	return ok && h.from-c.to <= maxModal
}

// maxModal is how many words stand between who may do something and what that is.
const maxModal = 3

// lingers says that what a hit tells to be awaited is what the customer bought.
func (t *text) lingers(h hit) bool {
	s := t.sentence(h.from)
	_, customer := t.has(wordCustomer, s.from, s.to)
	_, goods := t.has(aboutGoods, s.from, s.to)
	return customer && goods && !t.ofAnswer(s) || t.owed(h)
}

// owed says that what a hit tells to be awaited is money or goods: "are still
// waiting for their refund".
func (t *text) owed(h hit) bool {
	to := min(t.sentence(h.from).to, h.to+3)
	_, money := t.has(aboutMoney, h.to, to)
	_, goods := t.has(aboutGoods, h.to, to)
	return money || goods
}

// coded says that a hit is a piece of a name for machines, "dispute.appeal.opened",
// or of a link.
func (t *text) coded(h hit) bool { return t.codedAt(h.from, h.to) }

func (t *text) codedAt(first, last int) bool {
	glue := func(c byte) bool { return c == '.' || c == '_' || c == '/' }
	from, to := t.words[first].at, t.words[last-1].end
	return from > 1 && glue(t.s[from-1]) && alnum(t.s[from-2]) || to+1 < len(t.s) && glue(t.s[to]) && alnum(t.s[to+1])
}

// with adds the phrase h of t.
func (w weight) with(t *text, h hit) weight {
	line := t.lineOf(h.from)
	points, hint := further, ofHint.has(h.key)
	says := t.name == "subject" && !hint && !t.answers
	switch {
	case t.answers && h.key == kindDisputeRequest:
		points = atTop // the request came before whatever this is
	case t.answers:
		points = inAnswered
	case says:
		points = inSubject
	case line < topLines:
		points = atTop
	}
	if hint {
		points = (points + 3) / 4
	}
	if says {
		w.subject += points
	} else {
		w.body = min(w.body+points, inSubject-2)
	}
	if w.words == "" {
		w.words, w.place = t.s[t.words[h.from].at:t.words[h.to-1].end], t.place(line)
	}
	return w
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
	case message.subject > 0 && dispute == 0 && form < 2 && (!asks || r.n.DisputeID == "") && !probes && w[rules.KindStopRequest].sum() == 0,
		message.sum() >= max(enough, told) && dispute == 0 && !r.suspected() && form == 0 && r.n.DisputeID == "" && !asks:
		return rules.KindCustomerMessage
	case other.subject > 0 && dispute <= other.subject && form < 2 && r.n.DisputeID == "":
		return rules.KindKlarnaOther
	}
	best, top := rules.Kind(""), 0
	for _, k := range kinds[:8] {
		if w[k].subject > 0 && r.fits(k, w[k], speaks) && !(k == rules.KindResolved && w[rules.KindReminder].subject > 0 && asks && (r.wants() || !r.ended())) {
			return k // but a last reminder before the dispute is closed has not closed it
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
		named := w.subject >= inSubject || w.subject > 0 && r.form() < 2
		return named || w.body >= enough && r.form() < 2 && r.n.DisputeID == "" && (speaks || r.identified() || r.n.OrderNumber != "")
	case rules.KindResolved, rules.KindEvidenceReceived:
		if k == rules.KindResolved && w.subject == 0 && r.ahead() {
			return false // what asks for something tells how it may end
		}
		return speaks && (w.subject > 0 || w.body >= enough && r.form() < 2)
	case rules.KindAppealOpen:
		ofOne := r.n.DisputeID != "" || r.n.OrderNumber != "" || r.identified() || r.ended() || r.form() > 0
		return w.subject >= inSubject || ofOne && (w.subject > 0 || speaks && w.body >= enough)
	}
	return speaks
}

// ahead says that the mail names a day to act by that is still to come.
func (r *reader) ahead() bool {
	for _, list := range [][]reading{r.dates, r.loose} {
		for _, rd := range list {
			if r.view.date.IsZero() || rd.at.After(r.view.date) {
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
		if f.field == "reason" && f.value != "" && r.code(f.text, f.words, f.value) != "" {
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
		switch f.field {
		case "dispute_id", "deadline", "reason":
			if f.rank == labelled && f.value != "" {
				seen[f.field] = true
			}
		}
	}
	if r.n.DisputeID == "" {
		delete(seen, "dispute_id")
	}
	return len(seen)
}
