package casebook_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
	"github.com/google/go-cmp/cmp"
)

func TestMailSeenAgainAfterUIDValidityChangeMakesNoSecondEvent(t *testing.T) {
	eachDB(t, func(w *world) {
		m := w.noticeOf("256947", 1)
		c := w.opened(m)
		w.wait(time.Hour)
		m.UIDValidity, m.UID = 8, 5
		r := w.record(m)
		m.Folder, m.UID = "Junk", 9
		r2 := w.record(m)
		if r.New != 0 || r2.New != 0 || len(r.Opened)+len(r.Changed)+len(r2.Opened)+len(r2.Changed) != 0 {
			w.Errorf("recorded %+v and %+v", r, r2)
		}
		if got := fmt.Sprint(w.types(c.ID)); got != "[mail told]" {
			w.Errorf("history %s", got)
		}
		p := w.position(w.Book)
		if p.UIDValidity != 8 || p.UIDNext != 10 {
			w.Errorf("position %+v", p)
		}
	})
}

func TestPositionComesBackAsItWasRecorded(t *testing.T) {
	eachDB(t, func(w *world) {
		b := w.batch()
		b.Position.UIDValidity, b.Position.UIDNext = 4294967295, 4294967295
		b.Position.Seen = rules.UIDs{}.With(1, 3).With(9, 9).With(4294967294, 4294967295)
		b.Position.SweptAt = w.now().Add(time.Microsecond)
		c, err := w.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		_, err = w.Record(w.ctx, c, b)
		w.must(err)
		got := w.position(w.Book)
		if d := cmp.Diff(b.Position, got); d != "" {
			w.Error(d)
		}
	})
}

func TestPositionsComeInTheOrderOfTheFoldersWhateverTheirNames(t *testing.T) {
	eachDB(t, func(w *world) {
		c, err := w.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		names := []string{"", "inbox", "INBOX", `a"b\c`, "Entw\xfcrfe", "Entwürfe", "INBOX\treplies", "\x00", strings.Repeat("ö/", 900), "never read", "INBOX"}
		want := make([]rules.Position, len(names))
		for i, name := range names {
			want[i] = rules.Position{Mailbox: "shop", Folder: name}
			if name == "never read" {
				continue
			}
			want[i].UIDValidity, want[i].UIDNext = 7, uint32(1+slices.Index(names, name))
			_, err = w.Record(w.ctx, c, rules.Batch{Position: want[i]})
			w.must(err)
			other := want[i] // the same folder of another mailbox
			other.Mailbox, other.UIDNext = "other", 999
			_, err = w.Record(w.ctx, c, rules.Batch{Position: other})
			w.must(err)
		}
		got, err := w.Positions(w.ctx, "shop", names...)
		w.must(err)
		if d := cmp.Diff(want, got); d != "" {
			w.Error(d)
		}
	})
}

func TestAnotherMailUnderTheSameMessageIDIsAnotherMail(t *testing.T) {
	eachDB(t, func(w *world) {
		m := w.noticeOf("256947", 1)
		c := w.opened(m)
		m.UID, m.Hash = 2, "another body"
		if r := w.record(m); r.New != 1 || fmt.Sprint(r.Changed) != fmt.Sprintf("[%s]", c.ID) {
			w.Errorf("recorded %+v", r)
		}
	})
}

func TestReminderChangesTheCaseOfItsDispute(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		w.wait(24 * time.Hour)
		reminder := w.noticeOf("256947", 2)
		reminder.Event.Mail.Kind = rules.KindReminder
		if r := w.record(reminder); r.New != 1 || len(r.Opened) != 0 || fmt.Sprint(r.Changed) != fmt.Sprintf("[%s]", c.ID) {
			w.Errorf("recorded %+v", r)
		}
		got, err := w.Case(w.ctx, "256947")
		w.must(err)
		if len(got.Thread) != 2 || len(got.Keys) != 3 {
			w.Errorf("thread %v, keys %v", got.Thread, got.Keys)
		}
	})
}

// The second mail's event cannot happen: of the first, of its case, of the
// position nothing is kept either, and the error says which mail it was.
func TestRecordIsAllOrNothing(t *testing.T) {
	eachDB(t, func(w *world) {
		before := w.dump()
		bad := w.noticeOf("300", 2)
		bad.Event.Mail = nil
		c, err := w.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		r, err := w.Record(w.ctx, c, w.batch(w.noticeOf("256947", 1), bad))
		var fault *casebook.MailError
		if !errors.As(err, &fault) || fault.UID != 2 || r.New != 0 {
			w.Fatalf("recorded %+v, %v", r, err)
		}
		w.same(before, w.dump())
		_, err = w.Record(w.ctx, c, w.batch(w.noticeOf("256947", 1)))
		w.must(err)
	})
}

