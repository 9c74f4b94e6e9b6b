package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// How the line to the server is protected.
const (
	TLS      = "tls"      // from the first byte
	StartTLS = "starttls" // from the STARTTLS command on, before the login
	None     = "none"     // not at all; to loopback only
)

const (
	// connectLimit holds for the TCP connection and the TLS handshake: three
	// SYN retries (1+2+4 s) and a slow resolver fit.
	connectLimit = 30 * time.Second
	// defaultPatience is how long a server may stay silent: a cold cache of
	// 100,000 mails takes 15 s to search.
	defaultPatience = 2 * time.Minute
	// logoutLimit is how long a polite end may take; nothing depends on it.
	logoutLimit = 2 * time.Second
)

// Account is one mailbox and the way to it.
type Account struct {
	Name     string // in the config; errors name it
	Host     string
	Port     int
	Security string // TLS, StartTLS or None
	CAFile   string // PEM certificates trusted instead of the system's; "" for those
	Username string
	Password func() (string, error) // read anew at each login
	Tokens   Tokens                 // in place of Password: a login by OAuth2

	// Patience is how long the server may stay silent while we wait for it, and
	// how long each step of the login may take in all; zero is 2 minutes. One
	// exchange after the login may take ten times that.
	Patience time.Duration
}

// Conn is a connection to a mailbox, logged in. It is for one goroutine.
type Conn struct {
	account Account
	client  *imapclient.Client
	wire    *wire
	strays  strays
	bytes   atomic.Int64 // received, after TLS
	trips   int          // exchanges waited for
	in      bool         // logged in
	folders []Folder     // listed once
}

// Dial connects to the account's server and logs in. Each step has a deadline.
// The errors are *ConnectError and *AuthError.
func Dial(ctx context.Context, a Account) (*Conn, error) {
	if a.Patience <= 0 {
		a.Patience = defaultPatience
	}
	c := &Conn{account: a}
	if err := c.open(ctx); err != nil {
		return nil, fmt.Errorf("mailbox %s: %w", a.Name, err)
	}
	return c, nil
}

// open connects and logs in; on an error nothing stays open.
func (c *Conn) open(ctx context.Context) error {
	if c.account.Tokens != nil {
		return c.openByToken(ctx)
	}
	return c.openBy(ctx, func() error { return c.login(ctx) })
}

// openBy connects and logs in by one way of login.
func (c *Conn) openBy(ctx context.Context, login func() error) error {
	c.in = false
	if err := c.connect(ctx); err != nil {
		return c.connectError(err)
	}
	if c.client.State() != imap.ConnStateAuthenticated { // else it greeted us with PREAUTH
		if err := login(); err != nil {
			c.wire.cut(net.ErrClosed)
			return err
		}
	}
	c.in = true
	return nil
}

// connect leads to a server that has greeted us over a protected line.
func (c *Conn) connect(ctx context.Context) error {
	a := c.account
	config, err := a.tlsConfig()
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	raw, err := new(net.Dialer).DialContext(within, "tcp", a.address())
	if err != nil {
		return err
	}
	c.wire = &wire{Conn: raw, raw: raw, bytes: &c.bytes}
	switch a.Security {
	case TLS:
		protected := tls.Client(raw, config)
		err = protected.HandshakeContext(within)
		c.wire.Conn = protected
	case StartTLS:
		err = c.startTLS(ctx, config)
	case None:
		err = onlyLoopback(raw.RemoteAddr())
	default:
		err = fmt.Errorf("security %q: want tls, starttls or none", a.Security)
	}
	if err == nil {
		err = c.await(ctx, func() error {
			c.client = imapclient.New(c.wire, &imapclient.Options{
				UnilateralDataHandler: &imapclient.UnilateralDataHandler{Fetch: c.strays.take},
			})
			return c.client.WaitGreeting()
		})
	}
	if err != nil {
		c.wire.cut(err)
	}
	return err
}

func (a Account) address() string {
	return net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
}

func (a Account) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{ServerName: a.Host, MinVersion: tls.VersionTLS12}
	if a.CAFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(a.CAFile)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file %s: %w", a.CAFile, errNoCertificate)
	}
	return config, nil
}

func onlyLoopback(addr net.Addr) error {
	if tcp, ok := addr.(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return errNotLoopback
	}
	return nil
}

// login gives name and password. LOGIN is what every server knows; AUTHENTICATE
// PLAIN is for those that switched it off and for passwords that are not ASCII.
func (c *Conn) login(ctx context.Context) error {
	password, err := c.account.Password()
	if err != nil {
		return fmt.Errorf("password: %w", err)
	}
	err = c.await(ctx, func() error {
		caps := c.client.Caps()
		plain := caps.Has(imap.AuthCap(sasl.Plain))
		if plain && (caps.Has(imap.CapLoginDisabled) || !ascii(c.account.Username+password)) {
			return c.authenticate(sasl.NewPlainClient("", c.account.Username, password))
		}
		if caps.Has(imap.CapLoginDisabled) {
			return errNoLogin
		}
		return c.client.Login(c.account.Username, password).Wait()
	})
	return c.loginError(err)
}

// lastWord is how long a login that has ended may take to say so once the
// connection is closed.
const lastWord = time.Second

// authenticate ends with the connection, as the library does not: where a server
// asks to go on and says no without waiting, what is sent thereupon is waited on
// for ever. That goroutine stays, with some 20 kB.
func (c *Conn) authenticate(by sasl.Client) error {
	client, ended := c.client, make(chan error, 1)
	go func() { ended <- client.Authenticate(by) }()
	select {
	case err := <-ended:
		return err
	case <-client.Closed():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(lastWord):
		return errBroken
	}
}

func ascii(s string) bool {
	for _, r := range s {
		if r > 0x7e || r < 0x20 {
			return false
		}
	}
	return true
}

// Close says goodbye and closes the connection. It never waits long for the
// server, and an error here loses nothing: nobody needs to act on it.
func (c *Conn) Close() error {
	if c.wire.cause() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), min(logoutLimit, c.account.Patience))
	defer cancel()
	err := c.await(ctx, func() error { return c.client.Logout().Wait() })
	c.wire.cut(net.ErrClosed)
	if err != nil {
		return fmt.Errorf("mailbox %s: log out: %w", c.account.Name, err)
	}
	return nil
}

// await runs one exchange with the server, under guard.
func (c *Conn) await(ctx context.Context, exchange func() error) error {
	err := c.guard(ctx, exchange)
	if c.wire.sent.Swap(false) {
		c.trips++
	}
	return err
}

// guard runs what sends to the server or reads from it. Meanwhile the end of
// ctx, a silence longer than the account's patience, or ten times that in all
// (once until the login: no mail is sought there) cut the connection: there is no
// other way to stop the library from waiting.
func (c *Conn) guard(ctx context.Context, do func() error) error {
	if cause := c.wire.cause(); cause != nil {
		return cause
	}
	stop := context.AfterFunc(ctx, func() { c.wire.cut(context.Cause(ctx)) })
	defer stop()
	whole := c.account.Patience
	if c.in {
		whole *= 10
	}
	watch := c.wire.watch(c.account.Patience, whole)
	defer watch.stop()
	err := do()
	if cause := c.wire.cause(); err != nil && cause != nil {
		return cause
	}
	if err != nil && !errors.As(err, new(*imap.Error)) {
		err = clean(err)
		c.wire.cut(err)
	}
	return err
}
