package slack_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// ear writes down what it hears.
type ear struct {
	clicks chan notify.Click
	reply  string
	err    error
	before func(notify.Click)
}

func (e *ear) Clicked(_ context.Context, c notify.Click) (string, error) {
	if e.before != nil {
		e.before(c)
	}
	e.clicks <- c
	return e.reply, e.err
}

// desk is a fake, a card with buttons on it, and daemons that serve its clicks.
type desk struct {
	t       *testing.T
	fake    *fakeslack.Server
	client  *slack.Client
	ear     *ear
	buttons *slack.Buttons
	card    rules.Place
	waited  chan time.Duration
	reports chan error
	log     *lines
	stop    func()
}

// lines is a log that can be read while it is written.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// unserved is a desk whose daemon does not run yet.
func unserved(t *testing.T) *desk {
	t.Helper()
	fake, client := start(t)
	fake.Person("U0ANNA", "Anna")
	d := &desk{
		t: t, fake: fake, client: client, ear: &ear{clicks: make(chan notify.Click, 100)},
		waited: make(chan time.Duration, 1000), reports: make(chan error, 1000), log: &lines{},
	}
	d.buttons = &slack.Buttons{
		Client: client, Listener: d.ear, Log: slog.New(slog.NewTextHandler(d.log, nil)),
		AppToken: func() (string, error) { return fakeslack.AppToken, nil },
		Report: func(ctx context.Context, err error) {
			select {
			case d.reports <- err:
			case <-ctx.Done():
			}
		},
		Wait: func(ctx context.Context, w time.Duration) error {
			select {
			case d.waited <- w:
			case <-ctx.Done():
			}
			return ctx.Err()
		},
	}
	d.card = say(t, client, clickable())
	return d
}

func clickable() notify.Post {
	p := post("o-1", "Faulty goods")
	p.Card.Actions = []notify.Action{
		{Text: "Open in Stripe", URL: "https://dashboard.stripe.com/payments/ch_1"},
		{Verb: notify.Claim, Case: "c-4f9k2m", Text: "I'm on it", Primary: true},
		{Verb: notify.Answer, Case: "c-4f9k2m", Text: "Answered"},
		{Verb: notify.Snooze, Case: "c-4f9k2m", Text: "Snooze", Options: []notify.Option{{Value: "4h", Text: "For 4 hours"}, {Value: "3d", Text: "For 3 days"}}},
		{Verb: notify.Close, Case: "c-4f9k2m", Text: "Not a dispute", Confirm: "Nobody is reminded of it any more."},
		{Verb: notify.Choose, Case: "c-4f9k2m", Text: "Choose charge", Options: []notify.Option{{Value: "ch_1", Text: "ch_1"}}},
	}
	return p
}

// served is a desk whose daemon is connected.
func served(t *testing.T) *desk {
	t.Helper()
	d := unserved(t)
	d.run(d.buttons)
	d.connected(1, 1)
	return d
}

// run runs a daemon until the test ends.
func (d *desk) run(b *slack.Buttons) {
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { b.Run(ctx) })
	d.stop = sync.OnceFunc(func() {
		stop()
		done.Wait()
	})
	d.t.Cleanup(d.stop)
}

func (d *desk) connected(n, ever int) {
	d.t.Helper()
	if !d.fake.AwaitSockets(n, ever) {
		open, all := d.fake.Sockets()
		d.t.Fatalf("%d sockets are open, %d ever were; want %d and %d\n%s", open, all, n, ever, d.log)
	}
}

func (d *desk) click(action, value string) {
	d.t.Helper()
	if err := d.fake.Click(channel, d.card.TS, action, value, "U0ANNA"); err != nil {
		d.t.Fatal(err)
	}
}

// hears is the next click that the listener hears.
func (d *desk) hears() notify.Click {
	d.t.Helper()
	select {
	case c := <-d.ear.clicks:
		return c
	case <-time.After(5 * time.Minute):
		d.t.Fatalf("nobody heard the click\n%s", d.log)
		return notify.Click{}
	}
}

