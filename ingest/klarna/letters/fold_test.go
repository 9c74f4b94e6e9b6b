package letters

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// some are runes of all kinds that mails hold: letters of other scripts, of both
// tables, and accents that stand apart from their letter.
var some = []rune("aEiKn åÅØßıİœŁđžǅªº½¨ẞ\u0301\u0308\u030a\u0327ΩжK令ａ\u200b\ufffd")

func TestFoldingOfLatinLettersIsThatOfAllScripts(t *testing.T) {
	for r := range rune(afterLatin) {
		for _, s := range []string{string(r), "a" + string(r) + "e", string(r) + "E" + string(r)} {
			if got, want := Fold(s), foldAny(s); got != want {
				t.Errorf("%q became %q, want %q", s, got, want)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom(some)).Draw(t, "s")
		if got, want := Fold(s), foldAny(s); got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
	})
}

func TestNameIsFoundHoweverItIsWritten(t *testing.T) {
	for s, want := range map[string]bool{
		"from KLARNA Bank": true, "Klárna": true, "ｋｌａｒｎａ": true, "Klar na": false, "klarn": false, "": false,
		"klarna\u030a": false, // which is klarnå
		"Ø, klarna":    true,
	} {
		if got := FoldContains(s, "klarna"); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		pieces := []string{"klarna", "KLAR", "na", "kl", "arna", "\u0301", "\u030a", "å", " ", "ⓚlarna", "K"}
		s := strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "s"), "")
		if got, want := FoldContains(s, "klarna"), strings.Contains(foldAny(s), "klarna"); got != want {
			t.Errorf("%q: %v", s, got)
		}
	})
}
