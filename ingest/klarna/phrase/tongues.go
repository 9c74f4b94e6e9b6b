package phrase

import "github.com/disputewatch/disputewatch/ingest/klarna/key"

// kin are languages so near to each other that one may be taken for another.
var kin = map[string]string{"da": "scandinavian", "no": "scandinavian", "sv": "scandinavian", "es": "iberian", "pt": "iberian", "pl": "slavic", "cs": "slavic"}

// bound are the keys whose words are short and mean something else elsewhere:
// "come" is "how" to Italians.
var bound = key.Aids.Or(key.Of(key.AboutOpened))

// What of the phrases of kin, and of English, a text of another language keeps:
// "se" is "if" to the Portuguese, "oneself" to the Spanish; "of" is "or" to the
// Dutch.
var (
	ofAll     = key.Set{^uint64(0), ^uint64(0), ^uint64(0)}
	ofKin     = ofAll.Without(bound.Or(key.Of(key.WordIf, key.WordNot)))
	ofEnglish = ofAll.Without(bound).Without(key.OfWord.Without(key.Of(key.WordDispute, key.WordLookalike, key.WordButton, key.WordID)))
)

// Kept are the phrases, by their languages, that a text in l keeps: its own, its
// kin's, and the labels and names in English, which many mails mix in. An
// unknown language keeps all.
func (v *Vocabulary) Kept(l Lang) []key.Set {
	out := make([]key.Set, v.Languages())
	for i, name := range v.langs {
		switch {
		case Lang(i) == l, l == 0:
			out[i] = ofAll
		case kin[name] != "" && kin[name] == kin[v.Language(l)]:
			out[i] = ofKin
		case name == "en":
			out[i] = ofEnglish
		}
	}
	return out
}
