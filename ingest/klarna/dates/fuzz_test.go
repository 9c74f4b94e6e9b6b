package dates

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
)

func FuzzDate(f *testing.F) {
	for _, s := range []string{"3 December 2026, 23:59 CET", "03/04/2026", "Dec 3rd", "2026-12-03T10:00:00+01:00", "le 1er décembre 2026 à 23h59", "29.2.2027", "5 p.m. on 3 May"} {
		f.Add(s)
	}
	v, err := phrase.Load(nil)
	if err != nil {
		f.Fatal(err)
	}
	mail := time.Date(2026, 11, 16, 8, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		x := page.New(v, "text/plain", []eml.Row{{Cells: []string{s}}})
		for _, m := range In(v, &x, 0, len(x.Words)) {
			r, err := Resolve(m, Setting{Mail: mail, Lang: "en"})
			if err == nil && (r.At.Year() < 1989 || r.At.Year() > 2200) {
				t.Errorf("%q became %v", s, r.At)
			}
		}
	})
}
