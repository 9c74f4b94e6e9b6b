package mailbox

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot/dovecottest"
	"github.com/disputewatch/disputewatch/rules"
)

// onDovecot starts a Dovecot and the account that reads it.
func onDovecot(t testing.TB, o dovecot.Options) (*dovecot.Server, Account) {
	t.Helper()
	o.Users = map[string]string{"shop": "secret"}
	server := dovecottest.Start(t, o)
	return server, Account{
		Name: "onboarding", Host: server.Host, Port: server.TLSPort, Security: TLS, CAFile: server.CAFile,
		Username: "shop", Password: func() (string, error) { return "secret", nil }, Patience: 5 * time.Minute,
	}
}

func add2(t testing.TB, s *dovecot.Server, folder string, raw []byte, date time.Time) uint32 {
	t.Helper()
	uid, err := s.Append("shop", folder, raw, date)
	if err != nil {
		t.Fatal(err)
	}
	return uid
}

func TestDovecotIsReadOverEachKindOfLine(t *testing.T) {
	server, account := onDovecot(t, dovecot.Options{})
	add2(t, server, "INBOX", foreign(1), now)
	add2(t, server, "INBOX", dispute(1), now)
	for _, security := range []string{TLS, StartTLS, None} {
		account.Security, account.Port = security, server.PlainPort
		if security == TLS {
			account.Port = server.TLSPort
		}
		s := newStory(t, account)
		s.must(s.poll())
		s.said("dispute 1")
		s.must(s.poll())
		s.said()
	}
}

func TestReadingChangesNothingInTheFolder(t *testing.T) {
	server, account := onDovecot(t, dovecot.Options{})
	for i := range 5 {
		add2(t, server, "INBOX", dispute(i), now)
		add2(t, server, "INBOX", foreign(i), now)
	}
	flag(t, server, 1, imap.FlagSeen, imap.FlagAnswered)
	flag(t, server, 2, imap.FlagFlagged)
	arrive(t, server, dispute(9))
	before := snapshot(t, server, "INBOX")
	s := newStory(t, account)
	s.must(s.poll())
	if len(s.got) != 6 {
		t.Fatalf("handed on %d mails, want 6", len(s.got))
	}
	s.want.Rescan, s.want.Again = true, []uint32{1, 3}
	s.must(s.poll())
	if diff := cmp.Diff(before, snapshot(t, server, "INBOX")); diff != "" {
		t.Errorf("the folder changed (-before +after):\n%s", diff)
	}
}

func TestReadingSentMailChangesNothingInIt(t *testing.T) {
	server, account := onDovecot(t, dovecot.Options{})
	add2(t, server, "Sent", sentLetter("stop@klarna.example", "<1@klarna>", "a reply"), now)
	add2(t, server, "Sent", sentLetter("stop@klarna.example", "<2@klarna>", "an early one"), now)
	add2(t, server, "Sent", sentLetter("b@shop.example", "<1@klarna>", "a forward"), now)
	before := snapshot(t, server, "Sent")
	s := newStory(t, account)
	s.folder, s.want.HeadersOnly, s.want.Candidate = "Sent", true, toKlarna
	s.want.Later = func(h []byte) bool { return strings.Contains(string(h), "<2@klarna>") }
	s.must(s.poll())
	s.want.Now = now.Add(2 * time.Hour)
	s.must(s.poll())
	if s.tally.Later != 1 || len(s.all) != 1 || s.tally.RoundTrips > 3 {
		t.Errorf("later %d, handed on %v, %d turns", s.tally.Later, s.all, s.tally.RoundTrips)
	}
	if diff := cmp.Diff(before, snapshot(t, server, "Sent")); diff != "" {
		t.Errorf("the folder changed (-before +after):\n%s", diff)
	}
}

