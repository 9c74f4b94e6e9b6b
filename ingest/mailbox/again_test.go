package mailbox

import (
	"errors"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

// What spoils a mail may be over when it is asked for again: then it is no fault of
// the mail's.
func TestMailThatIsHadWhenItIsAskedForAgainIsWhole(t *testing.T) {
	for name, c := range map[string]struct {
		lie   string
		times int // after one more it is a fault, or pending
	}{
		"NIL to the header": {"* 2 FETCH (UID 2 RFC822.SIZE 9 BODY[HEADER.FIELDS (FROM)] NIL)\r\n", 3},
		"NIL to the text":   {"* 2 FETCH (UID 2 BODY[] NIL)\r\n", 3},
		"nothing":           {"* OK nothing\r\n", 3},
		"its size alone":    {"* 2 FETCH (UID 2 RFC822.SIZE 9)\r\n", 3},
		"a bye":             {"* BYE internal error\r\n" + fakeimap.HangUp, 4},
	} {
		for _, p := range []part{header, body} {
			for times := 1; times <= c.times; times++ {
				l, account := newLiar(t, 3)
				asked := 0
				l.now(func() {
					l.fetch = func(uid uint32, of part, _ []byte) string {
						if uid == 2 && of == p {
							if asked++; asked <= times {
								return c.lie
							}
						}
						return ""
					}
				})
				s := newStory(t, account)
				s.must(s.poll())
				s.once(3)
				for _, m := range s.got {
					if m.Fault != nil {
						t.Errorf("%s, %d times, of part %d: mail %d: %v", name, times, p, m.UID, m.Fault)
					}
				}
			}
		}
	}
}

func TestMailOfWhichOnlyTheSizeIsToldIsPending(t *testing.T) {
	for _, p := range []part{header, body} {
		l, account := newLiar(t, 3)
		l.now(func() {
			l.fetch = func(uid uint32, of part, _ []byte) string {
				if uid == 2 && of == p {
					return "* 2 FETCH (UID 2 RFC822.SIZE 9)\r\n"
				}
				return ""
			}
		})
		s := newStory(t, account)
		s.must(s.poll())
		s.said("dispute 1", "dispute 3")
		if s.tally.Pending != 1 || s.pos.Seen.String() != "1,3" {
			t.Errorf("seen %s, %+v", s.pos.Seen, s.tally)
		}
	}
}

// A header beyond its bound is no fault of a mail within its own.
func TestLargeMailIsHadWhole(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	text, subject := strings.Repeat("x", 300<<10), strings.Repeat("\r\n "+strings.Repeat("x", 900), 350)
	for i, mail := range []string{string(dispute(1)) + text, strings.Replace(string(dispute(2)), "Subject: dispute 2", "Subject: dispute 2"+subject, 1)} {
		add1(t, server, "INBOX", []byte(mail), now)
		s := newStory(t, account)
		s.must(s.poll())
		if len(s.got) != i+1 || string(s.got[i].Body) != mail || s.got[i].Fault != nil {
			t.Errorf("mail %d: %+v", i, s.got[i].Fault)
		}
	}
}

// Neither its header nor its text is to be had: nobody can say that it is not ours.
func TestMailOfWhichNothingIsToBeHadIsAFault(t *testing.T) {
	l, account := newLiar(t, 3)
	l.now(func() {
		l.fetch = func(uid uint32, p part, _ []byte) string {
			if uid != 2 {
				return ""
			}
			return []string{"* 2 FETCH (UID 2 RFC822.SIZE 9 BODY[HEADER.FIELDS (FROM)] NIL)\r\n", "* 2 FETCH (UID 2 BODY[] NIL)\r\n"}[p]
		}
	})
	s := newStory(t, account)
	s.must(s.poll())
	if len(s.got) != 3 || s.tally.Other != 0 || s.uids[2] != 1 {
		t.Fatalf("handed on %+v, %+v", s.got, s.tally)
	}
	for _, m := range s.got {
		if (m.UID == 2) != errors.Is(m.Fault, errHollow) {
			t.Errorf("mail %d: %v", m.UID, m.Fault)
		}
	}
}

// With no mail beside it there is none by which to tell that the line is good.
func TestOnlyMailThatKillsAtItsTextIsAFault(t *testing.T) {
	l, account := newLiar(t, 1)
	l.now(func() { l.fetch = only(1, "* BYE internal error\r\n"+fakeimap.HangUp) })
	s := newStory(t, account)
	s.must(s.poll())
	if len(s.got) != 1 || !errors.Is(s.got[0].Fault, errKills) || s.pos.Seen.String() != "1" {
		t.Errorf("handed on %+v, seen %s", s.got, s.pos.Seen)
	}
}

func TestServerThatRefusesTheMailsIsNamedAndTheyAreAskedForLater(t *testing.T) {
	const mails, mostAsked = 300, 20
	l, account := newLiar(t, mails)
	asked := 0
	refuse := func(tag, command string) string {
		if strings.HasPrefix(command, "UID FETCH") {
			asked++
			return tag + " NO [SERVERBUG] customer@shop.example\r\n"
		}
		return ""
	}
	l.now(func() { l.answer = refuse })
	s := newStory(t, account)
	for range 2 {
		asked = 0
		err := s.poll()
		if err == nil || !strings.Contains(err.Error(), "300 mails could not be had, they are asked for again: the server refused (NO [SERVERBUG])") {
			t.Fatalf("got %v", err)
		}
		if asked > mostAsked || len(s.got) > 0 || len(s.pos.Seen) > 0 {
			t.Errorf("asked %d times, handed on %d, seen %s", asked, len(s.got), s.pos.Seen)
		}
	}
	l.now(func() { l.answer = nil })
	s.must(s.poll())
	s.once(mails)
}

func TestMailThatIsRefusedHoldsUpNoOther(t *testing.T) {
	for _, what := range []string{"HEADER.FIELDS", "BODY.PEEK[]"} {
		l, account := newLiar(t, 3)
		refuse := func(tag, command string) string {
			words := strings.Fields(command)
			if strings.Contains(command, what) && must(rules.ParseUIDs(words[2])).Has(2) {
				return tag + " NO not this one\r\n"
			}
			return ""
		}
		l.now(func() { l.answer = refuse })
		s := newStory(t, account)
		for i := range 2 {
			err := s.poll()
			if err == nil || !strings.Contains(err.Error(), "1 mails could not be had") || s.pos.Seen.String() != "1,3" {
				t.Fatalf("seen %s, %v", s.pos.Seen, err)
			}
			if want := 2 - 2*i; len(s.got) != want {
				t.Errorf("handed on %d, want %d", len(s.got), want)
			}
		}
		l.now(func() { l.answer = nil })
		s.must(s.poll())
		s.said("dispute 2")
	}
}

// Else the folder would count as read to its end.
func TestSearchThatIsRefusedMovesNoPosition(t *testing.T) {
	l, account := newLiar(t, 1)
	s := newStory(t, account)
	refuse := func(tag, command string) string {
		if strings.HasPrefix(command, "UID SEARCH") {
			return tag + " NO [SERVERBUG] customer@shop.example\r\n"
		}
		return ""
	}
	for n := 1; n <= 2; n++ { // at the first scan, and later
		before := s.pos
		l.now(func() { l.answer = refuse; l.mails[uint32(n)], l.next = dispute(n), uint32(n)+1 })
		if err := s.poll(); err == nil || strings.Contains(err.Error(), "customer") || !strings.Contains(err.Error(), "SERVERBUG") {
			t.Errorf("got %v", err)
		}
		if s.pos.UIDNext != before.UIDNext || len(s.got) > 0 {
			t.Errorf("position %+v, handed on %d", s.pos, len(s.got))
		}
		l.now(func() { l.answer = nil })
		s.must(s.poll())
		s.once(n)
	}
}

// A server that ends each connection is not asked for one after the other.
func TestServerThatEndsEveryConnectionIsLeftToTheNextPoll(t *testing.T) {
	l, account := newLiar(t, 60)
	logins := 0
	hangUp := func(_, command string) string {
		if strings.HasPrefix(command, "LOGIN") {
			logins++
		}
		if strings.HasPrefix(command, "UID FETCH") {
			return fakeimap.HangUp
		}
		return ""
	}
	l.now(func() { l.answer = hangUp })
	s := newStory(t, account)
	err := s.poll()
	if err == nil || !strings.Contains(err.Error(), "the connection was lost 13 times: ") || strings.Count(err.Error(), "hint: ") != 1 {
		t.Errorf("got %v", err)
	}
	if logins != 1+maxReopens || len(s.got) > 0 || len(s.pos.Seen) > 0 {
		t.Errorf("%d logins, handed on %d, seen %s", logins, len(s.got), s.pos.Seen)
	}
	l.now(func() { l.answer = nil })
	s.must(s.poll())
	s.once(60)
}

// The folder is made anew while it is read: what is asked for is another mail by
// now, and what was seen says nothing of it.
func TestFolderThatIsRenumberedWhileItIsReadIsReadAnew(t *testing.T) {
	l, account := newLiar(t, 3)
	renumbered := false
	l.now(func() {
		l.fetch = func(uid uint32, p part, _ []byte) string {
			if p == header || renumbered {
				return ""
			}
			renumbered = true
			l.validity, l.mails = 8, map[uint32][]byte{1: foreign(9), 2: dispute(2), 3: dispute(9)}
			return fakeimap.HangUp
		}
	})
	s := newStory(t, account)
	if err := s.poll(); !errors.Is(err, errRenumbered) || len(s.got) > 0 {
		t.Errorf("handed on %d: %v", len(s.got), err)
	}
	s.must(s.poll())
	s.said("dispute 2", "dispute 9")
	if s.pos.UIDValidity != 8 || s.pos.Seen.String() != "1:3" {
		t.Errorf("position %+v", s.pos)
	}
}

// By its UIDs alone nobody could tell one mail from another over time.
func TestFolderWithoutUIDValidityIsNotRead(t *testing.T) {
	l, account := newLiar(t, 2)
	l.now(func() {
		l.answer = func(tag, command string) string {
			if strings.HasPrefix(command, "EXAMINE") {
				return "* 2 EXISTS\r\n* OK [UIDNEXT 3]\r\n" + tag + " OK\r\n"
			}
			return ""
		}
	})
	s := newStory(t, account)
	if err := s.poll(); !errors.Is(err, errNoValidity) || !errors.As(err, new(*FolderError)) || len(s.got) > 0 {
		t.Errorf("handed on %d: %v", len(s.got), err)
	}
}
