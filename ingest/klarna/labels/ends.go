package labels

import (
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// longer is h, or a label that begins within it and says more: "your reference"
// is the head of "your reference merchant 1" in some tongues.
func (t form) longer(h phrase.Hit, c words.Span) phrase.Hit {
	for i := t.After(h.From + 1); i < len(t.Hits) && t.Hits[i].From < h.To; i++ {
		if o := t.Hits[i]; key.OfReference.Has(o.Key) && key.OfReference.Has(h.Key) && o.To > h.To && o.To <= c.To {
			o.From = h.From
			return o
		}
	}
	return h
}

// joined says that a hit is a piece of something longer, such as the KRN
// "…:dispute:256947" or a link.
func (t form) joined(h phrase.Hit) bool {
	if at := t.Words[h.From].At; at > 0 && strings.IndexByte(":/=_", t.S[at-1]) >= 0 {
		return true
	}
	last := t.Words[h.To-1]
	return last.Norm == "krn" && last.End+1 < len(t.S) && t.S[last.End] == ':' && letters.Alnum(t.S[last.End+1])
}

// tailed makes one label of a known one and the words that tell whose it is:
// "Order ID at Klarna: …", a cell that is "Case ID for the dispute" or "Reference
// 1 of the shop".
func (t form) tailed(lb label, c words.Span) label {
	for i := lb.To; i < c.To && i < lb.To+maxTail && !t.Words[i].Digits() && t.Words[i].Gap == words.GapNone; i++ {
		w := t.Words[i]
		_, dispute := t.Begins(key.WordDispute, i, c.To)
		_, customer := t.Begins(key.WordCustomer, i, c.To)
		_, merchant := t.Begins(key.WordMerchant, i, c.To)
		merchant = merchant && key.OfMerchant.Has(lb.Key)
		if w.Norm != "klarna" && !dispute && !customer && !merchant {
			if len(w.Norm) > 4 {
				return lb
			}
			continue
		}
		lb.Key = t.merchants(lb.Key, lb.From, i+1)
		if rest := strings.TrimSpace(t.S[w.End:c.End]); i > lb.To && (rest == "" || rest == ":") {
			return label{Hit: lb.Hit, rest: c.End, sep: '$', guessed: !merchant}
		} else if strings.HasPrefix(rest, ":") {
			return label{Hit: lb.Hit, rest: c.End - len(strings.TrimLeft(t.S[w.End:c.End], " ")) + 1, sep: ':', guessed: !merchant}
		}
	}
	return lb
}

// merchants is the key of a label of words from to to, which is no deadline of ours
// where it names the customer alone: "Deadline for the customer".
func (t form) merchants(k key.Key, from, to int) key.Key {
	if k == key.LabelDeadline && t.customersOwn(from, to) {
		return key.LabelIgnore
	}
	return k
}

// maxTail is how many words such a tail may have.
const maxTail = 4

// remarked is a label whose remark says which of the merchant's references it is: "Your
// order (Merchant Reference 1): 7001".
func (t form) remarked(lb label) label {
	if lb.remark == "" {
		return lb
	}
	for i := t.After(lb.To); i < len(t.Hits) && t.Words[t.Hits[i].From].At < lb.rest; i++ {
		h := t.Hits[i]
		if n := t.Words[h.To-1].Norm; (h.Key == key.LabelMerchantReference1 || h.Key == key.LabelMerchantReference2) && (n == "1" || n == "2") {
			lb.Key = h.Key
		}
	}
	return lb
}

// dots says that dots lead from a label to its value.
func dots(rest string) bool {
	trim := strings.TrimLeft(rest, " ")
	return strings.HasPrefix(trim, "....") || strings.HasPrefix(trim, ".. ")
}

// separator looks at what stands after a label, over a remark in parentheses.
func (t form) separator(h phrase.Hit, c words.Span) label {
	i := t.Words[h.To-1].End
	rest, remark := t.S[i:c.End], ""
	trim := strings.TrimLeft(rest, " *_.)]'\"”’°") // "litige n°"
	if strings.HasPrefix(trim, "(") {
		if j := strings.IndexByte(trim, ')'); j > 0 {
			if after := strings.TrimLeft(trim[j+1:], " *_"); after == "" || strings.ContainsRune(":-–—=", letters.First(after)) {
				trim, remark = after, trim[:j+1]
			}
		}
	}
	at := c.End - len(trim)
	r := letters.First(trim)
	switch {
	case trim == "":
		return label{Hit: h, rest: c.End, sep: '$', remark: remark}
	case points(r), strings.ContainsRune("-–—~·•", r) && at > i, dots(rest):
		if dots(rest) {
			at-- // dots that lead to the value
			r = '.'
		}
		at += utf8.RuneLen(r)
		if at < c.End && t.S[at] == '>' {
			at++ // "->"
		}
		if strings.Trim(t.S[at:c.End], " *_-=") == "" {
			return label{Hit: h, rest: at, sep: '$', remark: remark}
		}
		return label{Hit: h, rest: at, sep: ':', remark: remark}
	}
	return label{Hit: h, rest: at, remark: remark}
}

// enclosed is where the value of a label ends that stands in parentheses:
// "dispute 435101 (merchant reference 1: 1004-X) is closed".
func (t form) enclosed(c words.Span, lb label, end int) int {
	before := t.S[c.At:t.Words[lb.From].At]
	if strings.Count(before, "(") <= strings.Count(before, ")") {
		return end
	}
	depth := 0
	for i := lb.rest; i < end; i++ {
		switch t.S[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return end
}

// ends is where a value ends that another sentence follows which asks for
// something: "Reason: return. Reply by 29 January."
func (t form) ends(at, end int) int {
	from := t.WordAt(at)
	for i := from + 1; i < len(t.Words) && t.Words[i].At < end; i++ {
		if t.Words[i].Gap < words.GapSentence {
			continue
		}
		to := t.WordAt(end)
		_, asks := t.Has(key.WordRespond, i, to)
		_, by := t.Has(key.WordBy, i, to)
		if asks || by {
			return t.Words[i-1].End
		}
	}
	return end
}