func TestUnknownMailUnderstoodLaterBecomesAnEventOnce(t *testing.T) {
	eachDB(t, func(w *world) {
		unknown := w.unknownMail(1)
		c := w.opened(unknown)
		again, err := w.Again(w.ctx, "shop", "INBOX", 7)
		w.must(err)
		if fmt.Sprint(again) != "[1]" {
			w.Fatalf("to read again: %v", again)
		}
		understood := w.noticeOf("0", 1)
		understood.Keys[0], understood.Event.Mail.DisputeID = "klarna:256947", "256947"
		for range 2 {
			w.record(understood)
		}
		got, err := w.Case(w.ctx, "256947")
		w.must(err)
		if got.ID != c.ID || got.Kind != rules.KindDisputeRequest {
			w.Errorf("case %s of kind %s, want %s understood", got.ID, got.Kind, c.ID)
		}
		if got := fmt.Sprint(w.types(c.ID)); got != "[mail told mail]" {
			w.Errorf("history %s", got)
		}
		if again, err := w.Again(w.ctx, "shop", "INBOX", 7); err != nil || len(again) != 0 {
			w.Errorf("to read again: %v, %v", again, err)
		}
	})
}

// A mail that opened a case of its own, because nobody understood it, turns out
// to be about a dispute that has one.
func TestUnknownMailUnderstoodLaterGoesToItsDispute(t *testing.T) {
	eachDB(t, func(w *world) {
		elder := w.opened(w.noticeOf("256947", 1))
		w.wait(time.Hour)
		younger := w.opened(w.unknownMail(2))
		understood := w.noticeOf("0", 2)
		understood.Keys[0], understood.Event.Mail.DisputeID = "klarna:256947", "256947"
		if r := w.record(understood); fmt.Sprint(r.Changed) != fmt.Sprintf("[%s]", elder.ID) {
			w.Errorf("recorded %+v", r)
		}
		gone, err := w.Case(w.ctx, younger.ID)
		w.must(err)
		if gone.State != rules.Closed || gone.Outcome != "duplicate" {
			w.Errorf("the mail's own case is %s (%s)", gone.State, gone.Outcome)
		}
	})
}

// The case of a mail that nobody understood has got a dispute of Stripe's since:
// it is more than this mail's own, and the mail alone does not join it.
func TestUnknownMailsCaseThatHasAStripeDisputeStays(t *testing.T) {
	eachDB(t, func(w *world) {
		elder := w.opened(w.noticeOf("256947", 1))
		w.wait(time.Hour)
		own := w.opened(w.unknownMail(2))
		w.say(own.ID, exactly("ch_1", "du_1"))
		understood := w.noticeOf("0", 2)
		understood.Keys[0], understood.Event.Mail.DisputeID = "klarna:256947", "256947"
		w.record(understood)
		got, err := w.Case(w.ctx, own.ID)
		w.must(err)
		if got.State != rules.Open {
			w.Errorf("the mail's own case is %s", got.State)
		}
		if e, err := w.Case(w.ctx, elder.ID); err != nil || !strings.Contains(strings.Join(e.Warnings, "\n"), own.ID) {
			w.Errorf("no word of %s in %q, %v", own.ID, e.Warnings, err)
		}
	})
}

func TestUnknownMailIsReadAgainWhereItLiesNow(t *testing.T) {
	eachDB(t, func(w *world) {
		m := w.unknownMail(1)
		w.opened(m)
		m.UIDValidity, m.UID = 8, 5
		w.record(m)
		again, err := w.Again(w.ctx, "shop", "INBOX", 8)
		w.must(err)
		if fmt.Sprint(again) != "[5]" {
			w.Errorf("to read again: %v", again)
		}
		kept, err := w.Mails(w.ctx, "mail:"+m.MessageID)
		w.must(err)
		if len(kept) != 1 || string(kept[0].Raw) != string(m.Raw) || kept[0].UIDValidity != 7 {
			w.Errorf("kept %+v", kept)
		}
	})
}

