package casebook_test

import (
	"bytes"
	"database/sql"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
	"github.com/google/go-cmp/cmp"
)

const (
	anna     = "anna.andersson@example.com"
	annaName = "Anna Andersson"
	year     = 365 * 24 * time.Hour
)

// annas is a mail about an order of Anna's.
func (w *world) annas(dispute string, uid uint32) rules.Mail {
	m := w.noticeOf(dispute, uid)
	m.Text += "\nCustomer: " + annaName + " <" + anna + ">"
	said := &m.Event.Mail.Said
	said.MerchantReference1, said.MerchantReference2 = "77-1042", anna
	said.Amount = rules.Money{Minor: 12490, Currency: "EUR"}
	return m
}

// closed records a mail of Anna's about a dispute and lets Bert close its case,
// with a card in Slack.
func (w *world) closed(dispute string, uid uint32) rules.Case {
	w.Helper()
	c := w.opened(w.annas(dispute, uid))
	w.deliver()
	w.say(c.ID, rules.Event{Type: rules.EventClaim, By: "bertold", Note: annaName + " called", Until: w.now().Add(time.Hour)})
	w.say(c.ID, rules.Event{Type: rules.EventClose, By: "bertold", Outcome: "settled with " + annaName})
	w.deliver()
	return w.caseOf(c.ID)
}

func (w *world) caseOf(id string) rules.Case {
	w.Helper()
	c, err := w.Case(w.ctx, id)
	w.must(err)
	return c
}

// purge removes what is older than a day of mails and a year of cases.
func (w *world) purge() casebook.Purged {
	w.Helper()
	c, err := w.Claim(w.ctx, "retention")
	w.must(err)
	p, err := w.Purge(w.ctx, c, casebook.Cutoff{Mails: w.now().Add(-90 * 24 * time.Hour), Cases: w.now().Add(-year)})
	w.must(err)
	w.must(w.Release(w.ctx, c))
	w.must(w.Scrub(w.ctx))
	return p
}

func (w *world) forget(address string) casebook.Purged {
	w.Helper()
	c, err := w.Claim(w.ctx, "retention")
	w.must(err)
	p, err := w.Forget(w.ctx, c, casebook.Person{Address: address, Open: func(raw []byte) (string, bool) {
		text, ok := strings.CutPrefix(string(raw), "folded ")
		return strings.ReplaceAll(text, "=40", "@"), ok
	}})
	w.must(err)
	w.must(w.Release(w.ctx, c))
	w.must(w.Scrub(w.ctx))
	return p
}

// bytes are all that the database keeps: the files of SQLite, a dump of
// PostgreSQL.
func (w *world) bytes() []byte {
	w.Helper()
	if path, ok := strings.CutPrefix(w.dsn, "sqlite:"); ok {
		files, err := filepath.Glob(path + "*")
		w.must(err)
		var all []byte
		for _, f := range files {
			b, err := os.ReadFile(f)
			w.must(err)
			all = append(all, b...)
		}
		return all
	}
	u, err := url.Parse(w.dsn)
	w.must(err)
	q := u.Query()
	schema := q.Get("search_path")
	q.Del("search_path")
	u.RawQuery = q.Encode()
	dumps, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	w.must(err)
	if len(dumps) == 0 {
		dumps = []string{"pg_dump"}
	}
	out, err := exec.Command(dumps[len(dumps)-1], "--schema="+schema, u.String()).Output()
	w.must(err)
	if !bytes.Contains(out, []byte("goose_db_version")) {
		w.Fatal("the dump holds nothing")
	}
	return out
}

// nowhere fails for each text that the database still keeps.
func (w *world) nowhere(texts ...string) {
	w.Helper()
	all := bytes.ToLower(w.bytes())
	for _, text := range texts {
		if bytes.Contains(all, bytes.ToLower([]byte(text))) {
			w.Errorf("%q is still there", text)
		}
	}
}

