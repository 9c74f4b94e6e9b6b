package klarna

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
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
			if !utf8.ValidString(s) || utf8.RuneCountInString(s) > ids.MaxReference && s != n.ReasonText {
				t.Errorf("field %q", s)
			}
		}
	})
}