// arrive delivers a mail as a mail transfer agent does: it lies in new, and is
// \Recent until somebody selects the folder otherwise than by EXAMINE.
func arrive(t *testing.T, server *dovecot.Server, raw []byte) {
	t.Helper()
	dir := filepath.Join(server.Maildir("shop"), "new")
	owner, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "1772438400.M1P1.mx")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if who := owner.Sys().(*syscall.Stat_t); os.Geteuid() == 0 {
		if err := os.Chown(file, int(who.Uid), int(who.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}

// snapshot is all that another mail program could see of a folder, and its files.
func snapshot(t *testing.T, server *dovecot.Server, folder string) map[string]string {
	t.Helper()
	seen := map[string]string{}
	err := filepath.WalkDir(server.Maildir("shop"), func(path string, d fs.DirEntry, err error) error {
		if dir := filepath.Base(filepath.Dir(path)); dir == "new" || dir == "cur" {
			seen[filepath.Base(path)] = dir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := server.Client("shop")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	maps.Copy(seen, visible(t, c, folder))
	return seen
}

// visible is what a mail program can see of a folder.
func visible(t testing.TB, c *imapclient.Client, folder string) map[string]string {
	t.Helper()
	seen := map[string]string{}
	status, err := c.Status(folder, &imap.StatusOptions{NumMessages: true, NumUnseen: true, UIDNext: true, UIDValidity: true, HighestModSeq: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if status.HighestModSeq == 0 {
		t.Fatal("the server tells no HIGHESTMODSEQ: nothing would be proved")
	}
	seen["status"] = fmt.Sprint(*status.NumMessages, *status.NumUnseen, status.UIDNext, status.UIDValidity, status.HighestModSeq)
	if _, err := c.Select(folder, &imap.SelectOptions{ReadOnly: true, CondStore: true}).Wait(); err != nil {
		t.Fatal(err)
	}
	mails, err := c.Fetch(imap.UIDSet{{Start: 1, Stop: 4294967295}}, &imap.FetchOptions{UID: true, Flags: true, ModSeq: true}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mails {
		seen[fmt.Sprintf("mail %d", m.UID)] = fmt.Sprint(m.Flags, m.ModSeq)
	}
	return seen
}

func flag(t *testing.T, server *dovecot.Server, uid imap.UID, flags ...imap.Flag) {
	t.Helper()
	c, err := server.Client("shop")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if err := c.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: flags}, nil).Close(); err != nil {
		t.Fatal(err)
	}
}

func expunge(t *testing.T, server *dovecot.Server, folder string, first, last imap.UID) {
	t.Helper()
	c, err := server.Client("shop")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Select(folder, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	set := imap.UIDSet{{Start: first, Stop: last}}
	if err := c.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Expunge().Close(); err != nil {
		t.Fatal(err)
	}
}

func TestLostIndexRereadsWithoutLosingAMail(t *testing.T) {
	server, account := onDovecot(t, dovecot.Options{})
	for i := range 3 {
		add2(t, server, "INBOX", dispute(i), now)
	}
	s := newStory(t, account)
	s.must(s.poll())
	if err := server.Halt(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(server.Maildir("shop"), "dovecot*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no index to lose", err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	// A new UIDVALIDITY is the time in seconds, which may be the old one still.
	list := filepath.Join(server.Maildir("shop"), "dovecot-uidlist")
	if err := os.WriteFile(list, []byte("3 V42 N1 G00000000000000000000000000000001\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	s.must(s.poll())
	if len(s.got) != 3 || !s.tally.UIDValidityChanged {
		t.Errorf("handed on %d mails, change told: %v; want 3 and true", len(s.got), s.tally.UIDValidityChanged)
	}
	add2(t, server, "INBOX", dispute(9), now)
	s.must(s.poll())
	s.said("dispute 9")
}

func TestFoldersHaveTheServersDelimiterAndAnyName(t *testing.T) {
	for _, o := range []dovecot.Options{{Separator: "/"}, {Separator: ".", Prefix: "INBOX."}} {
		server, account := onDovecot(t, o)
		names := []string{"INBOX", o.Prefix + "Junk", o.Prefix + "Retouren & Käufe", o.Prefix + "Händler" + o.Separator + "Клиенты 顧客"}
		for i, name := range names {
			add2(t, server, name, dispute(i), now)
		}
		ctx := t.Context()
		c, err := Dial(ctx, account)
		if err != nil {
			t.Fatal(err)
		}
		folders, err := c.Folders(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			at := slices.IndexFunc(folders, func(f Folder) bool { return f.Name == name })
			if at < 0 {
				t.Errorf("%q is not listed in %v", name, folders)
				continue
			}
			s := newStory(t, account)
			s.folder = name
			s.must(s.read(ctx, c))
			s.said(fmt.Sprintf("dispute %d", i))
		}
		auto, err := c.Auto(ctx)
		if want := names[:2]; err != nil || !slices.Equal(auto, want) {
			t.Errorf("auto is %q, %v; want %q", auto, err, want)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAThousandMailsAreReadInBatches(t *testing.T) {
	server, account := onDovecot(t, dovecot.Options{})
	for i := range 1000 {
		if i%10 == 3 {
			add2(t, server, "INBOX", dispute(i), now)
			continue
		}
		add2(t, server, "INBOX", foreign(i), now)
	}
	s := newStory(t, account)
	s.must(s.poll())
	s.once(100)
	if got := s.pos.Seen.String(); got != "1:1000" || s.tally.Other != 900 || s.tally.Fetched != 100 {
		t.Errorf("seen %s, %+v", got, s.tally)
	}
	s.must(s.poll())
	s.said()
	if s.tally.RoundTrips > 1 {
		t.Errorf("nothing new took %d round trips after the login, want 1", s.tally.RoundTrips)
	}
}

func TestMailDeletedWhileWeReadIsGone(t *testing.T) {
	server, account := onDovecot(t, dovecot.Options{})
	const mails, asked = (ahead + 8) * turnMails, (ahead + 2) * turnMails
	for i := range mails {
		add2(t, server, "INBOX", dispute(i), now)
	}
	s := newStory(t, account)
	ctx := t.Context()
	c, err := Dial(ctx, account)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	deleted := false
	tally, err := c.Read(ctx, "INBOX", s.pos, s.want, func(turn Turn) error {
		if !deleted {
			deleted = true
			expunge(t, server, "INBOX", asked, mails-100) // not yet asked for
		}
		for _, m := range turn.Mails {
			if m.Fault != nil {
				t.Errorf("UID %d: %v", m.UID, m.Fault)
			}
		}
		s.pos = turn.Position
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.pos.Seen.String(); got != fmt.Sprintf("1:%d", mails) || tally.Fetched+tally.Gone != mails || tally.Gone == 0 || tally.Pending > 0 {
		t.Errorf("seen %s, %+v", got, tally)
	}
	t.Logf("%d were still to be had, %d were gone", tally.Fetched, tally.Gone)
	s.must(s.poll())
	s.said()
}

func TestWrongPasswordIsToldWithAHint(t *testing.T) {
	_, account := onDovecot(t, dovecot.Options{})
	account.Password = func() (string, error) { return "wrong", nil }
	_, err := Dial(t.Context(), account)
	if auth := new(AuthError); !errors.As(err, &auth) || auth.Code != "AUTHENTICATIONFAILED" || auth.Hint == "" {
		t.Errorf("got %v", err)
	}
	if strings.Contains(fmt.Sprint(err), "wrong") {
		t.Error("the password is in the error")
	}
}

func TestUnknownFolderIsToldAsMissing(t *testing.T) {
	_, account := onDovecot(t, dovecot.Options{})
	s := newStory(t, account)
	s.folder = "Disputes"
	err := s.poll()
	if folder := new(FolderError); !errors.As(err, &folder) || !folder.Missing || folder.Hint == "" {
		t.Errorf("got %v", err)
	}
}

func TestRenamedAndRecreatedFolderIsNamedAndThenReadAnew(t *testing.T) {
	for _, o := range []dovecot.Options{{Separator: "/"}, {Separator: ".", Prefix: "INBOX."}} {
		server, account := onDovecot(t, o)
		folder, moved := o.Prefix+"Händler & Клиенты", o.Prefix+"weg"
		add2(t, server, folder, dispute(1), now)
		s := newStory(t, account)
		s.folder = folder
		s.must(s.poll())
		s.said("dispute 1")
		client, err := server.Client("shop")
		s.must(err)
		s.must(client.Rename(folder, moved, nil).Wait())
		was := s.pos
		if err := s.poll(); !missing(err) {
			t.Errorf("the folder was renamed: %v", err)
		}
		if diff := cmp.Diff(was, s.pos); diff != "" {
			t.Errorf("the position in a folder that is away changed:\n%s", diff)
		}
		// Renamed back it is the same folder, or, where the server numbers it
		// anew, one whose mails are read once more.
		s.must(client.Rename(moved, folder, nil).Wait())
		add2(t, server, folder, dispute(2), now)
		s.must(s.poll())
		if s.all["dispute 2"] != 1 || s.all["dispute 1"] > 1 && !s.tally.UIDValidityChanged {
			t.Errorf("handed on %v, renumbered %v", s.all, s.tally.UIDValidityChanged)
		}
		// Another folder in its place holds other mails under the same UIDs.
		s.must(client.Rename(folder, moved, nil).Wait())
		s.must(client.Create(folder, nil).Wait())
		add2(t, server, folder, dispute(3), now)
		s.must(s.poll())
		s.said("dispute 3")
		if !s.tally.UIDValidityChanged && !s.tally.UIDNextDropped {
			t.Error("the folder is another one, and nobody said so")
		}
		s.must(s.poll())
		s.said()
		// Deleted, it is missing; its mails lie elsewhere.
		s.must(client.Delete(folder).Wait())
		if err := s.poll(); !missing(err) {
			t.Errorf("the folder was deleted: %v", err)
		}
		s.folder, s.pos = moved, rules.Position{}
		s.must(s.poll())
		s.said("dispute 1", "dispute 2")
		s.must(client.Close())
	}
}
