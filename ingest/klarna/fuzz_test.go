package klarna

import (
	"os"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/rules"
)

func FuzzParse(f *testing.F) {
	list, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range list {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := eml.Parse(raw)
		if err != nil {
			return
		}
		n, err := Parse(m, Options{FromKlarna: len(raw)%2 == 0})
		if err == nil && n.Kind == "" {
			t.Error("a notice without a kind")
		}
		for _, s := range []string{n.MerchantReference1, n.MerchantReference2, n.ReasonText, n.DisputeID} {
			if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxReference && s != n.ReasonText {
				t.Errorf("field %q", s)
			}
		}
	})
}

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
		for _, m := range moments(v, &x, 0, len(x.Words)) {
			r, err := resolve(m, dating{mail: mail, lang: "en"})
			if err == nil && (r.at.Year() < 1989 || r.at.Year() > 2200) {
				t.Errorf("%q became %v", s, r.at)
			}
		}
	})
}

func FuzzAmount(f *testing.F) {
	for _, s := range []string{"1.234,50 €", "€1,234.50", "1 234,50 kr", "SEK 1,234.50", "124.90 EUR", "CHF 1'234.50", "5000 JPY", "1.234 KWD"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := money.Read(s)
		if ok && a.Shared == "" && (a.Money.Minor < 0 || a.Money.Currency == "" || rules.Exponent(a.Money.Currency) > 3) {
			t.Errorf("%q became %+v", s, a)
		}
	})
}