func TestUnreadableMailIsToldOnceAndReadWhenItsBodyCanBeHad(t *testing.T) {
	eachDB(t, func(w *world) {
		bad := rules.Mail{
			Mailbox: "shop", Folder: "INBOX", UIDValidity: 7, UID: 3, Outcome: rules.OutcomeUnreadable, Hash: "of its place",
			Error: "the server kept its body", Tell: &rules.Message{Key: "unreadable/shop/INBOX/7/3", Kind: rules.MessageUnreadable},
		}
		for range 3 {
			w.record(bad)
		}
		if got := fmt.Sprint(w.deliver()); got != "[unreadable/shop/INBOX/7/3]" {
			w.Fatalf("told %s", got)
		}
		w.record(w.noticeOf("256947", 3))
		counts, err := w.MailCounts(w.ctx)
		w.must(err)
		if d := cmp.Diff([]casebook.MailTally{{Mailbox: "shop", Outcome: rules.OutcomeNotice, Mails: 1}}, counts); d != "" {
			w.Error(d)
		}
		_, err = w.Case(w.ctx, "256947")
		w.must(err)
	})
}

// A server may give a UID twice, another mailbox or folder has it too: what nobody
// could read takes no other mail's place.
func TestUnreadableMailStandsInNoOtherMailsWay(t *testing.T) {
	eachDB(t, func(w *world) {
		w.record(unreadable(w, 5))
		for i, at := range []rules.Mail{
			{Mailbox: "shop", Folder: "INBOX", UIDValidity: 7, UID: 6},
			{Mailbox: "shop", Folder: "Junk", UIDValidity: 7, UID: 5},
			{Mailbox: "other", Folder: "INBOX", UIDValidity: 7, UID: 5},
			{Mailbox: "shop", Folder: "INBOX", UIDValidity: 8, UID: 5},
		} {
			for n := range 2 { // the second under the UID of the first, which was read
				m := w.noticeOf(fmt.Sprint(10*i+n), at.UID)
				m.Mailbox, m.Folder, m.UIDValidity = at.Mailbox, at.Folder, at.UIDValidity
				if r := w.record(m); r.New != 1 || len(r.Opened) != 1 {
					w.Errorf("mail %d at %s/%s/%d/%d: %+v", n, at.Mailbox, at.Folder, at.UIDValidity, at.UID, r)
				}
			}
		}
		for folder, want := range map[string]string{"INBOX": "[5]", "Junk": "[]"} {
			if again, err := w.Again(w.ctx, "shop", folder, 7); err != nil || fmt.Sprint(again) != want {
				w.Errorf("to read again in %s: %v, %v", folder, again, err)
			}
		}
		for mailbox, validity := range map[string]uint32{"other": 7, "shop": 8} {
			if again, err := w.Again(w.ctx, mailbox, "INBOX", validity); err != nil || len(again) != 0 {
				w.Errorf("to read again in %s under %d: %v, %v", mailbox, validity, again, err)
			}
		}
	})
}

func TestReplyAndStripeNoticeOpenNoCase(t *testing.T) {
	eachDB(t, func(w *world) {
		reply := w.noticeOf("1", 1)
		reply.Event.Type, reply.Keys = rules.EventReply, []string{"mail:<nobody@shop.example>"}
		notice := w.noticeOf("2", 2)
		notice.Join = true
		if r := w.record(reply, notice); r.New != 2 || len(r.Opened) != 0 {
			w.Errorf("recorded %+v", r)
		}
		w.opened(w.noticeOf("2", 3))
		later := w.noticeOf("2", 4)
		later.Join = true
		if r := w.record(later); len(r.Changed) != 1 {
			w.Errorf("recorded %+v", r)
		}
	})
}

// Anybody can write two numbers into one mail: it joins no cases. It goes to
// the surer of them, and says so.
func TestMailWithTheNumbersOfTwoCasesJoinsThemNot(t *testing.T) {
	eachDB(t, func(w *world) {
		a := w.opened(w.noticeOf("100", 1))
		w.wait(time.Minute)
		b := w.opened(w.noticeOf("200", 2))
		both := w.noticeOf("200", 3)
		both.Keys = []string{"klarna:200", "klarna:100"}
		if r := w.record(both); fmt.Sprint(r.Changed) != fmt.Sprintf("[%s]", b.ID) {
			w.Errorf("recorded %+v, want %s changed", r, b.ID)
		}
		got, err := w.Case(w.ctx, b.ID)
		w.must(err)
		if !strings.Contains(strings.Join(got.Warnings, "\n"), a.ID) {
			w.Errorf("no word of %s in %q", a.ID, got.Warnings)
		}
		if other, err := w.Case(w.ctx, "100"); err != nil || other.ID != a.ID || other.State != rules.Open {
			w.Errorf("the other case: %+v, %v", other, err)
		}
	})
}

