package main

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
)

// lure delivers a phishing mail that names an order of the shop.
func (s *story) lure() {
	s.t.Helper()
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Metadata: map[string]string{"order_id": "77-1042"}, Created: s.now.AddDate(0, 0, -9)})
	s.mail("lure@klarna.com", "fail", "New dispute request", request+"\nRespond: https://klarna.evil.example/login\n")
}

// digests is the next day's digest.
func (s *story) digests() string {
	s.t.Helper()
	s.wait(day)
	if err := s.house.queueDigest(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.pass()
	return s.said("Klarna disputes:")
}

func TestPhishingThatNamesAnOrderStaysInTheDigestUntilItIsDismissed(t *testing.T) {
	s := newStory(t, monday)
	s.wait(2 * time.Hour)
	s.lure()
	s.pass()
	text := s.said("Phishing", "names an order of yours", "charge py_1", "disputewatch dismiss m-")
	if strings.Contains(text, "evil.example/login") || len(s.last.mail.Opened) != 0 {
		t.Fatalf("opened %v, said %s", s.last.mail.Opened, text)
	}
	for range 3 {
		if text := s.digests(); !strings.Contains(text, "1 phishing mail that nobody has dismissed") || !strings.Contains(text, "names an order that exists (py_1)") {
			t.Fatalf("digest:\n%s", text)
		}
	}
	page := httptest.NewRecorder()
	s.house.board().Handler().ServeHTTP(page, httptest.NewRequest("GET", "http://127.0.0.1/", nil))
	if body := page.Body.String(); !strings.Contains(body, "It names an order that exists: py_1") {
		t.Errorf("board:\n%s", body)
	}
	code, out, errs := s.command("dismiss")
	if code != exitDone || !strings.Contains(out, "NAMES AN ORDER THAT EXISTS (py_1)") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	id, _, _ := strings.Cut(out, " ")
	if code, out, errs = s.command("dismiss", id, "--by", "anna", "--note", "told everybody"); code != exitDone {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if code, _, errs = s.command("dismiss", id, "--by", "bo"); code != exitFailed || !strings.Contains(errs, "anna has dismissed it already") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if code, _, errs = s.command("dismiss", "m-nothing", "--by", "bo"); code != exitFailed || !strings.Contains(errs, "hint: disputewatch dismiss lists") {
		t.Errorf("exit %d: %s", code, errs)
	}
	s.pass()
	s.said("edited: ", "Dismissed: by anna")
	if text := s.digests(); strings.Contains(text, "phishing") {
		t.Errorf("digest after it:\n%s", text)
	}
}

func TestClickDismissesAPhishingMail(t *testing.T) {
	s := clickable(t, func(*story) {})
	s.lure()
	s.pass()
	warning := s.awaits("Phishing", "[Dismiss]")
	if strings.Contains(warning, "evil.example/login") {
		t.Errorf("a link is shown: %s", warning)
	}
	mails, err := s.book.Strange(t.Context(), s.now)
	if err != nil || len(mails) != 1 {
		t.Fatalf("%v, %v", mails, err)
	}
	for _, m := range s.slack.Messages(channel) {
		if strings.Contains(string(m.Blocks), mails[0].ID) {
			if err := s.slack.Click(channel, m.TS, "dw-dismiss", mails[0].ID, "U0ANNA"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if text := s.awaits("Dismissed: by Anna"); strings.Contains(text, "[Dismiss]") {
		t.Errorf("the button is still there: %s", text)
	}
}

// Numbers of orders can be guessed, so that each of a wave may name one that exists.
func TestDisputeIsToldBeforeThePhishingThatCameFirst(t *testing.T) {
	s := newStory(t, monday)
	s.lure()
	s.mail("1@klarna.com", "pass", "New dispute request", strings.NewReplacer("77-1042", "77-1043", "256947", "256948").Replace(request))
	s.pass()
	all := s.news()
	if len(all) != 2 || !strings.Contains(all[0], "77-1043") || !strings.Contains(all[1], "names an order of yours") {
		t.Errorf("said:\n%s", strings.Join(all, "\n---\n"))
	}
}
