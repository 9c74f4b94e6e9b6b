package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/rules"
)

const stopText = "Please stop the shipment of this high-risk order and reply to this e-mail.\nMerchant Reference 1: 77-9\n"

// newMailingShop is a shop whose sent mail is followed.
func newMailingShop(t *testing.T) *shop {
	t.Helper()
	s := newShop(t)
	if err := s.imap.Create("Sent", `\Sent`); err != nil {
		t.Fatal(err)
	}
	s.box.Sent = ingest.SentAuto
	return s
}

// letter is a mail of the shop's.
type letter struct {
	id, to, cc, answers, references string
	more                            string // further header fields
	from, date                      string // "" as usual and now, "-" none
}

func (s *shop) letter(l letter) []byte {
	if l.from == "" {
		l.from = "Anna <anna@shop.example>"
	}
	if l.date == "" {
		l.date = s.now.Format(time.RFC1123Z)
	}
	raw := l.more
	for _, f := range [][2]string{
		{"From", l.from},
		{"To", l.to},
		{"Cc", l.cc},
		{"Date", l.date},
		{"Message-ID", l.id},
		{"In-Reply-To", l.answers},
		{"References", l.references},
		{"Subject", "Re: Stop request"},
	} {
		if f[1] != "" && f[1] != "-" {
			raw += f[0] + ": " + f[1] + "\n"
		}
	}
	return []byte(raw + "\nWe stopped it.\n")
}

// send leaves a mail in the folder of sent mail.
func (s *shop) send(l letter) {
	s.t.Helper()
	raw := strings.ReplaceAll(string(s.letter(l)), "\n", "\r\n")
	if _, err := s.imap.Append("Sent", []byte(raw), s.now); err != nil {
		s.t.Fatal(err)
	}
}

// stopped is a shop that has read a stop request <stop@klarna.com>.
func stopped(t *testing.T) *shop {
	t.Helper()
	s := newMailingShop(t)
	s.mail("stop@klarna.com", "pass", "Stop request", stopText)
	s.read(nil)
	if c := s.one(); c.Stage != rules.StageStopRequest || c.State != rules.Open {
		t.Fatalf("%s %s", c.Stage, c.State)
	}
	s.now = s.now.Add(time.Hour)
	return s
}

func usual() letter {
	return letter{id: "<r1@shop.example>", to: "Klarna <risk@klarna.com>", answers: "<stop@klarna.com>"}
}

// sentAll sends each letter in answer to a stop request of its own, and returns
// their cases as they stand when the sent mail was read.
func sentAll(t *testing.T, letters map[string]letter) (*shop, map[string]rules.Case, ingest.Report) {
	t.Helper()
	s := newMailingShop(t)
	own := map[string]string{}
	for what := range letters {
		own[what] = fmt.Sprintf("stop-%d@klarna.com", len(own))
		s.mail(own[what], "pass", "Stop request", strings.ReplaceAll(stopText, "77-9", own[what]))
	}
	s.read(nil)
	s.now = s.now.Add(time.Hour)
	for what, l := range letters {
		l.answers = strings.ReplaceAll(l.answers, "stop@klarna.com", own[what])
		l.references = strings.ReplaceAll(l.references, "stop@klarna.com", own[what])
		l.id = strings.Replace(l.id, "<", "<"+strings.ReplaceAll(what, " ", "-"), 1)
		s.send(l)
	}
	r := s.read(nil)
	cases := map[string]rules.Case{}
	for what, id := range own {
		c, err := s.book.Case(t.Context(), rules.MailKey("<"+id+">"))
		if err != nil {
			t.Fatal(what, err)
		}
		cases[what] = c
	}
	return s, cases, r
}

func TestReplyToAStopRequestIsItsAnswer(t *testing.T) {
	all := map[string]letter{
		"In-Reply-To":             usual(),
		"References":              {id: "<r1@s>", to: "risk@klarna.com", references: "<x@y>\n <stop@klarna.com> <z@y>"},
		"a folded list of people": {id: "<r1@s>", to: "\"Doe, A\" <a@shop.example>,\n =?utf-8?q?Klarna?= <RISK@EU.Klarna.com>", answers: "<stop@klarna.com>"},
		"Klarna in copy":          {id: "<r1@s>", to: "a@shop.example", cc: "risk@klarna.com", answers: "<stop@klarna.com>"},
		"words after the id":      {id: "<r1@s>", to: "risk@klarna.com", answers: "Klarna's message of Monday <stop@klarna.com>"},
		"no Message-ID":           {to: "risk@klarna.com", answers: "<stop@klarna.com>"},
		"again no Message-ID":     {to: "risk@klarna.com", answers: "<stop@klarna.com>"},
		"a clock that is ahead":   {id: "<r1@s>", to: "risk@klarna.com", answers: "<stop@klarna.com>", date: "Sun, 1 Mar 2037 10:00:00 +0000"},
		"not automatic":           {id: "<r1@s>", to: "risk@klarna.com", answers: "<stop@klarna.com>", more: "Auto-Submitted: no\n"},
	}
	s, cases, r := sentAll(t, all)
	for what, c := range cases {
		if c.State != rules.Answered || len(c.Answers) != 1 {
			t.Errorf("%s: %s, %v", what, c.State, c.Answers)
		} else if a := c.Answers[0]; a.Source != "reply" || a.Who != "anna@shop.example" || !a.At.Equal(s.now) {
			t.Errorf("%s: answered by %+v", what, a)
		}
	}
	if f := r.Folders[1]; f.Folder != "Sent" || f.Replies != len(all) || f.Other != len(all) || len(r.Changed) != len(all) {
		t.Errorf("%+v, changed %v", f, r.Changed)
	}
}