func TestPurgeLeavesOfAnOldCaseItsNumbersAlone(t *testing.T) {
	eachDB(t, func(w *world) {
		was := w.closed("256947", 1)
		if !bytes.Contains(w.bytes(), []byte(annaName)) {
			w.Fatal("there is nothing to purge")
		}
		w.wait(year + time.Hour)
		if p := w.purge(); p.Cases != 1 || p.Mails != 1 {
			w.Errorf("purged %+v", p)
		}
		w.nowhere(annaName, anna, "bertold", "Dispute ID: 256947", "mail:<256947", "16 March")
		c := w.caseOf("256947")
		if c.ID != was.ID || c.Amount != was.Amount || c.MerchantReference1 != "77-1042" || c.State != rules.Closed || !c.ClosedAt.Equal(was.ClosedAt) || c.Card != was.Card {
			w.Errorf("what is left: %+v", c)
		}
		events, err := w.History(w.ctx, c.ID)
		w.must(err)
		if len(events) < 5 || events[0].Mail.Amount != was.Amount {
			w.Errorf("events %+v", events)
		}
		if mails, err := w.Mails(w.ctx, c.ID); err != nil || len(mails) != 1 || mails[0].MessageID != "" {
			w.Errorf("its mails: %+v, %v", mails, err)
		}
		if p := w.purge(); p.Any() {
			w.Errorf("purged again: %+v", p)
		}
	})
}

// What was removed before the book overwrote it, by another program or by an
// SQLite that was told not to, lies in free pages.
func TestScrubRemovesWhatLiesInFreePages(t *testing.T) {
	w := newWorld(t, "sqlite")
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(w.dsn, "sqlite:")+"?_pragma=secure_delete(0)")
	w.must(err)
	defer db.Close()
	for i := range 50 {
		_, err := db.Exec(`insert into tokens (name, secret, changed_at) values ($1, $2, 0)`, i, strings.Repeat(annaName, 100))
		w.must(err)
	}
	_, err = db.Exec(`delete from tokens`)
	w.must(err)
	if !bytes.Contains(w.bytes(), []byte(annaName)) {
		t.Fatal("nothing lies there")
	}
	w.must(w.Scrub(w.ctx))
	w.nowhere(annaName)
}

// A purge takes something from nearly every table: notes of who dismissed a mail,
// tokens, an address wherever it stands.
func TestScrubWritesEveryTableOfPostgreSQLAnew(t *testing.T) {
	w := newWorld(t, "postgres")
	db, err := sql.Open("pgx", w.dsn)
	w.must(err)
	defer db.Close()
	files := func() map[string]int64 {
		rows, err := db.Query(`select relname, pg_relation_filenode(oid) from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'`)
		w.must(err)
		defer rows.Close()
		all := map[string]int64{}
		for rows.Next() {
			var table string
			var file int64
			w.must(rows.Scan(&table, &file))
			all[table] = file
		}
		w.must(rows.Err())
		delete(all, "claims") // who works on what, for a minute
		delete(all, "goose_db_version")
		return all
	}
	before := files()
	w.must(w.Scrub(w.ctx))
	after := files()
	if len(before) < 10 {
		t.Fatalf("tables %v", before)
	}
	for table, file := range before {
		if after[table] == file {
			t.Errorf("table %s was left as it is", table)
		}
	}
}

func TestOpenCaseIsNeverPurgedByAge(t *testing.T) {
	eachDB(t, func(w *world) {
		w.opened(w.annas("1", 1))
		w.deliver()
		before := w.dump()
		w.wait(10 * year)
		if p := w.purge(); p.Any() {
			w.Errorf("purged %+v", p)
		}
		w.same(before, w.dump())
		mails, err := w.Mails(w.ctx, "1")
		w.must(err)
		if len(mails) != 1 || !strings.Contains(mails[0].Text, annaName) {
			w.Errorf("mails %+v", mails)
		}
	})
}

func TestPurgeOfOneCaseLeavesTheOthersWhole(t *testing.T) {
	eachDB(t, func(w *world) {
		w.closed("1", 1)
		open := w.opened(w.annas("2", 2))
		w.deliver()
		w.say(open.ID, rules.Event{Type: rules.EventClaim, By: "bertold", Note: annaName + " calls back", Until: w.now().Add(time.Hour)})
		type facts struct {
			Case    rules.Case
			Mails   []rules.Mail
			History []rules.Event
		}
		ofOpen := func() (f facts) {
			w.Helper()
			var err error
			f.Case = w.caseOf(open.ID)
			f.Mails, err = w.Mails(w.ctx, open.ID)
			w.must(err)
			f.History, err = w.History(w.ctx, open.ID)
			w.must(err)
			return f
		}
		w.wait(year + time.Hour)
		before := ofOpen()
		if p := w.purge(); p.Cases != 1 {
			w.Errorf("purged %+v", p)
		}
		if diff := cmp.Diff(before, ofOpen()); diff != "" {
			w.Errorf("of the open case (-was +is)\n%s", diff)
		}
	})
}

