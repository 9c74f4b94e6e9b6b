package mailbox

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

func TestSentFolderIsFoundByItsUseOrItsName(t *testing.T) {
	for what, c := range map[string]struct {
		folders map[string]string
		want    []string
	}{
		"marked":           {map[string]string{"Postausgang": `\Sent`, "Sent": ""}, []string{"Postausgang"}},
		"marked twice":     {map[string]string{"Sent": `\Sent`, "Sent Messages": `\Sent`}, []string{"Sent", "Sent Messages"}},
		"named":            {map[string]string{"Sent Items": "", "Sentences": ""}, []string{"Sent Items"}},
		"named in German":  {map[string]string{"Gesendete Objekte": ""}, []string{"Gesendete Objekte"}},
		"below INBOX":      {map[string]string{"INBOX/Sent": ""}, []string{"INBOX/Sent"}},
		"marked otherwise": {map[string]string{"Sent": `\Archive`}, nil},
		"none":             {nil, nil},
	} {
		_, account := fake(t, fakeimap.Options{Folders: c.folders})
		conn, err := Dial(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		got, err := conn.Sent(t.Context())
		slices.Sort(got)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v; want %q", what, got, err, c.want)
		}
		before := conn.trips
		if _, err := conn.Auto(t.Context()); err != nil || conn.trips != before {
			t.Errorf("%s: the folders were listed again: %v", what, err)
		}
	}
}

// texts is how many mails were asked for whole.
func (l *liar) texts() (n int) {
	l.now(func() { n = len(l.asked) })
	return n
}

// sentLetter is a mail of the shop's that answers another.
func sentLetter(to, answered, subject string) []byte {
	return []byte("From: Anna <anna@shop.example>\r\nTo: <" + to + ">\r\nCc: <b@shop.example>\r\nSubject: " + subject +
		"\r\nIn-Reply-To: " + answered + "\r\nMessage-ID: <" + strings.ReplaceAll(subject, " ", "-") + "@shop.example>\r\n\r\nWe stopped it.\r\n")
}

func toKlarna(_ uint32, header []byte) bool {
	return bytes.Contains(header, []byte("To: <stop@klarna"))
}

func TestHeadersAreHandedOnWithoutTheText(t *testing.T) {
	liar, account := newLiar(t, 0)
	liar.now(func() {
		liar.mails[1] = sentLetter("stop@klarna.example", "<1@klarna>", "a reply")
		liar.mails[2] = sentLetter("b@shop.example", "<1@klarna>", "a forward")
		liar.next = 3
	})
	s := newStory(t, account)
	s.want.HeadersOnly, s.want.Candidate = true, toKlarna
	s.must(s.poll())
	if len(s.got) != 1 || s.got[0].UID != 1 || s.got[0].Body != nil || s.got[0].Fault != nil {
		t.Fatalf("handed on %+v", s.got)
	}
	if n := liar.texts(); n != 0 {
		t.Errorf("%d texts were asked for", n)
	}
	if s.tally.Other != 1 || s.pos.Seen.String() != "1:2" {
		t.Errorf("other %d, seen %s", s.tally.Other, s.pos.Seen)
	}
	s.must(s.poll())
	s.said()
}

func TestHeadersThatAreAskedForOfSentMail(t *testing.T) {
	liar, account := newLiar(t, 1)
	var fetched string
	liar.now(func() {
		liar.answer = func(_, command string) string {
			if strings.Contains(command, "FETCH") {
				fetched = command
			}
			return ""
		}
	})
	s := newStory(t, account)
	s.want.HeadersOnly = true
	s.must(s.poll())
	liar.now(func() {
		asked := strings.ToUpper(strings.ReplaceAll(fetched, `"`, ""))
		if want := "HEADER.FIELDS (FROM TO CC MESSAGE-ID REFERENCES IN-REPLY-TO DATE AUTO-SUBMITTED CONTENT-TYPE)"; !strings.Contains(asked, want) {
			t.Errorf("asked %q, want %s", asked, want)
		}
	})
}

func TestMailLeftForLaterIsAskedForAgainByTheSweep(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	add1(t, server, "INBOX", sentLetter("stop@klarna.example", "<1@klarna>", "early"), now)
	add1(t, server, "INBOX", sentLetter("b@shop.example", "<1@klarna>", "other"), now)
	s := newStory(t, account)
	known := false
	s.want.HeadersOnly, s.want.Candidate = true, toKlarna
	s.want.Later = func(h []byte) bool { return toKlarna(0, h) && !known }
	s.must(s.poll())
	s.said()
	if s.tally.Later != 1 || s.pos.Seen.String() != "2" {
		t.Fatalf("later %d, seen %s", s.tally.Later, s.pos.Seen)
	}
	known = true
	s.must(s.poll())
	s.said() // not yet time for a sweep
	s.want.Now = now.Add(time.Hour)
	s.must(s.poll())
	if len(s.got) != 1 || s.got[0].UID != 1 || s.pos.Seen.String() != "1:2" {
		t.Fatalf("handed on %+v, seen %s", s.got, s.pos.Seen)
	}
	s.want.Now = now.Add(3 * time.Hour)
	s.must(s.poll())
	s.said()
}

func TestLongHeaderOfSentMailIsAFaultNotAFetch(t *testing.T) {
	liar, account := newLiar(t, 0)
	liar.now(func() {
		liar.mails[1] = append([]byte("References: <"+strings.Repeat("a", maxHeader)+">\r\n"), sentLetter("stop@klarna.example", "<1@klarna>", "long")...)
		liar.next = 2
	})
	s := newStory(t, account)
	s.want.HeadersOnly, s.want.Candidate = true, toKlarna
	s.must(s.poll())
	if len(s.got) != 1 || !errors.Is(s.got[0].Fault, errLongHead) || liar.texts() != 0 {
		t.Errorf("handed on %+v, %d texts asked for", s.got, liar.texts())
	}
}

// Dovecot 2.3.19 was seen to answer two searches that were sent together before
// it ended the first.
func TestLateUIDsAreFoundWhicheverSearchTheyAreAnsweredTo(t *testing.T) {
	liar, account := newLiar(t, 3)
	s := newStory(t, account)
	s.must(s.poll())
	s.said("dispute 1", "dispute 2", "dispute 3")
	var held string
	liar.now(func() {
		liar.mails[9], liar.next = dispute(9), 10
		s.pos.Seen, s.pos.UIDNext = rules.UIDs{{First: 1, Last: 1}, {First: 3, Last: 3}}, 4
		liar.answer = func(tag, command string) string {
			switch words := strings.Fields(command); {
			case strings.HasPrefix(command, "UID SEARCH UID 4:"):
				held = tag
				return "* SEARCH\r\n"
			case strings.HasPrefix(command, "UID SEARCH SINCE"):
				return "* SEARCH" + liar.search(words[2:]) + "\r\n" + held + " OK\r\n" + tag + " OK\r\n"
			}
			return ""
		}
	})
	s.want.Now = now.Add(2 * time.Hour)
	s.must(s.poll())
	s.said("dispute 2", "dispute 9")
}
