package main

import (
	"crypto/sha256"
	"errors"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
)

// A server that refuses the password locks the account, for people too, when it
// is asked too often. The first tries come as ever, so that the alarm of three
// missed polls does; then the time between two doubles, up to an hour. A
// password file that has changed is tried at the next poll.
const (
	lockoutAfter = health.MissedPolls // refused logins in a row
	lockoutFirst = 10 * time.Minute
	lockoutMost  = time.Hour
)

// lockout keeps a mailbox from being asked too often after its login was refused.
type lockout struct {
	refused int // in a row
	until   time.Time
	tried   [sha256.Size]byte // the secret of the last try, to know it again
}

// holds says that the next try had better wait. It is asked before each, and
// then looks at the secret anew; nil is a login without a password file.
func (l *lockout) holds(secret func() (string, error), now time.Time) bool {
	is := mark(secret)
	if rest := l.until.Sub(now); rest > 0 && rest <= lockoutMost && is == l.tried { // more: the clock was set back
		return true
	}
	l.tried = is
	return false
}

// note remembers how a try ended. One that came to no answer about the password,
// because the server was away or busy, neither counts nor forgives.
func (l *lockout) note(err error, now time.Time) {
	if err == nil {
		*l = lockout{}
		return
	}
	if !errors.As(err, new(*mailbox.AuthError)) {
		return
	}
	if l.refused++; l.refused >= lockoutAfter {
		l.until = now.Add(min(lockoutFirst<<min(l.refused-lockoutAfter, 6), lockoutMost))
	}
}

// mark stands for a secret. One that cannot be read has an error of its own,
// which is no refused login.
func mark(secret func() (string, error)) [sha256.Size]byte {
	if secret == nil {
		return [sha256.Size]byte{}
	}
	s, err := secret()
	if err != nil {
		s = err.Error()
	}
	return sha256.Sum256([]byte(s))
}
