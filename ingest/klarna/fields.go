package klarna

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// claim is a value that a text gives for a field.
type claim struct {
	value, from string
	text        *text
	rank        int
}

// choose decides between the values given for a field. The one nearest to a
// label wins over the others with a warning; two equally near that differ are
// no value at all.
func (r *reader) choose(field string, list []claim) string {
	best, tie := claim{}, false
	for _, c := range list {
		switch {
		case c.rank > best.rank:
			best, tie = c, false
		case c.rank == best.rank && !alike(c.value, best.value):
			tie = true
		}
	}
	for _, c := range list {
		r.explain(field, c.value, c.from, tie || !alike(c.value, best.value))
	}
	name := strings.ReplaceAll(field, "_", " ")
	if tie {
		r.warn("the mail gives several values for the " + name + "; none was taken")
		return ""
	}
	for _, c := range list {
		if !alike(c.value, best.value) {
			r.warn("the mail gives several values for the " + name + "; the labelled one was taken")
			break
		}
	}
	return best.value
}

func alike(a, b string) bool {
	return a == b || strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// ids reads all identifiers.
func (r *reader) ids() {
	claims := map[string][]claim{}
	for _, f := range r.labels {
		if field, value, ok := r.idAt(f); ok {
			claims[field] = append(claims[field], claim{value: value, from: f.from, text: f.text, rank: f.rank})
		}
	}
	for _, t := range r.texts {
		r.unlabelled(t, claims)
		stripeIDs(t.s, r.addStripe)
	}
	n := r.n
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"dispute_id", &n.DisputeID},
		{"merchant_reference_1", &n.MerchantReference1},
		{"merchant_reference_2", &n.MerchantReference2},
		{"order_id", &n.OrderID},
		{"capture_id", &n.CaptureID},
		{"klarna_reference", &n.KlarnaReference},
		{"merchant_id", &n.MerchantID},
		{"order_number", &n.OrderNumber},
	} {
		if len(claims[f.name]) > 0 {
			*f.to = r.choose(f.name, claims[f.name])
		}
	}
	if n.OrderNumber == n.MerchantReference1 {
		n.OrderNumber = "" // said once is enough
	}
	for _, c := range claims["reason"] {
		if n.Reason == "" {
			n.Reason = c.value
			r.explain("reason", c.value, c.from, false)
		}
	}
}

// idAt reads the identifier at a label. Its shape may say that it is another
// one than the label does: an "order" may be K4MADNY.
func (r *reader) idAt(f found) (field, value string, ok bool) {
	tok := token(f.value)
	switch f.field {
	case "dispute_id":
		id, _, ok := disputeID(f.value, minAtLabel)
		if !ok && f.rank == labelled && !f.below && f.value != "" && !r.none(f) {
			r.failed[f.field] = f.value
			r.explain(f.field, clip(f.value), f.from, true)
		}
		return f.field, id, ok
	case "order_id":
		if isUUID(tok) {
			return f.field, tok, true
		}
		if !isKlarnaReference(tok) && f.rank == labelled {
			value, ok = r.reference(f) // "Order ID: 100045" is the shop's own
			return "order_number", value, ok && digitsIn(value)
		}
		return "klarna_reference", tok, isKlarnaReference(tok) && f.rank == labelled
	case "capture_id":
		k, isKRN := parseKRN(tok)
		if isUUID(tok) || isKRN && k.capture {
			return f.field, tok, true
		}
		return "klarna_reference", tok, isKlarnaReference(tok) && strings.Contains(tok, "-") && f.rank == labelled
	case "klarna_reference":
		if isUUID(tok) {
			return "order_id", tok, strings.Contains(fold(f.from), "order")
		}
		return f.field, tok, isKlarnaReference(tok)
	case "merchant_id":
		return f.field, tok, isMerchantID(tok)
	case "merchant_reference_1", "merchant_reference_2", "order_number":
		value, ok = r.reference(f)
		return f.field, value, ok
	}
	return "", "", false
}

