package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// startable is a world whose daemons remember from one start to the next that they
// did not come up.
func startable(t *testing.T) *world {
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
	t.Setenv("RUNTIME_DIRECTORY", t.TempDir()+":/elsewhere")
	return w
}

// fails starts a daemon that does not come up.
func (w *world) fails(code int) {
	w.Helper()
	if is, _, errs := w.ran("run"); is != code {
		w.Fatalf("exit %d, want %d: %s", is, code, errs)
	}
}

func (w *world) configure(from, to string) {
	w.Helper()
	w.must(os.WriteFile(w.config(), []byte(strings.Replace(w.configText, from, to, 1)), 0o600))
}

// alarms counts those that hold a word.
func (w *world) alarms(word string) (n int) {
	for _, m := range w.slack.Messages(channel) {
		if strings.Contains(fakeslack.Text(m), word) {
			n++
		}
	}
	return n
}

// lasted makes what is remembered older.
func (w *world) lasted(d time.Duration) {
	w.Helper()
	was := readDown(downFile())
	if was.Since.IsZero() {
		w.Fatal("nothing is remembered")
	}
	was.Since = was.Since.Add(-d)
	w.must(was.keep(downFile()))
}

func TestDaemonThatSystemdStartsNoMoreSaysSoAtOnce(t *testing.T) {
	w := startable(t)
	w.configure("folders: [INBOX]", "folders: [INBOX]\n    colour: red")
	w.fails(exitUsage)
	if w.alarms("disputewatch does not start") != 1 || w.alarms("mailboxes[0].colour") != 1 || w.alarms("systemctl start") != 1 {
		t.Fatal("it was not told")
	}
	w.fails(exitUsage)
	if w.alarms("does not start") != 1 {
		t.Error("it was told twice")
	}
	w.lasted(time.Hour)
	w.fails(exitUsage)
	if w.alarms("does not start") != 2 {
		t.Error("an hour later it was not told again")
	}
	w.lasted(-30 * 24 * time.Hour) // the clock was set back
	w.fails(exitUsage)
	if w.alarms("does not start") != 3 {
		t.Error("by the new clock it was not told")
	}
	w.must(os.WriteFile(w.config(), []byte(w.configText), 0o600))
	p := w.start()
	w.until("it runs again", func() bool { return w.alarms("disputewatch runs again") == 1 })
	p.stop()
	if !readDown(downFile()).Since.IsZero() {
		t.Error("it remembers that it was down")
	}
}

func TestDaemonThatIsStartedAgainAndAgainSaysSoAfterAWhile(t *testing.T) {
	w := startable(t)
	w.configure("sqlite:", "sqlite:/nowhere")
	w.fails(exitFailed)
	w.lasted(health.UnwrittenFor - time.Minute)
	w.fails(exitFailed)
	if w.alarms("does not start") != 0 {
		t.Fatal("it was told at once")
	}
	w.lasted(time.Minute)
	w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: "not_in_channel", Times: 1})
	w.fails(exitFailed)
	w.fails(exitFailed)
	w.fails(exitFailed)
	if w.alarms("does not start") != 1 || w.alarms("/nowhere") != 1 {
		t.Fatal("it was not told once")
	}
}

func TestStartThatFailsIsToldOnlyWhereItIsKnownHow(t *testing.T) {
	w := startable(t)
	good := w.configText
	for name, the := range map[string]struct{ folder, from, to string }{
		"nothing starts it again":        {"", "", ""},
		"it would be told with each try": {"/nowhere", "", ""},
		"the channel may be another":     {t.TempDir(), "  channel:", "  chanel:"},
		"it shall but look on":           {t.TempDir(), "calendar:", "observe: true\ncalendar:"},
		"it is no YAML":                  {t.TempDir(), "calendar:", "calendar: ["},
	} {
		t.Setenv("RUNTIME_DIRECTORY", the.folder)
		w.configText = "colour: red\n" + good
		w.configure(the.from, the.to)
		w.fails(exitUsage)
		if w.alarms("does not start") != 0 {
			t.Errorf("%s: it was told", name)
		}
	}
	t.Setenv("RUNTIME_DIRECTORY", t.TempDir())
	w.configure("", "")
	w.fails(exitUsage)
	if w.alarms("does not start") != 1 {
		t.Error("where it is known how it was not told")
	}
}
