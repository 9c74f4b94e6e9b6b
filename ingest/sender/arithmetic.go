package sender

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/emersion/go-msgauth/dkim"
)

// arithmetic checks the signature in the i-th field of m by its key. What the
// signature must cover and may say of itself has been checked before; that it
// has not expired by the clock of the machine, the library checks once more.
func (sig signature) arithmetic(m *eml.Message, i int, record string) error {
	checks, err := dkim.VerifyWithOptions(asRead(m, i), &dkim.VerifyOptions{
		LookupTXT:        func(string) ([]string, error) { return []string{record}, nil },
		MaxVerifications: 1, // the one on top
	})
	if len(checks) == 1 {
		err = checks[0].Err
	}
	if err == nil && len(checks) != 1 {
		err = errors.New("it was not found again")
	}
	return inOurWords(err)
}

// asRead is the mail as package eml parted it, so that no second reader finds
// another header or body in its bytes, with the signature in the i-th field on
// top: there is no other way to ask for one alone, and each costs a pass over
// the body. Every byte of the fields stays, and the order of all others, since
// some mailers sign earlier signatures too.
func asRead(m *eml.Message, i int) io.Reader {
	fields := slices.Concat(m.Fields[i:i+1], m.Fields[:i], m.Fields[i+1:])
	readers := make([]io.Reader, 0, 2*len(fields)+2)
	for _, f := range fields {
		readers = append(readers, strings.NewReader(f.Raw))
		if !strings.HasSuffix(f.Raw, "\n") { // the last line of a mail without a body
			readers = append(readers, strings.NewReader("\r\n"))
		}
	}
	return io.MultiReader(append(readers, strings.NewReader("\r\n"), bytes.NewReader(m.Body))...)
}

// words are what a support lead is told, by how the library's error begins.
var words = []struct{ theirs, ours string }{
	{"body hash did not verify", "the body was changed"},
	{"signature did not verify", "the header was changed"},
	{"signature has expired", "it has expired"},
	{"key revoked", "its key was revoked"},
	{"key is too short", "its key is too short"},
	{"key syntax error", errKey.Error()},
	{"key record error", errKey.Error()},
	{"incompatible public key version", errKey.Error()},
	{"invalid Ed25519 public key size", errKey.Error()},
	{"unsupported key algorithm", "its key is of an unknown kind"},
	{"inappropriate service", "its key is not for mail"},
	{"inappropriate hash algorithm", "its key forbids SHA-256"},
	{"inappropriate key algorithm", "its algorithm does not fit the key"},
	{"hash algorithm too weak", "its algorithm does not fit: too weak"},
	{"unsupported hash algorithm", "its algorithm does not fit: unknown"},
	{"unsupported header canonicalization", "unknown canonicalization"},
	{"unsupported body canonicalization", "unknown canonicalization"},
	{"malformed", "it is malformed"},
}

// inOurWords says the library's error in a sentence for people, without what
// it quotes of the mail. One that it does not know is kept.
func inOurWords(err error) error {
	if err == nil {
		return nil
	}
	text := strings.TrimPrefix(err.Error(), "dkim: ")
	for _, w := range words {
		if strings.HasPrefix(text, w.theirs) {
			return errors.New(w.ours)
		}
	}
	return errors.New("it could not be checked: " + text)
}
