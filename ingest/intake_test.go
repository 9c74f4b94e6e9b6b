package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/casebook/booktest"
	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

// shop is a mailbox, a Stripe account and a book, and the intake between them.
type shop struct {
	t      *testing.T
	imap   *fakeimap.Server
	stripe *fakestripe.Server
	book   *casebook.Book
	intake *ingest.Intake
	asker  *ingest.Stripe
	box    ingest.Mailbox
	now    time.Time
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return s.now }
	var err error
	if s.imap, err = fakeimap.Start(fakeimap.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.imap.Close() })
	if s.stripe, err = fakestripe.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stripe.Close() })
	ca, err := s.imap.CAFile(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := rules.Default(time.UTC)
	s.book, err = casebook.Open(t.Context(), booktest.SQLite(t, filepath.Join(t.TempDir(), "cases.db")), casebook.Options{Policy: p, Now: clock, Holder: "test/1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.book.Close() })
	s.intake = &ingest.Intake{Book: s.book, Policy: p, Now: clock}
	s.box = ingest.Mailbox{
		Account: mailbox.Account{
			Name: "onboarding", Host: "127.0.0.1", Port: s.imap.Port(), Security: "tls", CAFile: ca,
			Username: "shop", Password: func() (string, error) { return "secret", nil },
		},
		Folders: []string{"INBOX"}, Settings: settings(t),
	}
	s.asker = &ingest.Stripe{
		Account: "main", Book: asked{s.book}, Calendar: p.Calendar, Lookback: rules.Span{N: 200, Unit: "d"}, Now: clock,
		Client: charges.New(charges.Account{
			Name: "main", APIBase: s.stripe.URL, ReferenceKeys: []string{"order_id"}, Now: clock,
			Key: func() (string, error) { return "rk_test_1", nil },
		}),
	}
	return s
}

// asked shows the book to the asking of Stripe.
type asked struct{ *casebook.Book }

func (a asked) Unclosed(ctx context.Context, account string) ([]rules.Case, error) {
	cases, err := a.Cases(ctx, casebook.Filter{Account: account})
	return slices.DeleteFunc(cases, func(c rules.Case) bool { return len(c.Keys) == 0 }), err
}

// mail puts a mail into INBOX that its server says is (or is not) Klarna's.
func (s *shop) mail(id, dmarc, subject, body string) {
	s.t.Helper()
	raw := fmt.Sprintf("Authentication-Results: mx.shop.example; dmarc=%s header.from=klarna.com\nFrom: Klarna <d@klarna.com>\nTo: p@shop.example\nSubject: %s\nMessage-ID: <%s>\nDate: %s\nContent-Type: text/plain; charset=utf-8\n\n%s\n",
		dmarc, subject, id, s.now.Format(time.RFC1123Z), body)
	s.raw([]byte(raw))
}

func (s *shop) raw(raw []byte) {
	s.t.Helper()
	if _, err := s.imap.Append("INBOX", []byte(strings.ReplaceAll(string(raw), "\n", "\r\n")), s.now); err != nil {
		s.t.Fatal(err)
	}
}

// read makes one reading of the mailbox.
func (s *shop) read(rescan *ingest.Rescan) ingest.Report {
	s.t.Helper()
	claim, err := s.book.Claim(s.t.Context(), "mailbox/onboarding")
	if err != nil {
		s.t.Fatal(err)
	}
	report, err := s.intake.Read(s.t.Context(), claim, s.box, rescan)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.book.Release(s.t.Context(), claim); err != nil {
		s.t.Fatal(err)
	}
	return report
}

// ask lets Stripe be asked once.
func (s *shop) ask() (ingest.Matched, error) {
	s.t.Helper()
	claim, err := s.book.Claim(s.t.Context(), "stripe/main")
	if err != nil {
		s.t.Fatal(err)
	}
	m, refreshErr := s.asker.Refresh(s.t.Context(), claim)
	if err := s.book.Release(s.t.Context(), claim); err != nil {
		s.t.Fatal(err)
	}
	return m, refreshErr
}

func (s *shop) cases() []rules.Case {
	s.t.Helper()
	cases, err := s.book.Cases(s.t.Context(), casebook.Filter{})
	if err != nil {
		s.t.Fatal(err)
	}
	return cases
}

// one expects a single case and returns it.
func (s *shop) one() rules.Case {
	s.t.Helper()
	cases := s.cases()
	if len(cases) != 1 {
		s.t.Fatalf("%d cases, want 1: %+v", len(cases), cases)
	}
	return cases[0]
}

const request = "Please respond before 16 March 2026.\n\nDispute reason: Goods not received\nDispute ID: 256947\nMerchant Reference 1: 77-1042\n"

func TestDisputeMailBecomesACaseAndFindsItsCharge(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	report := s.read(nil)
	if len(report.Opened) != 1 || report.Folders[0].Notices != 1 {
		t.Fatalf("%+v", report)
	}
	if m, err := s.ask(); err != nil || m.Matched != 1 {
		t.Fatalf("matched %+v: %v", m, err)
	}
	c := s.one()
	if c.Match.Strength != rules.Exact || c.Match.Dispute != "du_1" || c.Stripe == nil || c.Stripe.Status != "needs_response" {
		t.Errorf("match %+v, stripe %+v", c.Match, c.Stripe)
	}
	if d := c.Deadline(); d.Source != rules.SourceStripe || !d.Other.Equal(time.Date(2026, 3, 16, 23, 59, 59, 0, time.UTC)) {
		t.Errorf("deadline %+v", d)
	}
	if c.Verdict != rules.Genuine || c.Reason != rules.ReasonGoodsNotReceived {
		t.Errorf("verdict %s, reason %s", c.Verdict, c.Reason)
	}
}

func TestBookKeepsTheBeginningOfALongText(t *testing.T) {
	for name, much := range map[string]string{
		"many lines": strings.Repeat("Zeile\n", 100_000),
		"one line":   strings.Repeat("ü", 1<<20),
	} {
		s := newShop(t)
		s.mail("a@klarna", "pass", "New dispute request", request+"\n"+much)
		s.read(nil)
		mails, err := s.book.Mails(t.Context(), s.one().ID)
		if err != nil || len(mails) != 1 {
			t.Fatal(mails, err)
		}
		got := mails[0].Text
		if n := len(got); n > 64<<10 || n < 63<<10 || !strings.Contains(got, "256947") || !utf8.ValidString(got) {
			t.Errorf("%s: it keeps %d bytes", name, n)
		}
	}
}

func TestReminderIsTheSameCaseAndASecondReadingIsSilent(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	s.now = s.now.AddDate(0, 0, 8)
	s.mail("2@klarna.com", "pass", "Reminder to respond", "Deadline: 13 March 2026\nDispute ID: 256947\n")
	if r := s.read(nil); len(r.Opened) != 0 || len(r.Changed) != 1 {
		t.Fatalf("%+v", r)
	}
	if d := s.one().Deadline().At; !d.Equal(time.Date(2026, 3, 13, 23, 59, 59, 0, time.UTC)) {
		t.Errorf("deadline %v", d)
	}
	if r := s.read(nil); r.Folders[0].Fetched != 0 || len(r.Changed) != 0 {
		t.Errorf("read again: %+v", r)
	}
}

func TestForgedMailOpensNothingAndIsTold(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "fail", "New dispute request", request)
	s.read(nil)
	if n := len(s.cases()); n != 0 {
		t.Fatalf("%d cases", n)
	}
	s.now = s.now.Add(3 * time.Minute) // for Stripe to say whether its order exists
	m, _, err := s.book.Take(t.Context())
	if err != nil || m.Kind != rules.MessageForged {
		t.Errorf("told %+v: %v", m, err)
	}
	delete(m.About, rules.AboutID)
	delete(m.About, rules.AboutSought)
	want := map[string]string{
		rules.AboutMailbox: "onboarding", rules.AboutFolder: "INBOX", rules.AboutUID: "1", rules.AboutMail: "<1@klarna.com>",
		rules.AboutDate: "2026-03-02T10:00:00Z", rules.AboutDomain: "klarna.com", rules.AboutWhy: m.About[rules.AboutWhy],
	}
	if !maps.Equal(m.About, want) || want[rules.AboutWhy] == "" {
		t.Errorf("told of it %v, want %v", m.About, want)
	}
}

func TestMailThatCannotBeOpenedIsToldOnceAndStopsNothing(t *testing.T) {
	s := newShop(t)
	poison := "From: Klarna <d@klarna.com>\nSubject: New dispute request\nMessage-ID: <p@klarna.com>\nContent-Type: multipart/mixed; boundary=b0\n\n"
	for i := range 50 {
		poison += fmt.Sprintf("--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
	}
	s.raw([]byte(poison))
	s.raw([]byte(poison)) // a copy
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	r := s.read(nil)
	if r.Folders[0].Unreadable != 2 || len(r.Opened) != 1 {
		t.Fatalf("%+v", r)
	}
	s.read(&ingest.Rescan{})
	told := 0
	for {
		m, c, err := s.book.Take(t.Context())
		if errors.Is(err, casebook.ErrEmpty) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if m.Kind == rules.MessageUnreadable {
			told++
			if m.About[rules.AboutWhy] == "" {
				t.Error("nobody is told why")
			}
		}
		if err := s.book.Delivered(t.Context(), c, m.ID, rules.Place{Channel: "C1", TS: m.ID}); err != nil {
			t.Fatal(err)
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

// A server lists mails and does not give them, for days (Exchange).
func TestMailsThatAreHeldBackAreToldOnceAndReadWhenTheyAreGiven(t *testing.T) {
	s := newShop(t)
	text := "From: Klarna <d@klarna.com>\r\nSubject: New dispute request\r\nMessage-ID: <1@klarna.com>\r\n\r\n" + strings.ReplaceAll(request, "\n", "\r\n")
	given := false
	server, err := fakeimap.StartScript(func(tag, command string) string {
		ok := tag + " OK\r\n"
		switch {
		case tag == "":
			return "* OK [CAPABILITY IMAP4rev1]\r\n"
		case strings.HasPrefix(command, "EXAMINE"):
			return "* 2 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 3]\r\n" + ok
		case strings.HasPrefix(command, "UID SEARCH"):
			return "* SEARCH 1 2\r\n" + ok
		case strings.HasPrefix(command, "UID FETCH 1") && given:
			section := command[strings.Index(command, "BODY.PEEK")+len("BODY.PEEK") : strings.LastIndex(command, "]")+1]
			return fmt.Sprintf("* 1 FETCH (UID 1 BODY%s {%d}\r\n%s)\r\n%s", section, len(text), text, ok)
		}
		return ok
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	s.box.Account.Port, s.box.Account.Security = server.Port(), mailbox.None
	told := func() (n int) {
		for {
			m, c, err := s.book.Take(t.Context())
			if errors.Is(err, casebook.ErrEmpty) {
				return n
			}
			if err != nil {
				t.Fatal(err)
			}
			if m.Kind == rules.MessageUnreadable && m.About[rules.AboutWhy] == "the server lists it and does not give it" {
				n++
			}
			if err := s.book.Delivered(t.Context(), c, m.ID, rules.Place{Channel: "C1", TS: m.ID}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, want := range []int{0, 2, 0, 0} {
		s.read(nil)
		if n := told(); n != want || len(s.cases()) > 0 {
			t.Errorf("poll %d: told %d times, want %d; %d cases", i, n, want, len(s.cases()))
		}
		s.now = s.now.Add(5 * time.Minute)
	}
	given = true
	if r := s.read(nil); len(r.Opened) != 1 {
		t.Errorf("%+v", r)
	}
	if r := s.read(nil); len(r.Opened)+len(r.Changed) > 0 || r.Folders[0].Fetched > 0 || told() > 0 {
		t.Errorf("read again: %+v", r)
	}
}

func TestFirstScanGoesBackAsFarAsItIsTold(t *testing.T) {
	s := newShop(t)
	s.box.Lookback = rules.Span{N: 30, Unit: "d"}
	today := s.now
	for i, days := range []int{40, 20} {
		s.now = today.AddDate(0, 0, -days)
		s.mail(fmt.Sprint(i, "@klarna.com"), "pass", "New dispute request", fmt.Sprint("Dispute ID: ", 256000+i))
	}
	s.now = today
	if r := s.read(nil); len(r.Opened) != 1 {
		t.Errorf("the first scan: %+v", r)
	}
	if r := s.read(&ingest.Rescan{Since: today.AddDate(0, 0, -50)}); len(r.Opened) != 1 {
		t.Errorf("the rescan: %+v", r)
	}
}

func TestWhatWasNotUnderstoodInFullIsReadAgainByARescan(t *testing.T) {
	s := newShop(t)
	const subject, reason = "New dispute request", "Dispute reason: Goods not received\n"
	reference := func(n int) string { return fmt.Sprintf("Dispute ID: %d\nMerchant Reference 1: 77-%d\n", 256000+n, n) }
	var want []uint32
	for i, m := range []struct {
		subject, dmarc, body string
		again                bool
	}{
		{subject, "pass", "Please respond before 16 March 2026.\n" + reason + reference(1), false},
		{subject, "pass", "Please respond before 16 March 2026.\n" + reason + "Dispute ID: 256002\n", true},
		{"Reminder to respond", "pass", "Please respond before 16 March 2026.\n" + reason + "Dispute ID: 256003\n", true},
		{"Further information is required", "pass", "Please respond before 16 March 2026.\n" + reason + "Dispute ID: 256004\n", true},
		{subject, "pass", "Please respond before 10 March 2026.\n" + reason + reference(4), false}, // which has passed when it is read
		{subject, "pass", "Please respond before 03/04/2026.\n" + reason + reference(5), true},     // April or March
		{subject, "pass", reason + reference(6), true},
		{subject, "fail", "Please respond before 16 March 2026.\n" + reason + reference(7), true},
		{"About your dispute", "pass", "There is something about one of your disputes. Kindly see the portal.", true},
	} {
		s.mail(fmt.Sprint(i, "@klarna.com"), m.dmarc, m.subject, m.body)
		if m.again {
			want = append(want, uint32(i+1))
		}
	}
	s.now = s.now.AddDate(0, 0, 10)
	s.read(nil)
	at, err := s.book.Positions(t.Context(), "onboarding", "INBOX")
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.book.Again(t.Context(), "onboarding", "INBOX", at[0].UIDValidity)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("read again are %v, want %v: %v", got, want, err)
	}
}

func TestMailThatWasUnderstoodInFullIsNotReadAgainForItsAge(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.now = s.now.AddDate(1, 0, 0)
	s.read(nil)
	if f := s.read(&ingest.Rescan{}).Folders[0]; f.Notices > 0 {
		t.Errorf("%+v", f)
	}
}

// The DNS was silent when the mail came: its signature could not be checked.
func TestMailWhoseKeyNobodyCouldTellIsJudgedAgainByARescan(t *testing.T) {
	klarna := newSignedBy(t, "klarna.com")
	s := newShop(t)
	s.now = time.Now() // when it is signed
	s.box.Settings = klarna.settings
	answer := s.box.Settings.Sender.LookupTXT
	s.box.Settings.Sender.LookupTXT = func(context.Context, string) ([]string, error) {
		return nil, &net.DNSError{Err: "server misbehaving", IsTemporary: true}
	}
	if _, err := s.imap.Append("INBOX", []byte(klarna.sign(t, toUs+noticeText)), s.now); err != nil {
		t.Fatal(err)
	}
	s.read(nil)
	if c := s.one(); c.Verdict != rules.Unverified || c.RespondLink != "" {
		t.Fatalf("%s: %s, link %q", c.Verdict, c.Why, c.RespondLink)
	}
	s.box.Settings.Sender.LookupTXT = answer
	s.read(&ingest.Rescan{})
	if c := s.one(); c.Verdict != rules.Genuine || c.RespondLink == "" {
		t.Errorf("%s: %s, link %q", c.Verdict, c.Why, c.RespondLink)
	}
	if f := s.read(&ingest.Rescan{}).Folders[0]; f.Notices > 0 {
		t.Errorf("once more: %+v", f)
	}
}

func TestNotUnderstoodMailIsPutBeforeAPerson(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "About your dispute", "There is something about one of your disputes. Kindly see the portal.")
	if r := s.read(nil); r.Folders[0].Unknown != 1 {
		t.Fatalf("%+v", r)
	}
	c := s.one()
	if c.Kind != rules.KindUnknownKlarna || c.State != rules.Open {
		t.Errorf("%+v", c)
	}
	if mails, err := s.book.Mails(t.Context(), c.ID); err != nil || !strings.Contains(string(mails[0].Raw), "Kindly see") {
		t.Errorf("its bytes are not kept: %v", err)
	}
}

// By what they would else be told apart, they are one.
func TestMailsWithoutAnIDAreNotMixedUp(t *testing.T) {
	s := newShop(t)
	for _, text := range []string{"There is something about one of your disputes.", "There is something about one of your disputes too."} {
		s.raw([]byte("Authentication-Results: mx.shop.example; dmarc=pass header.from=klarna.com\nFrom: Klarna <d@klarna.com>\nTo: p@shop.example\nSubject: About your dispute\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n\n" + text + "\n"))
	}
	if r := s.read(nil); len(r.Opened) != 2 || len(s.cases()) != 2 {
		t.Errorf("%+v", r)
	}
}

func TestMailThatNamesAStripeDisputeBelongsToItsCase(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1MtJUT2eZvKYlo2C", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 7)})
	s.asks()
	own := s.one()
	s.mail("1@klarna.com", "pass", "New dispute request", request+"Stripe: du_1MtJUT2eZvKYlo2C of charge py_3MmlLrLkdIwHu7ix\n")
	if r := s.read(nil); len(r.Opened) != 0 || len(r.Changed) != 1 || r.Changed[0] != own.ID {
		t.Errorf("%+v", r)
	}
	if _, err := s.book.Case(t.Context(), "stripe:py_3MmlLrLkdIwHu7ix"); !errors.Is(err, casebook.ErrNoCase) {
		t.Errorf("a charge is a key: %v", err)
	}
}

func TestBookKeepsOfAMailWhatPeopleWouldReadAlone(t *testing.T) {
	s := newShop(t)
	s.raw([]byte("From: Klarna <d@klarna.com>\nSubject: New dispute request\nMessage-ID: <1@klarna.com>\nContent-Type: text/html\n\n" +
		"<p>Dispute ID: 256947</p><p style=\"display:none\">unseen</p><table><tr></tr><tr><td>Merchant Reference 1<td>77-1042</table>"))
	s.read(nil)
	mails, err := s.book.Mails(t.Context(), s.one().ID)
	if want := "Dispute ID: 256947\nMerchant Reference 1\t77-1042\n"; err != nil || mails[0].Text != want || mails[0].Raw != nil {
		t.Errorf("kept %q, want %q; %d bytes; %v", mails[0].Text, want, len(mails[0].Raw), err)
	}
}

func TestUIDValidityChangeRereadsWithoutNewCases(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	before, err := s.book.History(t.Context(), s.one().ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.imap.Renumber("INBOX"); err != nil {
		t.Fatal(err)
	}
	if r := s.read(nil); !r.Folders[0].UIDValidityChanged || r.Folders[0].Fetched != 1 {
		t.Fatalf("%+v", r)
	}
	after, err := s.book.History(t.Context(), s.one().ID)
	if err != nil || len(after) != len(before) {
		t.Errorf("%d events became %d: %v", len(before), len(after), err)
	}
}

func TestRescanChangesNothingThatIsKnown(t *testing.T) {
	s := newShop(t)
	for i := range 20 {
		s.mail(fmt.Sprintf("%d@klarna.com", i), "pass", "New dispute request", strings.ReplaceAll(request, "256947", fmt.Sprint(300000+i)))
	}
	if r := s.read(nil); len(r.Opened) != 20 {
		t.Fatalf("%+v", r)
	}
	if r := s.read(&ingest.Rescan{}); len(r.Opened)+len(r.Changed) != 0 || r.Folders[0].Fetched != 0 {
		t.Errorf("%+v", r)
	}
}

func TestStripesAnswerEndsACaseOnlyWhenItIsRead(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	if _, err := s.ask(); err != nil {
		t.Fatal(err)
	}
	s.stripe.ChangeDispute("du_1", func(d *fakestripe.Dispute) { d.Status = "under_review" })
	s.stripe.Break(fakestripe.Fault{Path: "/v1/disputes", Body: "{}", Times: 50})
	if _, err := s.ask(); err == nil {
		t.Fatal("an empty answer was taken for a list")
	}
	if c := s.one(); c.State != rules.Open {
		t.Errorf("state %s after a broken answer", c.State)
	}
	s.stripe.Mend()
	if _, err := s.ask(); err != nil {
		t.Fatal(err)
	}
	if c := s.one(); c.State != rules.Answered {
		t.Errorf("state %s", c.State)
	}
}

func TestDisputeThatComesAfterItsMailIsFoundLater(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	if _, err := s.ask(); err != nil {
		t.Fatal(err)
	}
	if c := s.one(); c.Match.Strength != rules.NoMatch {
		t.Fatalf("match %+v", c.Match)
	}
	s.now = s.now.Add(time.Minute) // too soon to look again by the interval
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	if m, err := s.ask(); err != nil || m.Matched != 1 {
		t.Errorf("a new dispute was shown and the case not tried again: %+v, %v", m, err)
	}
}

func TestTwoMailsOfOneDisputeJoinWhenStripeShowsIt(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	s.now = s.now.Add(time.Hour)
	s.mail("2@klarna.com", "pass", "Reminder to respond to the dispute", "Deadline: 13 March 2026\nMerchant Reference 1: 77-1042\n")
	s.read(nil)
	if len(s.cases()) != 2 {
		t.Fatalf("%d cases before Stripe was asked", len(s.cases()))
	}
	if _, err := s.ask(); err != nil {
		t.Fatal(err)
	}
	open := 0
	for _, c := range s.cases() {
		if c.State == rules.Open {
			open++
		} else if c.Outcome != "duplicate" {
			t.Errorf("%s ended as %q", c.ID, c.Outcome)
		}
	}
	if open != 1 {
		t.Errorf("%d open cases, want the elder alone", open)
	}
}

func TestDisputeWithoutAMailOpensACaseAndItsMailJoinsLater(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	s.stripe.AddCharge(fakestripe.Charge{ID: "ch_2", Amount: 5000, Method: "card", Created: s.now})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "ch_2", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	m, err := s.ask()
	if err != nil || len(m.Opened) != 1 {
		t.Fatalf("%+v: %v", m, err)
	}
	c := s.one()
	if c.Kind != rules.KindStripeDispute || c.Match.Dispute != "du_1" || c.State != rules.Open {
		t.Errorf("%+v", c)
	}
	if m, err := s.ask(); err != nil || len(m.Opened)+len(m.Changed) != 0 {
		t.Errorf("asked again: %+v: %v", m, err)
	}
	s.now = s.now.Add(time.Hour)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	if _, err := s.ask(); err != nil {
		t.Fatal(err)
	}
	c, err = s.book.Case(t.Context(), "256947")
	if err != nil {
		t.Fatal(err)
	}
	if c.Match.Dispute != "du_1" || c.Reason != rules.ReasonGoodsNotReceived || c.State != rules.Open {
		t.Errorf("%+v", c)
	}
}

func TestDisputeThatEndedLongAgoOpensNoCase(t *testing.T) {
	s := newShop(t)
	for i, status := range []string{"won", "lost", "warning_closed", "under_review"} {
		id := fmt.Sprint(i)
		s.stripe.AddCharge(fakestripe.Charge{ID: "py_" + id, Amount: 100, Created: s.now.AddDate(0, 0, -99)})
		s.stripe.AddDispute(fakestripe.Dispute{ID: "du_" + id, Charge: "py_" + id, Status: status, Created: s.now.AddDate(0, 0, -90)})
	}
	if m, err := s.ask(); err != nil || len(m.Opened) != 0 {
		t.Errorf("%+v: %v", m, err)
	}
}

// A status that nobody knows is no end: whoever reads it must look.
func TestDisputeOfAnUnknownStatusOpensACase(t *testing.T) {
	s := newShop(t)
	for id, due := range map[string]time.Time{"new": {}, "old": {}, "due": s.now.AddDate(0, 0, 9)} {
		created := s.now.AddDate(0, 0, -60)
		if id == "new" {
			created = s.now.AddDate(0, 0, -1)
		}
		s.stripe.AddCharge(fakestripe.Charge{ID: "py_" + id, Amount: 100, Created: created})
		s.stripe.AddDispute(fakestripe.Dispute{ID: "du_" + id, Charge: "py_" + id, Status: "klarna_thinks", Created: created, DueBy: due})
	}
	s.asks()
	var got []string
	for _, c := range s.cases() {
		got = append(got, c.Match.Dispute)
		if c.State != rules.Open {
			t.Errorf("%s is %s", c.Match.Dispute, c.State)
		}
	}
	slices.Sort(got)
	if want := []string{"du_due", "du_new"}; !slices.Equal(got, want) {
		t.Errorf("cases of %v, want %v", got, want)
	}
}

func TestMailWhoseDisputeNeverShowsIsSaidOnce(t *testing.T) {
	s := newShop(t)
	s.asker.Missing = rules.Span{N: 7, Unit: "d"}
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	missing := func() (n int) {
		if _, err := s.ask(); err != nil {
			t.Fatal(err)
		}
		events, err := s.book.History(t.Context(), s.one().ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Type == rules.EventMissing {
				n++
			}
		}
		return n
	}
	s.now = s.now.AddDate(0, 0, 6)
	if n := missing(); n != 0 {
		t.Errorf("after 6 days: said %d times", n)
	}
	s.now = s.now.AddDate(0, 0, 1)
	if n := missing(); n != 1 {
		t.Errorf("after 7 days: said %d times", n)
	}
	s.now = s.now.AddDate(0, 0, 1)
	if n := missing(); n != 1 {
		t.Errorf("after 8 days: said %d times", n)
	}
}
