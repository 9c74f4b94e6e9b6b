package klarna

import (
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// words that may stand between a date and its time, in all languages.
var clockGlue = map[string]bool{
	"at": true, "by": true, "on": true, "the": true, "of": true, "kl": true, "klo": true, "kello": true, "klokka": true,
	"klokken": true, "klockan": true, "um": true, "bis": true, "a": true, "alle": true, "ore": true, "las": true, "les": true,
	"as": true, "om": true, "o": true, "godz": true, "godzinie": true, "godziny": true, "do": true, "v": true, "ve": true,
	"hodin": true, "den": true, "dne": true, "dnia": true, "el": true, "le": true, "il": true, "op": true, "am": true,
	"em": true, "del": true, "de": true, "r": true, "roku": true, "w": true, "dia": true, "and": true, "entro": true,
	"before": true, "till": true, "til": true, "until": true, "tot": true, "no": true, "later": true, "than": true,
	"latest": true, "di": true, "um.": true, "zum": true, "giorno": true, "avant": true, "uur": true, "uhr": true, "h": true, "i": true,
	"asti": true, "mennessä": true, "hours": true, "hrs": true, "os": true, "senast": true, "hour": true, "time": true, "dem": true, "al": true,
	"end": true, "ende": true, "slutet": true, "slutten": true, "fin": true, "fine": true, "final": true, "einde": true, "konce": true, "konca": true, "van": true, "av": true, "af": true,
}

// words after a bare number that make it an hour.
var hourWord = map[string]bool{"uhr": true, "uur": true, "h": true, "hodin": true, "hod": true, "horas": true, "heures": true, "heure": true, "o'clock": true}

// words before a bare number that make it an hour.
var hourLead = map[string]bool{
	"kl": true, "klo": true, "kello": true, "klokka": true, "klokken": true, "klockan": true, "ore": true, "godz": true, "godzinie": true, "godziny": true, "um": true,
}

// words for the two hours that have a name, as fold writes them.
var (
	noon = map[string]bool{
		"noon": true, "midi": true, "mittag": true, "mittags": true, "middag": true, "mezzogiorno": true, "mediodia": true,
		"poludnie": true, "poledne": true, "keskipäivällä": true,
	}
	midnight = map[string]bool{
		"midnight": true, "minuit": true, "mitternacht": true, "midnatt": true, "midnat": true, "middernacht": true, "mezzanotte": true, "medianoche": true,
		"polnoc": true, "pulnoc": true, "pulnoci": true, "keskiyöllä": true, "keskiyöhön": true,
	}
)

// fixed offsets of zones, in minutes east of UTC. They are read to the letter:
// CET in July is still UTC+1.
var zones = map[string]int{
	"utc": 0, "gmt": 0, "z": 0, "zulu": 0, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "wet": 0, "west": 60, "bst": 60, "eet": 120, "eest": 180,
	"sec": 60, "selc": 120, "hnec": 60, "heec": 120, "hec": 60, "met": 60, "mest": 120,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
	"aest": 600, "aedt": 660, "acst": 570, "acdt": 630, "awst": 480, "nzst": 720, "nzdt": 780,
}

// clock reads the time that stands after the date m.
func (s *scanner) clock(m *moment) {
	k, hinted := m.following, false
	if k < s.hi && s.t.Words[k].Norm == "t" && s.t.Words[k].At == m.End {
		k++
		hinted = true
	}
	for n := 0; n < 5 && k < s.hi; n++ {
		if s.t.Words[k].Gap >= words.GapCell || k > m.following && !s.plainGap(k-1) || s.dotted(k) {
			return
		}
		if end, ok := s.time(m, k, hinted); ok {
			m.To, m.End, m.following = end, s.t.Words[end-1].End, end
			return
		}
		if s.t.Words[k].Digits() || !clockGlue[s.t.Words[k].Norm] && s.v.Weekday(s.t.Words[k].Norm) == 0 {
			return
		}
		hinted = hinted || hourLead[s.t.Words[k].Norm]
		k++
	}
}

// dotted says that a date with dots begins at word k: the last day of a period.
func (s *scanner) dotted(k int) bool {
	next, ok := s.numeric(k)
	return ok && !next.slash && (next.y != 0 || strings.ContainsAny(s.between(k-1), "-–—") || s.by(k-1))
}

// plainGap says that nothing but light punctuation follows word i.
func (s *scanner) plainGap(i int) bool {
	return strings.Trim(s.between(i), ".,()[]:–-") == "" || s.between(i) == "'"
}

// clockBefore reads the time that stands before the date: "5 pm CET on 3 December".
func (s *scanner) clockBefore(m *moment) {
	for k := m.From - 1; k >= s.lo && k >= m.From-9; k-- {
		if s.t.Words[k+1].Gap != words.GapNone {
			return
		}
		if w := s.t.Words[k]; !w.Digits() && !noon[w.Norm] && !midnight[w.Norm] {
			continue
		}
		start := k
		switch {
		case k > s.lo && s.t.Words[k-1].Digits() && s.t.Words[k].At-s.t.Words[k-1].End == 1:
			start = k - 1
		case k > s.lo+1 && s.t.Words[k-1].Norm == "h" && s.t.Words[k-2].Digits():
			start = k - 2 // "17h00", "17 h 00"
		}
		if day, ok := s.numeric(start); ok && !day.slash {
			return // "23.11. - 12.01."
		}
		try := *m
		end, ok := s.time(&try, start, start > s.lo && hourLead[s.t.Words[start-1].Norm])
		if !ok {
			return
		}
		for ; end < m.From; end++ {
			if !clockGlue[s.t.Words[end].Norm] && s.v.Weekday(s.t.Words[end].Norm) == 0 {
				return
			}
		}
		try.From, try.At = start, s.t.Words[start].At
		*m = try
		return
	}
}

// time reads a time of day at word k, and its zone, into m; end is the first
// word after it. hinted says that a word for "o'clock" stood before.
func (s *scanner) time(m *moment, k int, hinted bool) (end int, ok bool) {
	switch w := s.t.Words[k].Norm; {
	case noon[w]:
		m.h, m.hasTime = 12, true
		return s.zone(m, k+1), true
	case midnight[w]:
		return s.zone(m, k+1), true // the end of that day, as without a time
	}
	h, isNum := s.num(k, 2)
	if !isNum || h > 24 {
		return k, false
	}
	next := k + 1
	minute, second := 0, 0
	exact := false
	sep := s.between(k)
	if n, two := s.num(next, 2); two && len(s.t.Words[next].Norm) == 2 && n < 60 && (sep == ":" || sep == ".") && s.t.Words[next].At == s.t.Words[k].End+1 {
		minute, next, exact = n, next+1, true
		if n, two := s.num(next, 2); two && s.between(next-1) == sep && n < 60 {
			second, next = n, next+1
			if _, frac := s.num(next, 9); frac && s.between(next-1) == "." && sep == ":" {
				next++
			}
		}
	} else if next+1 < s.hi && s.t.Words[next].Norm == "h" && s.near(k) {
		if n, two := s.num(next+1, 2); two && len(s.t.Words[next+1].Norm) == 2 && s.between(next) == "" && n < 60 {
			minute, next, exact = n, next+2, true
		}
	}
	half, after := s.half(next)
	if half != "" {
		if h < 1 || h > 12 {
			return k, false
		}
		h %= 12
		if half == "pm" {
			h += 12
		}
		next, exact = after, true
	}
	if next < s.hi && hourWord[s.t.Words[next].Norm] && s.between(next-1) == "" {
		next, exact = next+1, true
	}
	if !exact && !hinted || next < s.hi && s.money(next) {
		return k, false
	}
	if h == 24 && (minute > 0 || second > 0) {
		return k, false
	}
	m.h, m.mi, m.s, m.hasTime = h, minute, second, true
	return s.zone(m, next), true
}

// money says that the number before word i is an amount.
func (s *scanner) money(i int) bool {
	return money.IsWord(s.t.Words[i].Norm) || strings.ContainsAny(s.between(i-1), "€$£%")
}

// half reads am, pm, a.m., p.m. at word i.
func (s *scanner) half(i int) (string, int) {
	if i >= s.hi || !s.near(i-1) {
		return "", i
	}
	switch w := s.t.Words[i].Norm; w {
	case "am", "pm":
		return w, i + 1
	case "a", "p":
		if i+1 < s.hi && s.t.Words[i+1].Norm == "m" && s.between(i) == "." {
			return w + "m", i + 2
		}
	}
	return "", i
}

// zone reads the zone at word i, if there is one, and returns the word after it.
func (s *scanner) zone(m *moment, i int) int {
	if sign, n, ok := s.signed(i); ok {
		m.hasZone, m.offset = true, sign*n
		return s.afterOffset(i)
	}
	if i >= s.hi || s.t.Words[i].Gap >= words.GapCell || strings.Trim(s.between(i-1), ".(,[") != "" {
		return i
	}
	if end, ok := s.located(m, i); ok {
		return end
	}
	if end, ok := s.city(m, i); ok {
		return end
	}
	if end, ok := s.enclosedZone(m, i); ok {
		return end
	}
	w := s.t.Words[i]
	raw := s.t.S[w.At:w.End]
	if minutes, known := zones[w.Norm]; known && raw == strings.ToUpper(raw) {
		m.hasZone, m.offset = true, minutes*60
		if sign, n, ok := s.signed(i + 1); ok && (w.Norm == "utc" || w.Norm == "gmt") {
			m.offset = sign * n
			return s.afterOffset(i + 1)
		}
		if i+1 < s.hi && s.between(i) == "/" && (s.t.Words[i+1].Norm == "cest" || s.t.Words[i+1].Norm == "mesz") {
			m.eu, m.offset = true, 3600
			return i + 2
		}
		return i + 1
	}
	if raw == strings.ToUpper(raw) && len(raw) >= 2 && len(raw) <= 4 && !w.Digits() && m.hasTime && s.t.Words[i].Gap == words.GapNone {
		m.oddZone = raw
	}
	return i
}

// enclosedZone reads a zone that stands in parentheses behind words for it:
// "(hora peninsular española, CET)".
func (s *scanner) enclosedZone(m *moment, i int) (int, bool) {
	if !strings.Contains(s.between(i-1), "(") {
		return i, false
	}
	for k := i; k < s.hi && k < i+6 && s.t.Words[k].Gap == words.GapNone && (k == i || strings.IndexByte(s.between(k-1), ')') < 0); k++ {
		if end, ok := s.located(m, k); ok {
			return end, true
		}
		w := s.t.Words[k]
		raw := s.t.S[w.At:w.End]
		if minutes, known := zones[w.Norm]; known && raw == strings.ToUpper(raw) {
			m.hasZone, m.offset = true, minutes*60
			if sign, n, ok := s.signed(k + 1); ok && minutes == 0 {
				m.offset = sign * n
				return s.afterOffset(k + 1), true
			}
			return k + 1, true
		}
	}
	return i, false
}

// maxZone bounds the length of the name of a zone.
const maxZone = 40

// located reads the name of a zone in the database of zones at word i:
// "Europe/Berlin". One that the machine does not know is odd.
func (s *scanner) located(m *moment, i int) (int, bool) {
	at := s.t.Words[i].At
	rest := s.t.S[at:min(at+maxZone, len(s.t.S))]
	end := strings.IndexFunc(rest, func(r rune) bool { return !('a' <= r|0x20 && r|0x20 <= 'z' || r == '/' || r == '_') })
	if end < 0 {
		end = len(rest)
	}
	region, place, ok := strings.Cut(rest[:end], "/")
	if !ok || !regions[region] || place == "" {
		return i, false
	}
	loc, err := time.LoadLocation(rest[:end])
	if minutes, known := cities[letters.Fold(place)]; err == nil {
		m.loc = loc
	} else if known {
		m.hasZone, m.eu, m.offset = true, true, minutes*60
	} else {
		m.oddZone = rest[:end]
	}
	for i < s.hi && s.t.Words[i].At < at+end {
		i++
	}
	return i, true
}

// regions are the heads of such names.
var regions = map[string]bool{"Europe": true, "America": true, "Australia": true, "Pacific": true, "Asia": true, "Atlantic": true, "Africa": true, "Etc": true, "US": true}

// cities name a zone in words: "Paris time", "heure de Paris", "Berliner Zeit".
// The value is the winter's offset in minutes; all keep the summer of Europe.
var cities = map[string]int{
	"paris": 60, "berlin": 60, "berliner": 60, "stockholm": 60, "stockholms": 60, "amsterdam": 60, "amsterdamse": 60, "madrid": 60, "roma": 60, "rome": 60,
	"milano": 60, "warszawa": 60, "warszawskiego": 60, "warsaw": 60, "praha": 60, "prague": 60, "prahy": 60, "praze": 60, "oslo": 60, "copenhagen": 60,
	"københavn": 60, "københavnsk": 60, "brussel": 60, "brussels": 60, "wien": 60, "wiener": 60, "vienna": 60, "helsinki": 120, "helsingin": 120,
	"london": 0, "lisboa": 0, "lisbon": 0, "dublin": 0,
	"svensk": 60, "norsk": 60, "dansk": 60, "italiana": 60, "peninsular": 60, "tysk": 60, "deutscher": 60, "polskiego": 60, "ceskeho": 60, "nederlandse": 60,
	"suomen": 120, "britische": 0, "uk": 0, "mitteleuropäischer": 60, "mitteleuropäische": 60, "centraleuropeisk": 60, "sentraleuropeisk": 60, "centraleuropæisk": 60,
	"stredoevropskeho": 60, "srodkowoeuropejskiego": 60, "german": 60, "swedish": 60,
}

// zoneWords are the words around the name of such a city.
var zoneWords = map[string]bool{
	"time": true, "heure": true, "heures": true, "zeit": true, "tid": true, "ora": true, "hora": true, "tijd": true, "czasu": true, "aikaa": true, "času": true, "casu": true,
	"de": true, "di": true, "of": true, "in": true, "v": true, "w": true, "local": true, "locale": true, "klokken": true,
	"española": true, "espanola": true, "normaltid": true, "sommartid": true, "letního": true, "letniho": true,
}

// city reads a zone named after a city at word i, if a word for time stands
// beside it.
func (s *scanner) city(m *moment, i int) (int, bool) {
	offset, found, timed := 0, -1, s.alone(i)
	for k := i; k < s.hi && k < i+4 && s.t.Words[k].Gap == words.GapNone; k++ {
		w := s.t.Words[k].Norm
		minutes, ok := cities[w]
		switch {
		case ok && found < 0:
			offset, found = minutes, k
		case !zoneWords[w]:
			k = s.hi
			continue
		case len(w) > 2:
			timed = true
		}
		if found >= 0 && timed {
			m.hasZone, m.eu, m.offset = true, true, offset*60
			return k + 1, true
		}
	}
	return i, false
}

// alone says that word i is all that stands in a pair of parentheses: "(Berlin)".
func (s *scanner) alone(i int) bool {
	w := s.t.Words[i]
	return strings.HasSuffix(s.t.S[:w.At], "(") && strings.HasPrefix(s.t.S[w.End:], ")")
}

// signed reads "+01:00", "+0100" or "+1" before word i as seconds.
func (s *scanner) signed(i int) (sign, seconds int, ok bool) {
	if i >= s.hi || i == 0 {
		return 0, 0, false
	}
	gap := strings.TrimLeft(s.t.S[s.t.Words[i-1].End:s.t.Words[i].At], " (")
	switch gap {
	case "+":
		sign = 1
	case "-", "−":
		sign = -1
	default:
		return 0, 0, false
	}
	d := s.t.Words[i]
	n, isNum := s.num(i, 4)
	if !isNum || len(d.Norm) == 3 {
		return 0, 0, false
	}
	minutes := n * 60
	if len(d.Norm) == 4 {
		minutes = n/100*60 + n%100
	} else if s.colonOffset(i) {
		m, err := strconv.Atoi(s.t.Words[i+1].Norm)
		if err != nil {
			return 0, 0, false
		}
		minutes += m
	}
	return sign, minutes * 60, minutes <= 14*60
}

func (s *scanner) colonOffset(i int) bool {
	return i+1 < s.hi && s.between(i) == ":" && s.t.Words[i+1].Digits() && len(s.t.Words[i+1].Norm) == 2
}

func (s *scanner) afterOffset(i int) int {
	if len(s.t.Words[i].Norm) <= 2 && s.colonOffset(i) {
		return i + 2
	}
	return i + 1
}
