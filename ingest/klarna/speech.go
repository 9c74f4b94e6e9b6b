package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// What a mail wants is said in more ways than any list of phrases holds. So
// beside the phrases of a kind, the words of a sentence count together: "files"
// and "added" are evidence that arrived, in whatever order they stand. Such a
// sentence says less than a phrase, which therefore goes before it.

// inSpeech is the weight of a subject whose words together make a kind: less
// than that of a phrase.
const inSpeech = inSubject - 4

// topic is what one sentence speaks of.
type topic struct {
	has     map[string]bool // the names of "about." and some of "word."
	subject bool
	top     bool // among the first lines
	brief   bool // it counts at most briefDays
	words   string
	place   string
}

// speech lists what the sentences of the mail speak of. A thing that is denied,
// or told only as possible, is not spoken of.
func (r *reader) speech() []topic {
	var out []topic
	for _, t := range r.texts {
		if t.answers {
			continue
		}
		for i := 0; i < t.news && len(out) < maxTopics; {
			s := t.sentence(i)
			s.from = i
			tp, ok := t.topic(s)
			if tp.brief = tp.subject && r.v.brief(t, s); ok || tp.brief {
				out = append(out, tp)
			}
			i = s.to
		}
	}
	return out
}

// briefDays is what is left at most when Klarna reminds: it does so three days
// before the deadline.
const briefDays = 3

// brief says that a span counts a few days or hours.
func (v *Vocabulary) brief(t *text, s span) bool {
	for i := s.from; i < s.to; i++ {
		n, next := v.count(t, i, s.to)
		if n == 0 {
			continue
		}
		switch unit, _ := v.unit(t, next, s.to); unit {
		case "hour":
			return n <= briefDays*24
		case "day", "workday":
			return n <= briefDays
		}
	}
	return false
}

// maxTopics bounds how many sentences are looked at.
const maxTopics = 400

func (t *text) topic(s span) (topic, bool) {
	tp, about := topic{subject: t.name == "subject"}, false
	for i := t.after(s.from); i < len(t.hits) && t.hits[i].from < s.to && !about; i++ {
		about = strings.HasPrefix(t.hits[i].key, "about.") && !aids[t.hits[i].key] || strings.HasPrefix(t.hits[i].key, "reason.") || strings.HasPrefix(t.hits[i].key, "result.")
	}
	if !about {
		return tp, false
	}
	tp.has, about = map[string]bool{}, false
	for i := t.after(s.from); i < len(t.hits) && t.hits[i].from < s.to; i++ {
		h := t.hits[i]
		group, name, _ := strings.Cut(h.key, ".")
		switch {
		case h.to > s.to || aids[h.key] || name == "lacks" && t.ofReason(h) || name == "hold" && (t.spared(h) || t.ofPapers(h)), name == "replied" && t.ofBill(h):
		case group == "about" && (done[name] && t.denied(h)):
			tp.has["no "+name] = true
		case group == "about":
			tp.has[name], about = true, true
			if tp.words == "" {
				tp.words = t.s[t.words[h.from].at:t.words[h.to-1].end]
			}
		case group == "result":
			tp.has["result"] = tp.has["result"] || tp.subject && !t.denied(h) && !t.possible(s.from, h.from, false)
		case group == "reason":
			tp.has["reason"] = tp.has["reason"] || h.to-h.from > 1 && !t.denied(h) && !t.waits(h, s)
		case group == "word" && (name == "dispute" || name == "case" || name == "customer" || name == "order" || name == "respond" || name == "not"):
			if name != "dispute" || !t.harmless(h) {
				tp.has[name] = true
			}
		}
	}
	line := t.lineOf(s.from)
	tp.top, tp.place = line < topLines, t.place(line)
	return tp, about || tp.has["reason"] || tp.has["result"]
}

// ofReason says that a hit is a piece of what is wrong with the purchase: what
// "missing delivery" lacks is no answer.
func (t *text) ofReason(h hit) bool {
	for i := t.after(h.from - maxGap); i < len(t.hits) && t.hits[i].from <= h.from; i++ {
		if o := t.hits[i]; strings.HasPrefix(o.key, "reason.") && o.to >= h.to && o.to-o.from > 1 {
			return true
		}
	}
	return false
}

// ofPapers says that what a hit asks not to send is evidence, by mail perhaps.
func (t *text) ofPapers(h hit) bool {
	_, papers := t.has("about.material", h.to, min(h.to+4, t.sentence(h.from).to))
	return papers
}

// ofBill says that what a hit does not agree with is a bill, not an answer.
func (t *text) ofBill(h hit) bool {
	_, bill := t.has("about.bill", h.from, min(h.to+4, t.sentence(h.from).to))
	return bill
}

