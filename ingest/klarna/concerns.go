package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
)

// identified says that a field which only Klarna's mails have was read.
func (r *reader) identified() bool {
	n := r.n
	return n.OrderID+n.CaptureID+n.KlarnaReference+n.MerchantReference1 != ""
}

// concerns says that a mail of Klarna's which speaks of no dispute in any word
// we know still looks as if it concerned one: it names a case, or two of what
// only such a mail holds together. It may not be lost.
func (r *reader) concerns() bool {
	signs := 0
	for _, sign := range []bool{r.identified() || r.n.OrderNumber != "", len(r.dates) > 0 || r.open(), r.ended(), r.n.MerchantReference2 != "", r.quotes(), r.suspects(), r.hurries()} {
		if sign {
			signs++
		}
	}
	return r.n.DisputeID != "" || signs > 1 || r.judges()
}

// judges says that the mail tells of a decision or of who has the money.
func (r *reader) judges() bool {
	verdict, money := false, false
	for _, tp := range r.topics {
		verdict = verdict || tp.Has(key.AboutVerdict) && tp.Subject
	}
	for _, t := range r.texts {
		for _, h := range t.Hits {
			money = money || h.Key == key.AboutTake || h.Key == key.AboutStays || h.Key == key.AboutFree || h.Key == key.AboutPays
		}
	}
	return verdict && money
}

// awaits says that the mail asks for an answer below its subject, beside the line
// above which a ticket system wants one: "##- Please type your reply above this line -##".
func (r *reader) awaits() bool {
	if r.idle() {
		return false
	}
	for _, t := range r.texts {
		for _, h := range t.Hits {
			if h.Key == key.WordRespond && t.Name != "subject" && !t.Denied(h) && !strings.HasSuffix(strings.TrimRight(t.S[:t.Words[t.Sentence(h.From).From].At], "- "), "##") {
				return true
			}
		}
	}
	return false
}

// urgent says that the mail gives hours, or wants something by tomorrow.
func (r *reader) urgent() bool {
	for _, list := range [][]reading{r.dates, r.loose} {
		for _, rd := range list {
			if rd.Counted && rd.Exact {
				return true
			}
		}
	}
	return r.hurries()
}

// hurries says that the mail wants something today or tomorrow.
func (r *reader) hurries() bool {
	for _, t := range r.texts {
		for _, h := range t.Hits {
			if h.Key != key.WordTomorrow && h.Key != key.WordToday || !t.IsNews(h.From) {
				continue
			}
			s := t.Sentence(h.From)
			if _, asks := t.Has(key.WordRespond, s.From, s.To); asks {
				return true
			}
		}
	}
	return false
}

// quotes says that the mail tells what a customer says, or what is wrong.
func (r *reader) quotes() bool {
	for _, tp := range r.topics {
		if tp.All(key.WordCustomer, key.AboutSays) || tp.All(key.WordCustomer, key.AnyReason) {
			return true
		}
	}
	return false
}

// advises says that the mail concerns no order and gives advice.
func (r *reader) advises() bool {
	if r.form() > 0 || r.n.DisputeID != "" || r.identified() || r.n.OrderNumber != "" || r.quotes() || r.suspects() || len(r.dates) > 0 {
		return false
	}
	n := 0
	for _, tp := range r.topics {
		if tp.Has(key.AboutAdvice) {
			n++
		}
	}
	return n > 1
}

// suspected says that a sentence speaks of fraud.
func (r *reader) suspected() bool {
	for _, tp := range r.topics {
		if tp.Has(key.AboutFraud) {
			return true
		}
	}
	return false
}

// suspects says that the mail speaks of fraud and of an order or goods.
func (r *reader) suspects() bool {
	for _, tp := range r.topics {
		if tp.Has(key.AboutFraud) && (tp.Has(key.WordOrder) || tp.Has(key.AboutGoods)) {
			return true
		}
	}
	return false
}

// tellsEnd says that sentences tell one result, and more than that a sum is kept
// back.
func (r *reader) tellsEnd() bool {
	for _, tp := range r.topics {
		for _, k := range []key.Key{key.AboutStays, key.AboutFree, key.AboutPays, key.AboutRight, key.AboutDrop, key.AboutOver, key.AboutVerdict} {
			if tp.Has(k) {
				return len(r.spoken()) == 1
			}
		}
	}
	return false
}

// undecided says that the mail tells of an appeal only as of what may come after a
// decision, and of no decision: "after our decision you can appeal within 10 days".
func (r *reader) undecided() bool {
	if r.ended() || r.outcome() {
		return false
	}
	found := false
	for _, t := range r.texts {
		for _, h := range t.Hits {
			if h.Key == key.KindAppealOpen || h.Key == key.AboutAgain {
				if found = true; !t.AfterVerdict(t.Sentence(h.From)) {
					return false
				}
			}
		}
	}
	return found
}

// ended says that a text tells who won something.
func (r *reader) ended() bool {
	for _, t := range r.texts {
		if len(t.Outcomes(t.Told(), sentences.Outlook{})) > 0 {
			return true
		}
	}
	return false
}
