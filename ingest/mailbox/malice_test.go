package mailbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

// A liar is a scripted server with one folder. It is honest, but for what a
// test puts into its hooks.
type liar struct {
	mu       sync.Mutex
	mails    map[uint32][]byte
	validity uint32
	next     uint32
	old      rules.UIDs // mails older than any date asked for

	answer func(tag, command string) string             // nil or "": as it is
	fetch  func(uid uint32, p part, text []byte) string // nil or "": as it is
	asked  map[uint32]int                               // bodies, by UID
}

func newLiar(t testing.TB, n int) (*liar, Account) {
	t.Helper()
	l := &liar{mails: map[uint32][]byte{}, validity: 7, next: uint32(n) + 1, asked: map[uint32]int{}}
	for i := range n {
		l.mails[uint32(i)+1] = dispute(i + 1)
	}
	server, err := fakeimap.StartScript(l.say)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return l, Account{
		Name: "onboarding", Host: "127.0.0.1", Port: server.Port(), Security: None, Username: "shop",
		Password: func() (string, error) { return "secret", nil }, Patience: 5 * time.Minute,
	}
}

// now changes what the liar says.
func (l *liar) now(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

func (l *liar) say(tag, command string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answer != nil {
		if a := l.answer(tag, command); a != "" {
			return a
		}
	}
	return l.honestly(tag, command)
}

// honestly is what a server without a fault would say. The caller holds mu.
func (l *liar) honestly(tag, command string) string {
	words := strings.Fields(command)
	for len(words) < 2 {
		words = append(words, "")
	}
	ok := tag + " OK done\r\n"
	switch {
	case tag == "":
		return "* OK [CAPABILITY IMAP4rev1] ready\r\n"
	case words[0] == "LOGIN":
		return tag + " OK [CAPABILITY IMAP4rev1] in\r\n"
	case words[0] == "CAPABILITY":
		return "* CAPABILITY IMAP4rev1\r\n" + ok
	case words[0] == "EXAMINE":
		return fmt.Sprintf("* %d EXISTS\r\n* OK [UIDVALIDITY %d]\r\n* OK [UIDNEXT %d]\r\n%s", len(l.mails), l.validity, l.next, ok)
	case words[0] == "LOGOUT":
		return "* BYE\r\n" + ok + fakeimap.HangUp
	case words[1] == "SEARCH":
		return "* SEARCH" + l.search(words[2:]) + "\r\n" + ok
	case words[1] == "FETCH":
		if said := l.fetches(words[2], command); strings.HasSuffix(said, fakeimap.HangUp) {
			return said
		} else {
			return said + ok
		}
	}
	return tag + " BAD what?\r\n"
}

func (l *liar) search(words []string) string {
	set := rules.UIDs{{First: 1, Last: maxUID}}
	dated := words[len(words)-2] == "SINCE"
	if words[0] == "UID" {
		set = must(rules.ParseUIDs(words[1]))
	}
	out := ""
	for uid := range l.mails {
		if set.Has(uid) && !(dated && l.old.Has(uid)) {
			out += fmt.Sprint(" ", uid)
		}
	}
	return out
}

func (l *liar) fetches(set, command string) string {
	p := header
	if strings.Contains(command, "BODY.PEEK[]") {
		p = body
	}
	var out strings.Builder
	asked := must(rules.ParseUIDs(set))
	for uid := uint32(1); uid < l.next; uid++ {
		text, ok := l.mails[uid]
		if !ok || !asked.Has(uid) {
			continue
		}
		if p == body {
			l.asked[uid]++
		}
		if l.fetch != nil {
			if a := l.fetch(uid, p, text); a != "" {
				out.WriteString(a)
				if strings.HasSuffix(a, fakeimap.HangUp) {
					break
				}
				continue
			}
		}
		out.WriteString(honest(uid, p, text))
	}
	return out.String()
}

func honest(uid uint32, p part, text []byte) string {
	if p == body {
		return fmt.Sprintf("* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n", uid, uid, len(text), text)
	}
	h := fields(text, slices.Concat(headerFields, sentFields))
	return fmt.Sprintf("* %d FETCH (UID %d RFC822.SIZE %d BODY[HEADER.FIELDS (FROM SUBJECT)] {%d}\r\n%s)\r\n", uid, uid, len(text), len(h), h)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// only makes a hook lie about the body of one mail.
func only(uid uint32, lie string) func(uint32, part, []byte) string {
	return func(u uint32, p part, _ []byte) string {
		if u == uid && p == body {
			return lie
		}
		return ""
	}
}

func TestLiesAboutOneMailLoseNone(t *testing.T) {
	text := string(dispute(2))
	n := len(text)
	long := fmt.Sprintf("* 2 FETCH (UID 2 BODY[] {%d}\r\n%s)\r\n", n+40, text)
	for name, lie := range map[string]struct {
		fetch func(uint32, part, []byte) string
		fault error // of the second mail, nil: it is had whole
	}{
		"honest":                     {nil, nil},
		"UID after the text":         {only(2, fmt.Sprintf("* 2 FETCH (BODY[] {%d}\r\n%s UID 2)\r\n", n, text)), nil},
		"flags of the mail before":   {only(2, "* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n"+honest(2, body, dispute(2))), nil},
		"answer in two parts":        {only(2, "* 2 FETCH (UID 2 RFC822.SIZE 9)\r\n"+honest(2, body, dispute(2))), nil},
		"answer twice":               {only(2, honest(2, body, dispute(2))+honest(2, body, dispute(2))), nil},
		"two different texts":        {only(2, honest(2, body, dispute(2))+honest(2, body, dispute(3))), errHollow},
		"another mail under its UID": {only(2, honest(2, body, dispute(2))+honest(9, body, dispute(9))), nil},
		"NIL":                        {only(2, "* 2 FETCH (UID 2 BODY[] NIL)\r\n"), errHollow},
		"empty":                      {only(2, "* 2 FETCH (UID 2 BODY[] {0}\r\n)\r\n"), errHollow},
		"longer than announced":      {only(2, fmt.Sprintf("* 2 FETCH (UID 2 BODY[] {%d}\r\n%s)\r\n", n-10, text)), errKills},
		"shorter than announced":     {only(2, long+fakeimap.HangUp), errKills},
		"larger than we read":        {only(2, fmt.Sprintf("* 2 FETCH (UID 2 BODY[] {%d}\r\n%s)\r\n", MaxMail+1, strings.Repeat("x", MaxMail+1))), errTooLarge},
		"not IMAP":                   {only(2, "* 2 FETCH (X-GM-LABELS (a))\r\n"), errKills},
		"a bye":                      {only(2, "* BYE internal error\r\n"+fakeimap.HangUp), errKills},
	} {
		t.Run(name, func(t *testing.T) {
			l, account := newLiar(t, 3)
			l.now(func() { l.fetch = lie.fetch })
			s := newStory(t, account)
			s.must(s.poll())
			if len(s.got) != 3 {
				t.Fatalf("handed on %d mails, want 3", len(s.got))
			}
			for _, m := range s.got {
				want := error(nil)
				if m.UID == 2 {
					want = lie.fault
				}
				if !errors.Is(m.Fault, want) || want == nil && subject(m) != fmt.Sprintf("dispute %d", m.UID) {
					t.Errorf("UID %d is %q, fault %v; want fault %v", m.UID, subject(m), m.Fault, want)
				}
			}
			if got := s.pos.Seen.String(); got != "1:3" || s.tally.Pending != 0 {
				t.Errorf("seen %s, %d pending", got, s.tally.Pending)
			}
			s.must(s.poll())
			s.said()
		})
	}
}

// The server falls silent within a mail, each time that it is asked for. A busy
// machine can make it seem silent elsewhere too: then it is read once more.
func TestSilenceWithinAMailIsAFaultOfThatMailAlone(t *testing.T) {
	text := string(dispute(2))
	announced := fmt.Sprintf("* 2 FETCH (UID 2 BODY[] {%d}\r\n%s", len(text)+1000, text)
	for range 20 {
		l, account := newLiar(t, 3)
		account.Patience = 300 * time.Millisecond
		l.now(func() { l.fetch = only(2, announced) })
		s := newStory(t, account)
		if err := s.poll(); err != nil || len(s.got) != 3 || s.got[0].Fault != nil || s.got[2].Fault != nil {
			continue
		}
		if m := s.got[1]; m.UID != 2 || !errors.Is(m.Fault, errKills) || s.pos.Seen.String() != "1:3" {
			t.Errorf("UID %d, fault %v; seen %s", m.UID, m.Fault, s.pos.Seen)
		}
		s.account.Patience = time.Minute
		s.must(s.poll())
		s.said()
		return
	}
	t.Error("the other mails were never had")
}

// A mail that the server lists but does not give (Exchange) is asked for at
// each poll, however old it is, and never holds up the others. From the second
// poll on it is told.
func TestMailThatIsListedButNotGivenIsPendingAndTold(t *testing.T) {
	for _, p := range []part{header, body} {
		for _, known := range []uint32{0, 1} { // mails read before: at a first scan, and later
			l, account := newLiar(t, 3)
			l.now(func() { l.old = rules.UIDs{{First: 1, Last: 3}} })
			s := newStory(t, account)
			if known > 0 {
				mails := l.mails
				l.now(func() { l.mails, l.next = map[uint32][]byte{1: mails[1]}, 2 })
				s.must(s.poll())
				l.now(func() { l.mails, l.next = mails, 4 })
			}
			fetch := func(uid uint32, asked part, _ []byte) string {
				if uid == 2 && asked == p {
					return "* OK nothing\r\n"
				}
				return ""
			}
			l.now(func() { l.fetch = fetch })
			s.must(s.poll())
			if s.tally.Pending != 1 || s.pos.Seen.String() != "1,3" {
				t.Fatalf("seen %s, %+v", s.pos.Seen, s.tally)
			}
			for range 2 {
				s.must(s.poll())
				s.said("UID 2")
				if !errors.Is(s.got[0].Fault, errHeldBack) || s.pos.Seen.String() != "1,3" {
					t.Errorf("fault %v, seen %s", s.got[0].Fault, s.pos.Seen)
				}
			}
			l.now(func() { l.fetch = nil })
			s.must(s.poll())
			s.said("dispute 2")
			delete(s.all, "UID 2")
			s.must(s.poll())
			s.once(3)
		}
	}
}

// A mail that came since the last poll may be on its way, and under another
// UIDVALIDITY none was asked for before.
func TestMailThatIsHeldBackForTheFirstTimeIsNotTold(t *testing.T) {
	l, account := newLiar(t, 1)
	s := newStory(t, account)
	s.must(s.poll())
	back := rules.UIDs{{First: 2, Last: 2}, {First: 4, Last: 4}}
	l.now(func() {
		for uid := uint32(2); uid <= 5; uid++ {
			l.mails[uid] = dispute(int(uid))
		}
		l.next = 6
		l.fetch = func(uid uint32, _ part, _ []byte) string {
			if back.Has(uid) {
				return "* OK nothing\r\n"
			}
			return ""
		}
	})
	s.must(s.poll())
	s.said("dispute 3", "dispute 5")
	s.must(s.poll())
	s.said("UID 2", "UID 4")
	l.now(func() { back = rules.UIDs{{First: 6, Last: 6}}; l.mails[6], l.next = dispute(6), 7 })
	s.must(s.poll())
	s.said("dispute 2", "dispute 4")
	s.must(s.poll())
	s.said("UID 6")
	l.now(func() { l.validity++ })
	s.must(s.poll())
	s.said("dispute 1", "dispute 2", "dispute 3", "dispute 4", "dispute 5")
}

// No later poll looks that far back.
func TestMailThatIsHeldBackFromARescanIsToldAtOnce(t *testing.T) {
	l, account := newLiar(t, 3)
	s := newStory(t, account)
	s.want.Since = now
	l.now(func() { l.old, l.fetch = rules.UIDs{{First: 1, Last: 1}}, only(1, "* OK nothing\r\n") })
	s.must(s.poll())
	s.said("dispute 2", "dispute 3")
	s.want.Rescan, s.want.Since, s.want.Again = true, time.Time{}, []uint32{2}
	s.must(s.poll())
	s.said("dispute 2", "UID 1")
	l.now(func() { l.fetch = only(2, "* OK nothing\r\n") })
	s.must(s.poll())
	s.said("dispute 1") // the other is known
}

func TestServerThatGivesNothingOfWhatItListsIsAtFault(t *testing.T) {
	for n, fails := range map[int]bool{maxHeldBack: false, maxHeldBack + 1: true} {
		l, account := newLiar(t, n)
		l.now(func() { l.fetch = func(uint32, part, []byte) string { return "* OK nothing\r\n" } })
		s := newStory(t, account)
		s.must(s.poll())
		err := s.poll()
		if errors.Is(err, errHeldBack) != fails || (len(s.got) == 0) != fails {
			t.Errorf("of %d mails %d were told: %v", n, len(s.got), err)
		}
	}
}

func TestPendingMailOfAFirstScanBringsUpNothingOld(t *testing.T) {
	l, account := newLiar(t, 3)
	l.now(func() { l.old, l.fetch = rules.UIDs{{First: 3, Last: 3}}, only(2, "* OK nothing\r\n") })
	s := newStory(t, account)
	s.want.Since = now.Add(-30 * day1)
	s.must(s.poll())
	s.said("dispute 1")
	l.now(func() { l.fetch = nil })
	s.must(s.poll())
	s.said("dispute 2")
	s.must(s.poll())
	s.said()
}

// The whole mail decides where the server does not give the header fields.
func TestMailWithoutHeaderFieldsIsJudgedByItsText(t *testing.T) {
	l, account := newLiar(t, 3)
	l.now(func() {
		l.mails[3] = foreign(3)
		l.fetch = func(uid uint32, p part, _ []byte) string {
			if p == header && uid > 1 {
				return fmt.Sprintf("* %d FETCH (UID %d RFC822.SIZE 9 BODY[HEADER.FIELDS (FROM)] NIL)\r\n", uid, uid)
			}
			return ""
		}
	})
	s := newStory(t, account)
	s.must(s.poll())
	s.said("dispute 1", "dispute 2")
	if got := s.pos.Seen.String(); got != "1:3" || s.tally.Other != 1 {
		t.Errorf("seen %s, %+v", got, s.tally)
	}
}

func TestPoisonInAHeaderDoesNotHoldUpTheOthers(t *testing.T) {
	l, account := newLiar(t, 3)
	fetch := func(uid uint32, p part, _ []byte) string {
		if uid == 2 {
			return "* 2 FETCH (UID 2 ENVELOPE (broken))\r\n"
		}
		return ""
	}
	l.now(func() { l.fetch = fetch })
	s := newStory(t, account)
	s.must(s.poll())
	if len(s.got) != 3 || !errors.Is(s.got[0].Fault, errKills) || s.got[0].UID != 2 {
		t.Fatalf("handed on %+v", s.got)
	}
}

// The headers of the first new mails are asked for in the turn that opens the
// folder: one that ends the connection must not keep the folder closed.
func TestPoisonAmongNewHeadersDoesNotKeepTheFolderClosed(t *testing.T) {
	l, account := newLiar(t, 2)
	s := newStory(t, account)
	s.must(s.poll())
	l.now(func() {
		l.mails[3], l.mails[4], l.next = dispute(3), dispute(4), 5
		l.fetch = func(uid uint32, p part, _ []byte) string {
			if uid == 3 {
				return "* 3 FETCH (UID 3 ENVELOPE (broken))\r\n"
			}
			return ""
		}
	})
	s.must(s.poll())
	if len(s.got) != 2 || !errors.Is(s.got[0].Fault, errKills) || subject(s.got[1]) != "dispute 4" {
		t.Fatalf("handed on %+v", s.got)
	}
	s.must(s.poll())
	s.said()
}

func TestALargeFolderIsListedInOneTurn(t *testing.T) {
	l, account := newLiar(t, 0)
	s := newStory(t, account)
	searches := 0
	l.now(func() {
		l.mails[1], l.mails[70_000], l.mails[150_001], l.next = dispute(1), dispute(2), dispute(3), 150_002
		l.answer = func(tag, command string) string {
			if strings.Contains(command, "SEARCH") {
				searches++
			}
			if !strings.HasPrefix(command, "EXAMINE") {
				return ""
			}
			return strings.Replace(l.honestly(tag, command), "* 3 EXISTS", "* 150001 EXISTS", 1)
		}
	})
	s.must(s.poll())
	s.said("dispute 1", "dispute 2", "dispute 3")
	if turns := s.tally.RoundTrips; searches != 4 || turns != 4 { // opened, listed, headers, texts
		t.Errorf("%d slices in %d turns, want 4 in 4", searches, turns)
	}
}

func TestNewMailsTakeTwoTurnsAfterTheLogin(t *testing.T) {
	_, account := newLiar(t, 1)
	s := newStory(t, account)
	s.must(s.poll())
	l, account := newLiar(t, 5)
	s.account = account
	s.must(s.poll())
	s.said("dispute 2", "dispute 3", "dispute 4", "dispute 5")
	if s.tally.RoundTrips != 2 { // opened with the headers; texts
		t.Errorf("%d turns", s.tally.RoundTrips)
	}
	l.now(func() { // a server that refuses the headers is asked again
		l.mails[6], l.next = dispute(6), 7
		asked := 0
		l.answer = func(tag, command string) string {
			if strings.Contains(command, "HEADER.FIELDS") && asked == 0 {
				asked++
				return tag + " NO not now\r\n"
			}
			return ""
		}
	})
	s.must(s.poll())
	s.said("dispute 6")
}

func TestErrorsNeverQuoteAMail(t *testing.T) {
	l, account := newLiar(t, 1)
	answer := func(tag, command string) string {
		if strings.Contains(command, "FETCH") {
			return "* 1 FETCH (UID 1 BODY[] {2}\r\nxx)\r\ncustomer@shop.example wrote\r\n"
		}
		return ""
	}
	l.now(func() { l.answer = answer })
	s := newStory(t, account)
	err := s.poll()
	if err == nil || strings.Contains(err.Error(), "customer") {
		t.Errorf("got %v", err)
	}
	if len(s.pos.Seen) > 0 {
		t.Errorf("seen %s though nothing was had", s.pos.Seen)
	}
}

func TestUIDNextGoingDownReadsAnew(t *testing.T) {
	l, account := newLiar(t, 3)
	s := newStory(t, account)
	s.must(s.poll())
	l.now(func() { l.mails, l.next = map[uint32][]byte{1: dispute(9)}, 2 })
	s.must(s.poll())
	s.said("dispute 9")
	if !s.tally.UIDNextDropped {
		t.Error("that UIDs were given twice was not told")
	}
}

// Where we stand in a folder is beyond the mails that were seen, or, while one is
// pending, below them.
func TestUIDGivenTwiceHidesNoMail(t *testing.T) {
	t.Run("above what was seen", func(t *testing.T) {
		l, account := newLiar(t, 3)
		l.now(func() { l.next = 10 })
		s := newStory(t, account)
		s.must(s.poll())
		l.now(func() { l.mails, l.next = map[uint32][]byte{4: dispute(4)}, 5 })
		s.must(s.poll())
		s.said("dispute 4")
	})
	t.Run("below what was seen", func(t *testing.T) {
		l, account := newLiar(t, 1)
		s := newStory(t, account)
		s.must(s.poll())
		l.now(func() {
			for uid := uint32(2); uid < 10; uid++ {
				l.mails[uid] = dispute(int(uid))
			}
			l.next, l.fetch = 10, only(2, "* OK nothing\r\n")
		})
		s.must(s.poll())
		if s.pos.UIDNext != 2 || s.pos.Seen.String() != "1,3:9" {
			t.Fatalf("position %+v", s.pos)
		}
		l.now(func() { l.mails, l.next, l.fetch = map[uint32][]byte{4: dispute(40)}, 5, nil })
		s.must(s.poll())
		s.said("dispute 40")
	})
}

func TestLateMailBelowSeenOnesIsFoundByTheSweep(t *testing.T) {
	l, account := newLiar(t, 3)
	late := l.mails[2]
	l.now(func() { delete(l.mails, 2) })
	s := newStory(t, account)
	s.must(s.poll())
	l.now(func() { l.mails[2] = late })
	s.must(s.poll())
	s.said() // not yet time
	s.want.Now = now.Add(time.Hour)
	s.must(s.poll())
	s.said("dispute 2")
	if !s.pos.SweptAt.Equal(s.want.Now) {
		t.Errorf("swept at %v", s.pos.SweptAt)
	}
}

// What a short first scan left out stays out, also while a late mail below it is
// held back.
func TestPendingLateMailBringsUpNothingOld(t *testing.T) {
	l, account := newLiar(t, 3)
	late := l.mails[1]
	l.now(func() { l.old = rules.UIDs{{First: 2, Last: 2}}; delete(l.mails, 1) })
	s := newStory(t, account)
	s.want.Since = now.Add(-30 * day1)
	s.must(s.poll())
	s.said("dispute 3")
	l.now(func() { l.mails[1], l.fetch = late, only(1, "* OK nothing\r\n") })
	s.want.Now = now.Add(time.Hour)
	s.must(s.poll())
	if s.tally.Pending != 1 {
		t.Fatalf("%+v", s.tally)
	}
	l.now(func() { l.fetch = nil })
	s.must(s.poll())
	s.said("dispute 1")
	s.must(s.poll())
	s.said()
}

func TestAListOfBillionsIsRefused(t *testing.T) {
	l, account := newLiar(t, 3)
	answer := func(tag, command string) string {
		if strings.Contains(command, "SEARCH") {
			return "* ESEARCH (TAG \"" + tag + "\") UID ALL 1:4294967295\r\n" + tag + " OK\r\n"
		}
		return ""
	}
	l.now(func() { l.answer = answer })
	s := newStory(t, account)
	if err := s.poll(); err == nil {
		t.Fatal("no error")
	}
}

// A mail that ends the connection when its header is asked for is a fault of
// that mail only if others are to be had: else the line is bad, and a good mail
// must not be put away for it.
func TestMailThatKillsAtItsHeaderIsAFaultOnceOthersAreToBeHad(t *testing.T) {
	for name, c := range map[string]struct {
		kills func(uid uint32) bool
		fault bool
	}{
		"this mail alone": {func(uid uint32) bool { return uid == 3 }, true},
		"each mail":       {func(uint32) bool { return true }, false},
	} {
		t.Run(name, func(t *testing.T) {
			l, account := newLiar(t, 2)
			s := newStory(t, account)
			s.must(s.poll())
			l.now(func() {
				l.mails[3], l.next = dispute(3), 4
				l.fetch = func(uid uint32, p part, _ []byte) string {
					if p == header && c.kills(uid) {
						return "* BYE internal error\r\n" + fakeimap.HangUp
					}
					return ""
				}
			})
			err := s.poll()
			if !c.fault {
				if err == nil || len(s.got) > 0 || s.pos.Seen.Has(3) {
					t.Fatalf("handed on %d, seen %s, %v", len(s.got), s.pos.Seen, err)
				}
				l.now(func() { l.fetch = nil })
				s.must(s.poll())
				s.said("dispute 3")
				return
			}
			s.must(err)
			if len(s.got) != 1 || !errors.Is(s.got[0].Fault, errKills) || s.pos.Seen.String() != "1:3" {
				t.Fatalf("handed on %+v, seen %s", s.got, s.pos.Seen)
			}
			s.must(s.poll())
			s.said()
		})
	}
}

// A server may speak of mails that nobody asked for. What it says of one folder's
// is not taken for another's.
func TestAnswersThatStrayStayInTheirFolder(t *testing.T) {
	l, account := newLiar(t, 2)
	l.now(func() { l.fetch = only(2, honest(2, body, dispute(2))+honest(9, header, foreign(9))) })
	c, err := Dial(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	inbox, junk := newStory(t, account), newStory(t, account)
	inbox.must(inbox.read(t.Context(), c))
	inbox.said("dispute 1", "dispute 2")
	l.now(func() {
		l.mails, l.next = map[uint32][]byte{9: dispute(9)}, 10
		l.fetch = func(_ uint32, p part, _ []byte) string {
			if p == header {
				return "* OK nothing\r\n"
			}
			return ""
		}
	})
	junk.folder = "Junk"
	junk.must(junk.read(t.Context(), c))
	junk.said()
	if junk.tally.Pending != 1 {
		t.Errorf("%+v", junk.tally)
	}
}

func TestUIDNextBeyondAllUIDsHidesNoMail(t *testing.T) {
	for _, lie := range []uint32{maxUID, maxUID - 1, lastUIDNext + 1} {
		l, account := newLiar(t, 1)
		l.now(func() {
			l.answer = func(tag, command string) string {
				if strings.HasPrefix(command, "EXAMINE") {
					return fmt.Sprintf("* %d EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT %d]\r\n%s OK\r\n", len(l.mails), lie, tag)
				}
				return ""
			}
		})
		s := newStory(t, account)
		s.must(s.poll())
		l.now(func() { l.mails[2], l.next = dispute(2), 3 })
		s.must(s.poll())
		s.said("dispute 2")
		if s.pos.UIDNext != 3 {
			t.Errorf("the next UID is %d", s.pos.UIDNext)
		}
	}
}

func TestChanceEndsWithTheUIDs(t *testing.T) {
	for first, want := range map[uint32]string{1: "1:100", maxUID - 99: "4294967196:4294967295", maxUID - 1: "4294967294:4294967295", maxUID: "4294967295"} {
		if got := (opening{first: first}).chance().String(); got != want {
			t.Errorf("from %d: %s, want %s", first, got, want)
		}
	}
}