// reference reads a merchant's reference: free text, kept as it stands.
func (r *reader) reference(f found) (string, bool) {
	v := f.value
	if v == "" || r.none(f) || strings.Contains(v, "://") || f.clause() {
		return "", false
	}
	if a, sum := readAmount(v); sum && a.text == v {
		return "", false // "Total of the order: € 214.50"
	}
	if utf8.RuneCountInString(v) > maxReference {
		r.warn("a " + strings.ReplaceAll(f.field, "_", " ") + " is longer than Klarna allows; it was not taken")
		return "", false
	}
	switch {
	case f.rank < labelled:
		return r.besideReference(f)
	case f.below && (len(strings.Fields(v)) > 4 || strings.ContainsAny(v[len(v)-1:], ".:!?") || !digitsIn(v) && !f.run):
		r.explain(f.field, clip(v), f.from, true)
		return "", false
	}
	v = unquoted(beforeLabel(v))
	if head, ok := strings.CutSuffix(v, "."); ok && head != "" && wordByte(head[len(head)-1]) {
		v = head // the full stop of a line that is a sentence
	}
	return v, true
}

// clause says that what stands behind the label of an order goes on with its
// sentence: "so that you find the order: the dispute has the ID 256947".
func (f found) clause() bool {
	return (f.field == "order_number" || f.field == "order_id") && len(strings.Fields(f.value)) > maxListed
}

// beforeLabel is a value without the label that follows it on the line, which is
// known only by its colon and its capital: "DK-8830 We need: a receipt".
func beforeLabel(v string) string {
	i := strings.Index(v, ": ")
	if i < 0 {
		return v
	}
	fields := strings.Fields(v[:i+1])
	for n, f := range fields[1:] {
		if r := first(f); unicode.IsUpper(r) && !digitsIn(f) && digitsIn(strings.Join(fields[:n+1], " ")) {
			return strings.Join(fields[:n+1], " ")
		}
	}
	return v
}

// quotations are the marks that a value may stand between.
var quotations = [][2]string{{`"`, `"`}, {"'", "'"}, {"«", "»"}, {"»", "«"}, {"„", "“"}, {"„", "”"}, {"“", "”"}, {"”", "”"}, {"‘", "’"}}

// unquoted is a value without the quotation marks around the whole of it.
func unquoted(v string) string {
	for _, q := range quotations {
		in, ok := strings.CutPrefix(v, q[0])
		if !ok {
			continue
		}
		if in, ok = strings.CutSuffix(in, q[1]); ok && !strings.Contains(in, q[0]) && !strings.Contains(in, q[1]) && strings.TrimSpace(in) != "" {
			return strings.TrimSpace(in)
		}
	}
	return v
}

// maxListed is how many words a reference in such a list may have.
const maxListed = 5

// besideReference reads a reference that only a space parts from its label:
// one word with a digit in it, after an optional "is".
func (r *reader) besideReference(f found) (string, bool) {
	v := f.value
	if h, ok := f.text.begins(wordIs, f.words.from, f.words.to); ok && strings.IndexByte(" :", f.text.s[f.text.words[h.to-1].end]) >= 0 {
		v = strings.TrimSpace(f.text.s[f.text.words[h.to-1].end:f.words.end])
	}
	if f.run && len(strings.Fields(v)) <= maxListed && !strings.ContainsAny(v[len(v)-1:], ".:!?") {
		return v, v != "" // a line of a list whose labels are only set in bold
	}
	tok := token(v)
	rest := strings.TrimSpace(strings.TrimPrefix(strings.TrimLeft(v, "#(\"' "), tok))
	if !digitsIn(tok) && !(f.run && rest == "") || len(tok) < 2 {
		return "", false
	}
	if rest != "" && !strings.ContainsAny(rest[:1], ".,;)") {
		return "", false
	}
	return tok, true
}

// none says that a value only says that there is no value.
func (r *reader) none(f found) bool {
	if strings.Trim(f.value, "-–—_./ *?") == "" {
		return true
	}
	h, ok := f.text.begins(wordNone, f.words.from, f.words.to)
	return ok && h.to == f.words.to
}

