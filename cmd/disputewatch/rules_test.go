package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/view"
)

func TestRulesSayWhatIsToldNowWhyAndWhatComesNext(t *testing.T) {
	s := opened(t)
	id := s.one().ID
	code, out, errs := s.command("rules")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, want := range []string{id, "124.90 EUR", "answer by", "says Klarna's mail", "now        nothing to tell", "next", "unanswered for 1 working day", "week", "7 days before the deadline"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	code, out, errs = s.command("rules", "--case", "256947", "--at", "13d", "--json")
	var v view.Ladder
	if err := json.Unmarshal([]byte(out), &v); code != exitDone || err != nil {
		t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
	}
	var said []string
	for _, told := range v.Until {
		said = append(said, told.Step)
	}
	if all := strings.Join(said, " "); v.Case != id || !strings.Contains(all, "nudge") || !strings.Contains(all, "last") || v.Next == nil || len(v.Steps) != 5 {
		t.Errorf("on the way %v, then %+v", said, v)
	}
	if after := s.one(); len(after.Told) != 1 {
		t.Errorf("asking changed the case: %+v", after.Told)
	}
	s.fails(exitUsage, "is no time", "rules", "--at", "noon")
	s.fails(exitFailed, "no such case", "rules", "--case", "1")
}

func TestRulesOfATimePastTakeTheCaseAsItStood(t *testing.T) {
	s := opened(t)
	before := s.one().OpenedAt.Add(-time.Hour).Format(time.RFC3339)
	s.says("answer", "256947", "--by", "anna")
	if _, out, _ := s.command("rules"); !strings.Contains(out, "no open cases") {
		t.Errorf("an answered case is listed:\n%s", out)
	}
	at := s.one().OpenedAt.Format(time.RFC3339Nano)
	if _, out, errs := s.command("rules", "--case", "256947", "--at", at); !strings.Contains(out, "EUR  open") {
		t.Errorf("as it stood:\n%s%s", out, errs)
	}
	if _, out, _ := s.command("rules", "--case", "256947"); !strings.Contains(out, "answered as anna says") {
		t.Errorf("as it stands:\n%s", out)
	}
	if _, out, _ := s.command("rules", "--case", "256947", "--at", before); !strings.Contains(out, "was not opened yet") {
		t.Errorf("before it was opened:\n%s", out)
	}
}
