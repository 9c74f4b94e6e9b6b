package ingest_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/mailbox"
)

// rawClient does the least that a client can do to read a mailbox: it sends all
// that it knows to ask before it reads any answer, believes each, checks
// nothing and keeps nothing. It is what our reading is measured against.
type rawClient struct {
	conn  net.Conn
	lines *bufio.Reader
	tags  int

	mails, bytes int // read whole
}

func dialRaw(t testing.TB, a mailbox.Account) *rawClient {
	t.Helper()
	pem, err := os.ReadFile(a.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	conn, err := tls.Dial("tcp", net.JoinHostPort(a.Host, fmt.Sprint(a.Port)), &tls.Config{RootCAs: pool, ServerName: a.Host})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &rawClient{conn: conn, lines: bufio.NewReaderSize(conn, 64<<10)}
}

// send sends commands and returns the tag of the last.
func (c *rawClient) send(t testing.TB, commands ...string) string {
	t.Helper()
	var out strings.Builder
	for _, command := range commands {
		c.tags++
		fmt.Fprintf(&out, "a%d %s\r\n", c.tags, command)
	}
	if _, err := io.WriteString(c.conn, out.String()); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("a%d ", c.tags)
}

// until reads answers up to that of the command with the tag; each gets the
// lines and the literals between them.
func (c *rawClient) until(t testing.TB, tag string, each func(line, literal []byte)) {
	t.Helper()
	var literal []byte
	for {
		line, err := c.lines.ReadSlice('\n')
		if err != nil {
			t.Fatal(err)
		}
		line = bytes.TrimRight(line, "\r\n")
		if bytes.HasPrefix(line, []byte(tag)) {
			return
		}
		open := bytes.LastIndexByte(line, '{')
		if open < 0 || line[len(line)-1] != '}' {
			continue
		}
		n, err := strconv.Atoi(string(line[open+1 : len(line)-1]))
		if err != nil {
			t.Fatal(err)
		}
		if cap(literal) < n {
			literal = make([]byte, n)
		}
		said := append([]byte(nil), line...)
		literal = literal[:n]
		if _, err := io.ReadFull(c.lines, literal); err != nil {
			t.Fatal(err)
		}
		each(said, literal)
	}
}

const (
	rawLogin  = `LOGIN "shop" "secret"`
	rawFields = "BODY.PEEK[HEADER.FIELDS (FROM SENDER REPLY-TO SUBJECT LIST-ID X-ORIGINAL-FROM X-ORIGINAL-SENDER X-GOOGLE-ORIGINAL-FROM REFERENCES IN-REPLY-TO)]"
)

// scan reads the headers of all mails from first on and those of Klarna's whole.
func (c *rawClient) scan(t testing.TB, first int) {
	t.Helper()
	var wanted []string
	tag := c.send(t, rawLogin, "EXAMINE INBOX", fmt.Sprintf("UID FETCH %d:* (UID %s)", first, rawFields))
	texts := ""
	ask := func() {
		texts = c.send(t, "UID FETCH "+strings.Join(wanted, ",")+" BODY.PEEK[]")
		wanted = wanted[:0]
	}
	take := func(line, literal []byte) {
		if bytes.Contains(line, []byte("BODY[] {")) {
			c.mails, c.bytes = c.mails+1, c.bytes+len(literal)
			return
		}
		if !bytes.Contains(literal, []byte("klarna")) && !bytes.Contains(literal, []byte("Klarna")) {
			return
		}
		_, uid, _ := bytes.Cut(line, []byte("UID "))
		uid, _, _ = bytes.Cut(uid, []byte(" "))
		if wanted = append(wanted, string(uid)); len(wanted) == 100 {
			ask()
		}
	}
	c.until(t, tag, take)
	if len(wanted) > 0 {
		ask()
	}
	if texts != "" {
		c.until(t, texts, take)
	}
	c.bye(t)
}

// warm asks for all that any client here asks for before a mail is read whole, so
// that the server has it in its cache.
func (c *rawClient) warm(t testing.TB) {
	t.Helper()
	c.until(t, c.send(t, rawLogin, "EXAMINE INBOX", "UID FETCH 1:* (RFC822.SIZE "+rawFields+")"), func(_, _ []byte) {})
	c.bye(t)
}

// nothing looks for mails from uid on, of which there are none.
func (c *rawClient) nothing(t testing.TB, uid int) {
	t.Helper()
	c.until(t, c.send(t, rawLogin, "EXAMINE INBOX", fmt.Sprintf("UID SEARCH UID %d:4294967295", uid)), func(_, _ []byte) {})
	c.bye(t)
}

func (c *rawClient) bye(t testing.TB) {
	t.Helper()
	c.until(t, c.send(t, "LOGOUT"), func(_, _ []byte) {})
	c.conn.Close()
}