func TestWhatIsNoReplyToKlarnaAnswersNothing(t *testing.T) {
	_, cases, _ := sentAll(t, map[string]letter{
		"a fresh mail":             {id: "<r1@s>", to: "risk@klarna.com"},
		"forwarded to a colleague": {id: "<r1@s>", to: "b@shop.example", references: "<stop@klarna.com>"},
		"a colleague of that name": {id: "<r1@s>", to: `"risk@klarna.com" <b@shop.example>`, answers: "<stop@klarna.com>"},
		"another domain":           {id: "<r1@s>", to: "risk@notklarna.com", answers: "<stop@klarna.com>"},
		"another mail":             {id: "<r1@s>", to: "risk@klarna.com", answers: "<other@klarna.com>"},
		"Klarna's own":             {id: "<r1@s>", from: "risk@klarna.com", to: "risk@klarna.com", answers: "<stop@klarna.com>"},
		"an absence notice":        {id: "<r1@s>", to: "risk@klarna.com", answers: "<stop@klarna.com>", more: "Auto-Submitted: auto-replied\n"},
		"a receipt":                {id: "<r1@s>", to: "risk@klarna.com", answers: "<stop@klarna.com>", more: "Content-Type: multipart/report; report-type=disposition-notification\n"},
		"older than the mail":      {id: "<r1@s>", to: "risk@klarna.com", answers: "<stop@klarna.com>", date: "Sun, 1 Mar 2026 10:00:00 +0000"},
		"without a date":           {id: "<r1@s>", to: "risk@klarna.com", answers: "<stop@klarna.com>", date: "-"},
	})
	for what, c := range cases {
		if c.State != rules.Open || len(c.Answers) > 0 {
			t.Errorf("%s: %s, %v", what, c.State, c.Answers)
		}
	}
}

func TestReplyBeforeKlarnasNextMailLeavesThatOneOpen(t *testing.T) {
	s := newMailingShop(t)
	const text = stopText + "Dispute ID: 256947\n"
	s.mail("1@klarna.com", "pass", "Stop request", text)
	s.now = s.now.Add(time.Hour)
	s.send(letter{id: "<r1@s>", to: "risk@klarna.com", answers: "<1@klarna.com>"})
	s.now = s.now.Add(time.Hour)
	s.mail("2@klarna.com", "pass", "Stop request", text)
	s.read(nil) // the daemon was down: all at once
	if c := s.one(); c.State != rules.Open {
		t.Fatalf("%s by %v", c.State, c.Answers)
	}
	s.now = s.now.Add(time.Hour)
	s.send(letter{id: "<r2@s>", to: "risk@klarna.com", answers: "<2@klarna.com>"})
	s.read(nil)
	if c := s.one(); c.State != rules.Answered {
		t.Errorf("%s", c.State)
	}
}

func TestKlarnasLaterMailThatIsReadAfterTheReplyOpensTheCaseAgain(t *testing.T) {
	s := stopped(t)
	s.send(usual())
	s.now = s.now.Add(time.Minute)
	s.mail("2@klarna.com", "pass", "Stop request", stopText+"Dispute ID: 1\n")
	s.now = s.now.Add(time.Hour)
	s.box.Folders = []string{}
	s.read(nil)
	if c := s.one(); c.State != rules.Answered || !c.Answers[0].At.Equal(s.now.Add(-time.Hour-time.Minute)) {
		t.Errorf("%s, %v", c.State, c.Answers)
	}
}

