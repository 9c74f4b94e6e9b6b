package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth/fakeoauth"
	"github.com/disputewatch/disputewatch/rules"
)

// loud is a stream whose text can be awaited, until it ends.
type loud struct {
	mu   sync.Mutex
	text bytes.Buffer
	said *sync.Cond
	over bool
}

func newLoud() *loud {
	l := &loud{}
	l.said = sync.NewCond(&l.mu)
	return l
}

func (l *loud) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said.Broadcast()
	return l.text.Write(p)
}

func (l *loud) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// end says that nothing more is coming.
func (l *loud) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.said.Broadcast()
}

// await returns what a pattern matches once it is there, "" if it never is.
func (l *loud) await(pattern string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	form := regexp.MustCompile(pattern)
	for {
		if found := form.FindString(l.text.String()); found != "" || l.over {
			return found
		}
		l.said.Wait()
	}
}

// checks begins a check and hands on what it says meanwhile.
func (s *story) checks(ctx context.Context, args ...string) (stderr *loud, ended func() (code int, stdout string)) {
	stderr = newLoud()
	var out strings.Builder
	done := make(chan int, 1)
	go func() {
		defer stderr.end()
		done <- run(ctx, append([]string{"check", "--config", s.configFile()}, args...), strings.NewReader(""), &out, stderr)
	}()
	return stderr, func() (int, string) { return <-done, out.String() }
}