func TestMailTextGoesBeforeTheCase(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.closed("1", 1)
		w.record(unreadable(w, 2))
		w.wait(91 * 24 * time.Hour)
		if p := w.purge(); p.Cases != 0 || p.Mails != 2 {
			w.Errorf("purged %+v", p)
		}
		w.nowhere("Customer: ", "poison")
		mails, err := w.Mails(w.ctx, c.ID)
		w.must(err)
		if len(mails) != 1 || mails[0].Text != "" || mails[0].MessageID == "" {
			w.Errorf("mails %+v", mails)
		}
		if got := w.caseOf(c.ID); got.Outcome != c.Outcome {
			w.Errorf("the case went too: %+v", got)
		}
	})
}

func TestPurgeByAgeLeavesWhatIsYoungAndWhatWaitsToBeTold(t *testing.T) {
	eachDB(t, func(w *world) {
		w.closed("1", 1)
		lure, closed := w.forgedMail(2), unreadable(w, 3)
		lure.Text, closed.Error = "the lure", "the fault"
		w.record(lure, closed)
		w.must(w.Dismiss(w.ctx, lure.MessageID, rules.MailEvent{At: w.now(), By: "bertold", Note: "the note"}))
		w.queue(rules.Message{Key: "told", Kind: rules.MessageAlarm, About: map[string]string{rules.AboutWhy: "the alarm"}})
		w.deliver()
		w.queue(rules.Message{Key: "waits", Kind: rules.MessageAlarm, About: map[string]string{rules.AboutWhy: "what waits"}})
		old := []string{annaName + " <" + anna, "the lure", "the fault", "the note", "the alarm"}

		w.wait(89 * 24 * time.Hour)
		if p := w.purge(); p.Any() {
			w.Errorf("purged %+v", p)
		}
		all := w.bytes()
		for _, text := range old {
			if !bytes.Contains(all, []byte(text)) {
				w.Errorf("%q is gone", text)
			}
		}
		w.wait(2 * 24 * time.Hour)
		w.purge()
		w.nowhere(old...)
		if m, _, err := w.Take(w.ctx); err != nil || m.About[rules.AboutWhy] != "what waits" {
			w.Errorf("took %+v, %v", m, err)
		}
	})
}

// unreadable is a mail that nobody could open; it belongs to no case.
func unreadable(w *world, uid uint32) rules.Mail {
	m := w.noticeOf("0", uid)
	m.Outcome, m.Kind, m.Keys, m.Event, m.Text = rules.OutcomeUnreadable, "", nil, nil, ""
	m.Raw = []byte("poison")
	return m
}

// A rescan, under a new UIDVALIDITY too, and with a vocabulary that knows more.
func TestPurgedMailsDoNotComeBack(t *testing.T) {
	eachDB(t, func(w *world) {
		w.closed("1", 1)
		unknown := w.unknownMail(2)
		opened := w.opened(unknown)
		w.say(opened.ID, rules.Event{Type: rules.EventClose, By: "bertold", Outcome: "no dispute"})
		w.record(unreadable(w, 3))
		w.deliver()
		w.wait(year + time.Hour)
		w.purge()
		before := w.dump()
		understood := unknown
		understood.Outcome, understood.Kind = rules.OutcomeNotice, rules.KindDisputeRequest
		opens := w.noticeOf("0", 3)
		opens.MessageID, opens.Hash = unreadable(w, 3).MessageID, unreadable(w, 3).Hash
		for _, m := range []rules.Mail{w.annas("1", 1), unknown, understood, unreadable(w, 3), opens} {
			m.UIDValidity = 8
			if r := w.record(m); r.New != 0 || len(r.Opened)+len(r.Changed) != 0 {
				w.Errorf("mail %d came back: %+v", m.UID, r)
			}
		}
		after := w.dump()
		delete(before, "position")
		delete(after, "position")
		w.same(before, after)
		w.nowhere(annaName)
		if told := w.deliver(); len(told) != 0 {
			w.Errorf("told %v", told)
		}
	})
}

func TestPurgedCaseLivesOnWhenItsDisputeDoes(t *testing.T) {
	eachDB(t, func(w *world) {
		was := w.closed("1", 1)
		w.wait(year + time.Hour)
		w.purge()
		r := w.record(w.annas("1", 9))
		if len(r.Opened) != 0 || len(r.Changed) != 1 || r.Changed[0] != was.ID {
			w.Fatalf("recorded %+v", r)
		}
		w.say("1", rules.Event{Type: rules.EventClose, By: "bertold", Outcome: "won"})
		w.deliver()
		w.wait(year + time.Hour)
		if p := w.purge(); p.Cases != 1 {
			w.Errorf("purged %+v", p)
		}
		w.nowhere(annaName)
	})
}

