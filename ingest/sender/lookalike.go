package sender

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// brand is what the lures of this program's world imitate.
const brand = "klarna"

// lookalike says why a domain that is no sender domain imitates one, "" where
// it does not. claimed is that the mail calls itself Klarna's elsewhere too:
// without that a mere likeness (klara.ch, a firm of its own) is none.
//
// The bare brand under another suffix (klarna.it) or below somebody's domain
// (klarna.zendesk.com) may well be Klarna's: the true list is not public.
func lookalike(domain string, domains []string, claimed bool) string {
	plain := fold(domain)
	why := domain + " imitates " + brand + ".com"
	if plain != domain && (IsSender(plain, domains) || strings.Contains(plain, brand)) {
		return why + " with letters that look alike"
	}
	for _, d := range domains {
		dashed := strings.ReplaceAll(d, ".", "-")
		if strings.Contains(plain, d+".") || strings.Contains("."+plain, "."+d+"-") || strings.Contains("."+plain, "."+dashed+".") {
			return domain + " only begins with " + d
		}
	}
	label, suffix := registered(plain)
	switch {
	case label == brand:
		switch suffix {
		case "co", "cm", "om", "con", "cam", "corn", "comm":
			return why
		}
		return ""
	case strings.Contains(label, brand):
		return why
	case leet.Replace(label) == brand:
		return why
	case claimed && (resembles(plain) || nearly(label, brand)):
		return why
	}
	return ""
}

// leet undoes digits and signs that stand for letters.
var leet = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "@", "a", "|", "l", "!", "l")

// saysBrand says that a text reads as the brand: in letters that look alike, in
// digits that stand for letters, letter by letter, or with a capital I for the l.
// A name that only resembles it (Kiarna, Clara) is somebody's own, but not one
// with a letter of another script that no table knows.
func saysBrand(s string) bool {
	for word := range strings.FieldsSeq(s) {
		plain := fold(word)
		if strings.Contains(leet.Replace(plain), brand) || !isPlain(plain) && nearly(plain, brand) || capitalI(word) {
			return true
		}
	}
	var spelled strings.Builder
	for _, part := range strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if utf8.RuneCountInString(part) != 1 {
			part = " "
		}
		spelled.WriteString(part)
	}
	return strings.Contains(leet.Replace(spelled.String()), brand)
}

// capitalI says that a word reads as the brand where a capital I is taken for
// an l. In capitals alone it is an I.
func capitalI(word string) bool {
	return strings.ToUpper(word) != word && strings.Contains(word[1:], "I") && strings.Contains(fold(strings.ReplaceAll(word, "I", "l")), brand)
}

// turned says that a header reads as the brand from where its letters are shown
// from right to left.
func turned(s string) bool {
	_, after, _ := strings.Cut(s, "\u202e")
	letters := []rune(after)
	slices.Reverse(letters)
	return saysBrand(string(letters))
}

// resembles says that the label of a domain looks like the brand in many
// typefaces.
func resembles(domain string) bool {
	label, _ := registered(fold(domain))
	return weak(label) == weak(brand)
}

var alike = strings.NewReplacer("rn", "m", "i", "l")

// weak maps letters that look alike in many typefaces to one of them.
func weak(s string) string { return alike.Replace(leet.Replace(s)) }

// registered parts a domain into the label that was registered and its public
// suffix.
func registered(domain string) (label, suffix string) {
	suffix, _ = publicsuffix.PublicSuffix(domain)
	rest := strings.TrimSuffix(domain, "."+suffix)
	if _, last, ok := cutLast(rest, "."); ok {
		rest = last
	}
	return rest, suffix
}

// organisation is the domain that DMARC aligns by (RFC 7489 §3.2).
func organisation(domain string) string {
	org, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(strings.TrimSuffix(domain, ".")))
	if err != nil {
		return domain // a public suffix itself: aligned with nothing but itself
	}
	return org
}

// nearly says that one letter was added, left out, changed, or swapped with
// its neighbour.
func nearly(one, other string) bool {
	a, b := []rune(one), []rune(other)
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return slices.Equal(a[i:], b[i+1:])
	}
	if i == len(a) {
		return true
	}
	swapped := i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
	return swapped || slices.Equal(a[i+1:], b[i+1:])
}

