package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

// A connection may end after any byte that the server sends, at a first scan and
// at a poll with new mail: no mail is lost, none is handed on twice, and the next
// poll works.
func TestConnectionThatEndsAfterAnyByteLosesNoMail(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	t.Run("each", func(t *testing.T) { // returns when all of them have ended
		for _, known := range []int{0, 2} { // mails that were read before
			for _, reset := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d mails known, reset %v", known, reset), func(t *testing.T) {
					t.Parallel()
					cutAnywhere(t, known, reset)
				})
			}
		}
	})
	settled(t, goroutines)
}

func cutAnywhere(t *testing.T, known int, reset bool) {
	server, account := fake(t, fakeimap.Options{Security: None})
	before := newStory(t, account)
	for i := range known / 2 {
		add1(t, server, "INBOX", dispute(i), now)
		add1(t, server, "INBOX", foreign(i), now)
		before.must(before.poll())
	}
	for i := range 2 {
		add1(t, server, "INBOX", dispute(10+i), now)
		add1(t, server, "INBOX", foreign(10+i), now)
	}
	total := sessionBytes(t, account, before.pos)
	for n := range total {
		server.CutAfter(n+1, reset)
		s := newStory(t, account)
		s.pos = before.pos
		_ = s.poll() // it may fail or not
		server.CutAfter(0, false)
		s.must(s.poll())
		// A mail that cannot be had through this weather alone is a fault,
		// be it one of ours or not; it is handed on as that.
		ours, other := uint32(known+1), uint32(known+2)
		if s.uids[ours] != 1 || s.uids[ours+2] != 1 || s.uids[other] > 1 || s.uids[other+2] > 1 || count(s.pos.Seen) != known+4 {
			t.Fatalf("cut after %d bytes, reset %v: handed on %v, seen %s", n+1, reset, s.uids, s.pos.Seen)
		}
	}
	t.Logf("%d cuts, reset %v, %d mails known", total, reset, known)
}