func TestCheckLeadsThroughTheConsentAndWritesTheToken(t *testing.T) {
	s := newStory(t, monday)
	s.bearing(fakeoauth.Options{Approves: true, Rotates: true})
	errs, ended := s.checks(t.Context(), "--consent", "onboarding")
	code, out := ended()
	if code != 0 || !strings.Contains(out, "✓ mailbox onboarding: consent given") || !strings.Contains(out, "✓ mailbox onboarding: log in") {
		t.Fatalf("%d\n%s\n%s", code, out, errs)
	}
	for _, words := range []string{"ABCD-EFGH", "/device", shopUser, "^C ends it"} {
		if !strings.Contains(errs.String(), words) {
			t.Errorf("does not say %s:\n%s", words, errs)
		}
	}
	s.withoutTokens(out + errs.String())
	info, err := os.Stat(filepath.Join(s.dir, "imap-refresh"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	s.restart()
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("channel: ", "77-1042")
}

func TestConsentEndsCleanlyOnInterrupt(t *testing.T) {
	s := newStory(t, monday)
	s.bearing(fakeoauth.Options{})
	ctx, interrupt := context.WithCancel(t.Context())
	errs, ended := s.checks(ctx, "--consent", "onboarding")
	errs.await("ABCD-EFGH")
	interrupt()
	if code, out := ended(); code != exitFailed || !strings.Contains(out, "✗ mailbox onboarding: consent to its being read: ended before anybody gave it\n") {
		t.Errorf("%d\n%s", code, out)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "imap-refresh")); err == nil {
		t.Error("a file was written")
	}
}

func TestNobodyIsAskedForATokenThatCannotBeWritten(t *testing.T) {
	s := newStory(t, monday)
	provider := s.bearing(fakeoauth.Options{Approves: true})
	text, err := os.ReadFile(s.configFile())
	if err != nil {
		t.Fatal(err)
	}
	s.write("config.yaml", strings.Replace(string(text), "refresh_token_file: imap-refresh", "refresh_token_file: /nowhere/imap-refresh", 1))
	s.fails(exitFailed, "secret /nowhere/imap-refresh cannot be written", "check", "--consent", "onboarding")
	if n := provider.Asked(fakeoauth.Device); n > 0 {
		t.Errorf("asked %d times", n)
	}
}

func TestCheckWithoutAPersonWaitsForNobody(t *testing.T) {
	s := newStory(t, monday)
	provider := s.bearing(fakeoauth.Options{})
	code, out, errs := s.command("check")
	if code != exitFailed || !strings.Contains(out, "✗ mailbox onboarding: nobody has consented") || !strings.Contains(out, "disputewatch check --consent onboarding") {
		t.Errorf("%d\n%s\n%s", code, out, errs)
	}
	if n := provider.Asked(fakeoauth.Device); n > 0 {
		t.Errorf("asked %d times", n)
	}
	code, _, errs = s.command("run")
	if code != exitUsage || !strings.Contains(errs, "refresh_token_file: no such file") {
		t.Errorf("the daemon started: %d\n%s", code, errs)
	}
}

func TestCheckRefusesFlagsThatCannotBeMeant(t *testing.T) {
	s := newStory(t, monday)
	s.fails(exitUsage, `no mailbox "other"`, "check", "--consent", "other")
	s.fails(exitUsage, "needs nobody's consent", "check", "--consent", "onboarding")
	s.fails(exitUsage, "--offline asks nobody", "check", "--offline", "--await-mail")
	s.fails(exitUsage, "write --await-mail=30m", "check", "--await-mail", "30m")
	for _, long := range []string{"48h", "0s", "-1h"} {
		s.fails(exitUsage, "up to 24h", "check", "--await-mail="+long)
	}
}

func TestAwaitedMailIsFoundWhereItArrives(t *testing.T) {
	for _, c := range []struct {
		folder string
		code   int
		want   string
	}{
		{"INBOX", exitDone, "✓ test mail: arrived in mailbox onboarding, folder INBOX, after "},
		{"Junk", exitDone, "tell your mail system that Klarna sends none"},
		{"Sorted", exitFailed, "which is not read\n    add the folder to folders of onboarding"},
	} {
		t.Run(c.folder, func(t *testing.T) {
			s := newStory(t, monday)
			s.raw("From: a@b.example\nSubject: Lunch?\n\nYes.\n")
			// Dovecot shows no folder that is made in the second of an earlier LIST.
			if _, err := s.imap.Append(shopUser, c.folder, []byte("Subject: Lunch?\r\n\r\nYes.\r\n"), time.Now()); err != nil {
				t.Fatal(err)
			}
			before := s.files()
			errs, ended := s.checks(t.Context(), "--await-mail=10m")
			word := errs.await(`\bdw[a-z2-7]{10}\b`)
			s.sentCopy("Sent", word)
			s.sentCopy(c.folder, word)
			after := s.files()
			code, out := ended()
			if code != c.code || !strings.Contains(out, c.want) {
				t.Errorf("%d\n%s\n%s", code, out, errs)
			}
			if diff := cmp.Diff(after, s.files()); diff != "" || len(after) != len(before)+2 {
				t.Errorf("the mailbox changed (-before +after):\n%s", diff)
			}
		})
	}
}

// sentCopy puts a mail with a word in its subject into a folder.
func (s *story) sentCopy(folder, word string) {
	s.t.Helper()
	raw := "From: a@b.example\r\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?= " + word + "\r\n\r\nHello\r\n"
	if _, err := s.imap.Append(shopUser, folder, []byte(raw), time.Now()); err != nil {
		s.t.Fatal(err)
	}
}

func TestAwaitedMailThatNeverComesSaysWhatToLookAt(t *testing.T) {
	s := newStory(t, monday)
	errs, ended := s.checks(t.Context(), "--await-mail=6s")
	s.sentCopy("Sent", errs.await(`\bdw[a-z2-7]{10}\b`))
	code, out := ended()
	if code != exitFailed || !strings.Contains(out, "✗ test mail: none with dw") || !strings.Contains(out, "it lies in Sent") || !strings.Contains(out, "quarantine") {
		t.Errorf("%d\n%s", code, out)
	}
}

func TestNothingIsAwaitedInAMailboxThatCannotBeRead(t *testing.T) {
	s := newStory(t, monday)
	s.write("imap-password", "wrong")
	began := time.Now()
	errs, ended := s.checks(t.Context(), "--await-mail=1h")
	code, out := ended()
	if code != exitFailed || !strings.Contains(out, "✗ test mail: look into mailbox onboarding") || strings.Contains(out, "quarantine") {
		t.Errorf("%d\n%s\n%s", code, out, errs)
	}
	if took := time.Since(began); took > 30*time.Minute {
		t.Errorf("waited %s", took)
	}
}

func TestAwaitingEndsAtOnceOnInterrupt(t *testing.T) {
	s := newStory(t, monday)
	ctx, interrupt := context.WithCancel(t.Context())
	errs, ended := s.checks(ctx, "--await-mail")
	errs.await(`\bdw[a-z2-7]{10}\b`)
	interrupt()
	code, out := ended()
	if code != exitFailed || !strings.Contains(out, "the wait was ended before it arrived") || strings.Contains(out, "quarantine") {
		t.Errorf("%d\n%s", code, out)
	}
}

func TestCheckNamesTheFoldersThatAreReadAndThoseThatAreNot(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	for folder, n := range map[string]int{"Sorted": 2, "Elsewhere": 0} {
		for range n + 1 {
			from := "Klarna <d@klarna.com>"
			if n == 0 {
				from = "a@b.example"
			}
			if _, err := s.imap.Append(shopUser, folder, []byte("From: "+from+"\r\nSubject: x\r\n\r\n"), s.now); err != nil {
				t.Fatal(err)
			}
		}
	}
	code, out, errs := s.command("check")
	for _, want := range []string{
		"✓ mailbox onboarding: reads INBOX (1 mail), Junk (0 mails)\n", "✓ mailbox onboarding: follows replies in Sent\n",
		"folder Sorted holds 3 mails of Klarna and is not read\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %d\n%s\n%s", want, code, out, errs)
		}
	}
	if strings.Contains(out, "Elsewhere") {
		t.Errorf("names a folder without Klarna's mail:\n%s", out)
	}
}