func TestPersonIsForgottenEverywhere(t *testing.T) {
	eachDB(t, func(w *world) {
		w.closed("1", 1)
		open := w.opened(w.annas("2", 2))
		w.say(open.ID, rules.Event{Type: rules.EventClaim, By: "bertold", Note: annaName + " called", Until: w.now().Add(time.Hour)})
		joanna := w.noticeOf("3", 3)
		joanna.Text = "Customer: jo" + anna
		w.opened(joanna)
		quarantined := w.unknownMail(4)
		quarantined.Raw = []byte("folded To: " + strings.ToUpper(strings.ReplaceAll(anna, "@", "=40")))
		w.opened(quarantined)
		w.record(unreadable(w, 5)) // whom it names nobody can say
		w.queue(rules.Message{Key: "alarm", Kind: rules.MessageAlarm, About: map[string]string{"why": "link?mail=" + url.QueryEscape(anna)}})
		staff := w.opened(w.noticeOf("6", 6))
		w.say(staff.ID, rules.Event{Type: rules.EventAnswer, By: anna, Note: "sent the label", Until: w.now().Add(time.Hour)})
		w.deliver()
		_, err := w.Bad(w.ctx, "slack", "no such user: <"+anna+">")
		w.must(err)

		w.forget(strings.ToUpper(anna[:1]) + anna[1:])
		w.nowhere(annaName, "\n"+anna, "<"+anna, `"`+anna, "="+url.QueryEscape(anna), "poison", strings.ReplaceAll(anna, "@", "=40"))
		c := w.caseOf("2")
		if c.Claim == nil || c.Claim.Who != "bertold" || c.Claim.Note != "" || c.Amount.Minor != 12490 || c.Thread == nil || c.MerchantReference1 != "77-1042" {
			w.Errorf("the open case: %+v", c)
		}
		if mails, err := w.Mails(w.ctx, "3"); err != nil || !strings.Contains(mails[0].Text, "jo"+anna) {
			w.Errorf("somebody else's mail: %+v, %v", mails, err)
		}
		if got := w.caseOf("6"); got.Answers[0].Who != rules.Removed || got.Answers[0].Note != "sent the label" {
			w.Errorf("the case that she answered: %+v", got.Answers)
		}
		if p := w.forget(anna); p.Any() {
			w.Errorf("removed again: %+v", p)
		}
	})
}

// The case is open, so a vocabulary that knows more must still be able to read
// its mail; the text does not come back.
func TestForgottenMailOfAnOpenCaseIsUnderstoodWithoutItsText(t *testing.T) {
	eachDB(t, func(w *world) {
		unknown := w.unknownMail(4)
		unknown.Text = "from " + anna
		opened := w.opened(unknown)
		w.forget(anna)
		understood := w.annas("7", 4)
		understood.Event.Mail.MerchantReference2 = ""
		understood.MessageID, understood.Hash = unknown.MessageID, unknown.Hash
		understood.Keys = []string{"klarna:7", unknown.Keys[0]}
		if r := w.record(understood); len(r.Opened) != 0 || len(r.Changed) != 1 {
			w.Errorf("recorded %+v", r)
		}
		if c := w.caseOf("7"); c.ID != opened.ID || c.Kind != rules.KindDisputeRequest {
			w.Errorf("case %+v", c)
		}
		w.must(w.Scrub(w.ctx))
		w.nowhere(annaName, anna)
		if m, _, err := w.Take(w.ctx); err != nil || m.Case != opened.ID || m.Escalation == nil {
			w.Errorf("what it had still to say: %+v, %v", m, err)
		}
	})
}

func TestPurgeWithoutItsClaimRemovesNothing(t *testing.T) {
	eachDB(t, func(w *world) {
		w.closed("1", 1)
		w.wait(year + time.Hour)
		before := w.dump()
		lost, err := w.Claim(w.ctx, "retention")
		w.must(err)
		w.must(w.Release(w.ctx, lost))
		if _, err := w.Purge(w.ctx, lost, casebook.Cutoff{Mails: w.now(), Cases: w.now()}); err == nil {
			w.Error("purged without a claim")
		}
		w.same(before, w.dump())
	})
}
