package mailbox

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"strings"

	"github.com/emersion/go-imap/v2"
)

const (
	maxPlainLine  = 8 << 10 // RFC 7162 §4
	maxPlainLines = 100     // until STARTTLS is answered; two are usual
)

const (
	errLetIn = fault("the server logs us in over an open line")
	errNoTLS = fault("the server does not answer STARTTLS")
)

// startTLS makes an open line a protected one (RFC 9051 §6.2.1). The library can
// do that too, but keeps what came before: anybody on the way may have sent it,
// capabilities and mails among it. Here nothing of it is kept, and the library
// begins on the protected line. It also sees what is measured, not ciphertext.
func (c *Conn) startTLS(ctx context.Context, config *tls.Config) error {
	if err := c.await(ctx, c.askForTLS); err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	protected := tls.Client(c.wire.raw, config)
	if err := protected.HandshakeContext(within); err != nil {
		return err
	}
	// After STARTTLS no server greets again, and the library waits for one that does.
	c.wire.Conn = &greeted{protected, strings.NewReader("* OK\r\n")}
	return nil
}

// greeted is a connection on which a greeting comes first.
type greeted struct {
	net.Conn
	greeting *strings.Reader
}

func (g *greeted) Read(p []byte) (int, error) {
	if g.greeting.Len() > 0 {
		return g.greeting.Read(p)
	}
	return g.Conn.Read(p)
}

func (c *Conn) askForTLS() error {
	greeting, err := c.plainLine()
	if err != nil {
		return err
	}
	text, untagged := strings.CutPrefix(greeting, "* ")
	switch word, err := condition(text); {
	case !untagged:
		return errNotIMAP
	case word == imap.StatusResponseTypePreAuth:
		return errLetIn // RFC 9051 §7.1.4
	case err != nil:
		return err
	}
	if _, err := io.WriteString(c.wire, "s STARTTLS\r\n"); err != nil {
		return err
	}
	for range maxPlainLines {
		line, err := c.plainLine()
		if err != nil {
			return err
		}
		if answer, tagged := strings.CutPrefix(line, "s "); tagged {
			_, err := condition(answer)
			return err
		}
	}
	return errNoTLS
}

// condition reads a server's OK, NO, BAD, BYE or PREAUTH (RFC 9051 §7.1). All but
// OK and PREAUTH are an error.
func condition(text string) (imap.StatusResponseType, error) {
	word, rest, _ := strings.Cut(text, " ")
	code, isCode := strings.CutPrefix(rest, "[")
	if code, _, _ = strings.Cut(code, "]"); !isCode || !statusForm.MatchString(code) {
		code = ""
	}
	switch kind := imap.StatusResponseType(strings.ToUpper(word)); kind {
	case imap.StatusResponseTypeOK, imap.StatusResponseTypePreAuth:
		return kind, nil
	case imap.StatusResponseTypeNo, imap.StatusResponseTypeBad, imap.StatusResponseTypeBye:
		return kind, &imap.Error{Type: kind, Code: imap.ResponseCode(strings.ToUpper(code))}
	}
	return "", errNotIMAP
}

// plainLine reads a line byte by byte: what follows it may be TLS already.
func (c *Conn) plainLine() (string, error) {
	var line []byte
	for b := make([]byte, 1); len(line) < maxPlainLine; {
		if _, err := io.ReadFull(c.wire, b); err != nil {
			return "", err
		}
		if b[0] == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		line = append(line, b[0])
	}
	return "", errLongLine
}
