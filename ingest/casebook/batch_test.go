package casebook_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"
)

// What a batch asks and writes for all its mails at once leaves the book as if
// each mail had come alone: whatever the mails are, also where one of them is
// about what another of the same batch has made.
func TestBatchLeavesTheBookAsItsMailsOneByOne(t *testing.T) {
	differ := func(t *testing.T, kind string, mails []rules.Mail) string {
		alone, batch := newWorld(t, kind), newWorld(t, kind)
		defer alone.Book.Close()
		defer batch.Book.Close()
		fresh := 0
		for _, m := range mails {
			fresh += alone.record(m).New
		}
		if r := batch.record(mails...); r.New != fresh {
			return fmt.Sprintf("%d new mails, one by one %d", r.New, fresh)
		}
		return cmp.Diff(alone.told(), batch.told())
	}
	t.Run("sqlite", func(t *testing.T) {
		rapid.Check(t, func(r *rapid.T) {
			if d := differ(t, "sqlite", someMails().Draw(r, "mails")); d != "" {
				r.Fatalf("(-one by one +batch)\n%s", d)
			}
		})
	})
	t.Run("postgres", func(t *testing.T) {
		for seed := range 6 {
			if d := differ(t, "postgres", someMails().Example(seed)); d != "" {
				t.Errorf("(-one by one +batch)\n%s", d)
			}
		}
	})
}

// someMails are mails about few disputes, some of which come more than once, and
// some understood better the next time.
func someMails() *rapid.Generator[[]rules.Mail] {
	w := &world{}
	return rapid.Custom(func(r *rapid.T) []rules.Mail {
		var all []rules.Mail
		for uid := range uint32(rapid.IntRange(1, 12).Draw(r, "n")) {
			dispute := fmt.Sprint(rapid.IntRange(100, 103).Draw(r, "dispute"))
			m := w.noticeOf(dispute, uid+1)
			switch rapid.SampledFrom([]string{"notice", "vague", "two", "unknown", "reply", "other", "unreadable", "copy", "again"}).Draw(r, "kind") {
			case "vague":
				m.Again, m.Event.Mail.Reason = true, ""
			case "two":
				m.Keys = slices.Insert(m.Keys, 1, rules.KlarnaKey(fmt.Sprint(rapid.IntRange(100, 103).Draw(r, "another"))))
			case "unknown":
				m = w.unknownMail(uid + 1)
			case "reply":
				m.Outcome, m.Event.Type, m.Join = rules.OutcomeOther, rules.EventReply, true
			case "other":
				m.Outcome, m.Event, m.Keys = rules.OutcomeOther, nil, nil
			case "unreadable":
				m = rules.Mail{
					Mailbox: "shop", Folder: "INBOX", UIDValidity: 7, UID: uid + 1, Outcome: rules.OutcomeUnreadable, Hash: fmt.Sprint("place", uid),
					Tell: &rules.Message{Key: fmt.Sprint("unreadable/", uid), Kind: rules.MessageUnreadable},
				}
			case "copy": // in another place
				if len(all) > 0 {
					m = rapid.SampledFrom(all).Draw(r, "of")
					m.UID = uid + 1
				}
			case "again": // where it was, understood now
				if len(all) > 0 {
					was := rapid.SampledFrom(all).Draw(r, "of")
					if was.Event == nil {
						m.UID = was.UID // the body can be had now
						break
					}
					m.MessageID, m.Hash, m.UID = was.MessageID, was.Hash, was.UID
					m.Keys[1], m.Event.Mail.MessageID = rules.MailKey(was.MessageID), was.MessageID
				}
			}
			if m.Event != nil { // no two cases are of the same age: else the lot says which is the elder
				e := *m.Event
				e.At = start.Add(time.Duration(uid) * time.Second)
				m.Event = &e
			}
			all = append(all, m)
		}
		return all
	})
}