// spared says that what a hit asks for need not be done: "you do not need to
// stop the delivery".
func (t *text) spared(h hit) bool {
	for i := t.after(h.from - maxSpared); i < len(t.hits) && t.hits[i].from < h.to; i++ {
		n := t.hits[i]
		if n.key != "about.needless" {
			continue
		}
		if n.to == h.from || n.from < h.from && n.to > h.from && n.to < h.to || n.from >= h.from && h.fills(n.from) || n.from >= h.to-1 && n.to <= h.to+2 {
			return true
		}
	}
	return false
}

// maxSpared is how far before it a phrase may begin that spares one something.
const maxSpared = 8

// aids are the words that mean something only beside another, see compose.
var aids = map[string]bool{
	"about.reach": true, "about.never": true, "about.bill": true, "about.wrong": true, "about.paid": true, "about.already": true, "about.bought": true,
	"about.claimed": true, "about.extended": true, "about.reject": true, "about.grant": true, "about.back": true, "about.secret": true, "about.former": true, "about.form": true, "about.close": true,
	"about.needless": true, "about.waits": true, "about.renewed": true, "about.met": true, "about.money": true, "about.sides": true,
}

// done are the topics that count only as facts.
var done = map[string]bool{"arrived": true, "over": true, "drop": true, "take": true, "pays": true, "right": true, "stays": true, "opened": true}

// all says that a sentence speaks of each of these.
func (tp topic) all(names ...string) bool {
	for _, n := range names {
		if !tp.has[n] {
			return false
		}
	}
	return true
}

// objects says that a customer objects, not the merchant to a decision.
func (tp topic) objects() bool {
	return tp.has["customer"] && !tp.has["verdict"] && !tp.has["over"] && !tp.has["result"] && !tp.has["right"]
}

// kinds are the kinds that the words of one sentence make, with the weight that
// they have in a body: what requests say too, such as "more information", has
// little.
func (tp topic) kinds() map[rules.Kind]int {
	matter := tp.has["dispute"] || tp.has["case"]
	out := map[rules.Kind]int{}
	if tp.all("hold", "goods") || tp.all("depot", "not", "goods") {
		out[rules.KindStopRequest] = atTop
	}
	if tp.has["again"] && !tp.objects() || tp.has["unhappy"] && (tp.has["verdict"] || tp.has["over"] || tp.has["no over"]) {
		out[rules.KindAppealOpen] = further
	}
	switch {
	case tp.has["soon"]: // what will be closed is not closed
	case tp.has["drop"] && (matter || tp.all("customer", "order")):
		out[rules.KindResolved] = atTop
	case tp.has["result"] && matter: // in a subject
		out[rules.KindResolved] = further
	case tp.has["over"] && matter && !tp.has["respond"]:
		out[rules.KindResolved] = atTop
	case tp.has["verdict"] && matter && tp.subject:
		out[rules.KindResolved] = further
	}
	if (tp.has["inquire"] || tp.has["fraud"]) && (tp.has["order"] || tp.has["goods"]) && !tp.has["dispute"] && !tp.has["hold"] {
		out[rules.KindInvestigation] = atTop
	}
	if tp.has["left"] && (matter || tp.has["material"] || tp.has["respond"] || tp.subject) {
		out[rules.KindReminder] = further
	}
	if tp.subject && tp.has["second"] && matter || tp.has["silent"] || tp.all("soon", "over") || tp.subject && tp.has["soon"] && matter {
		out[rules.KindReminder] = atTop
	}
	if tp.top && tp.has["second"] && matter && !tp.has["earlier"] {
		out[rules.KindReminder] = atTop
	}
	if tp.all("no arrived", "material", "not") && !tp.has["customer"] && !tp.has["earlier"] && !tp.has["lacks"] {
		out[rules.KindReminder] = atTop
	}
	if tp.all("lacks", "material") || tp.subject && matter && tp.all("question", "material") {
		out[rules.KindFollowUp] = further
	}
	if tp.all("customer", "replied") || tp.has["earlier"] && (tp.has["lacks"] || tp.has["question"]) {
		out[rules.KindFollowUp] = atTop
	}
	if tp.subject && tp.has["receipt"] && (matter || tp.has["material"]) {
		out[rules.KindEvidenceReceived] = further
	}
	if tp.subject && tp.has["report"] {
		out[rules.KindKlarnaOther] = further
	}
	if tp.all("material", "arrived") && !tp.has["lacks"] && !tp.has["no arrived"] {
		out[rules.KindEvidenceReceived] = further + 1
	}
	if _, over := out[rules.KindResolved]; !over && (tp.all("customer", "says") && (tp.has["reason"] || matter) || tp.subject && tp.has["reason"]) {
		out[rules.KindDisputeRequest] = atTop
	}
	if tp.all("app", "customer") && !matter && !tp.has["reason"] {
		out[rules.KindCustomerMessage] = atTop
	}
	if tp.subject && tp.all("message", "customer") && !matter && !tp.has["reason"] && !tp.has["hold"] && !tp.has["fraud"] {
		out[rules.KindCustomerMessage] = atTop
	}
	if tp.has["talk"] && (tp.has["order"] || tp.has["customer"] || tp.has["goods"]) && !tp.has["dispute"] && !tp.has["reason"] && tp.subject {
		out[rules.KindCustomerMessage] = further
	}
	return out
}