// unclear says why a From that is no clear address disproves the mail: lookalike
// dots and unseen letters make an address unreadable to a mail server, a second
// pair of brackets makes it so to us. One that names a sender domain as well may be
// anybody's.
func unclear(m *eml.Message, domains []string) string {
	a := m.From[0]
	if !namesSender(a.Raw, domains) && namesSender(fold(a.Raw), domains) {
		return "From imitates a sender domain with letters that look alike"
	}
	hosts := strings.Split(asciiLower(a.Raw), "@")[1:]
	for i, h := range hosts {
		if end := strings.IndexFunc(h, func(r rune) bool { return !inName(r) }); end >= 0 {
			h = h[:end]
		}
		hosts[i] = strings.Trim(h, ".-")
	}
	if slices.ContainsFunc(hosts, func(h string) bool { return IsSender(h, domains) }) {
		return ""
	}
	for _, h := range hosts {
		if why := lookalike(h, domains, true); why != "" {
			return why
		}
	}
	if len(hosts) > 0 && saysBrand(a.Name) && rewriter(m) == "" {
		return callsItself + hosts[0]
	}
	return ""
}

// inName says that a letter may stand in the name of a domain.
func inName(r rune) bool {
	return r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 0x80
}

// namesSender says whether a text holds a name of one of the domains.
func namesSender(s string, domains []string) bool {
	words := strings.FieldsFunc(asciiLower(s), func(r rune) bool { return !inName(r) })
	return slices.ContainsFunc(words, func(w string) bool { return IsSender(strings.Trim(w, ".-"), domains) })
}

// mapping undoes what makes letters look different and mean the same: case,
// full width, mathematical letters, the ideographic full stop, punycode
// (UTS 46). It never refuses: what it cannot map it leaves.
var mapping = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// fold returns s in lower case with each letter that looks like an ASCII letter
// replaced by it, and without what cannot be seen.
func fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	var out strings.Builder
	for i, word := range strings.Split(s, " ") {
		if i > 0 {
			out.WriteByte(' ')
		}
		mapped, err := mapping.ToUnicode(word)
		if err != nil && mapped == "" {
			mapped = word
		}
		for _, r := range strings.ToLower(mapped) {
			out.WriteString(twin(r))
		}
	}
	return out.String()
}

// isPlain says that fold has nothing to do but the case.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return !strings.Contains(strings.ToLower(s), "xn--")
}

// twin is what a letter looks like. The table is not the whole of Unicode's
// confusables but the twins of the letters a to z in Latin, Cyrillic, Greek and
// Armenian, and of the brand's in Coptic and Lisu.
func twin(r rune) string {
	switch {
	case r < 0x80:
		return string(r)
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), strings.ContainsRune("\u115f\u1160\u2800\u3164\uffa0", r): // fillers
		return ""
	case r >= 0x1f1e6 && r <= 0x1f1ff: // 🇰, a letter of a flag
		return string('a' + r - 0x1f1e6)
	case r >= 0x1f150 && r <= 0x1f169: // 🅚
		return string('a' + r - 0x1f150)
	case r >= 0x1f170 && r <= 0x1f189: // 🅺
		return string('a' + r - 0x1f170)
	}
	for i, like := range twins {
		if strings.ContainsRune(like, r) {
			return string(rune('a' + i))
		}
	}
	return string(r)
}

var twins = [26]string{
	"аàáâãäåāăąǎȁȃạảɑαάⱥᴀⲁⲀꓮ", "ЬьƀɓᏏβв", "сçćĉċčϲⅽᴄ", "ԁďđɗḍⅾ", "еèéêëēĕėęěẹẻεέєҽ", "ƒϝ", "ɡĝğġģǧɢ", "һĥħհḥ",
	"іìíîïĩīĭįıǐịιίїɩ", "јĵϳ", "кķĸƙκқҟⱪᴋⲕⲔꓗ", "ӏłĺļľŀɭʟⅼᛁǀⳑⲒꓡ", "мṃⅿ", "пñńņňŋηńṇոռɴꓠⲛ", "оòóôõöøōŏőǒọοόσօ",
	"рρþр", "ԛզ", "гŕŗřȑȓṛɍгᴦʀꓣ", "ѕśŝşšșṣʂ", "тţťŧțτṭ", "υùúûüũūŭůűųụμսц", "νѵṽⅴ", "ωŵѡԝա", "хχẋⅹ", "уýÿŷγүყ", "żźžƶẓᴢ",
}
