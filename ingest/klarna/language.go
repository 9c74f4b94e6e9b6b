package klarna

import "strings"

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
		seen := -1
		for _, h := range t.hits {
			if h.from != seen && (strings.HasPrefix(h.key, "label.") || strings.HasPrefix(h.key, "kind.")) {
				score[h.lang] += float64(h.to-h.from) / 2
				seen = h.from
			}
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