// hearsNothingMore stops the daemon, which finishes what is in hand, and looks
// whether anything is left.
func (d *desk) hearsNothingMore() {
	d.t.Helper()
	d.stop()
	select {
	case c := <-d.ear.clicks:
		d.t.Errorf("heard also %+v", c)
	default:
	}
}

// replied is the reply in the card's thread that holds words.
func (d *desk) replied(words string) fakeslack.Message {
	d.t.Helper()
	m, ok := d.fake.AwaitMessage(channel, func(m fakeslack.Message) bool {
		return m.Thread == d.card.TS && strings.Contains(fakeslack.Text(m), words)
	})
	if !ok {
		d.t.Fatalf("nobody replied %q\n%s", words, d.log)
	}
	return m
}

func TestEachButtonIsHeardAsItsVerb(t *testing.T) {
	d := served(t)
	for _, tt := range []struct {
		action, value string
		want          notify.Click
	}{
		{"dw-claim", "", notify.Click{Verb: notify.Claim}},
		{"dw-snooze", "4h", notify.Click{Verb: notify.Snooze, Until: notify.FourHours, Charge: "4h"}},
		{"dw-close", "", notify.Click{Verb: notify.Close}},
		{"dw-link", "ch_1", notify.Click{Verb: notify.Choose, Until: "ch_1", Charge: "ch_1"}},
	} {
		d.click(tt.action, tt.value)
		got := d.hears()
		if got.ID == "" {
			t.Errorf("%s has no identity", tt.action)
		}
		tt.want.ID, tt.want.Case, tt.want.At = got.ID, "c-4f9k2m", d.card
		tt.want.By, tt.want.ByName = "U0ANNA", "Anna"
		if got != tt.want {
			t.Errorf("%s: heard %+v, want %+v", tt.action, got, tt.want)
		}
	}
	d.click("dw-open-0", "")
	d.hearsNothingMore()
	if n := len(d.fake.Calls("users.info")); n != 1 {
		t.Errorf("asked %d times who U0ANNA is", n)
	}
	if ms := d.fake.Messages(channel); len(ms) != 1 {
		t.Errorf("something was said although the listener had nothing to say: %d messages", len(ms))
	}
}

func TestAnsweredAsksHowAndHearsTheForm(t *testing.T) {
	d := served(t)
	d.click("dw-answer", "")
	v, ok := d.fake.AwaitView(1)
	if !ok {
		t.Fatalf("no form was opened\n%s", d.log)
	}
	if err := d.fake.Submit(v, "U0ANNA", map[string]string{"how": "form", "note": " sent at noon\n"}); err != nil {
		t.Fatal(err)
	}
	got := d.hears()
	want := notify.Click{ID: got.ID, Case: "c-4f9k2m", Verb: notify.Answer, How: notify.HowForm, Note: "sent at noon", By: "U0ANNA", ByName: "Anna", At: d.card}
	if got != want || got.ID == "" {
		t.Errorf("heard %+v, want %+v", got, want)
	}
}

func TestFormThatComesTooLateIsExplained(t *testing.T) {
	d := served(t)
	hold := d.fake.Fail(fakeslack.Fault{Method: "views.open", Kind: fakeslack.Refuse, Code: "expired_trigger_id"})
	d.click("dw-answer", "")
	m := d.replied("The form could not be opened")
	if !strings.Contains(fakeslack.Text(m), "<@U0ANNA>") || hold.Times != 0 {
		t.Errorf("said:\n%s", fakeslack.Text(m))
	}
}

func TestClickThatIsDeliveredTwiceCountsOnce(t *testing.T) {
	d := served(t)
	d.fake.Twice()
	d.click("dw-claim", "")
	first := d.hears()
	d.click("dw-claim", "")
	if again := d.hears(); again.ID == first.ID {
		t.Error("a second click has the identity of the first")
	}
	d.hearsNothingMore()
}