func TestReplyIsTakenOnce(t *testing.T) {
	s := stopped(t)
	s.send(usual())
	s.read(nil)
	c := s.one()
	history := func() int {
		events, err := s.book.History(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		return len(events)
	}
	n := history()
	s.read(nil)
	s.read(&ingest.Rescan{})
	if err := s.imap.Renumber("Sent"); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(2 * time.Hour)
	s.read(nil)
	if again := history(); again != n {
		t.Errorf("%d events, then %d", n, again)
	}
}

func TestReplyThatIsSeenBeforeItsMailStillCounts(t *testing.T) {
	s := newMailingShop(t)
	s.box.Folders = []string{}
	at := s.now
	s.now = s.now.Add(time.Hour)
	s.send(usual())
	r := s.read(nil)
	if f := r.Folders[0]; f.Other != 0 || f.Later != 1 {
		t.Fatalf("%+v", f)
	}
	sent := s.now
	s.now = at
	s.mail("stop@klarna.com", "pass", "Stop request", stopText)
	s.now = sent.Add(5 * time.Minute)
	s.box.Folders = []string{"INBOX"}
	s.read(nil)
	if c := s.one(); c.State != rules.Answered || !c.Answers[0].At.Equal(sent) {
		t.Errorf("%s, %v", c.State, c.Answers)
	}
}

func TestReplyToAMailOfAnotherMailboxIsFoundWithinTheHour(t *testing.T) {
	s := newMailingShop(t)
	other := s.box
	s.box.Folders = []string{}
	at := s.now
	s.now = s.now.Add(time.Minute)
	s.send(usual())
	s.read(nil)
	sent := s.now
	s.now = at
	s.mail("stop@klarna.com", "pass", "Stop request", stopText)
	s.now = sent
	ours := s.box
	other.Account.Name, other.Settings.Mailbox, other.Sent = "second", "second", ""
	s.box = other
	s.read(nil)
	s.box = ours
	s.now = sent.Add(61 * time.Minute)
	s.read(nil)
	if c := s.one(); c.State != rules.Answered {
		t.Errorf("%s", c.State)
	}
}

func TestAnswerToOurOwnReplyIsAReplyToo(t *testing.T) {
	s := newMailingShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", "Dispute ID: 256947\n")
	s.read(nil)
	s.now = s.now.Add(time.Hour)
	for i, answered := range []string{"<1@klarna.com>", "<r0@s>", "<r1@s>"} {
		s.send(letter{id: fmt.Sprintf("<r%d@s>", i), to: "risk@klarna.com", answers: answered})
		if r := s.read(nil); r.Folders[1].Replies != 1 {
			t.Errorf("reply %d: %+v", i, r.Folders[1])
		}
	}
}

func TestReplyToADisputeMailIsNotedAndAnswersNothing(t *testing.T) {
	s := newMailingShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", "Dispute ID: 256947\n")
	s.now = s.now.Add(time.Hour)
	s.send(letter{id: "<r1@s>", to: "d@klarna.com", answers: "<1@klarna.com>"})
	s.read(nil)
	c := s.one()
	if c.State != rules.Open || !strings.Contains(strings.Join(c.Warnings, " "), "Replied by mail") {
		t.Errorf("%s, %v", c.State, c.Warnings)
	}
}

// position is where the book says we stand in a folder.
func (s *shop) position(folder string) rules.Position {
	s.t.Helper()
	at, err := s.book.Positions(s.t.Context(), "onboarding", folder)
	if err != nil {
		s.t.Fatal(err)
	}
	return at[0]
}

func TestRepliesKeptBesideTheirMailsAreFound(t *testing.T) {
	s := stopped(t)
	s.box.Sent = "INBOX"
	s.raw(s.letter(usual()))
	s.mail("2@klarna.com", "pass", "New dispute request", "Dispute ID: 256947\n")
	s.mail("3@klarna.com", "pass", "About your dispute", "There is something about one of your disputes. Kindly see the portal.")
	s.read(nil)
	s.read(&ingest.Rescan{})
	pos := s.position("INBOX")
	if again, err := s.book.Again(t.Context(), "onboarding", "INBOX", pos.UIDValidity); err != nil || len(again) != 2 {
		t.Errorf("mails that were not understood in full: %v, %v", again, err)
	}
	answered, open := 0, 0
	for _, c := range s.cases() {
		switch c.State {
		case rules.Answered:
			answered++
		case rules.Open:
			open++
		}
	}
	if answered != 1 || open != 2 {
		t.Errorf("%d answered, %d open, want 1 and 2", answered, open)
	}
}

func TestWithoutASentFolderNothingIsFollowed(t *testing.T) {
	s := stopped(t)
	s.send(usual())
	s.box.Sent = ""
	if r := s.read(nil); len(r.Folders) != 1 {
		t.Errorf("%d folders read, want 1", len(r.Folders))
	}
}

func TestReplyWithoutASenderIsAReplyToo(t *testing.T) {
	s := stopped(t)
	s.send(letter{id: "<r1@s>", from: "-", to: "risk@klarna.com", answers: "<stop@klarna.com>"})
	s.read(nil)
	if c := s.one(); c.State != rules.Answered || c.Answers[0].Who != "" {
		t.Errorf("%s, answered by %+v", c.State, c.Answers)
	}
}

// Else whoever answers nothing that has a name would answer it.
func TestReplyWithoutAMessageIDGivesItsCaseNoName(t *testing.T) {
	s := stopped(t)
	s.send(letter{to: "risk@klarna.com", answers: "<stop@klarna.com>"})
	s.read(nil)
	c := s.one()
	if c.State != rules.Answered || slices.Contains(c.Keys, rules.MailKey("")) {
		t.Errorf("%s, %q", c.State, c.Keys)
	}
}

func TestReplyIsTheLastOfItsReferences(t *testing.T) {
	s := stopped(t)
	s.mail("2@klarna.com", "pass", "Stop request", strings.ReplaceAll(stopText, "77-9", "77-10"))
	s.now = s.now.Add(time.Hour)
	s.send(letter{id: "<r1@s>", to: "risk@klarna.com", references: "<stop@klarna.com> <2@klarna.com>"})
	s.read(nil)
	for id, want := range map[string]rules.State{"<stop@klarna.com>": rules.Open, "<2@klarna.com>": rules.Answered} {
		if c, err := s.book.Case(t.Context(), rules.MailKey(id)); err != nil || c.State != want {
			t.Errorf("%s: %s, want %s; %v", id, c.State, want, err)
		}
	}
}

func TestReplyThatLiesTwiceIsTakenOnce(t *testing.T) {
	s := stopped(t)
	if err := s.imap.Create("Sent Messages", `\Sent`); err != nil {
		t.Fatal(err)
	}
	l := usual()
	s.send(l)
	l.to = "Klarna\n <risk@klarna.com>" // folded by another program
	raw := strings.ReplaceAll(string(s.letter(l)), "\n", "\r\n")
	if _, err := s.imap.Append("Sent Messages", []byte(raw), s.now); err != nil {
		t.Fatal(err)
	}
	s.read(nil)
	replies := 0
	events, err := s.book.History(t.Context(), s.one().ID)
	for _, e := range events {
		if e.Type == rules.EventReply {
			replies++
		}
	}
	if err != nil || replies != 1 {
		t.Errorf("%d replies, %v", replies, err)
	}
}

func TestReplyToAClosedCaseLeavesItClosed(t *testing.T) {
	s := stopped(t)
	c, err := s.book.Say(t.Context(), s.one().ID, rules.Event{Type: rules.EventClose, At: s.now, By: "anna", Outcome: "done"})
	if err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(time.Hour)
	s.send(usual())
	s.read(nil)
	if now := s.one(); now.State != rules.Closed || len(now.Answers) != len(c.Answers) || now.Facts != c.Facts {
		t.Errorf("%s, %v, %v", now.State, now.Answers, now.News)
	}
}

func TestSentMailThatCannotBeReadIsToldOnce(t *testing.T) {
	s := stopped(t)
	l := usual()
	l.references = "<" + strings.Repeat("x", 257<<10) + ">"
	s.send(l)
	if r := s.read(nil); r.Folders[1].Unreadable != 1 {
		t.Errorf("%+v", r.Folders[1])
	}
	n, _, err := s.book.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.read(&ingest.Rescan{})
	if again, _, err := s.book.Outbox(t.Context()); err != nil || again != n || n != 2 {
		t.Errorf("%d messages wait, then %d, want 2: the case and the mail; %v", n, again, err)
	}
}

func TestSentMailThatWasUnreadableAndIsNoReplyIsLetGo(t *testing.T) {
	s := stopped(t)
	s.send(letter{id: "<lunch@s>", to: "b@shop.example"})
	s.read(nil)
	at := s.position("Sent")
	claim, err := s.book.Claim(t.Context(), "mailbox/onboarding")
	if err != nil {
		t.Fatal(err)
	}
	spoiled := rules.Mail{Mailbox: "onboarding", Folder: "Sent", UIDValidity: at.UIDValidity, UID: 1, Hash: "place", Outcome: rules.OutcomeUnreadable}
	if _, err := s.book.Record(t.Context(), claim, rules.Batch{Mails: []rules.Mail{spoiled}, Position: at}); err != nil {
		t.Fatal(err)
	}
	if err := s.book.Release(t.Context(), claim); err != nil {
		t.Fatal(err)
	}
	if r := s.read(&ingest.Rescan{}); r.Folders[1].Other != 1 || r.Folders[1].Replies != 0 {
		t.Errorf("%+v", r.Folders[1])
	}
	if again, err := s.book.Again(t.Context(), "onboarding", "Sent", at.UIDValidity); err != nil || len(again) != 0 {
		t.Errorf("%v still counts as unreadable; %v", again, err)
	}
}
