package dates

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
)

// at reads the first date of s and writes it as RFC 3339, with "?" where it is
// ambiguous; "" where none can be read.
func at(t *testing.T, s, lang, order string) string {
	t.Helper()
	v, err := phrase.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	x := page.New(v, "text/plain", []eml.Row{{Cells: []string{s}}})
	list := In(v, &x, 0, len(x.Words))
	if len(list) == 0 {
		return ""
	}
	r, err := Resolve(list[0], Setting{Order: order, Mail: time.Date(2026, 11, 16, 8, 0, 0, 0, time.UTC), Lang: lang})
	if err != nil {
		return ""
	}
	out := r.At.Format(time.RFC3339)
	if r.Ambiguous {
		out += "?"
	}
	return out
}

func TestDatesAreReadInEveryForm(t *testing.T) {
	day := "2026-12-03T23:59:59Z"
	for _, s := range []string{
		"2026-12-03", "2026/12/03", "2026.12.03", "3 December 2026", "3rd December 2026", "3rd of December, 2026",
		"December 3, 2026", "Dec 3rd, 2026", "Dec. 3, 2026", "Thursday, 3 Dec 2026", "Thu 3-Dec-2026", "3-Dec-26", "03.12.2026", "3.12.26", "3. 12. 2026",
		"Donnerstag, den 3. Dezember 2026", "3. Dez. 2026", "den 3 december 2026", "torsdag den 3. desember 2026", "torsdag d. 3. december 2026",
		"3. joulukuuta 2026", "torstaina 3.12.2026", "donderdag 3 december 2026", "3 déc. 2026", "jeudi 3 décembre 2026",
		"3 dicembre 2026", "3 de diciembre de 2026", "3 de dic. de 2026", "3 de diciembre del 2026", "3 grudnia 2026 r.", "3 de dezembro de 2026", "3. prosince 2026",
	} {
		if got := at(t, s, "", ""); got != day {
			t.Errorf("%q: got %s", s, got)
		}
	}
}

