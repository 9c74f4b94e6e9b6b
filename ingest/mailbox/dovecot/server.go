// Package dovecot starts a real Dovecot on loopback for tests: with TLS by an
// authority of its own, users with passwords, and mails in Maildir folders. It
// keeps out of the way of one that the machine may run.
package dovecot

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/disputewatch/disputewatch/ingest/loopback"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
)

// ErrMissing says that this machine has no Dovecot.
var ErrMissing = errors.New("dovecot is not installed (Debian: dovecot-imapd)")

const (
	startLimit = 5 * time.Minute // ends a hang; half a second is usual
	stopLimit  = 5 * time.Second // then it is killed
)

// Options say what to start.
type Options struct {
	Users     map[string]string // name to password
	Separator string            // of folder names; "" is "/"
	Prefix    string            // of the namespace, such as "INBOX."

	Introspect   string // URL that says whether an access token is good (RFC 7662); "" takes none
	IntrospectCA string // PEM text of its authority
}

// Server is a running Dovecot.
type Server struct {
	Host      string // 127.0.0.1
	TLSPort   int
	PlainPort int // also STARTTLS
	CAFile    string

	options Options
	trusted *x509.CertPool // its authority
	base    string         // its own folder: short, for Unix sockets, and open to its users
	cmd     *exec.Cmd
	exited  chan struct{}

	mu      sync.Mutex
	writers map[string]*imapclient.Client // by user, to append mails
}

// Start starts a server with the given users; the CA file is written into dir.
func Start(dir string, users map[string]string) (*Server, error) {
	return StartWith(dir, Options{Users: users})
}

// StartWith starts a server as the options say.
func StartWith(dir string, o Options) (*Server, error) {
	if o.Separator == "" {
		o.Separator = "/"
	}
	s := &Server{Host: "127.0.0.1", CAFile: filepath.Join(dir, "dovecot-ca.pem"), options: o, writers: map[string]*imapclient.Client{}}
	if binary() == "" {
		return nil, ErrMissing
	}
	base, err := os.MkdirTemp("", "dovecot-")
	if err != nil {
		return nil, fmt.Errorf("start dovecot: %w", err)
	}
	s.base = base
	if err = s.prepare(); err == nil {
		err = s.first()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(base))
	}
	return s, nil
}