// unlabelled finds KRNs and ids in sentences: "dispute 256947".
func (r *reader) unlabelled(t *text, claims map[string][]claim) {
	for i := 0; i < len(t.hits); i++ {
		h := t.hits[i]
		if h.key != wordDispute && (h.key != labelDisputeID || t.ofOther(h.from, h.from+1)) {
			continue
		}
		if id, ok := t.idAfter(h.to); ok && !ignored(r.labels, t, id.at) {
			claims["dispute_id"] = append(claims["dispute_id"], claim{value: t.s[id.at:id.end], from: t.inSentence(h.from), text: t, rank: inSentence})
		}
	}
	r.before(t, claims)
	r.cases(t, claims)
	r.orders(t, claims)
	r.plain(t, claims)
	r.told(t, claims)
	r.merchants(t, claims)
	low := t.s
	for i := indexKRN(low, 0); i >= 0; i = indexKRN(low, i+4) {
		tok := token(t.s[i:])
		k, ok := parseKRN(tok)
		from := "KRN, " + t.name
		switch {
		case !ok || ignored(r.labels, t, i):
			continue
		case k.capture:
			claims["capture_id"] = append(claims["capture_id"], claim{value: tok, from: from, text: t, rank: beside})
		default:
			claims["dispute_id"] = append(claims["dispute_id"], claim{value: k.dispute, from: from, text: t, rank: beside})
		}
		if k.reason != "" {
			claims["reason"] = append(claims["reason"], claim{value: k.reason, from: from, text: t})
		}
	}
}

// before takes a number that a word for one names in front of the dispute:
// "logged under 256947 as a dispute".
func (r *reader) before(t *text, claims map[string][]claim) {
	for _, h := range t.hits {
		if h.key != wordDispute || len(claims["dispute_id"]) > 0 || t.harmless(h) {
			continue
		}
		s := t.sentence(h.from)
		for w := h.from - 1; w > s.from && w >= h.from-maxBefore; w-- {
			if !t.words[w].digits() {
				continue
			}
			id, ok := t.idAt(w)
			n, named := t.has(wordID, max(s.from, w-3), w)
			if _, kase := t.begins(wordCase, n.from, w); kase {
				break
			}
			if ok && named && n.to == w && !t.ofOther(n.from, n.to) && !ignored(r.labels, t, id.at) {
				claims["dispute_id"] = append(claims["dispute_id"], claim{value: t.s[id.at:id.end], from: t.inSentence(h.from), text: t, rank: inSentence})
			}
			break
		}
	}
}

// maxBefore is how many words may stand between such a number and the dispute.
const maxBefore = 5

// cases takes "case 256947" for a dispute's id where the text names no dispute
// by its own word.
func (r *reader) cases(t *text, claims map[string][]claim) {
	if len(claims["dispute_id"]) > 0 || !r.FromKlarna && !(r.view.forwarded && klarnaName(r.view.from)) {
		return
	}
	for _, h := range t.hits {
		if h.key != wordCase || t.covered(h) || t.onFile(h) {
			continue
		}
		if id, ok := t.idAfter(h.to); ok && !ignored(r.labels, t, id.at) {
			claims["dispute_id"] = append(claims["dispute_id"], claim{value: t.s[id.at:id.end], from: t.inSentence(h.from), text: t, rank: inSentence})
		}
	}
}

// covered says that the hit is part of a longer label of something else:
// "support case".
func (t *text) covered(h hit) bool {
	for i := t.after(h.from - 2); i < len(t.hits) && t.hits[i].from <= h.from; i++ {
		if l := t.hits[i]; l.key == labelIgnore && l.to >= h.to && l.to-l.from > h.to-h.from {
			return true
		}
	}
	return false
}

func indexKRN(s string, from int) int {
	for i := from; i+4 < len(s); i++ {
		j := strings.IndexByte(s[i:], ':')
		if j < 0 {
			return -1
		}
		i += j
		if i >= 3 && strings.EqualFold(s[i-3:i], "krn") && (i == 3 || !wordByte(s[i-4])) {
			return i - 3
		}
	}
	return -1
}

// ignored says that byte at of t is the value of a label of something else,
// such as a previous dispute.
func ignored(list []found, t *text, at int) bool {
	for _, f := range list {
		if f.text == t && f.field != "dispute_id" && !f.clause() && f.rank == labelled && f.words.at <= at && at < f.words.end && f.field != "reason" && f.field != "deadline" && f.field != "result" {
			return true
		}
	}
	return false
}

// maxAside is how many words may stand between a dispute and the word for its
// number: "eine Reklamation liegt vor (Nr. 420010)".
const maxAside = 5

