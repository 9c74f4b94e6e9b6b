package mailbox

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
)

// openly puts a server before the liar that speaks STARTTLS: greeting and answer
// are what it says before, where TAG stands for the command's tag. It counts the
// connections that became protected.
func openly(t *testing.T, l *liar, greeting, answer string) (account Account, protected *atomic.Int64) {
	t.Helper()
	cert, ca, err := fakeimap.Certificate(time.Now().AddDate(1, 0, 0), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	protected = new(atomic.Int64)
	talk := func(conn net.Conn) {
		defer conn.Close()
		lines := bufio.NewReader(conn)
		_, _ = io.WriteString(conn, greeting)
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		tag, _, _ := strings.Cut(line, " ")
		_, _ = io.WriteString(conn, strings.ReplaceAll(answer, "TAG", tag))
		safe := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{cert}})
		if safe.Handshake() != nil {
			return
		}
		protected.Add(1)
		for lines := bufio.NewReader(safe); ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			tag, command, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
			said, last := strings.CutSuffix(l.say(tag, command), fakeimap.HangUp)
			if _, err := io.WriteString(safe, said); err != nil || last {
				return
			}
		}
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go talk(conn)
		}
	}()
	return Account{
		Name: "onboarding", Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, Security: StartTLS, CAFile: file,
		Username: "shop", Password: func() (string, error) { return "secret", nil }, Patience: time.Minute,
	}, protected
}

const (
	openGreeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"
	goOn         = "TAG OK begin\r\n"
)

func TestNothingThatCameBeforeTLSIsBelieved(t *testing.T) {
	l, _ := newLiar(t, 2)
	l.now(func() {
		l.fetch = only(2, "* 2 FETCH (UID 2 BODY[] NIL)\r\n")
	})
	forged := fmt.Sprintf("* 2 FETCH (UID 2 BODY[] {%d}\r\n%s)\r\n", len(dispute(9)), dispute(9))
	account, _ := openly(t, l, openGreeting, "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n"+forged+goOn)
	s := newStory(t, account)
	s.must(s.poll())
	if len(s.got) != 2 || s.got[1].Body != nil || !errors.Is(s.got[1].Fault, errHollow) {
		t.Fatalf("handed on %+v", s.got)
	}
}

func TestLineThatIsNotProtectedHearsNoPassword(t *testing.T) {
	for name, c := range map[string]struct {
		greeting, answer, hint string
		want                   error // nil: any
	}{
		"logged in already":     {"* PREAUTH [CAPABILITY IMAP4rev1] customer@shop.example\r\n", goOn, "security: tls", nil},
		"bytes before the TLS":  {openGreeting, goOn + "* OK customer@shop.example\r\n", "", nil},
		"STARTTLS is not known": {openGreeting, "TAG BAD customer@shop.example\r\n", "993", nil},
		"STARTTLS is refused":   {openGreeting, "TAG NO [UNAVAILABLE] customer@shop.example\r\n", "993", nil},
		"too many connections":  {"* BYE [UNAVAILABLE] customer@shop.example\r\n", "", "too many connections", nil},
		"another protocol":      {"220 customer@shop.example ESMTP\r\n", goOn, "host and port", nil},
		"another answer":        {openGreeting, "TAG CUSTOMER\r\n", "host and port", nil},
		"a greeting of no end":  {"* OK " + strings.Repeat("x", 1<<20), "", "", errLongLine},
		"no end before the TLS": {openGreeting, strings.Repeat("* OK customer\r\n", 1000), "", errNoTLS},
	} {
		t.Run(name, func(t *testing.T) {
			l, _ := newLiar(t, 1)
			heard := 0
			l.now(func() { l.answer = func(string, string) string { heard++; return "" } })
			account, protected := openly(t, l, c.greeting, c.answer)
			_, err := Dial(t.Context(), account)
			connect := new(ConnectError)
			if !errors.As(err, &connect) || !strings.Contains(connect.Hint, c.hint) || c.want != nil && !errors.Is(err, c.want) || strings.Contains(strings.ToLower(err.Error()), "customer") {
				t.Errorf("got %v", err)
			}
			l.now(func() {
				if heard > 0 || protected.Load() > 0 {
					t.Errorf("it heard %d commands", heard)
				}
			})
		})
	}
}
