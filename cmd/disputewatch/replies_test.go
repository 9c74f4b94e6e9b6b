package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

const stopRequest = "Please stop the shipment of this high-risk order and reply to this e-mail.\nMerchant Reference 1: 77-9\n"

// sent leaves a mail of Anna's to Klarna in the folder of sent mail; answers is
// the id of the mail that it replies to, "" for a fresh one.
func (s *story) sent(id, answers string) {
	s.t.Helper()
	tie := ""
	if answers != "" {
		tie = fmt.Sprintf("In-Reply-To: <%s>\nReferences: <%s>\n", answers, answers)
	}
	raw := fmt.Sprintf("From: Anna <anna@shop.example>\nTo: Klarna <d@klarna.com>\nSubject: Re: your mail\nMessage-ID: <%s>\n%sDate: %s\n\nWe stopped the parcel.\n",
		id, tie, s.now.Format(time.RFC1123Z))
	if _, err := s.imap.Append(shopUser, "Sent", []byte(strings.ReplaceAll(raw, "\n", "\r\n")), s.now); err != nil {
		s.t.Fatal(err)
	}
}

func TestReplyToAStopRequestEndsItsEscalation(t *testing.T) {
	s := newStory(t, monday)
	s.mail("stop@klarna.com", "pass", "Stop request", stopRequest)
	s.pass()
	s.said("channel: ", "77-9")
	s.wait(90 * time.Minute)
	s.pass()
	s.said("thread: ", "<@U0ONCALL1>")
	s.wait(time.Minute)
	answeredAt := s.now
	s.sent("r1@shop.example", "stop@klarna.com")
	before := s.files()
	s.wait(4 * time.Minute)
	s.pass()
	s.said("thread: ", "Answered by mail")
	if diff := cmp.Diff(before, s.files()); diff != "" {
		t.Errorf("the mailbox changed (-before +after):\n%s", diff)
	}
	c := s.one()
	want := []rules.Evidence{{Source: "reply", At: answeredAt, Who: "anna@shop.example", Said: answeredAt}}
	if diff := cmp.Diff(want, c.Answers); c.State != rules.Answered || diff != "" {
		t.Errorf("%s, answered by (-want +got):\n%s", c.State, diff)
	}
	s.restart()
	for range 8 {
		s.wait(3 * time.Hour)
		s.pass()
	}
	for _, text := range s.news() {
		if strings.Contains(text, "U0ONCALL1") {
			t.Errorf("an answered stop request escalated: %s", text)
		}
	}
}

// files are the names of all mails in all folders: a flag is part of a name.
func (s *story) files() []string {
	s.t.Helper()
	var names []string
	root := s.imap.Maildir(shopUser)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if dir := filepath.Base(filepath.Dir(path)); err == nil && (dir == "new" || dir == "cur") {
			names = append(names, strings.TrimPrefix(path, root))
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return names
}

func TestFreshMailToKlarnaAnswersNoStopRequest(t *testing.T) {
	s := newStory(t, monday)
	s.mail("stop@klarna.com", "pass", "Stop request", stopRequest)
	s.pass()
	s.said("channel: ", "77-9")
	s.wait(30 * time.Minute)
	s.sent("r1@shop.example", "")
	s.wait(time.Hour)
	s.pass()
	s.said("thread: ", "<@U0ONCALL1>")
	if st := s.one().State; st != rules.Open {
		t.Errorf("state %s", st)
	}
}

func TestReplyToADisputeIsNotedButAnswersNothing(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("channel: ", "77-1042")
	s.wait(time.Hour)
	s.sent("r1@shop.example", "1@klarna.com")
	s.pass()
	s.said("thread: ", "Replied by mail", "only through its form or Stripe")
	if st := s.one().State; st != rules.Open {
		t.Errorf("state %s", st)
	}
	s.wait(time.Hour)
	s.pass()
	for _, text := range s.news() {
		if strings.Contains(text, "Replied by mail") && strings.HasPrefix(text, "thread: ") {
			t.Errorf("said twice: %s", text)
		}
	}
}

func TestStopRequestThatWasAnsweredBeforeTheFirstScanWakesNobody(t *testing.T) {
	s := newStory(t, monday)
	s.mail("stop@klarna.com", "pass", "Stop request", stopRequest)
	s.wait(time.Hour)
	s.sent("r1@shop.example", "stop@klarna.com")
	s.wait(time.Hour)
	s.pass()
	for _, m := range s.slack.Messages(channel) {
		if text := fakeslack.Text(m); strings.Contains(text, "U0ONCALL1") {
			t.Errorf("said: %s", text)
		}
	}
	if st := s.one().State; st != rules.Answered {
		t.Errorf("state %s", st)
	}
}

func TestSentFolderIsTheConfigs(t *testing.T) {
	for value, want := range map[string]string{"auto": "INBOX Junk Sent", `""`: "INBOX Junk", "Sent": "INBOX Junk Sent", "Junk": "INBOX Junk Junk"} {
		s := newStory(t, monday)
		s.write("config.yaml", strings.Replace(s.configText(), "    dkim:", "    sent_folder: "+value+"\n    dkim:", 1))
		code, out, errs := s.command("scan", "--json")
		var report struct{ Mailboxes []struct{ Folder string } }
		if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 {
			t.Fatal(value, code, err, errs)
		}
		var folders []string
		for _, row := range report.Mailboxes {
			folders = append(folders, row.Folder)
		}
		if got := strings.Join(folders, " "); got != want {
			t.Errorf("%s: read %s, want %s", value, got, want)
		}
	}
}

func TestSentFolderThatIsNotThereIsSaidWithAHint(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.write("config.yaml", strings.Replace(s.configText(), "    dkim:", "    sent_folder: Gesendet\n    dkim:", 1))
	s.restart()
	if err := s.tryPass(nil); err == nil || !strings.Contains(err.Error(), `"Gesendet"`) || !strings.Contains(err.Error(), "hint: ") {
		t.Errorf("%v", err)
	}
	s.said("channel: ", "77-1042")
}
