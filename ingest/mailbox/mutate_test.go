package mailbox

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// odd are lines that a server may send at any time, or should never.
var odd = []string{
	"* 4 EXPUNGE", "* 99 EXISTS", "* 0 FETCH (UID 0)", "* 2 FETCH ()", "* 2 FETCH (BODY[] {3}\r\nabc UID 2)", "* FLAGS (\\Seen)",
	"* OK [PERMANENTFLAGS (\\*)] x", "* OK [CLOSED] x", "* OK [UIDVALIDITY 9] x", "* BYE x", "* NO x", "* ", "", "+ x", "* LIST () NIL \"\"", "* LIST () \"\" \"&\"",
	"* STATUS INBOX (UIDNEXT 4)", "* SEARCH 5 (MODSEQ 3)", "* ESEARCH (TAG \"T3\") UID ALL 1:3", "* ESEARCH", "* ENABLED", "* NAMESPACE NIL NIL NIL",
	"* QUOTA \"\" (STORAGE 1 2)", "* CAPABILITY", "* CAPABILITY (x)", "* PREAUTH x", "* ID (NIL NIL)", "* THREAD (1)(2)", "* VANISHED 1:3", "* X-OWN",
	"* 1 FETCH (UID 1 BODY[1.2.MIME]<0> \"x\")", "* 1 FETCH (UID 1 BODYSTRUCTURE ((((((())))))))", "* 1 FETCH (UID 1 ENVELOPE (NIL))", "* 1 FETCH (UID 1 BINARY[1] ~{3}\r\nabc)",
}

var numbers = []string{"0", "-1", "4294967295", "4294967296", "18446744073709551616", "1:4294967295", "*", "NIL", "\"x\"", "7"}

// mutate makes of an honest answer one that no server should give.
func mutate(r *rand.Rand, answer string) string {
	b := []byte(answer)
	for range 1 + r.IntN(3) {
		at := r.IntN(len(b) + 1)
		end := min(len(b), at+1+r.IntN(20))
		lines := bytes.SplitAfter(b, []byte("\n"))
		line := r.IntN(len(lines))
		switch r.IntN(8) {
		case 0:
			b = slices.Concat(b[:at], []byte{byte(r.IntN(256))}, b[end:])
		case 1:
			b = slices.Concat(b[:at], b[end:])
		case 2:
			b = slices.Insert(b, at, "\r\n ()[]{}\"\\*+0129-"[r.IntN(18)])
		case 3:
			b = b[:at]
		case 4:
			b = slices.Concat(b[:end], b[at:])
		case 5:
			if runs := bytes.FieldsFunc(b, func(c rune) bool { return c < '0' || c > '9' }); len(runs) > 0 {
				b = bytes.Replace(b, runs[r.IntN(len(runs))], []byte(numbers[r.IntN(len(numbers))]), 1)
			}
		case 6:
			b = bytes.Join(slices.Insert(lines, line, []byte(odd[r.IntN(len(odd))]+"\r\n")), nil)
		case 7:
			other := r.IntN(len(lines))
			lines[line], lines[other] = lines[other], lines[line]
			b = bytes.Join(lines, nil)
		}
	}
	if len(b) == 0 {
		return silence
	}
	return string(b)
}

// Whatever a server answers, the poll ends and the next one, with an honest
// server, works. DISPUTEWATCH_MUTATIONS sets how many answers are tried.
func TestAnswersChangedAtRandomEndOnePollAtMost(t *testing.T) {
	n := 60
	if text := os.Getenv("DISPUTEWATCH_MUTATIONS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for seed := range n {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		known := 2 * r.IntN(2)
		l, account := newLiar(t, known)
		account.Patience = 2 * time.Minute
		s := newStory(t, account)
		s.must(s.poll())
		step, count, each := r.IntN(7), 0, r.IntN(3) == 0
		var lie func(tag, command string) string
		lie = func(tag, command string) string {
			count++
			if count <= step || count > step+1 && !each {
				return ""
			}
			l.answer = nil // for the honest answer
			defer func() { l.answer = lie }()
			return mutate(r, l.honestly(tag, command))
		}
		l.now(func() {
			for i := 1; i <= 3; i++ {
				l.mails[uint32(known+i)] = dispute(known + i)
			}
			l.next, l.answer = uint32(known)+4, lie
		})
		s.account.Patience = 50 * time.Millisecond
		_ = s.poll() // it may fail or not
		s.account.Patience = 2 * time.Minute
		l.now(func() { l.answer = nil })
		if err := s.poll(); err != nil {
			t.Errorf("seed %d, step %d: the next poll: %v", seed, step, err)
		}
	}
}