// sessionBytes is how much the server sends in one whole poll from pos on.
func sessionBytes(t *testing.T, a Account, pos rules.Position) int64 {
	c, err := Dial(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	s := newStory(t, a)
	s.pos = pos
	s.must(s.read(t.Context(), c))
	s.must(c.Close())
	return c.bytes.Load()
}

// settled waits until no more goroutines run than before; minutes end it where they
// never will.
func settled(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); runtime.NumGoroutine() > before+2; runtime.Gosched() {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, before %d\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// The server may fall silent before any of its answers: the poll ends within
// the account's patience, names it, and the next one works.
func TestSilenceAtAnyStepEndsThePoll(t *testing.T) {
	for step := range 6 {
		l, account := newLiar(t, 2)
		account.Patience = 100 * time.Millisecond
		n := 0
		answer := func(string, string) string {
			if n++; n > step {
				return silence
			}
			return ""
		}
		l.now(func() { l.answer = answer })
		s := newStory(t, account)
		started := time.Now()
		err := s.poll()
		if step < 5 && !errors.Is(err, errSilent) && !errors.Is(err, errSlow) { // the sixth answer is the goodbye
			t.Errorf("step %d: %v", step, err)
		}
		if took := time.Since(started); took > time.Minute {
			t.Errorf("step %d took %v", step, took)
		}
		l.now(func() { l.answer = nil })
		s.account.Patience = time.Minute
		s.must(s.poll())
		s.once(2)
	}
}

// The server may say BYE instead of any of its answers: the poll says so, or
// goes on over another connection, and the next one works.
func TestByeAtAnyStepLosesNoMail(t *testing.T) {
	for _, known := range []uint32{0, 2} {
		for step := range 6 {
			l, account := newLiar(t, int(known))
			s := newStory(t, account)
			s.must(s.poll())
			l.now(func() {
				l.mails[known+1], l.mails[known+2], l.next = dispute(int(known)+1), dispute(int(known)+2), known+3
				n := 0
				l.answer = func(string, string) string {
					if n++; n == step+1 {
						return "* BYE [UNAVAILABLE] customer@shop.example is too busy\r\n" + fakeimap.HangUp
					}
					return ""
				}
			})
			if err := s.poll(); err != nil && strings.Contains(err.Error(), "customer") {
				t.Errorf("step %d: the server's words are told: %v", step, err)
			}
			l.now(func() { l.answer = nil })
			s.must(s.poll())
			s.once(int(known) + 2)
		}
	}
}

// A line without an end costs no more memory than its bound, at any step, and a
// literal that is announced too long is not waited for.
func TestEndlessLineEndsThePollAndFillsNoMemory(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		want error
	}{
		"line":    {"* OK " + strings.Repeat("x", 50<<20), errLongLine},
		"literal": {fmt.Sprintf("* LIST () NIL {%d}\r\n", int64(1)<<40) + strings.Repeat("x", 50<<20), errLongText},
	} {
		for step := range 5 {
			l, account := newLiar(t, 2)
			account.Patience = 5 * time.Minute // the library takes its time for each byte
			n := 0
			l.now(func() {
				l.answer = func(string, string) string {
					if n++; n > step {
						return c.line // each time: also over a new connection
					}
					return ""
				}
			})
			s := newStory(t, account)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := s.poll()
			runtime.ReadMemStats(&after)
			if !errors.Is(err, c.want) {
				t.Errorf("%s at step %d: %v", name, step, err)
			}
			said := 0 // by the liar, which copies it once
			l.now(func() { said = (n - step) * len(c.line) })
			if mb := (int(after.TotalAlloc-before.TotalAlloc) - said) >> 20; mb > 100 {
				t.Errorf("%s at step %d: %d MB were allocated", name, step, mb)
			}
			l.now(func() { l.answer = nil })
			s.must(s.poll())
			s.once(2)
		}
	}
}

// The library never comes back from a parenthesis among capabilities: no poll of
// any mailbox would be the last if it got there.
func TestParenthesisAmongCapabilitiesEndsThePoll(t *testing.T) {
	for name, c := range map[string]struct{ step, said string }{
		"greeting": {"", "* OK [CAPABILITY IMAP4rev1 (x)] ready\r\n"},
		"at once":  {"", "* OK [CAPABILITY(x)] ready\r\n"},
		"login":    {"LOGIN", "TAG OK [CAPABILITY IMAP4rev1(] in\r\n"},
		"untagged": {"LOGIN", "* capability IMAP4rev1 AUTH=PLAIN (x)\r\nTAG OK in\r\n"},
		"numbered": {"EXAMINE", "* 5 CAPABILITY (x)\r\nTAG OK in\r\n"},
		"enabled":  {"EXAMINE", "* ENABLED (x)\r\nTAG OK in\r\n"},
	} {
		l, account := newLiar(t, 1)
		account.Patience = 5 * time.Minute
		l.now(func() {
			l.answer = func(tag, command string) string {
				if command == c.step || c.step != "" && strings.HasPrefix(command, c.step) {
					return strings.ReplaceAll(c.said, "TAG", tag)
				}
				return ""
			}
		})
		s := newStory(t, account)
		if err := s.poll(); !errors.Is(err, errNotIMAP) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The library reads what is nested by calling itself; a million levels would end
// the process.
func TestAnswerNestedWithoutEndEndsThePoll(t *testing.T) {
	for name, text := range map[string]string{
		"at once":       "* 1 FETCH (UID 1 BODYSTRUCTURE " + strings.Repeat("(", 7<<20) + "\r\n",
		"over literals": "* 1 FETCH (UID 1 BODYSTRUCTURE " + strings.Repeat("("+strings.Repeat("(", 900)+"{0}\r\n", 5000) + "\r\n",
		// What the library reads on as one response, and what it does not read as a literal.
		"over lines in quotes":      "* 1 FETCH (UID 1 BODYSTRUCTURE " + strings.Repeat(strings.Repeat("(", 900)+"(\"text\" \"\n\" NIL NIL NIL NIL 1)", 16_000),
		"over escaped lines":        "* 1 FETCH (UID 1 BODYSTRUCTURE " + strings.Repeat(strings.Repeat("(", 900)+"(\"\\\"\\\n\" \"x\" NIL NIL NIL NIL 1)", 16_000),
		"over literals and a blank": "* 1 FETCH (UID 1 BODYSTRUCTURE " + strings.Repeat(strings.Repeat("(", 900)+"(\"text\" {1} \r\n\n NIL NIL NIL NIL 1)", 16_000),
		"over literals of zeros":    "* 1 FETCH (UID 1 BODYSTRUCTURE " + strings.Repeat(strings.Repeat("(", 900)+"(\"text\" {0000000000000000000000000001}\r\n\n NIL NIL NIL NIL 1)", 16_000),
		"behind a text":             "* OK 1 FETCH {40000000}\r\n* 1 FETCH (UID 1 BODYSTRUCTURE " + strings.Repeat("(", 16_000_000),
		"behind a tagged text":      "T9 FETCH {40000000}\r\n* 1 FETCH (UID 1 BODYSTRUCTURE " + strings.Repeat("(", 16_000_000),
		"behind a code": "* OK [X y\r\n* 1 FETCH (BODY[] {40000000}\r\n] x\r\n* 1 FETCH (UID 1 BODYSTRUCTURE " +
			strings.Repeat("(", 16_000_000),
	} {
		l, account := newLiar(t, 2)
		account.Patience = 5 * time.Minute
		l.now(func() {
			l.answer = func(_, command string) string {
				if strings.HasPrefix(command, "EXAMINE") {
					return text
				}
				return ""
			}
		})
		s := newStory(t, account)
		if err := s.poll(); !errors.Is(err, errNotIMAP) && !errors.Is(err, errLongText) {
			t.Errorf("%s: %v", name, err)
		}
		l.now(func() { l.answer = nil })
		s.must(s.poll())
		s.once(2)
	}
}

func TestParenthesesElsewhereEndNothing(t *testing.T) {
	text := "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN] Dovecot (Debian) ready.\r\n" +
		"* CAPABILITY IMAP4rev1\r\nT1 OK Capability completed (0.001 + 0.000 secs).\r\nT1 OK CAPABILITY completed (0.001 secs)\r\n" +
		"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (CAPABILITY)] {4}\r\n* CA)\r\n* LIST (\\CAPABILITY) \"/\" CAPABILITY\r\n" +
		"* OK 5\" of {9000000}\r\n+ a \"\r\n* OK [PERMANENTFLAGS (\\Deleted \\*)] \"\r\n* OK see [1\r\nT2 NO no {9000000}\r\nT3 OK\r\n" +
		"* LIST () \"\\\\\" \"a \\\" \\\\\"\r\n* 3 FETCH(UID 3 BODY[] \"(\")\r\n* FLAGS (\\Seen) \r\n\r\n"
	for size := 1; size <= len(text); size++ {
		var b bound
		for rest := []byte(text); len(rest) > 0; {
			n := min(size, len(rest))
			if _, err := b.pass(rest[:n]); err != nil {
				t.Fatalf("in pieces of %d, before %q: %v", size, rest[n:], err)
			}
			rest = rest[n:]
		}
	}
	var b bound
	mails := strings.Repeat("* 1 FETCH (UID 1 BODY[] {2000}\r\n"+strings.Repeat("(", 2000)+")\r\n", maxOpen)
	if _, err := b.pass([]byte(mails)); err != nil {
		t.Errorf("in mails: %v", err)
	}
}

func TestTextsAreBoundedByWhatTheyAreOf(t *testing.T) {
	literal := func(n int) string { return fmt.Sprintf("{%d}\r\n%s", n, strings.Repeat("x", n)) }
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"a mail":                 {"* 1 FETCH (UID 1 RFC822.SIZE 11000000 BODY[] " + literal(11<<20) + ")\r\n", true},
		"a mail in small":        {"* 1 fetch (body[] " + literal(1<<20) + ")\r\n", true},
		"mails":                  {strings.Repeat("* 1 FETCH (UID 1 BODY[] "+literal(1<<20)+")\r\n", 60), true},
		"too long":               {"* 1 FETCH (UID 1 BODY[] {50000000}\r\n", false},
		"too many of a mail":     {"* 1 FETCH (UID 1 ENVELOPE (" + strings.Repeat(literal(1<<20)+" ", 50), false},
		"a folder":               {"* LIST () \"/\" " + literal(100) + "\r\n", true},
		"a long folder":          {"* LIST () \"/\" " + literal(1<<20) + "\r\n", false},
		"folders":                {strings.Repeat("* LIST () \"/\" "+literal(1000)+"\r\n", 1000), true},
		"a folder of many names": {"* LIST () \"/\" " + strings.Repeat(literal(1000)+" ", 100), false},
		"a word as FETCH":        {"* LIST " + literal(0) + " FETCH " + literal(1<<20) + "\r\n", false},
		"a folder named FETCH":   {"* LIST () \"/\" FETCH " + literal(1<<20) + "\r\n", false},
	} {
		var b bound
		if _, err := b.pass([]byte(c.text)); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLengthsAreMeasuredHoweverTheBytesAreCut(t *testing.T) {
	text := "* 1 FETCH (UID 1 BODY[] {12}\r\nab\ncd {99}\r\n)\r\n* LIST () NIL {0000000003} \n\"\n\"\r\n* LIST () NIL {3} \r\n(\"(\r\n"
	for size := 1; size <= len(text); size++ {
		var b bound
		for rest := []byte(text); len(rest) > 0; {
			n := min(size, len(rest))
			if _, err := b.pass(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if b.line != 0 || b.literal != 0 {
			t.Errorf("in pieces of %d: a line of %d, a literal of %d", size, b.line, b.literal)
		}
	}
}

// The password is changed while mails are read, and the connection ends.
func TestPasswordThatIsRevokedInMidFlightIsNamedAndNothingIsLost(t *testing.T) {
	l, account := newLiar(t, 3)
	s := newStory(t, account)
	revoked := false
	l.now(func() {
		l.answer = func(tag, command string) string {
			switch {
			case strings.Contains(command, "BODY.PEEK[]") && !revoked:
				revoked = true
				return honest(1, body, dispute(1)) + fakeimap.HangUp
			case strings.HasPrefix(command, "LOGIN") && revoked:
				return tag + " NO [AUTHENTICATIONFAILED] customer@shop.example is gone\r\n"
			}
			return ""
		}
	})
	err := s.poll()
	if auth := new(AuthError); !errors.As(err, &auth) || auth.Hint == "" || strings.Contains(err.Error(), "customer") {
		t.Errorf("got %v", err)
	}
	l.now(func() { l.answer = nil })
	s.must(s.poll())
	s.once(3)
}

func TestWhatCanBeDoneIsSaidOnce(t *testing.T) {
	for name, login := range map[string]string{"busy": "TAG NO [UNAVAILABLE] later\r\n", "away": "* BYE later\r\n" + fakeimap.HangUp} {
		l, account := newLiar(t, 3)
		lost := false
		l.now(func() {
			l.answer = func(tag, command string) string {
				switch {
				case strings.Contains(command, "BODY.PEEK[]"):
					lost = true
					return fakeimap.HangUp
				case strings.HasPrefix(command, "LOGIN") && lost:
					return strings.ReplaceAll(login, "TAG", tag)
				}
				return ""
			}
		})
		s := newStory(t, account)
		if err := s.poll(); err == nil || strings.Count(err.Error(), "hint: ") != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// silence is a line that is no answer: the liar says nothing else.
const silence = "* OK wait\r\n"

func TestDripOfBytesEndsThePoll(t *testing.T) {
	_, account := newLiar(t, 1)
	account.Patience = 50 * time.Millisecond
	listener := relay(t, account.Port, func(to net.Conn, from net.Conn) {
		b := make([]byte, 1)
		for {
			if _, err := from.Read(b); err != nil {
				return
			}
			if _, err := to.Write(b); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond) // the weather, not a wait for something
		}
	})
	account.Port = listener
	s := newStory(t, account)
	err := s.poll()
	if !errors.Is(err, errSilent) {
		t.Errorf("got %v", err)
	}
}

// How long an exchange may last does not depend on what trickles in meanwhile.
func TestServerThatTricklesIsLeftInTime(t *testing.T) {
	for name, c := range map[string]struct {
		in      bool // logged in
		trickle string
		want    error
		lasts   time.Duration
	}{
		"nothing":                {true, "", errSilent, time.Minute},
		"bytes":                  {true, "x", errSilent, time.Minute},
		"lines":                  {true, "* OK wait\r\n", errSlow, 10 * time.Minute},
		"lines before the login": {false, "* OK wait\r\n", errSlow, time.Minute},
		"bytes before the login": {false, "x", errSilent, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				conn := &Conn{account: Account{Patience: time.Minute}, in: c.in}
				conn.wire = &wire{Conn: ours, raw: ours, bytes: &conn.bytes}
				var server sync.WaitGroup
				server.Go(func() {
					for {
						time.Sleep(7 * time.Second)
						if _, err := io.WriteString(theirs, c.trickle); err != nil {
							return
						}
					}
				})
				began := time.Now()
				err := conn.guard(t.Context(), func() error {
					_, err := io.Copy(io.Discard, conn.wire)
					return errors.Join(err, io.ErrUnexpectedEOF)
				})
				if took := time.Since(began); !errors.Is(err, c.want) || took < c.lasts || took > c.lasts+10*time.Second {
					t.Errorf("%v after %v, want %v after %v", err, took, c.want, c.lasts)
				}
				theirs.Close()
				server.Wait()
			})
		})
	}
}

// An answer of many lines that never ends fills no memory.
func TestAnswerWithoutAnEndEndsThePoll(t *testing.T) {
	for name, line := range map[string]string{
		"status": "* OK " + strings.Repeat("wait ", 20_000) + "\r\n", "found": "* SEARCH" + strings.Repeat(" 1", 40_000) + "\r\n",
	} {
		l, account := newLiar(t, 2)
		account.Patience = 5 * time.Minute
		text := strings.Repeat(line, maxLines/len(line)+2)
		l.now(func() {
			l.answer = func(_, command string) string {
				if strings.HasPrefix(command, "EXAMINE") {
					return text
				}
				return ""
			}
		})
		s := newStory(t, account)
		if err := s.poll(); !errors.Is(err, errNoEnd) {
			t.Errorf("%s: %v", name, err)
		}
		l.now(func() { l.answer = nil })
		s.must(s.poll())
		s.once(2)
	}
}

// relay stands before a server; down carries the server's answers.
func relay(t *testing.T, port int, down func(to, from net.Conn)) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
			if err != nil {
				client.Close()
				continue
			}
			go func() {
				defer server.Close()
				b := make([]byte, 4096)
				for {
					n, err := client.Read(b)
					if err != nil {
						return
					}
					if _, err := server.Write(b[:n]); err != nil {
						return
					}
				}
			}()
			go func() {
				defer client.Close()
				down(client, server)
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

func TestEndOfTheContextEndsReadingAtOnce(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	add1(t, server, "INBOX", dispute(1), now)
	c, err := Dial(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	server.Stall(true)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	s := newStory(t, account)
	if err := s.read(ctx, c); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	server.Stall(false)
	s.must(s.poll())
	s.said("dispute 1")
}

func TestUnsafeOrWrongServerIsNamedWithAHint(t *testing.T) {
	good, account := fake(t, fakeimap.Options{})
	_, expired := fake(t, fakeimap.Options{Until: time.Now().Add(-time.Hour)})
	_, other := fake(t, fakeimap.Options{Name: "imap.other.example"})
	_, open := fake(t, fakeimap.Options{Security: None})
	ca := t.TempDir() + "/none.pem"
	if err := os.WriteFile(ca, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from   Account
		change func(*Account)
		hint   string
	}{
		"unknown host":        {account, func(a *Account) { a.Host = "imap..invalid" }, "host"}, // no name server is asked
		"nothing listens":     {account, func(a *Account) { a.Port = 1 }, "nothing listens"},
		"unknown authority":   {account, func(a *Account) { a.CAFile = "" }, "ca_file"},
		"no authority":        {account, func(a *Account) { a.CAFile = ca }, "PEM"},
		"no CA file":          {account, func(a *Account) { a.CAFile = "/nowhere" }, "PEM"},
		"expired certificate": {expired, func(*Account) {}, "expired"},
		"certificate's name":  {other, func(*Account) {}, "another name"},
		"no TLS there":        {open, func(a *Account) { a.Security, a.CAFile = TLS, account.CAFile }, "starttls"},
		"no STARTTLS there":   {open, func(a *Account) { a.Security, a.CAFile = StartTLS, account.CAFile }, "tls"},
		"never greets":        {account, func(a *Account) { a.Security, a.Patience = None, 100*time.Millisecond }, "check host and port"},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.from
			c.change(&a)
			_, err := Dial(t.Context(), a)
			connect := new(ConnectError)
			if !errors.As(err, &connect) || !strings.Contains(connect.Hint, c.hint) {
				t.Errorf("got %v", err)
			}
		})
	}
	if n := good.Logins(); n != 0 {
		t.Errorf("%d logins over lines that were not safe", n)
	}
}

// The root of a test may read everything.
func TestAuthorityThatMayNotBeReadIsNoSilence(t *testing.T) {
	closed := fmt.Errorf("ca_file: %w", &fs.PathError{Op: "open", Path: "/x.pem", Err: syscall.EACCES})
	if hint := connectHint(closed); !strings.Contains(hint, "ca_file") || !strings.Contains(hint, "open to the user") {
		t.Errorf("hint %q", hint)
	}
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EACCES)} // by a firewall
	if hint := connectHint(refused); strings.Contains(hint, "ca_file") {
		t.Errorf("hint %q", hint)
	}
}

// A name server that does not answer says nothing about the host's name.
func TestSilentNameServerIsNoWrongHost(t *testing.T) {
	gone := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "i/o timeout", Name: "imap.shop.example", IsTimeout: true}}
	if hint := connectHint(gone); !strings.Contains(hint, "name server") || strings.Contains(hint, "check host") {
		t.Errorf("hint %q", hint)
	}
}

