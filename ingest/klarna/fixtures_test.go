package klarna

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

// want is what must be read from a mail of testdata.
type want struct {
	Kind      string     `json:"kind,omitempty"` // "" is ErrNotKlarna
	Language  string     `json:"language,omitempty"`
	DisputeID string     `json:"dispute_id,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	Ref1      string     `json:"ref1,omitempty"`
	Ref2      string     `json:"ref2,omitempty"`
	Order     string     `json:"order,omitempty"`
	Capture   string     `json:"capture,omitempty"`
	KlarnaRef string     `json:"klarna_ref,omitempty"`
	Merchant  string     `json:"merchant,omitempty"`
	Stripe    []string   `json:"stripe,omitempty"`
	Deadline  *time.Time `json:"deadline,omitempty"`
	Ambiguous bool       `json:"ambiguous,omitempty"`
	Number    string     `json:"order_number,omitempty"`
	Amount    string     `json:"amount,omitempty"`
	Text      string     `json:"amount_text,omitempty"`
	Result    string     `json:"result,omitempty"`
	Forwarded bool       `json:"forwarded,omitempty"`
	Link      string     `json:"link,omitempty"`
	Warned    bool       `json:"warned,omitempty"`
	Error     string     `json:"error,omitempty"` // the field of a FieldError
}

func got(n Notice, err error) want {
	var fe *FieldError
	w := want{
		Kind: string(n.Kind), Language: n.Language, DisputeID: n.DisputeID, Reason: n.Reason, Ref1: n.MerchantReference1,
		Ref2: n.MerchantReference2, Order: n.OrderID, Capture: n.CaptureID, KlarnaRef: n.KlarnaReference,
		Merchant: n.MerchantID, Stripe: n.StripeIDs, Amount: n.Amount.String(), Text: n.AmountText, Number: n.OrderNumber, Result: string(n.Result),
		Forwarded: n.Forwarded, Warned: len(n.Warnings) > 0,
	}
	if n.Deadline != nil {
		at := n.Deadline.At.UTC()
		w.Deadline, w.Ambiguous = &at, n.Deadline.Ambiguous
	}
	if len(n.RespondLinks) > 0 {
		w.Link = n.RespondLinks[0]
	}
	if errors.As(err, &fe) {
		w.Error = fe.Field
	}
	return w
}

// invented are the files of the invented mails.
func invented(t *testing.T) []string {
	t.Helper()
	list, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(list) == 0 {
		t.Fatal("no mails", err)
	}
	slices.Sort(list)
	return list
}

func parsed(t *testing.T, file string) *eml.Message {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := eml.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func read(t *testing.T, file string) (Notice, error) {
	t.Helper()
	m := parsed(t, file)
	from := ""
	if len(m.From) > 0 {
		from = m.From[0].Addr
	}
	n, err := Parse(m, Options{
		FromKlarna: strings.HasSuffix(from, "klarna.com"),
		FromStripe: strings.HasSuffix(from, "stripe.com"),
	})
	var fe *FieldError
	if err != nil && !errors.Is(err, ErrNotKlarna) && !errors.As(err, &fe) {
		t.Fatal(err)
	}
	return n, err
}

func TestEachInventedMailIsReadAsItsNoteSays(t *testing.T) {
	for _, file := range invented(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".eml"), func(t *testing.T) {
			b, err := os.ReadFile(strings.TrimSuffix(file, ".eml") + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var w want
			if err := json.Unmarshal(b, &w); err != nil {
				t.Fatal(err)
			}
			n, err := read(t, file)
			g := got(n, err)
			if d := cmp.Diff(w, g); d != "" {
				t.Errorf("read differs (-want +got):\n%s\nwarnings: %q", d, n.Warnings)
				for _, e := range n.Explain {
					t.Logf("%+v", e)
				}
			}
			if n.Kind != rules.KindCustomerMessage && n.Kind != "" && len(n.Explain) == 0 {
				t.Error("nothing explains the reading")
			}
		})
	}
}

func TestTheSameMailIsExplainedInTheSameOrder(t *testing.T) {
	first, err := read(t, "testdata/en-request-table.eml")
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		n, err := read(t, "testdata/en-request-table.eml")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(first.Explain, n.Explain); d != "" {
			t.Fatalf("explained differently (-first +now):\n%s", d)
		}
	}
}
