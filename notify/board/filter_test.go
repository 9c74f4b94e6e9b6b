package board_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestFilterFindsByWhatPeopleKnow(t *testing.T) {
	s := newShelf(t)
	mail := s.mail("77-1042", 5*day)
	mail.Mail.DisputeID, mail.Mail.KlarnaReference = "266091", "K4MADNY"
	s.happens("c-wanted", mail, matched("ch_find_me"))
	second := s.mail("88-2000", 5*day)
	second.Mail.MerchantReference1, second.Mail.OrderNumber = "", "88-2000" // as a sentence names it
	second.Mail.Mailbox = "second"
	s.happens("c-other1", second)
	site := open(t, s.server())
	for _, q := range []string{"77-1042", "266091", "k4madny", "CH_FIND", "c-wanted", "goods+77-1042", "124.90+266091"} {
		site.shows("/?q="+q, "1 of 2 in the book", "row-c-wanted")
	}
	site.shows("/case/266091", "c-wanted")
	site.shows("/?q=88-2000", "1 of 2 in the book", "row-c-other1", ">88-2000")
	site.shows("/case/c-other1", "Order number", "88-2000")
	site.shows("/?mailbox=second", "1 of 2", "row-c-other1", "second")
	site.shows("/?q=nothing-like-it", "0 of 2", "No case fits the filter.")
	site.shows("/?q=%22%3E%3Cb%3E", `value="&#34;&gt;&lt;b&gt;"`)
	site.shows("/?state=open&mailbox=gone&q=x", `value="x"`, `value="open" selected`, `value="gone" selected`)
}

func TestClaimThatLapsedIsOpenAgain(t *testing.T) {
	s := newShelf(t)
	s.happens("c-claim1", s.mail("77-1042", 5*day), rules.Event{Type: rules.EventClaim, By: "anna", Until: s.now.Add(time.Hour)})
	site := open(t, s.server())
	site.shows("/?state=claimed", "row-c-claim1", "claimed · anna")
	s.now = s.now.Add(2 * time.Hour)
	site.shows("/?state=claimed", "No case fits")
	site.shows("/?state=open", "row-c-claim1", "open · nobody")
	site.hides("/case/c-claim1", "On it")
	if _, body := site.get("/cases.csv"); table(t, body)[0]["claimed_by"] != "" {
		t.Errorf("the CSV still names who had claimed it:\n%s", body)
	}
}

func TestWhatSomebodyMustActOnIsFilteredWhateverItsState(t *testing.T) {
	s := newShelf(t)
	s.happens("c-open01", s.mail("77-1042", 5*day))
	s.happens("c-claim1", s.mail("77-1043", 5*day), rules.Event{Type: rules.EventClaim, By: "anna", Until: s.now.Add(day)})
	s.happens("c-answer", s.mail("77-1044", 5*day), matched("ch_1"), s.reading("ch_1", "under_review", 5*day))
	site := open(t, s.server())
	site.shows("/?state=unfinished", "2 of 3", "row-c-claim1", "row-c-open01")
	site.hides("/?state=unfinished", "row-c-answer")
	site.shows("/?q=anna", "1 of 3", "row-c-claim1")
	site.shows("/?q=under_review", "1 of 3", "row-c-answer")
}

func TestLongListSaysThatItIsCut(t *testing.T) {
	s := newShelf(t)
	for i := range 520 {
		s.happens(fmt.Sprintf("c-%06d", i), s.mail("77", time.Duration(i+1)*time.Hour))
	}
	site := open(t, s.server())
	site.shows("/", "520 of 520 in the book", "Only the first 500 are shown", "row-c-000000", "row-c-000499", "Which charge is it?", "and 470 more")
	site.hides("/", "row-c-000500")
	_, body := site.get("/cases.csv")
	if n := strings.Count(body, "\n"); n != 521 {
		t.Errorf("the CSV has %d lines, want all 520 cases and a head", n)
	}
}