func TestTimesAndZonesAreReadBesideTheDate(t *testing.T) {
	for s, want := range map[string]string{
		"3 December 2026 23:59 CET":                              "2026-12-03T23:59:00+01:00",
		"3 December 2026 at 5 pm":                                "2026-12-03T17:00:00Z",
		"5 p.m. UTC on 3 December 2026":                          "2026-12-03T17:00:00Z",
		"17h00 do dia 3 de dezembro de 2026":                     "2026-12-03T17:00:00Z",
		"3 décembre 2026 à midi (UTC)":                           "2026-12-03T12:00:00Z",
		"3 de diciembre de 2026 al mediodía":                     "2026-12-03T12:00:00Z",
		"3 grudnia 2026 w południe":                              "2026-12-03T12:00:00Z",
		"3. prosince 2026 v poledne":                             "2026-12-03T12:00:00Z",
		"3. Dezember 2026 um Mitternacht":                        "2026-12-03T23:59:59Z",
		"17 h 00 le 3 décembre 2026":                             "2026-12-03T17:00:00Z",
		"17 Uhr am Donnerstag, dem 3.12.2026":                    "2026-12-03T17:00:00Z",
		"December 3, 2026 at 11:59 PM (PST)":                     "2026-12-03T23:59:00-08:00",
		"3 December 2026, 17:00 UTC+1":                           "2026-12-03T17:00:00+01:00",
		"3 December 2026, 17:00 (GMT+01:00)":                     "2026-12-03T17:00:00+01:00",
		"2026-12-03T22:59:59Z":                                   "2026-12-03T22:59:59Z",
		"2026-12-03T23:59:59.000+01:00":                          "2026-12-03T23:59:59+01:00",
		"2026-12-03 23:59 +0100":                                 "2026-12-03T23:59:00+01:00",
		"3. Dezember 2026 um 17:00 Uhr":                          "2026-12-03T17:00:00Z",
		"3. Dezember 2026, 17 Uhr":                               "2026-12-03T17:00:00Z",
		"den 3 december 2026 kl. 23.59":                          "2026-12-03T23:59:00Z",
		"3.12.2026 klo 23.59":                                    "2026-12-03T23:59:00Z",
		"3 décembre 2026 à 23h59":                                "2026-12-03T23:59:00Z",
		"3 dicembre 2026 alle ore 23:59":                         "2026-12-03T23:59:00Z",
		"3 de diciembre de 2026 a las 23:59":                     "2026-12-03T23:59:00Z",
		"3 grudnia 2026 r. o godz. 23:59":                        "2026-12-03T23:59:00Z",
		"3. prosince 2026 ve 23:59":                              "2026-12-03T23:59:00Z",
		"3 juli 2026 23:59 CET/CEST":                             "2026-07-03T23:59:00+02:00",
		"3 December 2026, 11:00 (Europe/Berlin)":                 "2026-12-03T11:00:00+01:00",
		"3 July 2026, 11:00 Europe/London":                       "2026-07-03T11:00:00+01:00",
		"3 July 2026, 11:00 America/New_York":                    "2026-07-03T11:00:00-04:00",
		"3. Juli 2026, 11:00 Uhr (Berlin)":                       "2026-07-03T11:00:00+02:00",
		"3 July 2026, 11:00 Europe/Nowhere":                      "2026-07-03T11:00:00Z?",
		"midnight (CET) at the end of Thursday, 3 December 2026": "2026-12-03T23:59:59+01:00",
		"3 December 2026 24:00":                                  "2026-12-04T00:00:00Z",
		"3 December 2026, 23:59 XQT":                             "2026-12-03T23:59:00Z?",
		"3 December 2026 12.50 EUR":                              "2026-12-03T23:59:59Z",
		"23:59 on Thursday the 3rd of Dec. 2026":                 "2026-12-03T23:59:00Z",
	} {
		if got := at(t, s, "", ""); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}

func TestWhatIsNoDateIsNotRead(t *testing.T) {
	for _, s := range []string{
		"256947", "1.234,50", "you may 3 times", "version 1.2.3", "30 February 2026", "31.4.2026", "10001", "order 2026-77", "99/99/2026",
		"2026", "December 2026", "192.168.1.20", "+49 30 1234567", "3 December", // the last: swap of nothing, see below
	} {
		got := at(t, s, "", "")
		if s == "3 December" {
			if !strings.HasPrefix(got, "2026-12-03") {
				t.Errorf("%q: got %q", s, got)
			}
			continue
		}
		if got != "" {
			t.Errorf("%q: got %s", s, got)
		}
	}
}

func TestAmbiguousDateTakesTheEarlierPossibleReading(t *testing.T) {
	for _, c := range []struct{ s, lang, order, want string }{
		{"03/04/2027", "en", "", "2027-03-04T23:59:59Z?"},
		{"03/04/2027", "en", "dmy", "2027-04-03T23:59:59Z"},
		{"03/04/2027", "en", "mdy", "2027-03-04T23:59:59Z"},
		{"03/04/2027", "fr", "", "2027-04-03T23:59:59Z"}, // French writes the day first
		{"03.04.2027", "en", "", "2027-04-03T23:59:59Z"}, // so do dots
		{"13/04/2027", "en", "mdy", "2027-04-13T23:59:59Z"},
		{"03/12/2026", "en", "", "2026-12-03T23:59:59Z?"}, // 12 March is before the mail
		{"04/04/2027", "en", "", "2027-04-04T23:59:59Z"},
		{"Sat 03/04/2027", "en", "", "2027-04-03T23:59:59Z"}, // 3 April is a Saturday
	} {
		if got := at(t, c.s, c.lang, c.order); got != c.want {
			t.Errorf("%q (%s, %s): got %s, want %s", c.s, c.lang, c.order, got, c.want)
		}
	}
}