func TestTextThatPostgreSQLRefusesIsKept(t *testing.T) {
	eachDB(t, func(w *world) {
		m := w.noticeOf("256947", 1)
		m.Text, m.Why, m.Error = "a\x00b\xff", "\x00", "\xc3"
		long := make([]byte, 40_000) // of random bytes: PostgreSQL packs what repeats
		rand.NewChaCha8([32]byte{}).Read(long)
		m.MessageID = "<\x00" + hex.EncodeToString(long) + "\xff>"
		m.Keys[1] = rules.MailKey(m.MessageID)
		m.Event.Mail.MessageID, m.Event.Mail.ReasonText = m.MessageID, "\x00\xff"
		m.Raw = []byte("raw\x00\xff")
		c := w.opened(m)
		if c.ReasonText != "\x00\uFFFD" {
			w.Errorf("reason %q", c.ReasonText)
		}
		if r := w.record(m); r.New != 0 {
			w.Error("the same mail was not known again")
		}
	})
}

func TestMailsOfCasesAreThreads(t *testing.T) {
	eachDB(t, func(w *world) {
		m := w.noticeOf("256947", 1)
		other := rules.Mail{MessageID: "<other@klarna.example>", Hash: "o", Mailbox: "shop", Folder: "INBOX", UIDValidity: 7, UID: 2, Outcome: rules.OutcomeOther}
		w.record(m, other)
		got, err := w.Threads(w.ctx)
		w.must(err)
		if len(got) != 1 || !got[m.MessageID] {
			w.Errorf("threads %v", got)
		}
	})
}

// The same mails reach two mailboxes, which two daemons read at the same time.
func TestTwoDaemonsReadingTheSameMailsOpenEachCaseOnce(t *testing.T) {
	eachDB(t, func(w *world) {
		const disputes, daemons = 12, 3
		var all sync.WaitGroup
		var opened, fresh atomic.Int64
		for i := range daemons {
			b, mailbox := w.another(fmt.Sprintf("daemon/%d", i)), fmt.Sprintf("box%d", i)
			all.Go(func() {
				c, err := b.Claim(w.ctx, "mailbox/"+mailbox)
				for n := range uint32(disputes) {
					n := (n*5 + uint32(i)*4) % disputes // each in an order of its own
					first, second := w.noticeOf(fmt.Sprint(100+n), 2*n+1), w.noticeOf(fmt.Sprint(100+(n+7)%disputes), 2*n+2)
					if i%2 == 1 { // the locks are taken crosswise
						first, second = second, first
					}
					batch := w.batch(first, second)
					batch.Position.Mailbox = mailbox
					var r rules.Recorded
					if err == nil {
						r, err = b.Record(w.ctx, c, batch)
					}
					opened.Add(int64(len(r.Opened)))
					fresh.Add(int64(r.New))
				}
				if err != nil {
					w.Error(err)
				}
			})
		}
		all.Wait()
		cases, err := w.Cases(w.ctx, casebook.Filter{})
		w.must(err)
		if len(cases) != disputes || opened.Load() != disputes || fresh.Load() != 2*disputes {
			w.Errorf("%d cases, %d opened, %d new mails", len(cases), opened.Load(), fresh.Load())
		}
	})
}

// Two daemons change the same cases in opposite orders: without an order of the
// locks each would soon wait for the other, until PostgreSQL ends one of them.
func TestBatchesThatMeetCrosswiseAreBothRecorded(t *testing.T) {
	deadlocks := func() int {
		if shared.pg == nil {
			return 0
		}
		said, err := shared.pg.Log()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(said, "deadlock detected")
	}
	eachDB(t, func(w *world) {
		const disputes, rounds = 10, 8
		before := deadlocks()
		for n := range uint32(disputes) {
			w.opened(w.noticeOf(fmt.Sprint(100+n), n+1))
		}
		var all sync.WaitGroup
		for i := range uint32(2) {
			b := w.another(fmt.Sprintf("daemon/%d", i))
			all.Go(func() {
				c, err := b.Claim(w.ctx, fmt.Sprintf("mailbox/%d", i))
				for round := range uint32(rounds) {
					var mails []rules.Mail
					for n := range uint32(disputes) {
						mails = append(mails, w.noticeOf(fmt.Sprint(100+n), 100+1000*i+round*disputes+n))
					}
					if i == 1 {
						slices.Reverse(mails)
					}
					if err == nil {
						_, err = b.Record(w.ctx, c, w.batch(mails...))
					}
				}
				if err != nil {
					w.Error(err)
				}
			})
		}
		all.Wait()
		counts, err := w.MailCounts(w.ctx)
		w.must(err)
		if len(counts) != 1 || counts[0].Mails != disputes+2*rounds*disputes {
			w.Errorf("mails %v", counts)
		}
		if n := deadlocks() - before; n > 0 {
			w.Errorf("%d deadlocks", n)
		}
	})
}
