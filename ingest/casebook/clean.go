package casebook

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// clean makes s fit for PostgreSQL's text: valid UTF-8 without NUL (TRAPS 30).
// Both databases keep the same.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// keyMax bounds what stands in an index: PostgreSQL refuses more than 2,700
// bytes, and a Message-ID may have 64 KB.
const keyMax = 300

// indexed is s as an indexed column keeps it: whole, or its start and a digest.
func indexed(s string) string {
	s = clean(s)
	if len(s) <= keyMax {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return strings.ToValidUTF8(s[:keyMax-2*len(sum)-1], "") + "~" + hex.EncodeToString(sum[:])
}

// encoded is v as JSON without what PostgreSQL's text refuses: the encoder
// replaces bad UTF-8 and escapes NUL.
func encoded(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// letters are the 32 letters and digits that nobody confuses (no 0, 1, l, o).
const letters = "abcdefghijkmnpqrstuvwxyz23456789"

// newID is prefix and n random letters or digits, never digits alone: a number
// is Klarna's.
func newID(prefix string, n int) string {
	b := make([]byte, n)
	for {
		rand.Read(b) // never fails: crypto/rand
		alone := true
		for i := range b {
			b[i] = letters[b[i]%byte(len(letters))]
			alone = alone && b[i] >= '0' && b[i] <= '9'
		}
		if !alone {
			return prefix + string(b)
		}
	}
}
