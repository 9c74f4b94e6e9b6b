package charges

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
)

// failed are the probes that failed, and their hints.
func (s *shop) failed() map[string]string {
	s.t.Helper()
	probes, err := s.c.Check(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]string{}
	for _, p := range probes {
		if !p.OK {
			out[p.What] = p.Hint
		}
	}
	return out
}

func TestCheckOfAGoodKeyTriesEveryPermission(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	if bad := s.failed(); len(bad) != 0 {
		t.Errorf("failed: %v", bad)
	}
	want := "/v1/account /v1/disputes /v1/charges /v1/payment_intents /v1/charges/search /v1/payment_intents/search /v1/refunds"
	if got := strings.Join(s.paths(), " "); got != want {
		t.Errorf("called %s", got)
	}
}

func TestCheckNamesTheMissingPermission(t *testing.T) {
	for lacks, c := range map[string]struct{ probe, hint string }{
		"dispute":        {"list disputes", "Disputes: Read (dispute_read)"},
		"charge":         {"list refunds", "Charges and Refunds: Read (charge_read)"},
		"payment_intent": {"search payment intents", "PaymentIntents: Read (payment_intent_read)"},
	} {
		s := newShop(t)
		s.AddKey(testKey, fakestripe.Key{Lacks: []string{lacks}})
		if bad := s.failed(); !strings.Contains(bad[c.probe], c.hint) {
			t.Errorf("without %s: %v", lacks, bad)
		}
	}
}

func TestCheckDoesWithoutTheAccount(t *testing.T) {
	s := newShop(t)
	s.AddKey(testKey, fakestripe.Key{Lacks: []string{"account"}})
	if bad := s.failed(); len(bad) != 0 {
		t.Errorf("failed: %v", bad)
	}
}

func TestCheckOfARevokedKeySaysItOnce(t *testing.T) {
	s := newShop(t)
	s.AddKey(testKey, fakestripe.Key{Revoked: true})
	bad := s.failed()
	if len(bad) != 1 || !strings.Contains(bad["read account"], "the key is revoked") {
		t.Errorf("failed: %v", bad)
	}
}

func TestCheckTellsAKeyOfTheWrongKind(t *testing.T) {
	for key, want := range map[string]string{
		"rk_live_0123456789": "restricted, live", "rk_test_0123456789": "sees no real dispute",
		"sk_live_0123456789": "a restricted key with read permissions", "pk_live_0123456789": "publishable",
		"whsec_0123456789": "none of Stripe's",
	} {
		s := newShop(t)
		s.c = s.client(Account{Key: func() (string, error) { return key, nil }})
		probes, err := s.c.Check(context.Background())
		if err != nil || !strings.Contains(probes[0].What+" "+probes[0].Hint, want) {
			t.Errorf("%s: %+v, %v", key, probes, err)
		}
	}
}

func TestCheckSeesAnswersOfTheOtherMode(t *testing.T) {
	s := newShop(t)
	s.Break(fakestripe.Fault{Path: "/v1/charges", Body: `{"object":"list","has_more":false,"data":[{"id":"py_1","object":"charge","livemode":false}]}`})
	if bad := s.failed(); !strings.Contains(bad["list charges"], "of test mode, the key of live mode") {
		t.Errorf("failed: %v", bad)
	}
}

func TestCheckWithoutAKeyIsAnError(t *testing.T) {
	s := newShop(t)
	s.c = s.client(Account{Key: func() (string, error) { return "", os.ErrNotExist }})
	if _, err := s.c.Check(context.Background()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestCheckOfAStripeThatIsAwaySaysSo(t *testing.T) {
	s := newShop(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.Server, _ = fakestripe.Start() // for the cleanup
	bad := s.failed()
	if !strings.Contains(bad["list disputes"], "connection refused") || !strings.Contains(bad["list disputes"], "api_base") {
		t.Errorf("failed: %v", bad)
	}
}
