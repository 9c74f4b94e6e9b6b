package phrase

import "strings"

// tok is a word, a stem or a set; every dictionary numbers its own.
type tok int32

// gapTok is the "~".
const gapTok tok = 0

// dictionary numbers the words of phrases.
type dictionary struct {
	text    *strings.Builder  // of all words, so that they are one object to the collector
	toks    map[string]tok    // "remind", "remind*", "{en/dispute}"
	stems   map[uint32][]stem // by the first three bytes, or two of the shortest
	fit     []tok             // the stems that fit the words of toks, one word after the other
	fitFrom []int32           // where those of each token begin
}

// stem is a word with a star: "remind*", or in the middle "tvist*nummer".
type stem struct {
	head, tail string
	tok        tok
}

func (s stem) fits(w string) bool {
	return len(w) >= len(s.head)+len(s.tail) && strings.HasPrefix(w, s.head) && strings.HasSuffix(w, s.tail)
}

// twoBytes and threeBytes are the keys that stems are kept by.
func twoBytes(w string) uint32 { return uint32(w[0])<<8 | uint32(w[1]) }

func threeBytes(w string) uint32 { return twoBytes(w)<<8 | uint32(w[2]) }

func newDictionary() dictionary {
	return dictionary{text: &strings.Builder{}, toks: map[string]tok{}, stems: map[uint32][]stem{}}
}

// tok numbers a word, a stem or a set.
func (d *dictionary) tok(w string) tok {
	if t, ok := d.toks[w]; ok {
		return t
	}
	from := d.text.Len()
	d.text.WriteString(w)
	w = d.text.String()[from:]
	t := tok(len(d.toks) + 1)
	d.toks[w] = t
	if head, tail, star := strings.Cut(w, "*"); star {
		key := twoBytes(head)
		if len(head) > 2 {
			key = threeBytes(head)
		}
		d.stems[key] = append(d.stems[key], stem{head, tail, t})
	}
	return t
}

// names are the words and stems by their numbers.
func (d *dictionary) names() []string {
	out := make([]string, len(d.toks)+1)
	for w, t := range d.toks {
		out[t] = w
	}
	return out
}

// done looks up once which stems fit the words: no word is added afterwards.
func (d *dictionary) done() {
	names := d.names()
	d.fitFrom = make([]int32, 1, len(names)+1)
	for _, w := range names {
		if !strings.ContainsAny(w, "*{") {
			d.fit = d.stemsOf(d.fit, w)
		}
		d.fitFrom = append(d.fitFrom, int32(len(d.fit)))
	}
	d.text = nil
}

// tokens adds to list what a word may stand for: itself and the stems that fit it.
func (d *dictionary) tokens(list []tok, w string) []tok {
	t, ok := d.toks[w]
	if !ok {
		return d.stemsOf(list, w)
	}
	return append(append(list, t), d.fit[d.fitFrom[t]:d.fitFrom[t+1]]...)
}

func (d *dictionary) stemsOf(list []tok, w string) []tok {
	if len(w) >= 2 {
		list = stemsIn(list, d.stems[twoBytes(w)], w)
	}
	if len(w) >= 3 {
		list = stemsIn(list, d.stems[threeBytes(w)], w)
	}
	return list
}

func stemsIn(list []tok, stems []stem, w string) []tok {
	for i := range stems {
		if stems[i].fits(w) {
			list = append(list, stems[i].tok)
		}
	}
	return list
}
