package casebook

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func openHere(t *testing.T) *Book {
	t.Helper()
	o := Options{Policy: rules.Default(time.UTC), Now: time.Now, Holder: "one/1"}
	b, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "cases.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// The limit of pages stands for the end of the disk: SQLite answers with the
// same code.
func TestFullDiskKeepsNothingAndGoesOnWhenThereIsRoom(t *testing.T) {
	b := openHere(t)
	b.db.SetMaxOpenConns(1) // the limit is the connection's
	set := func(pages string) {
		if _, err := b.db.Exec("pragma max_page_count = " + pages); err != nil {
			t.Fatal(err)
		}
	}
	set("1")
	big := rules.Message{Key: "big", About: map[string]string{"why": strings.Repeat("x", 100_000)}}
	_, err := b.Queue(t.Context(), big)
	if err == nil || !strings.Contains(err.Error(), "hint: the disk is full") {
		t.Fatalf("on a full disk: %v", err)
	}
	if n, _, err := b.Outbox(t.Context()); n != 0 || err != nil {
		t.Errorf("%d messages were kept, %v", n, err)
	}
	set("100000")
	if queued, err := b.Queue(t.Context(), big); !queued || err != nil {
		t.Errorf("with room: %v, %v", queued, err)
	}
}

// SQLite rolls a transaction back by itself when the disk is full, and what came
// after that would be kept: here the smaller rows and the position, which find
// room where the mail did not.
func TestFullDiskKeepsNothingOfABatch(t *testing.T) {
	b := openHere(t)
	b.db.SetMaxOpenConns(1) // the limit is the connection's
	claim, err := b.Claim(t.Context(), "mailbox/shop")
	if err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := b.db.QueryRow("pragma page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	set := func(pages int) {
		if _, err := b.db.Exec(fmt.Sprint("pragma max_page_count = ", pages)); err != nil {
			t.Fatal(err)
		}
	}
	big := rules.Mail{
		MessageID: "<a@x>", Hash: "a", Mailbox: "shop", Folder: "INBOX", UIDValidity: 7, UID: 1,
		Outcome: rules.OutcomeUnknown, Raw: make([]byte, 300_000),
	}
	again, other := big, big
	again.UID, again.Raw = 2, nil // the same mail: whether it is known is asked after the first was written
	other.UID, other.MessageID, other.Raw = 3, "<b@x>", nil
	batch := rules.Batch{
		Mails:    []rules.Mail{big, again, other},
		Position: rules.Position{Mailbox: "shop", Folder: "INBOX", UIDValidity: 7, UIDNext: 4},
	}
	set(pages + 20)
	if _, err := b.Record(t.Context(), claim, batch); err == nil || !strings.Contains(err.Error(), "hint: the disk is full") {
		t.Errorf("on a full disk: %v", err)
	}
	at, err := b.Positions(t.Context(), "shop", "INBOX")
	if err != nil || at[0].UIDNext != 0 {
		t.Errorf("the position moved to %+v, %v", at, err)
	}
	counts, err := b.MailCounts(t.Context())
	if err != nil || len(counts) != 0 {
		t.Errorf("mails were kept: %+v, %v", counts, err)
	}
	set(100_000)
	r, err := b.Record(t.Context(), claim, batch)
	if err != nil || r.New != 2 {
		t.Errorf("with room: %+v, %v", r, err)
	}
}

func TestWaitForALockEndsWithTheContext(t *testing.T) {
	b := openHere(t)
	other, err := b.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), "begin immediate"); err != nil {
		t.Fatal(err)
	}
	ctx, done := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer done()
	from := time.Now()
	_, err = b.Queue(ctx, rules.Message{Key: "a"})
	if err == nil || time.Since(from) > sqliteBusy/2 || !strings.Contains(err.Error(), "hint: another program") {
		t.Errorf("after %v: %v", time.Since(from), err)
	}
	if _, err := other.ExecContext(t.Context(), "rollback"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Queue(t.Context(), rules.Message{Key: "a"}); err != nil {
		t.Errorf("when the lock is gone: %v", err)
	}
}

func TestCauseOfAFaultCanBeAskedFor(t *testing.T) {
	b := openHere(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Queue(ctx, rules.Message{Key: "a"}); !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "hint") {
		t.Errorf("cancelled: %v", err)
	}
}

func TestIDsAreNeverDigitsAlone(t *testing.T) {
	for range 2000 {
		if id := newID("", 1); strings.Contains("0123456789", id) {
			t.Fatalf("%q is a number: Klarna's", id)
		}
	}
}

func TestCaseThatCannotBeReadKeepsNoOtherWaiting(t *testing.T) {
	b := openHere(t)
	claim, err := b.Claim(t.Context(), "stripe/main")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"du_1", "du_2", "du_3"} {
		e := rules.Event{Type: rules.EventStripe, At: time.Now().AddDate(0, 0, -9), By: "stripe", Stripe: &rules.Reading{Dispute: id, Status: "needs_response"}}
		if _, err := b.OpenCase(t.Context(), claim, nil, e); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.db.Exec(`update cases set body = 'torn' where id = (select min(id) from cases)`); err != nil {
		t.Fatal(err)
	}
	b.o.Now = func() time.Time { return time.Now().AddDate(0, 0, 4) } // two working days later
	if n, err := b.Decide(t.Context()); n != 2 || err == nil {
		t.Errorf("%d messages of the two that are whole, %v", n, err)
	}
}
