package dates

import (
	"strings"

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

// clock reads the time that stands after the date m.
func (s *scanner) clock(m *Moment) {
	k, hinted := m.Following, false
	if k < s.hi && s.t.Words[k].Norm == "t" && s.t.Words[k].At == m.End {
		k++
		hinted = true
	}
	for n := 0; n < 5 && k < s.hi; n++ {
		if s.t.Words[k].Gap >= words.GapCell || k > m.Following && !s.plainGap(k-1) || s.dotted(k) {
			return
		}
		if end, ok := s.time(m, k, hinted); ok {
			m.To, m.End, m.Following = end, s.t.Words[end-1].End, end
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
	return ok && !next.slash && (next.Year != 0 || strings.ContainsAny(s.between(k-1), "-–—") || s.by(k-1))
}

// plainGap says that nothing but light punctuation follows word i.
func (s *scanner) plainGap(i int) bool {
	return strings.Trim(s.between(i), ".,()[]:–-") == "" || s.between(i) == "'"
}

// clockBefore reads the time that stands before the date: "5 pm CET on 3 December".
func (s *scanner) clockBefore(m *Moment) {
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
func (s *scanner) time(m *Moment, k int, hinted bool) (end int, ok bool) {
	switch w := s.t.Words[k].Norm; {
	case noon[w]:
		m.h, m.HasTime = 12, true
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
	m.h, m.mi, m.s, m.HasTime = h, minute, second, true
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