func TestClickIsAcknowledgedBeforeItIsServed(t *testing.T) {
	d := unserved(t)
	acked := make(chan struct{})
	d.ear.before = func(notify.Click) { <-acked }
	d.run(d.buttons)
	d.connected(1, 1)
	d.click("dw-claim", "") // returns when it is acknowledged
	d.click("dw-close", "") // and neither waits for the other
	close(acked)
	d.hears()
	d.hears()
}

func TestWhatTheListenerSaysStandsInTheThread(t *testing.T) {
	d := unserved(t)
	d.ear.reply = "The case is closed (won); reopen it first."
	d.run(d.buttons)
	d.connected(1, 1)
	d.click("dw-claim", "")
	m := d.replied("reopen it first")
	if !strings.Contains(fakeslack.Text(m), "<@U0ANNA>") || m.Broadcast {
		t.Errorf("said:\n%s", fakeslack.Text(m))
	}
}

// Slack asks to wait most where many cards are told, and there most is clicked.
func TestReplyWaitsWhereSlackAsksTo(t *testing.T) {
	d := unserved(t)
	d.ear.reply = "Not done: the case is closed (won); reopen it first."
	d.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Limit, Retry: "2", Times: 3})
	d.run(d.buttons)
	d.connected(1, 1)
	d.click("dw-claim", "")
	d.replied("reopen it first")
	for range 3 {
		if w := <-d.waited; w != 2*time.Second {
			t.Errorf("waited %s", w)
		}
	}
}

func TestReplyThatSlackNeverTakesIsGivenUp(t *testing.T) {
	d := unserved(t)
	d.ear.reply = "Done."
	d.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Limit, Retry: "2", Times: -1})
	before := len(d.fake.Calls("chat.postMessage"))
	d.run(d.buttons)
	d.connected(1, 1)
	d.click("dw-claim", "")
	d.hears()
	for range 4 {
		<-d.waited
	}
	d.hearsNothingMore()
	if n := len(d.fake.Calls("chat.postMessage")) - before; n != 5 || !strings.Contains(d.log.String(), "click was not replied to") {
		t.Errorf("tried %d times:\n%s", n, d.log)
	}
}

func TestClickThatCannotBeDoneSaysSo(t *testing.T) {
	d := unserved(t)
	d.ear.err = errors.New("book: the disk is full")
	d.run(d.buttons)
	d.connected(1, 1)
	d.click("dw-claim", "")
	d.replied("could not be done just now")
	if log := d.log.String(); !strings.Contains(log, "the disk is full") || strings.Contains(log, "Anna") {
		t.Errorf("log:\n%s", log)
	}
}

func TestPanickingListenerKillsNothing(t *testing.T) {
	d := unserved(t)
	var once sync.Once
	d.ear.before = func(notify.Click) { once.Do(func() { panic("oh") }) }
	d.run(d.buttons)
	d.connected(1, 1)
	d.click("dw-claim", "")
	d.replied("could not be done just now")
	d.click("dw-claim", "")
	d.hears()
}

func TestUnknownPersonIsCalledAsTheClickSays(t *testing.T) {
	d := served(t)
	for _, who := range []string{"U0BO", "U0BO"} {
		if err := d.fake.Click(channel, d.card.TS, "dw-claim", "", who); err != nil {
			t.Fatal(err)
		}
		if c := d.hears(); c.By != "U0BO" || c.ByName != "u0bo" {
			t.Errorf("heard %+v", c)
		}
	}
}

func TestClickInHandIsFinishedWhenTheDaemonStops(t *testing.T) {
	d := unserved(t)
	reached, release := make(chan struct{}), make(chan struct{})
	d.ear.before = func(notify.Click) {
		close(reached)
		<-release
	}
	d.ear.reply = "Done."
	d.run(d.buttons)
	d.connected(1, 1)
	d.click("dw-claim", "")
	<-reached
	stopped := make(chan struct{})
	go func() {
		d.stop()
		close(stopped)
	}()
	if !d.fake.AwaitSockets(0, 1) {
		t.Fatal("the socket stayed open")
	}
	select {
	case <-stopped:
		t.Fatal("stopped with a click in hand")
	default:
	}
	close(release)
	<-stopped
	d.replied("Done.")
}