func TestBusyServerIsNoWrongPassword(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	for code, wrong := range map[string]bool{"UNAVAILABLE": false, "LIMIT": false, "": true, "AUTHENTICATIONFAILED": true, "EXPIRED": true} {
		server.Refuse(true, code)
		_, err := Dial(t.Context(), account)
		if err == nil || errors.As(err, new(*AuthError)) != wrong {
			t.Errorf("code %q: %v", code, err)
		}
	}
	server.Refuse(false, "")
	s := newStory(t, account)
	s.must(s.poll())
}

func TestPasswordThatIsNotASCIIGoesByPlain(t *testing.T) {
	_, account := fake(t, fakeimap.Options{Username: "shop", Password: "käse 🧀"})
	account.Password = func() (string, error) { return "käse 🧀", nil }
	s := newStory(t, account)
	s.must(s.poll())
	account.Password = func() (string, error) { return "käse", nil }
	s.account = account
	if err := s.poll(); !errors.As(err, new(*AuthError)) {
		t.Errorf("got %v", err)
	}
}

func TestLoginIsByTheWayThatTheServerTakes(t *testing.T) {
	for _, tt := range []struct{ caps, password, by string }{
		{"", "secret", "LOGIN"},
		{"AUTH=PLAIN", "secret", "LOGIN"},
		{"AUTH=PLAIN", "käse", "AUTHENTICATE"},
		{"AUTH=PLAIN", "tab\t", "AUTHENTICATE"},
		{"AUTH=PLAIN LOGINDISABLED", "secret", "AUTHENTICATE"},
		{"LOGINDISABLED", "secret", ""}, // which is not said to it at all
	} {
		l, account := newLiar(t, 1)
		by := ""
		l.now(func() {
			l.answer = func(tag, command string) string {
				switch verb, _, _ := strings.Cut(command, " "); {
				case tag == "":
					return "* OK [" + strings.TrimSpace("CAPABILITY IMAP4rev1 SASL-IR "+tt.caps) + "] ready\r\n"
				case verb == "LOGIN", verb == "AUTHENTICATE":
					by = verb
					return tag + " OK [CAPABILITY IMAP4rev1] in\r\n"
				}
				return ""
			}
		})
		account.Password = func() (string, error) { return tt.password, nil }
		c, err := Dial(t.Context(), account)
		if err == nil {
			c.Close()
		}
		if auth := new(AuthError); by != tt.by || (err == nil) != (tt.by != "") || err != nil && (!errors.As(err, &auth) || auth.Code != "LOGINDISABLED") {
			t.Errorf("%q with %q: by %q, %v", tt.caps, tt.password, by, err)
		}
	}
}

// Needs an address of this machine that is not loopback.
func TestNothingIsSaidOverAnOpenLineToAnotherAddress(t *testing.T) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range addrs {
		ip, ok := addr.(*net.IPNet)
		if !ok || ip.IP.IsLoopback() || ip.IP.To4() == nil {
			continue
		}
		listener, err := net.Listen("tcp", ip.IP.String()+":0")
		if err != nil {
			continue
		}
		defer listener.Close()
		heard := make(chan []byte, 1)
		go func() {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, "* OK [CAPABILITY IMAP4rev1] ready\r\n")
			text, _ := io.ReadAll(conn)
			heard <- text
		}()
		_, account := newLiar(t, 1)
		account.Host, account.Port = ip.IP.String(), listener.Addr().(*net.TCPAddr).Port
		if _, err := Dial(t.Context(), account); !errors.Is(err, errNotLoopback) {
			t.Errorf("got %v", err)
		}
		if text := <-heard; len(text) > 0 {
			t.Errorf("the server heard %q", text)
		}
		return
	}
	t.Skip("this machine has only loopback addresses")
}