func binary() string {
	for _, name := range []string{"dovecot", "/usr/sbin/dovecot"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// prepare writes everything but the config, which waits for ports.
func (s *Server) prepare() error {
	cert, ca, err := fakeimap.Certificate(time.Now().AddDate(1, 0, 0), "localhost", s.Host)
	if err != nil {
		return err
	}
	s.trusted = x509.NewCertPool()
	s.trusted.AppendCertsFromPEM(ca)
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		return fmt.Errorf("start dovecot: %w", err)
	}
	var users strings.Builder
	for name, password := range s.options.Users {
		fmt.Fprintf(&users, "%s:{PLAIN}%s::::::\n", name, password)
	}
	err = errors.Join(
		os.Chmod(s.base, 0o755),
		os.Mkdir(filepath.Join(s.base, "mail"), 0o777),
		os.Chmod(filepath.Join(s.base, "mail"), 0o777),
		os.WriteFile(s.CAFile, ca, 0o600),
		os.WriteFile(filepath.Join(s.base, "cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), 0o644),
		os.WriteFile(filepath.Join(s.base, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600),
		os.WriteFile(filepath.Join(s.base, "users"), []byte(users.String()), 0o644),
		os.WriteFile(filepath.Join(s.base, "oauth2.conf"), []byte(s.oauth2()), 0o644),
		os.WriteFile(filepath.Join(s.base, "oauth2-ca.pem"), []byte(s.options.IntrospectCA), 0o644),
	)
	if err != nil {
		return fmt.Errorf("start dovecot: %w", err)
	}
	return nil
}

// portTries bounds how often other ports are sought.
const portTries = 5

// first starts the process for the first time. Between our look for free ports and
// its own opening of them another process may take one, which is common where many
// tests run at once: then others are sought.
func (s *Server) first() (err error) {
	for range portTries {
		if err = s.launch(); err == nil || !strings.Contains(err.Error(), "Address already in use") {
			break
		}
		s.TLSPort = 0
	}
	return err
}

// launch starts the process on free ports and waits until it greets.
func (s *Server) launch() error {
	if s.TLSPort == 0 { // a restart keeps them
		ports, err := loopback.Ports(2)
		if err != nil {
			return fmt.Errorf("start dovecot: %w", err)
		}
		s.TLSPort, s.PlainPort = ports[0], ports[1]
	}
	text, err := s.config()
	if err != nil {
		return err
	}
	file := filepath.Join(s.base, "dovecot.conf")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return fmt.Errorf("start dovecot: %w", err)
	}
	// What it says before it reads its config comes there too.
	log, err := os.OpenFile(filepath.Join(s.base, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("start dovecot: %w", err)
	}
	defer log.Close()
	s.cmd = exec.Command(binary(), "-F", "-c", file)
	s.cmd.Stderr = log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start dovecot: %w", err)
	}
	s.exited = make(chan struct{})
	go func(cmd *exec.Cmd, exited chan struct{}) {
		_ = cmd.Wait() // how it ended does not matter; that it did does
		close(exited)
	}(s.cmd, s.exited)
	if err := s.greeted(); err != nil {
		s.kill()
		return errors.Join(err, s.log())
	}
	return nil
}

// greeted waits for the greeting, over TLS.
func (s *Server) greeted() error {
	end := time.After(startLimit)
	for {
		if s.greets() {
			return nil
		}
		select {
		case <-s.exited:
			return errors.New("start dovecot: it ended at once")
		case <-end:
			return fmt.Errorf("start dovecot: no greeting within %v", startLimit)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// greets says whether it is up: another server at its port has another authority.
func (s *Server) greets() bool {
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: startLimit}, "tcp", fmt.Sprintf("%s:%d", s.Host, s.TLSPort),
		&tls.Config{RootCAs: s.trusted})
	if err != nil {
		return false
	}
	defer conn.Close()
	if conn.SetDeadline(time.Now().Add(startLimit)) != nil {
		return false
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && strings.HasPrefix(line, "* OK")
}

// log is the server's log as an error, to be shown when it does not start.
func (s *Server) log() error {
	text, err := os.ReadFile(filepath.Join(s.base, "log"))
	if err != nil {
		return err
	}
	return fmt.Errorf("its log:\n%s", text)
}

// Append puts a mail into a user's folder, which is made if it is missing, and
// returns its UID.
func (s *Server) Append(user, folder string, raw []byte, date time.Time) (uint32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.writer(user)
	if err != nil {
		return 0, fmt.Errorf("append to %s: %w", folder, err)
	}
	data, err := put(c, folder, raw, date)
	var no *imap.Error
	if errors.As(err, &no) && no.Code == imap.ResponseCodeTryCreate {
		if err = c.Create(folder, nil).Wait(); err == nil {
			data, err = put(c, folder, raw, date)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("append to %s: %w", folder, err)
	}
	return uint32(data.UID), nil
}

func put(c *imapclient.Client, folder string, raw []byte, date time.Time) (*imap.AppendData, error) {
	cmd := c.Append(folder, int64(len(raw)), &imap.AppendOptions{Time: date})
	_, writeErr := cmd.Write(raw)
	closeErr := cmd.Close()
	data, err := cmd.Wait()
	return data, errors.Join(err, writeErr, closeErr)
}

func (s *Server) writer(user string) (*imapclient.Client, error) {
	if c := s.writers[user]; c != nil && c.State() != imap.ConnStateLogout {
		return c, nil
	}
	c, err := s.Client(user)
	if err == nil {
		s.writers[user] = c
	}
	return c, err
}

// Client is a plain client, logged in as user, for what a test wants to do or
// see as another mail program would. The caller closes it.
func (s *Server) Client(user string) (*imapclient.Client, error) {
	c, err := imapclient.DialInsecure(fmt.Sprintf("%s:%d", s.Host, s.PlainPort), nil)
	if err != nil {
		return nil, err
	}
	if err := c.Login(user, s.options.Users[user]).Wait(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Maildir is the folder on disk that holds a user's INBOX.
func (s *Server) Maildir(user string) string {
	return filepath.Join(s.base, "mail", user, "Maildir")
}

// Halt ends the server but keeps its mails and ports for Resume.
func (s *Server) Halt() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for user, c := range s.writers {
		_ = c.Close() // it only ever wrote what was confirmed
		delete(s.writers, user)
	}
	// To the whole group: the master alone takes a second to tell its children.
	if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop dovecot: %w", err)
	}
	select {
	case <-s.exited:
	case <-time.After(stopLimit):
	}
	s.kill()
	return errors.Join(s.left(s.TLSPort), s.left(s.PlainPort))
}

// left waits until nobody listens on a port: a child that was killed holds it for a
// moment longer than the master, and Resume wants it.
func (s *Server) left(port int) error {
	end := time.After(startLimit)
	for {
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", s.Host, port))
		if err == nil {
			return l.Close()
		}
		select {
		case <-end:
			return fmt.Errorf("stop dovecot: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// kill ends what is left of the process and its children.
func (s *Server) kill() {
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) // an error means that none is left
	<-s.exited
}

// Resume starts a halted server again.
func (s *Server) Resume() error { return s.launch() }

// Stop ends the server and removes all that it wrote.
func (s *Server) Stop() error {
	return errors.Join(s.Halt(), os.RemoveAll(s.base))
}
