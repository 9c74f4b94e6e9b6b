package dates

import (
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// fixed offsets of zones, in minutes east of UTC. They are read to the letter:
// CET in July is still UTC+1.
var zones = map[string]int{
	"utc": 0, "gmt": 0, "z": 0, "zulu": 0, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "wet": 0, "west": 60, "bst": 60, "eet": 120, "eest": 180,
	"sec": 60, "selc": 120, "hnec": 60, "heec": 120, "hec": 60, "met": 60, "mest": 120,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
	"aest": 600, "aedt": 660, "acst": 570, "acdt": 630, "awst": 480, "nzst": 720, "nzdt": 780,
}

// zone reads the zone at word i, if there is one, and returns the word after it.
func (s *scanner) zone(m *Moment, i int) int {
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
	if raw == strings.ToUpper(raw) && len(raw) >= 2 && len(raw) <= 4 && !w.Digits() && m.HasTime && s.t.Words[i].Gap == words.GapNone {
		m.oddZone = raw
	}
	return i
}

// enclosedZone reads a zone that stands in parentheses behind words for it:
// "(hora peninsular española, CET)".
func (s *scanner) enclosedZone(m *Moment, i int) (int, bool) {
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
func (s *scanner) located(m *Moment, i int) (int, bool) {
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
func (s *scanner) city(m *Moment, i int) (int, bool) {
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

// ZoneBefore gives m the zone that stands right before its value, in the label: "Deadline (CET): …".
func (m *Moment) ZoneBefore(t *page.Text, value int) {
	for k := max(0, value-2); k < value && m.HasTime && !m.hasZone; k++ {
		w := t.Words[k]
		minutes, known := zones[w.Norm]
		if raw := t.S[w.At:w.End]; known && len(raw) > 2 && raw == strings.ToUpper(raw) {
			m.hasZone, m.offset = true, minutes*60
		}
	}
}
