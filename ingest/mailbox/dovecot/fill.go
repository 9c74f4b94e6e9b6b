package dovecot

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Fill writes many mails into a user's INBOX at once, past the protocol: n of
// them, in UID order. mail returns the nth, counted from 0, with LF line ends,
// and when it arrived. The INBOX must not have been opened before.
func (s *Server) Fill(user string, n int, mail func(int) ([]byte, time.Time)) error {
	dir := s.Maildir(user)
	for _, sub := range []string{"", "cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o777); err != nil {
			return fmt.Errorf("fill INBOX of %s: %w", user, err)
		}
	}
	for i := range n {
		raw, date := mail(i)
		lines := 0
		for _, c := range raw {
			if c == '\n' {
				lines++
			}
		}
		// Files are read in the order of their names; the sizes save Dovecot a
		// look into each.
		name := fmt.Sprintf("%d.M%07dP1.mx,S=%d,W=%d:2,S", 1700000000+i, i, len(raw), len(raw)+lines)
		file := filepath.Join(dir, "cur", name)
		if err := os.WriteFile(file, raw, 0o666); err != nil {
			return fmt.Errorf("fill INBOX of %s: %w", user, err)
		}
		if err := os.Chtimes(file, date, date); err != nil {
			return fmt.Errorf("fill INBOX of %s: %w", user, err)
		}
	}
	return s.own(filepath.Dir(dir))
}

// own gives a folder and all in it to the user that Dovecot reads mail as.
func (s *Server) own(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, mailUID, mailUID)
	})
}