// listen adds to the weights of phrases what whole sentences say. In a subject
// that counts only where no phrase names a kind but a request, which is what
// every other kind is about; a stop request is heard in any case.
func (r *reader) listen(w map[rules.Kind]weight, speaks bool) {
	named := false
	for i, k := range kinds {
		possible := i >= 8 || r.fits(k, w[k], speaks)
		named = named || w[k].subject > 0 && k != rules.KindDisputeRequest && possible
	}
	disputed := w[rules.KindDisputeRequest].subject > 0
	asks, fraud := len(r.dates)+len(r.loose) > 0, false
	for _, tp := range r.topics {
		fraud = fraud || tp.has["fraud"]
	}
	for _, tp := range r.topics {
		found := tp.kinds()
		if fraud && tp.subject && tp.all("not", "goods") {
			found[rules.KindStopRequest] = atTop // "do not …", of an order that may be a fraud
		}
		if asks && tp.subject && tp.has["question"] && (tp.has["dispute"] || tp.has["case"]) {
			delete(found, rules.KindReminder) // "one question is left"
			found[rules.KindFollowUp] = atTop
		}
		if tp.brief && !disputed {
			found[rules.KindReminder] = atTop // "two days to go"
		}
		if asks && !tp.has["customer"] && (tp.has["earlier"] || tp.all("material", "perused") || tp.all("material", "arrived") && !tp.has["no arrived"]) {
			delete(found, rules.KindEvidenceReceived)
			found[rules.KindFollowUp] = atTop // it was answered, and asks again
		}
		if !asks && r.n.DisputeID != "" && (tp.all("earlier", "arrived") || tp.all("material", "inquire") || tp.all("material", "arrived")) && !tp.has["no arrived"] && !tp.has["lacks"] {
			found[rules.KindEvidenceReceived] = atTop
		}
		if !asks && r.n.DisputeID != "" && tp.has["inquire"] && (tp.has["material"] || tp.subject && tp.has["dispute"]) && !tp.has["lacks"] {
			found[rules.KindEvidenceReceived] = atTop // "your answer is being looked at"
		}
		for k, points := range found {
			x := w[k]
			switch {
			case tp.subject && disputed && (k == rules.KindDisputeRequest || k == rules.KindCustomerMessage || k == rules.KindKlarnaOther):
			case tp.subject && (!named || k == rules.KindStopRequest):
				x.subject = max(x.subject, inSpeech)
			case tp.subject:
			case k == rules.KindAppealOpen && asks && tp.top:
				x.body = min(x.body+atTop, inSubject-2)
			case tp.top:
				x.body = min(x.body+points, inSubject-2)
			default:
				x.body = min(x.body+further, inSubject-2)
			}
			if x.words == "" && x.sum() > 0 {
				x.words, x.place = tp.words, tp.place
			}
			if x.sum() > 0 {
				w[k] = x
			}
		}
	}
}

// opens says that a sentence tells of a dispute that was opened.
func (r *reader) opens() bool {
	for _, tp := range r.topics {
		if tp.all("opened", "dispute") && !tp.has["over"] && !tp.has["drop"] {
			return true
		}
	}
	return false
}

// complains says that the mail tells what is wrong with a purchase, in a
// sentence of the customer or in the subject.
func (r *reader) complains() bool {
	for _, tp := range r.topics {
		if tp.has["reason"] && (tp.subject || tp.has["customer"]) {
			return true
		}
	}
	return false
}

// spoken is the result that whole sentences tell of a mail that is about one.
func (r *reader) spoken() []string {
	var out []string
	for _, tp := range r.topics {
		switch {
		case tp.has["drop"] && (tp.has["dispute"] || tp.has["case"] || tp.has["customer"]):
			out = append(out, string(rules.ResultWithdrawn))
		case tp.all("pays", "customer") && !tp.has["free"], tp.has["stays"]:
			out = append(out, string(rules.ResultWon))
		case tp.has["take"], tp.all("free", "customer"), tp.has["right"] && (tp.has["customer"] || tp.has["dispute"]):
			out = append(out, string(rules.ResultLost))
		}
	}
	return unique(out)
}
