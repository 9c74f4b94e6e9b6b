package klarna

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/eml/emltest"
	"github.com/disputewatch/disputewatch/rules"
)

// perMail is how long one mail of the corpora may take, reading it and all.
const perMail = slow * 2 * time.Second

// The corpora are real and hostile mails of public projects. But for those that
// were made for this program, and name Klarna, none is about a dispute, so none
// may look like one, even if its sender claimed to be Klarna.
func TestNoPublicMailIsTakenForADispute(t *testing.T) {
	dir := os.Getenv("DISPUTEWATCH_CORPORA")
	if dir == "" {
		t.Skip("DISPUTEWATCH_CORPORA is not set")
	}
	ends := map[rules.Kind]int{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := eml.Parse(raw)
		if bytes.Contains(bytes.ToLower(raw), []byte("klarna")) {
			ends["names klarna"]++
			return nil
		}
		if err != nil {
			ends["unreadable"]++
			return nil
		}
		for _, claims := range []bool{false, true} {
			var n Notice
			if took := emltest.Cost(t, func() { n, err = Parse(m, Options{FromKlarna: claims}) }); took > perMail {
				t.Errorf("%s took %v", path, took)
			}
			if err != nil && !errors.Is(err, ErrNotKlarna) {
				t.Errorf("%s: %v", path, err)
			}
			if !claims {
				ends[n.Kind]++
			}
			switch n.Kind {
			case "", rules.KindKlarnaOther, rules.KindCustomerMessage:
			case rules.KindUnknownKlarna:
				ends["unknown if Klarna's"]++
				if !claims {
					t.Errorf("%s is taken for Klarna's", path)
				}
			default:
				t.Errorf("%s (claims to be Klarna: %v) is taken for %s: %+v", path, claims, n.Kind, n.Explain)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(ends)
}
