package mailbox

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

// The mails' own dates are around now: SINCE works on the server's clock.
var now = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

const day1 = 24 * time.Hour

// A story is one folder as a caller of Read sees it over several polls.
type story struct {
	t       *testing.T
	account Account
	folder  string
	want    Want
	pos     rules.Position
	got     []Raw          // handed on at the last poll
	all     map[string]int // handed on at any poll, by subject
	uids    map[uint32]int // and by UID
	tally   Tally
}

func newStory(t *testing.T, a Account) *story {
	return &story{t: t, account: a, folder: "INBOX", all: map[string]int{}, uids: map[uint32]int{}, want: Want{Now: now, Candidate: fromKlarna}}
}

func fromKlarna(_ uint32, header []byte) bool { return bytes.Contains(header, []byte("klarna")) }

// poll reads the folder over a new connection, as the daemon does.
func (s *story) poll() error {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	c, err := Dial(ctx, s.account)
	if err != nil {
		return err
	}
	defer c.Close()
	return s.read(ctx, c)
}

func (s *story) read(ctx context.Context, c *Conn) error {
	s.got = nil
	var err error
	s.tally, err = c.Read(ctx, s.folder, s.pos, s.want, func(turn Turn) error {
		s.got = append(s.got, turn.Mails...)
		for _, m := range turn.Mails {
			s.all[subject(m)]++
			s.uids[m.UID]++
		}
		s.pos = turn.Position
		return nil
	})
	return err
}

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// said compares the subjects handed on at the last poll.
func (s *story) said(subjects ...string) {
	s.t.Helper()
	var got []string
	for _, m := range s.got {
		got = append(got, subject(m))
	}
	if !slices.Equal(got, subjects) {
		s.t.Fatalf("handed on %q, want %q", got, subjects)
	}
}

// once says that each of n disputes was handed on once over all polls.
func (s *story) once(n int) {
	s.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(s.all)) {
		if s.all[name] != 1 {
			s.t.Errorf("%s was handed on %d times", name, s.all[name])
		}
	}
	if len(s.all) != n {
		s.t.Errorf("%d mails were handed on, want %d", len(s.all), n)
	}
}

func subject(m Raw) string {
	text := m.Body
	if text == nil {
		text = m.Header
	}
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte("Subject: ")); ok {
			return strings.TrimSpace(string(rest))
		}
	}
	return fmt.Sprintf("UID %d", m.UID)
}

func dispute(n int) []byte { return letter("no-reply@klarna.example", fmt.Sprintf("dispute %d", n)) }
func foreign(n int) []byte { return letter("someone@shop.example", fmt.Sprintf("hello %d", n)) }

func letter(from, subject string) []byte {
	return fmt.Appendf(nil, "Received: by mx.shop.example\r\nFrom: <%s>\r\nTo: <payments@shop.example>\r\nSubject: %s\r\nMessage-ID: <%s@example>\r\nDate: Mon, 2 Mar 2026 07:00:00 +0000\r\n\r\nDispute ID: 1\r\n",
		from, subject, strings.ReplaceAll(subject, " ", "-"))
}

// fake starts the in-memory server and the account that reads it.
func fake(t testing.TB, o fakeimap.Options) (*fakeimap.Server, Account) {
	t.Helper()
	server, err := fakeimap.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	ca, err := server.CAFile(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	security := o.Security
	switch security {
	case "":
		security = TLS
	case None:
		ca = "" // it would be read and parsed for each connection all the same
	}
	return server, Account{
		Name: "onboarding", Host: "127.0.0.1", Port: server.Port(), Security: security, CAFile: ca,
		Username: "shop", Password: func() (string, error) { return "secret", nil }, Patience: 5 * time.Minute,
	}
}

func add1(t testing.TB, s *fakeimap.Server, folder string, raw []byte, date time.Time) uint32 {
	t.Helper()
	uid, err := s.Append(folder, raw, date)
	if err != nil {
		t.Fatal(err)
	}
	return uid
}
