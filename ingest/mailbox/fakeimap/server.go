// Package fakeimap is an IMAP server on loopback for tests and the sandbox: the
// library's in-memory server, which can also refuse, stall and hang up, and a
// scripted one that says exactly what it is told to.
//
// It does not prove that a folder is only read: it ignores EXAMINE. The
// dovecot package beside it does.
package fakeimap

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Options say what to start. The zero value is a server with TLS, an INBOX and
// the user "shop" with the password "secret".
type Options struct {
	Username, Password string
	Security           string            // "tls" (also ""), "starttls" or "none"
	Folders            map[string]string // beside INBOX: name to special use, such as \Junk, or ""
	Until              time.Time         // the certificate's end; zero is a year from now
	Name               string            // the certificate's name instead of localhost and 127.0.0.1
}

// Server is a running server. Its methods may be called at any time.
type Server struct {
	options  Options
	ca       []byte
	listener net.Listener
	imap     *imapserver.Server
	user     *imapmemserver.User
	served   chan struct{}

	mu      sync.Mutex
	special map[string]string
	refused *imap.Error // answer to each login, nil: as it is
	weather weather
	conns   map[*conn]struct{}
	logins  int

	// shelf is another lock than mu: a folder is locked while a mail is sent,
	// which asks mu for the weather, so nobody may wait for a folder under mu.
	shelf sync.Mutex
	mails map[string][]*mail // by folder, in UID order; guarded by shelf
}

type mail struct {
	uid  uint32
	raw  []byte
	date time.Time
}

// Start starts a server on a free port of 127.0.0.1.
func Start(o Options) (*Server, error) {
	if o.Username == "" {
		o.Username, o.Password = "shop", "secret"
	}
	if o.Until.IsZero() {
		o.Until = time.Now().AddDate(1, 0, 0)
	}
	names := []string{"localhost", "127.0.0.1"}
	if o.Name != "" {
		names = []string{o.Name}
	}
	cert, ca, err := Certificate(o.Until, names...)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start IMAP server: %w", err)
	}
	s := &Server{
		options: o, ca: ca, listener: listener, served: make(chan struct{}),
		user:    imapmemserver.NewUser(o.Username, o.Password),
		mails:   map[string][]*mail{},
		special: map[string]string{},
		conns:   map[*conn]struct{}{},
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	options := &imapserver.Options{
		NewSession:   s.session,
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapSpecialUse: {}, imap.CapListExtended: {}},
		Logger:       log.New(io.Discard, "", 0),
		InsecureAuth: o.Security != "starttls",
	}
	if o.Security == "starttls" {
		options.TLSConfig = config
	}
	s.imap = imapserver.New(options)
	if err := s.Create("INBOX", ""); err != nil {
		return nil, err
	}
	for name, special := range o.Folders {
		if err := s.Create(name, special); err != nil {
			return nil, err
		}
	}
	door := &door{Listener: listener, server: s}
	if o.Security == "" || o.Security == "tls" {
		door.tls = config
	}
	go func() {
		defer close(s.served)
		_ = s.imap.Serve(door) // ends with Close
	}()
	return s, nil
}

// Addr is host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Port is the port on 127.0.0.1.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// CAFile writes the authority's certificate into dir and returns the file.
func (s *Server) CAFile(dir string) (string, error) {
	file := filepath.Join(dir, "imap-ca.pem")
	if err := os.WriteFile(file, s.ca, 0o600); err != nil {
		return "", fmt.Errorf("write CA file: %w", err)
	}
	return file, nil
}

// Create makes a folder; special is \Junk, \Sent and so on, or "".
func (s *Server) Create(folder, special string) error {
	if err := s.user.Create(folder, nil); err != nil {
		return fmt.Errorf("create folder %s: %w", folder, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.special[folder] = special
	return nil
}

// Append puts a mail into a folder and returns its UID.
func (s *Server) Append(folder string, raw []byte, date time.Time) (uint32, error) {
	s.shelf.Lock()
	defer s.shelf.Unlock()
	m := &mail{raw: raw, date: date}
	if err := s.append(folder, m); err != nil {
		return 0, err
	}
	s.mails[folder] = append(s.mails[folder], m)
	return m.uid, nil
}

func (s *Server) append(folder string, m *mail) error {
	data, err := s.user.Append(folder, bytes.NewReader(m.raw), &imap.AppendOptions{Time: m.date})
	if err != nil {
		return fmt.Errorf("append to %s: %w", folder, err)
	}
	m.uid = uint32(data.UID)
	return nil
}

// Expunge deletes a mail as another client would.
func (s *Server) Expunge(folder string, uid uint32) error {
	s.shelf.Lock()
	defer s.shelf.Unlock()
	session := imapmemserver.NewUserSession(s.user)
	if _, err := session.Select(folder, nil); err != nil {
		return fmt.Errorf("expunge from %s: %w", folder, err)
	}
	defer session.Close()
	set := imap.UIDSetNum(imap.UID(uid))
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := session.Store(nil, set, deleted, nil); err != nil {
		return fmt.Errorf("expunge from %s: %w", folder, err)
	}
	kept := s.mails[folder][:0:0]
	for _, m := range s.mails[folder] {
		if m.uid != uid {
			kept = append(kept, m)
		}
	}
	s.mails[folder] = kept
	return session.Expunge(nil, &set)
}

// Delete removes a folder with all its mails.
func (s *Server) Delete(folder string) error {
	s.shelf.Lock()
	defer s.shelf.Unlock()
	delete(s.mails, folder)
	s.mu.Lock()
	delete(s.special, folder)
	s.mu.Unlock()
	return s.user.Delete(folder)
}

// Renumber gives the folder another UIDVALIDITY and its mails UIDs from 1 on,
// as a server does that has lost its index.
func (s *Server) Renumber(folder string) error {
	s.shelf.Lock()
	defer s.shelf.Unlock()
	if err := s.user.Delete(folder); err != nil {
		return fmt.Errorf("renumber %s: %w", folder, err)
	}
	if err := s.user.Create(folder, nil); err != nil {
		return fmt.Errorf("renumber %s: %w", folder, err)
	}
	for _, m := range s.mails[folder] {
		if err := s.append(folder, m); err != nil {
			return err
		}
	}
	return nil
}

// Logins is how often somebody has logged in.
func (s *Server) Logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins
}

// Close stops the server and closes every connection.
func (s *Server) Close() error {
	s.HangUp()
	err := s.imap.Close()
	<-s.served
	s.HangUp()
	return err
}

// session is the library's, with the folders' special uses and our refusals.
type session struct {
	*imapmemserver.UserSession
	server *Server
}

func (s *Server) session(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
	return &session{imapmemserver.NewUserSession(s.user), s}, nil, nil
}

func (s *session) Login(username, password string) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.refused != nil {
		return s.server.refused
	}
	if s.server.user.Login(username, password) != nil {
		return imapserver.ErrAuthFailed
	}
	s.server.logins++
	return nil
}

func (s *session) List(w *imapserver.ListWriter, ref string, patterns []string, _ *imap.ListOptions) error {
	s.server.mu.Lock()
	folders := maps.Clone(s.server.special)
	s.server.mu.Unlock() // a write waits for the same lock
	for name, special := range folders {
		for _, p := range patterns {
			if !imapserver.MatchList(name, '/', ref, p) {
				continue
			}
			data := &imap.ListData{Mailbox: name, Delim: '/'}
			if special != "" {
				data.Attrs = append(data.Attrs, imap.MailboxAttr(special))
			}
			if err := w.WriteList(data); err != nil {
				return err
			}
			break
		}
	}
	return nil
}
