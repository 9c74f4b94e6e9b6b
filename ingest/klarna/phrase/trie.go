package phrase

import (
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
)

// MaxGap is how many words a "~" of a phrase may stand for.
const MaxGap = 3

// Meaning is what one phrase of the vocabulary means.
type Meaning struct {
	Phrase int32 // the number of its text, braces and all; 0 where nobody asks
	Lang   Lang
	Key    key.Key
	User   bool
}

// Lang is a language by its place in its vocabulary; 0 is none.
type Lang uint16

// Hit is a phrase that was found in a text: words[From:To].
type Hit struct {
	From, To int
	Meaning
	filled uint32 // by a bit each, the words that only a "~" stands for
}

// Fills says that word w of the text is none of the phrase's own words.
func (h Hit) Fills(w int) bool { return w-h.From < 32 && h.filled>>(w-h.From)&1 != 0 }

// layer is a set of phrases that were read together: ours, or a user's.
// It is built once and nobody changes it afterwards. Apart from its words it is
// slices that hold no pointers.
type layer struct {
	dictionary
	sets    trie // whose ends are the tokens of sets
	phrases trie // whose ends are indexes of entries
	entries []Meaning
	signals dictionary // see signals
}

// trie is a tree of patterns, token by token, whose nodes and edges stand in
// slices: the edges of a node beside each other and in order.
type trie struct {
	nodes []node
	edges []edge
	ends  []int32
	first []int32 // the node behind the root's edge of each token, 0 if there is none
}

type node struct {
	edge, edges int32 // of trie.edges
	end, ends   int32 // of trie.ends
	gap         int32 // the node after a "~", 0 if there is none
}

type edge struct {
	tok tok
	to  int32
}

// pattern is a phrase in tokens and what it ends in.
type pattern struct {
	toks []tok
	end  int32
}

// newTrie builds the tree of the patterns, which it sorts.
func newTrie(list []pattern) trie {
	slices.SortFunc(list, func(a, b pattern) int {
		if c := slices.Compare(a.toks, b.toks); c != 0 {
			return c
		}
		return int(a.end - b.end)
	})
	t := trie{nodes: make([]node, 0, len(list)), edges: make([]edge, 0, len(list)), ends: make([]int32, 0, len(list))}
	t.grow(list, 0)
	root := t.nodes[0]
	edges := t.edges[root.edge : root.edge+root.edges]
	if len(edges) > 0 {
		t.first = make([]int32, edges[len(edges)-1].tok+1)
	}
	for _, e := range edges {
		t.first[e.tok] = e.to
	}
	return t
}

// grow adds the node of patterns that share their first depth tokens.
func (t *trie) grow(list []pattern, depth int) int32 {
	at := int32(len(t.nodes))
	n := node{end: int32(len(t.ends))}
	for len(list) > 0 && len(list[0].toks) == depth {
		t.ends = append(t.ends, list[0].end)
		list = list[1:]
	}
	n.ends = int32(len(t.ends)) - n.end
	t.nodes = append(t.nodes, n)
	n.edge = int32(len(t.edges))
	for i := range list {
		if k := list[i].toks[depth]; k != gapTok && (i == 0 || list[i-1].toks[depth] != k) {
			t.edges = append(t.edges, edge{tok: k})
		}
	}
	n.edges = int32(len(t.edges)) - n.edge
	for next := n.edge; len(list) > 0; {
		k, i := list[0].toks[depth], 1
		for i < len(list) && list[i].toks[depth] == k {
			i++
		}
		to := t.grow(list[:i], depth+1)
		list = list[i:]
		if k == gapTok {
			n.gap = to
			continue
		}
		t.edges[next].to = to
		next++
	}
	t.nodes[at] = n
	return at
}

// root is the node behind the root's edge of a token, 0 if there is none.
func (t *trie) root(k tok) int32 {
	if int(k) >= len(t.first) {
		return 0
	}
	return t.first[k]
}

// step is the node behind the edge of a token, 0 if there is none.
func (t *trie) step(n *node, k tok) int32 {
	edges := t.edges[n.edge : n.edge+n.edges]
	lo, hi := 0, len(edges)
	for lo < hi {
		if m := (lo + hi) / 2; edges[m].tok < k {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo < len(edges) && edges[lo].tok == k {
		return edges[lo].to
	}
	return 0
}