// idAfter reads digits that follow word w-1, over words such as "no." and "#",
// or that a word for a number a little further on names.
func (t *text) idAfter(w int) (span, bool) {
	id, ok := t.idAt(w)
	for n := 0; n < maxAside && !ok && w+1 < len(t.words) && !t.words[w].digits() && t.words[w].gap == gapNone && t.words[w+1].gap == gapNone; n++ {
		w++
		if _, order := t.begins(wordOrder, w, len(t.words)); order {
			break
		}
		h, named := t.begins(wordID, w, len(t.words))
		if named && !t.ofOther(w, h.to) {
			return t.idAt(h.to)
		}
	}
	return id, ok
}

// ofOther says that words from to to belong to the label of something that is
// no dispute, or to an order.
func (t *text) ofOther(from, to int) bool {
	for i := t.after(from - 3); i < len(t.hits) && t.hits[i].from < to; i++ {
		h := t.hits[i]
		if h.to > from && (h.key == wordOrder || ofLabel.has(h.key) && h.key != labelDisputeID && h.to-h.from > 1) {
			return true
		}
	}
	_, order := t.has(wordOrder, max(from-2, 0), from)
	return order
}

// onFile says that the label of something else stands right before the hit:
// "your company number on file".
func (t *text) onFile(h hit) bool {
	for i := t.after(h.from - 4); i < len(t.hits) && t.hits[i].from < h.from; i++ {
		if l := t.hits[i]; l.key == labelIgnore && l.to-l.from > 1 && h.from-l.to < 2 {
			return true
		}
	}
	return false
}

// maxFiller is how many words such as "is the no." may stand before an id.
const maxFiller = 5

// idAt reads digits at word w, over words such as "no.", "#" and "is the".
func (t *text) idAt(w int) (span, bool) {
	for n := 0; n < maxFiller && w < len(t.words) && t.words[w].gap <= gapNone; n++ {
		wd := t.words[w]
		if wd.digits() {
			tok := token(t.s[wd.at:])
			if !allDigits(tok) || len(tok) < minDispute || len(tok) > maxDispute {
				return span{}, false
			}
			if _, sum := t.sumAt(w); sum {
				return span{}, false
			}
			return span{at: wd.at, end: wd.end}, !strings.ContainsAny(t.s[t.words[w-1].end:wd.at], "/+€$£")
		}
		h, ok := t.begins(wordID, w, len(t.words))
		if !ok {
			h, ok = t.begins(wordIs, w, len(t.words))
		}
		if !ok {
			h, ok = t.begins(wordArticle, w, len(t.words))
		}
		if !ok {
			return span{}, false
		}
		w = h.to
	}
	return span{}, false
}

// reason reads why the customer disputes.
func (r *reader) reason() {
	var codes, texts []claim
	for _, f := range r.labels {
		if f.field != "reason" || f.value == "" || r.none(f) {
			continue
		}
		code := r.code(f.text, f.words, f.value)
		if f.rank < labelled && code == "" || f.below && code == "" && len(strings.Fields(f.value)) > 6 {
			continue
		}
		texts = append(texts, claim{value: f.value, from: f.from, text: f.text, rank: f.rank})
		if code != "" {
			codes = append(codes, claim{value: code, from: f.from, text: f.text, rank: f.rank})
		}
	}
	if len(texts) > 0 {
		r.n.ReasonText = r.choose("reason_text", texts)
	}
	if len(codes) > 0 {
		code := r.choose("reason", codes)
		if r.n.Reason != "" && r.n.Reason != code {
			r.warn("the reason in words and the reason in the KRN differ; neither was taken")
			code = ""
		}
		r.n.Reason = code
		return
	}
	if r.n.Reason == "" {
		r.exactReason()
	}
	if len(texts) == 0 && r.n.Reason == "" {
		r.looseReason()
	}
}

// code is the reason that a value names: a code in any spelling, or exactly
// one reason in words.
func (r *reader) code(t *text, s span, value string) string {
	if k, ok := parseKRN(token(value)); ok {
		return k.reason
	}
	if c := codeOf(strings.Trim(value, " .\"'")); c != "" {
		return c
	}
	if tok := token(value); strings.ContainsAny(tok, "_-") {
		if c := codeOf(tok); c != "" {
			return c
		}
	}
	return one(t.within(ofReason, s))
}

// one is the name that all hits share, "" where they differ.
func one(list []hit) string {
	name := ""
	for _, h := range list {
		n := h.key.name()
		if name != "" && n != name {
			return ""
		}
		name = n
	}
	return name
}
