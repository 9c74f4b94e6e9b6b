package casebook_test

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// frozen is a book as the release that first had a schema wrote it: what live
// fills it with. It is never written anew.
func frozen(kind string, schema int) string {
	return filepath.Join("testdata", fmt.Sprintf("schema-%d.%s", schema, map[string]string{"sqlite": "db.gz", "postgres": "sql"}[kind]))
}

// thaw is a world whose store is a frozen book, not yet opened.
func thaw(t *testing.T, kind string, schema int) *world {
	t.Helper()
	w := &world{TB: t, ctx: t.Context()}
	w.wait(time.Hour) // after what is in it
	body, err := os.ReadFile(frozen(kind, schema))
	w.must(err)
	if kind == "sqlite" {
		z, err := gzip.NewReader(bytes.NewReader(body))
		w.must(err)
		body, err = io.ReadAll(z)
		w.must(err)
		path := filepath.Join(t.TempDir(), "cases.db")
		w.must(os.WriteFile(path, body, 0o600))
		w.dsn = "sqlite:" + path
		return w
	}
	w.dsn = shared.postgres(t)
	schemaName := regexp.MustCompile(`search_path=(\w+)`).FindStringSubmatch(w.dsn)[1]
	db, err := sql.Open("pgx", w.dsn+"&default_query_exec_mode=simple_protocol")
	w.must(err)
	defer db.Close()
	text := strings.ReplaceAll(string(body), "CREATE SCHEMA frozen;", "")
	_, err = db.ExecContext(w.ctx, strings.ReplaceAll(text, "frozen.", schemaName+"."))
	w.must(err)
	return w
}

// schemas are the numbers of all migrations.
func schemas(t *testing.T) []int {
	t.Helper()
	files, err := filepath.Glob("sqlite/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var all []int
	for i := range files {
		all = append(all, i+1)
	}
	return all
}

func eachFrozen(t *testing.T, f func(w *world)) {
	for _, kind := range []string{"sqlite", "postgres"} {
		for _, schema := range schemas(t) {
			t.Run(fmt.Sprintf("%s/%d", kind, schema), func(t *testing.T) {
				if _, err := os.Stat(frozen(kind, schema)); err != nil {
					if schema == slices.Max(schemas(t)) {
						t.Skip("the newest schema is frozen when the next one comes")
					}
					t.Fatalf("%v: run TestFreeze, with DISPUTEWATCH_FREEZE=1, at the commit before the newest schema came", err)
				}
				f(thaw(t, kind, schema))
			})
		}
	}
}

func TestBookOfEachReleaseGoesOnWithThisOne(t *testing.T) {
	eachFrozen(t, func(w *world) {
		w.Book = w.another("one/1")
		cases, err := w.Cases(w.ctx, casebook.Filter{})
		w.must(err)
		joined := w.caseOf("101")
		if len(cases) != 4 || joined.ID != w.caseOf("100").ID || joined.Match.Charge != "ch_1" || joined.Card.TS == "" {
			w.Errorf("%d cases, joined %+v", len(cases), joined)
		}
		for _, c := range cases {
			if events, err := w.History(w.ctx, c.ID); err != nil || len(events) == 0 || events[0].At.IsZero() {
				w.Errorf("case %s: %d events, %v", c.ID, len(events), err)
			}
		}
		if r := w.record(w.noticeOf("100", 1), w.noticeOf("102", 3)); r.New != 0 || len(r.Opened) != 0 {
			w.Errorf("its mails were not known: %+v", r)
		}
		if mails, err := w.Mails(w.ctx, "102"); err != nil || len(mails) != 1 || mails[0].Text != "Dispute ID: 102" {
			w.Errorf("mails %+v, %v", mails, err)
		}
		if p := w.position(w.Book); p.UIDValidity != 7 || p.UIDNext == 0 {
			w.Errorf("position %+v, %v", p, err)
		}
		if told := w.deliver(); !slices.Contains(told, "alarm") {
			w.Errorf("told %v, not what waited", told)
		}
		w.say("102", rules.Event{Type: rules.EventAnswer, By: "anna", Until: w.now().Add(time.Hour)})
		to := newWorld(w.TB, "sqlite")
		if rows, err := casebook.Copy(w.ctx, w.Book, to.Book); err != nil || rows["cases"] != 4 {
			w.Errorf("copied %v, %v", rows, err)
		}
	})
}

func TestBookOfAnOlderReleaseIsNotReadBeforeItIsMigrated(t *testing.T) {
	w := thaw(t, "sqlite", 1)
	before := prints(t, filepath.Dir(strings.TrimPrefix(w.dsn, "sqlite:")))
	if _, err := casebook.OpenReadOnly(w.ctx, w.dsn, w.options("reader/1")); !errors.Is(err, casebook.ErrOlderSchema) {
		t.Errorf("opened: %v", err)
	}
	if after := prints(t, filepath.Dir(strings.TrimPrefix(w.dsn, "sqlite:"))); after != before {
		t.Error("reading it changed it")
	}
}

// TestFreeze writes the newest schema's fixtures. It is run once, by the release
// that has it.
func TestFreeze(t *testing.T) {
	if os.Getenv("DISPUTEWATCH_FREEZE") == "" {
		t.Skip("nothing is to be frozen")
	}
	schema := slices.Max(schemas(t))
	eachDB(t, func(w *world) {
		w.live()
		path, file := strings.CutPrefix(w.dsn, "sqlite:")
		if !file {
			u, err := url.Parse(w.dsn)
			w.must(err)
			q := u.Query()
			name := q.Get("search_path")
			q.Del("search_path")
			u.RawQuery = q.Encode()
			dump, err := exec.Command("pg_dump", "--inserts", "--no-owner", "--no-privileges", "--schema="+name, u.String()).Output()
			w.must(err)
			dump = regexp.MustCompile(`(?m)^(\\(un)?restrict.*|--.*|)\n`).ReplaceAll(dump, nil) // words of psql
			w.must(os.WriteFile(frozen("postgres", schema), bytes.ReplaceAll(dump, []byte(name), []byte("frozen")), 0o644))
			return
		}
		w.must(w.Book.Close())
		body, err := os.ReadFile(path)
		w.must(err)
		var z bytes.Buffer
		zip := gzip.NewWriter(&z)
		_, err = zip.Write(body)
		w.must(errors.Join(err, zip.Close()))
		w.must(os.WriteFile(frozen("sqlite", schema), z.Bytes(), 0o644))
		w.Book = w.another("one/1")
	})
}
