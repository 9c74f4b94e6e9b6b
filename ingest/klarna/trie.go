package klarna

import "strings"

// maxGap is how many words a "~" of a phrase may stand for.
const maxGap = 3

// entry is one phrase of the vocabulary.
type entry struct {
	key      string // "label.dispute_id"
	lang     string
	phrase   string
	attested string // the source, or "" for our own words
	user     bool
}

// node is a place in the tree of all phrases, word by word.
type node struct {
	next  map[string]*node
	stems map[string][]stem // by the first two bytes
	gap   *node
	ends  []*entry
}

// stem is a word with a star: "remind*", or in the middle "tvist*nummer".
type stem struct {
	head, tail string
	to         *node
}

// hit is a phrase found in a text: words[from:to].
type hit struct {
	from, to int
	*entry
}

// step returns the node after the token w, which is made where it is missing.
func (n *node) step(w string) *node {
	if w == "~" {
		if n.gap == nil {
			n.gap = &node{}
		}
		return n.gap
	}
	head, tail, star := strings.Cut(w, "*")
	if !star {
		if n.next == nil {
			n.next = map[string]*node{}
		}
		if n.next[w] == nil {
			n.next[w] = &node{}
		}
		return n.next[w]
	}
	if n.stems == nil {
		n.stems = map[string][]stem{}
	}
	key := head[:2]
	for _, s := range n.stems[key] {
		if s.head == head && s.tail == tail {
			return s.to
		}
	}
	to := &node{}
	n.stems[key] = append(n.stems[key], stem{head, tail, to})
	return to
}

// find calls found for every phrase that begins at ws[from].
func (n *node) find(ws []word, from int, found func(hit)) { n.walk(ws, from, from, found) }

func (n *node) walk(ws []word, from, i int, found func(hit)) {
	for _, e := range n.ends {
		found(hit{from, i, e})
	}
	if i >= len(ws) || i > from && ws[i].gap != gapNone {
		return
	}
	w := ws[i].norm
	if to := n.next[w]; to != nil {
		to.walk(ws, from, i+1, found)
	}
	if len(w) >= 2 && n.stems != nil {
		for _, s := range n.stems[w[:2]] {
			if len(w) >= len(s.head)+len(s.tail) && strings.HasPrefix(w, s.head) && strings.HasSuffix(w, s.tail) {
				s.to.walk(ws, from, i+1, found)
			}
		}
	}
	if n.gap == nil {
		return
	}
	for k := i; k <= i+maxGap && k < len(ws) && ws[k].gap == gapNone; k++ {
		n.gap.walk(ws, from, k, found)
	}
}
