package klarna

import (
	"slices"
	"strings"
)

// language is the one whose common words and phrases weigh most; a word that
// several languages share counts less for each. "" where none leads clearly.
func (r *reader) language() string {
	score := map[string]float64{}
	for _, t := range r.texts {
		for _, w := range t.words {
			for _, l := range r.v.languages[w.norm] {
				score[l] += 1 / float64(len(r.v.languages[w.norm]))
			}
		}
		for i := 0; i < len(t.hits); {
			i = phrases(t, i, score)
		}
	}
	best, second := "", 0.0
	for l, s := range score {
		switch {
		case best == "" || s > score[best] || s == score[best] && l < best:
			if best != "" {
				second = max(second, score[best])
			}
			best = l
		default:
			second = max(second, s)
		}
	}
	if best == "" || score[best] < 1 || score[best] < second*1.05 {
		return ""
	}
	return best
}

// phrases counts the labels and phrases that begin at the word of hit i, the
// longer ones only, shared between their languages; it returns the next hit
// that begins elsewhere.
func phrases(t *text, i int, score map[string]float64) int {
	langs, longest, from := []string{}, 0, t.hits[i].from
	for ; i < len(t.hits) && t.hits[i].from == from; i++ {
		h := t.hits[i]
		if t.coded(h) || !strings.HasPrefix(h.key, "label.") && !strings.HasPrefix(h.key, "kind.") && !strings.HasPrefix(h.key, "reason.") {
			continue
		}
		if n := h.to - h.from; n > longest {
			langs, longest = langs[:0], n
		} else if n < longest {
			continue
		}
		if !slices.Contains(langs, h.lang) {
			langs = append(langs, h.lang)
		}
	}
	for _, l := range langs {
		score[l] += float64(longest) / float64(2*len(langs))
	}
	return i
}

// kin are languages so near to each other that one may be taken for another.
var kin = map[string]string{"da": "scandinavian", "no": "scandinavian", "sv": "scandinavian", "es": "iberian", "pt": "iberian", "pl": "slavic", "cs": "slavic"}

// bound says that a key's words are short and mean something else elsewhere:
// "come" is "how" to Italians.
func bound(key string) bool { return aids[key] || key == "about.opened" }

// only keeps the phrases of the text's own language, its kin and the user, and
// the labels and names in English, which many mails mix in: "of" is "or" to
// the Dutch. An unknown language keeps all.
func (t *text) only(lang string) {
	if lang == "" {
		return
	}
	t.hits = slices.DeleteFunc(t.hits, func(h hit) bool {
		switch {
		case h.lang == lang, h.user:
			return false
		case kin[lang] != "" && kin[h.lang] == kin[lang]:
			return h.key == "word.if" || h.key == "word.not" || bound(h.key) // "se" is "if" to the Portuguese, "oneself" to the Spanish
		case h.lang == "en":
			return bound(h.key) || strings.HasPrefix(h.key, "word.") && h.key != "word.dispute" && h.key != "word.lookalike" && h.key != "word.button" && h.key != "word.id"
		}
		return true
	})
}