// gmail makes the story's mailbox one of Gmail's, where a mail lies in all mail
// and in each folder that shows it.
func (s *story) gmail(mails map[string]int, reads ...string) *fakeimap.Server {
	s.t.Helper()
	server, err := fakeimap.Start(fakeimap.Options{Username: shopUser, Password: "secret", Folders: map[string]string{
		"[Gmail]": `\Noselect`, "[Gmail]/All Mail": `\All`, "[Gmail]/Sent Mail": `\Sent`, "[Gmail]/Spam": `\Junk`, "[Gmail]/Trash": `\Trash`,
		"[Gmail]/Drafts": `\Drafts`, "[Gmail]/Important": `\Important`, "[Gmail]/Starred": `\Flagged`, "Klarna": "",
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { server.Close() })
	for folder, n := range mails {
		for range n {
			if _, err := server.Append(folder, []byte("From: Klarna <d@klarna.com>\r\nSubject: x\r\n\r\n"), s.now); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	ca, err := server.CAFile(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	folders := "    dkim:"
	if reads != nil {
		folders = fmt.Sprintf("    folders: [%q]\n    dkim:", strings.Join(reads, `", "`))
	}
	s.write("config.yaml", strings.NewReplacer(fmt.Sprint("port: ", s.imap.TLSPort), fmt.Sprint("port: ", server.Port()), s.imap.CAFile, ca, "    dkim:", folders).Replace(s.configText()))
	return server
}

func TestAwaitedMailThatGmailShowsInSeveralFoldersIsFoundWhereItCounts(t *testing.T) {
	const inbox, all, sent, important, archived = "INBOX", "[Gmail]/All Mail", "[Gmail]/Sent Mail", "[Gmail]/Important", "folder [Gmail]/All Mail, after"
	for name, tt := range map[string]struct {
		lies, reads []string
		code        int
		want, not   string
	}{
		"as usual":            {[]string{inbox, all, important}, nil, exitDone, "folder INBOX, after", "not read"},
		"past the inbox":      {[]string{all}, nil, exitFailed, archived, "quarantine"},
		"all mail is read":    {[]string{inbox, all}, []string{all}, exitDone, "folder INBOX, after", "not read"},
		"read past the inbox": {[]string{all}, []string{all}, exitDone, archived, "not read"},
		"sent from itself":    {[]string{sent, "[Gmail]/Drafts", all}, nil, exitFailed, "it lies in " + sent, "arrived in mailbox"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, monday)
			server := s.gmail(nil, tt.reads...)
			errs, ended := s.checks(t.Context(), "--await-mail=6s")
			raw := "From: a@b.example\r\nSubject: Hello " + errs.await(`\bdw[a-z2-7]{10}\b`) + "\r\n\r\nHello\r\n"
			for _, folder := range tt.lies { // that of all mail never before one that counts
				if _, err := server.Append(folder, []byte(raw), time.Now()); err != nil {
					t.Fatal(err)
				}
			}
			if code, out := ended(); code != tt.code || !strings.Contains(out, tt.want) || strings.Contains(out, tt.not) {
				t.Errorf("%d\n%s\n%s", code, out, errs)
			}
		})
	}
}

func TestCheckNamesMailsThatLieInNoFolderThatIsRead(t *testing.T) {
	const inbox, all, spam, trash, starred, important = "INBOX", "[Gmail]/All Mail", "[Gmail]/Spam", "[Gmail]/Trash", "[Gmail]/Starred", "[Gmail]/Important"
	s := newStory(t, monday)
	for name, tt := range map[string]struct {
		mails       map[string]int
		reads, want []string
	}{
		"each shown several times":    {map[string]int{inbox: 2, all: 2, important: 2, starred: 1, "[Gmail]": 1}, nil, nil},
		"one skips the inbox":         {map[string]int{inbox: 2, all: 3, important: 3, starred: 2}, nil, []string{all + " holds 1 mail of Klarna that lie"}},
		"one does, and spam comes":    {map[string]int{inbox: 2, all: 3, spam: 5}, nil, []string{all + " holds 1 mail of Klarna that lie"}},
		"one does, others have names": {map[string]int{inbox: 2, all: 3, "Klarna": 2}, nil, []string{"Klarna holds 2 mails of Klarna and is", all + " holds 1 mail of Klarna that lie"}},
		"all mail is read":            {map[string]int{inbox: 2, all: 3, "Klarna": 1, spam: 5, trash: 1}, []string{all}, []string{spam + " holds 5 mails of Klarna and is", trash + " holds 1 mail of Klarna and is"}},
	} {
		s.gmail(tt.mails, tt.reads...)
		code, out, errs := s.command("check")
		var got []string
		for line := range strings.Lines(out) {
			if _, named, ok := strings.Cut(line, "✓ mailbox onboarding: folder "); ok {
				got = append(got, strings.TrimSpace(named))
			}
		}
		slices.Sort(got)
		slices.Sort(tt.want)
		if !slices.EqualFunc(got, tt.want, strings.HasPrefix) || code != exitDone {
			t.Errorf("%s: exit %d, names %q, want %q\n%s\n%s", name, code, got, tt.want, out, errs)
		}
	}
}

func TestCheckSaysWhereRepliesAreLookedForAndWhatIsNotThere(t *testing.T) {
	s := newStory(t, monday)
	for sent, want := range map[string]string{
		`""`:    "✓ mailbox onboarding: follows no folder of sent mail\n    a reply to a stop request is not noticed",
		"Gone":  "✗ mailbox onboarding: follows replies in Gone: ",
		"INBOX": "✓ mailbox onboarding: follows replies in INBOX\n",
	} {
		s.write("config.yaml", strings.Replace(s.configText(), "    dkim:", "    sent_folder: "+sent+"\n    dkim:", 1))
		if code, out, _ := s.command("check"); !strings.Contains(out, want) || (code == exitFailed) != strings.HasPrefix(want, "✗") {
			t.Errorf("sent_folder %s: exit %d\n%s", sent, code, out)
		}
	}
	s.write("config.yaml", strings.NewReplacer("    dkim:", "    folders: [INBOX, Missing]\n    dkim:", s.dir+"/cases.db", s.dir+"/missing/cases.db").Replace(s.configText()))
	code, out, _ := s.command("check")
	for _, want := range []string{"✗ mailbox onboarding: folder Missing: ", "✗ store: the folder " + s.dir + "/missing is not there\n"} {
		if code != exitFailed || !strings.Contains(out, want) {
			t.Errorf("exit %d, no %q in:\n%s", code, want, out)
		}
	}
	if strings.Contains(out, ": reads ") {
		t.Errorf("it says that it reads what is not there:\n%s", out)
	}
}

func TestCheckTriesEachChannelAndSaysThatNobodyIsOnCall(t *testing.T) {
	s := newStory(t, monday)
	const nobody = "✓ config: nobody is on_call"
	if _, out, _ := s.command("check", "--offline"); strings.Contains(out, nobody) {
		t.Errorf("somebody is:\n%s", out)
	}
	s.write("config.yaml", strings.NewReplacer("on_call: [U0ONCALL1]\n", "", "    dkim:", "    channel: \"#of-the-mailbox\"\n    dkim:").Replace(s.configText())+
		`alarms: {channel: "#of-alarms"}
escalation:
  dispute: [{step: new, when: opened, channel: "#of-disputes"}, {step: last, when: 2d before deadline, repeat: 1d}]
  stop_request: [{step: new, when: opened, channel: "#of-stops"}, {step: again, when: unanswered 1h, repeat: 2h}]
`)
	code, out, errs := s.command("check")
	for _, want := range []string{"#of-the-mailbox: channel_not_found", "#of-alarms: channel_not_found", "#of-disputes: channel_not_found", "#of-stops: channel_not_found"} {
		if !strings.Contains(out, "✗ slack: channel "+want) {
			t.Errorf("no %q", want)
		}
	}
	if code != exitFailed || !strings.Contains(out, "✓ slack: channel "+channel+"\n") || !strings.Contains(out, nobody) {
		t.Errorf("exit %d\n%s\n%s", code, out, errs)
	}
}

func TestCheckSaysThatTheStoreCannotBeWritten(t *testing.T) {
	dir := disk(t, "size=4m")
	s := newStory(t, monday)
	text, err := os.ReadFile(s.configFile())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "cases.db")
	s.write("config.yaml", strings.Replace(string(text), s.dir+"/cases.db", path, 1))
	remount(t, dir, "ro")
	s.fails(exitFailed, "✗ store: the folder "+dir+" cannot be written: read-only file system", "check")
	remount(t, dir, "rw")
	if _, out, _ := s.command("check"); !strings.Contains(out, "✓ store: sqlite:"+path+" will be made at the first start\n") {
		t.Errorf("of a folder that can be written:\n%s", out)
	}
	book, err := casebook.Open(t.Context(), "sqlite:"+path, casebook.Options{Policy: rules.Default(time.UTC), Now: time.Now, Holder: "one/1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	if _, out, _ := s.command("check"); !strings.Contains(out, "✓ store\n") {
		t.Errorf("of a book that can be written:\n%s", out)
	}
	mount(t, "--bind", path, path)
	t.Cleanup(func() { unmount(t, path) })
	mount(t, "-o", "remount,bind,ro", path)
	s.fails(exitFailed, "✗ store: "+path+" cannot be written: read-only file system", "check")
}
