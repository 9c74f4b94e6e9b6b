package klarna

import (
	"os"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/eml"
)

func BenchmarkLoadVocabulary(b *testing.B) {
	for b.Loop() {
		if _, err := LoadVocabulary(nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"en-request-table", "en-quoted", "de-request"} {
		raw, err := os.ReadFile("testdata/" + name + ".eml")
		if err != nil {
			b.Fatal(err)
		}
		m, err := eml.Parse(raw)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if _, err := Parse(m, Options{FromKlarna: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
