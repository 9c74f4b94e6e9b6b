package klarna

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// With is the vocabulary and one more phrase of the user's, as if it stood last
// in his file. v itself stays as it is; the two share all that is the same, so
// that trying a phrase costs little.
func (v *Vocabulary) With(e Entry) (*Vocabulary, error) {
	group, name, _ := strings.Cut(e.Key, ".")
	if !slices.Contains([]string{"label", "kind", "reason", "result"}, group) || !slices.Contains(keys[group+"."], name) {
		return nil, fmt.Errorf("%s: no such key", e.Key)
	}
	out := *v
	out.root = v.root.owned(phraseTokens(e.Phrase))
	l := &loader{v: &out, user: true, lang: e.Language}
	return &out, l.insert(e.Key, e.Phrase)
}

// owned is a copy of the tree that shares all nodes but those on the way of the
// tokens.
func (n *node) owned(tokens []string) *node {
	c := &node{next: maps.Clone(n.next), stems: maps.Clone(n.stems), gap: n.gap, ends: slices.Clone(n.ends)}
	if len(tokens) == 0 {
		return c
	}
	head, tail, star := strings.Cut(tokens[0], "*")
	switch {
	case tokens[0] == "~" && c.gap != nil:
		c.gap = c.gap.owned(tokens[1:])
	case star && len(head) >= 2:
		list := slices.Clone(c.stems[head[:2]])
		for i, s := range list {
			if s.head == head && s.tail == tail {
				list[i].to = s.to.owned(tokens[1:])
			}
		}
		if len(list) > 0 {
			c.stems[head[:2]] = list
		}
	case c.next[tokens[0]] != nil:
		c.next[tokens[0]] = c.next[tokens[0]].owned(tokens[1:])
	}
	return c
}