// told is all that can be seen of a book, its cases named by their first mails:
// their ids are drawn by lot.
func (w *world) told() string {
	w.Helper()
	cases, err := w.Cases(w.ctx, casebook.Filter{})
	w.must(err)
	var lines, names []string
	for _, c := range cases {
		history, err := w.History(w.ctx, c.ID)
		w.must(err)
		name := "none"
		if len(history) > 0 && history[0].Mail != nil {
			name = "case of " + history[0].Mail.MessageID
		}
		names = append(names, c.ID, name)
		mails, err := w.Mails(w.ctx, c.ID)
		w.must(err)
		slices.SortFunc(mails, func(a, b rules.Mail) int { return strings.Compare(a.MessageID, b.MessageID) })
		lines = append(lines, asJSON(w, c), asJSON(w, history), asJSON(w, mails))
	}
	counts, err := w.MailCounts(w.ctx)
	w.must(err)
	threads, err := w.Threads(w.ctx)
	w.must(err)
	again, err := w.Again(w.ctx, "shop", "INBOX", 7)
	w.must(err)
	lines = append(lines, asJSON(w, counts), asJSON(w, threads), asJSON(w, again))
	lines = append(lines, w.deliver()...)
	lines = append(lines, w.mailsOfEvents()...)
	named := strings.NewReplacer(names...)
	for i, l := range lines {
		lines[i] = named.Replace(l)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// mailsOfEvents says which mail said what, as the rows have it.
func (w *world) mailsOfEvents() []string {
	w.Helper()
	driver, dsn := "pgx", w.dsn
	if path, is := strings.CutPrefix(w.dsn, "sqlite:"); is {
		driver, dsn = "sqlite", path
	}
	db, err := sql.Open(driver, dsn)
	w.must(err)
	defer db.Close()
	rows, err := db.QueryContext(w.ctx, `select e.type, coalesce(m.message_id, '') from events e left join mails m on m.id = e.mail_id`)
	w.must(err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var what, mail string
		w.must(rows.Scan(&what, &mail))
		lines = append(lines, what+" said by "+mail)
	}
	w.must(rows.Err())
	return lines
}

func asJSON(w *world, v any) string {
	w.Helper()
	b, err := json.Marshal(v)
	w.must(err)
	return string(b)
}

func TestKeysOfAnySpellingFindTheirCase(t *testing.T) {
	eachDB(t, func(w *world) { w.findsKeysOfAnySpelling() })
}

// PostgreSQL makes its databases in SQL_ASCII where the system has no locale.
func TestKeysOfAnySpellingFindTheirCaseWhateverTheEncoding(t *testing.T) {
	dsn := shared.postgres(t)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, encoding := range []string{"SQL_ASCII", "LATIN1"} {
		t.Run(encoding, func(t *testing.T) {
			w := &world{TB: t, ctx: context.Background()}
			other, err := url.Parse(dsn)
			w.must(err)
			q := other.Query()
			name := q.Get("search_path") + "_" + strings.ToLower(encoding)
			_, err = conn.Exec(w.ctx, "create database "+name+" encoding '"+encoding+"' template template0")
			w.must(err)
			q.Del("search_path")
			other.Path, other.RawQuery = "/"+name, q.Encode()
			w.dsn = other.String()
			w.Book = w.another("one/1")
			w.findsKeysOfAnySpelling()
		})
	}
}

func (w *world) findsKeysOfAnySpelling() {
	w.Helper()
	for i, id := range []string{`<a"b\c@x>`, "<é\u2028&amp;@x>", "<\x00\xff@x>", "", "\\u0000", "<" + strings.Repeat("ö", 400) + "@x>"} {
		first := w.noticeOf("0", uint32(2*i+1))
		first.Keys = []string{rules.MailKey(id)}
		c := w.opened(first)
		second := w.noticeOf("0", uint32(2*i+2))
		second.Keys = []string{rules.MailKey(id)}
		if r := w.record(second); fmt.Sprint(r.Changed) != fmt.Sprintf("[%s]", c.ID) {
			w.Errorf("%q: recorded %+v, want %s changed", id, r, c.ID)
		}
	}
}

// A batch may hold mails of several places: each is known by its own.
func TestBatchOfTwoFoldersKnowsAMailByItsOwn(t *testing.T) {
	eachDB(t, func(w *world) {
		bad := rules.Mail{Mailbox: "shop", Folder: "Junk", UIDValidity: 7, UID: 3, Outcome: rules.OutcomeUnreadable, Hash: "of its place"}
		w.record(bad)
		good := w.noticeOf("256947", 3)
		good.Folder = "Junk"
		if r := w.record(w.noticeOf("300", 1), good); r.New != 1 || len(r.Opened) != 2 {
			w.Errorf("recorded %+v, want one new mail and two cases", r)
		}
	})
}

// Another daemon opens the case of a dispute after this one has seen that it has
// none: this one begins anew, and finds it.
func TestCaseThatAnotherDaemonOpensMeanwhileIsOpenedOnce(t *testing.T) {
	w := newWorld(t, "postgres")
	other := w.another("other/1")
	mine, err := w.Claim(w.ctx, "mailbox/shop")
	w.must(err)
	r, err := w.RecordAround(w.ctx, mine, w.batch(w.noticeOf("256947", 1)), func() {
		theirs, err := other.Claim(w.ctx, "mailbox/billing")
		w.must(err)
		_, err = other.Record(w.ctx, theirs, w.batch(w.noticeOf("256947", 2)))
		w.must(err)
	})
	w.must(err)
	cases, err := w.Cases(w.ctx, casebook.Filter{})
	w.must(err)
	if len(cases) != 1 || fmt.Sprint(r.Changed) != fmt.Sprintf("[%s]", cases[0].ID) {
		t.Errorf("recorded %+v, %d cases", r, len(cases))
	}
}

// Two cases become one after this daemon has seen the key of the younger: its mail
// goes to the elder, and warns of no case that is none.
func TestCaseThatGoesIntoAnotherMeanwhileIsNotWarnedOf(t *testing.T) {
	w := newWorld(t, "postgres")
	elder := w.opened(w.noticeOf("100", 1))
	w.wait(time.Minute)
	younger := w.opened(w.noticeOf("200", 2))
	other := w.another("other/1")
	mine, err := w.Claim(w.ctx, "mailbox/shop")
	w.must(err)
	_, err = w.RecordAround(w.ctx, mine, w.batch(w.noticeOf("200", 3)), func() {
		for _, id := range []string{elder.ID, younger.ID} {
			_, err := other.Say(w.ctx, id, exactly("ch_1", "du_1"))
			w.must(err)
		}
	})
	w.must(err)
	got, err := w.Case(w.ctx, elder.ID)
	w.must(err)
	if len(got.Thread) != 3 || strings.Contains(strings.Join(got.Warnings, "\n"), younger.ID) {
		t.Errorf("thread %v, warnings %q", got.Thread, got.Warnings)
	}
}

// The daemon logs a panic and goes on: of the change nothing is kept, nor its
// locks, nor a connection, however often it happens.
func TestBookGoesOnAfterChangesThatPanicked(t *testing.T) {
	eachDB(t, func(w *world) {
		ctx, done := context.WithTimeout(w.ctx, time.Minute) // ends a hang
		defer done()
		for range 10 { // more than there are connections
			if p := w.PanicWithin(ctx, "half"); p != "within a change" {
				w.Fatalf("panicked with %v", p)
			}
		}
		if queued, err := w.Queue(ctx, rules.Message{Key: "half"}); !queued || err != nil {
			w.Errorf("queued %v, %v", queued, err)
		}
	})
}

// Whatever the driver calls closed by then, it was the context that ended: nobody
// is to be alarmed about a book because the daemon stops.
func TestContextThatEndsWithinAChangeIsToldAsThat(t *testing.T) {
	eachDB(t, func(w *world) {
		ctx, end := context.WithCancel(w.ctx)
		err := w.EndWithin(ctx, end, "a", "b")
		if !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "closed") {
			w.Errorf("told as %v", err)
		}
		if n, _, err := w.Outbox(w.ctx); n != 0 || err != nil {
			w.Errorf("%d messages were kept, %v", n, err)
		}
	})
}
