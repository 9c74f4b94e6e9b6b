package systemd

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestJournalKnowsAnErrorFromNews(t *testing.T) {
	var b strings.Builder
	log := slog.New(journalHandler(&b)).With("mailbox", "shop")
	log.Info("passed")
	log.Warn("polls were missed")
	log.Error("step failed", "err", errors.New("one\ntwo"))
	log.Debug("nobody asked")
	want := "<6>level=INFO msg=passed mailbox=shop\n<4>level=WARN msg=\"polls were missed\" mailbox=shop\n<3>level=ERROR msg=\"step failed\" mailbox=shop err=\"one\\ntwo\"\n"
	if b.String() != want {
		t.Errorf("%s", b.String())
	}
}

func TestLogThatIsNoJournalsHasItsTimeAndNoPriority(t *testing.T) {
	t.Setenv("JOURNAL_STREAM", "1:2") // inherited from a service: our standard error is another
	var b strings.Builder
	Log(&b).Error("step failed")
	if !strings.HasPrefix(b.String(), "time=") {
		t.Errorf("%s", b.String())
	}
}
