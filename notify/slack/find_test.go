package slack_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

func TestPostIsFoundByItsOutboxID(t *testing.T) {
	fake, client := start(t)
	card := say(t, client, post("o-1", "Faulty goods"))
	reply := post("o-2", "Nudge")
	reply.Thread = card.TS
	nudge := say(t, client, reply)
	loud := post("o-3", "Overdue")
	loud.Thread, loud.Broadcast = card.TS, true
	overdue := say(t, client, loud)
	for _, m := range fake.Messages(channel) {
		if m.Broadcast != (m.TS == overdue.TS) {
			t.Errorf("the channel sees %s: %v", fakeslack.Text(m), m.Broadcast)
		}
	}

	for _, tt := range []struct {
		p    notify.Post
		want rules.Place
	}{
		{post("o-1", "another text"), card},
		{notify.Post{ID: "o-1", Channel: channel, Thread: card.TS}, card},
		{notify.Post{ID: "o-2", Channel: channel, Thread: card.TS}, nudge},
		{notify.Post{ID: "o-3", Channel: channel, Thread: card.TS}, overdue},
		{post("o-2", "looked for outside of its thread"), rules.Place{}},
		{post("o-4", "never said"), rules.Place{}},
	} {
		at, found, err := client.Find(t.Context(), tt.p)
		if err != nil || found != (tt.want.TS != "") || found && at != tt.want {
			t.Errorf("find %s in %q: %v %v %v, want %v", tt.p.ID, tt.p.Thread, at, found, err, tt.want)
		}
	}
}

// The first attempt was made before the case had a card, the next one knows it.
func TestFindLooksInTheChannelAlsoForAReply(t *testing.T) {
	_, client := start(t)
	attempt := say(t, client, post("o-1", "Faulty goods"))
	card := say(t, client, post("o-2", "Klarna sent a reminder."))
	p := post("o-1", "Faulty goods")
	p.Thread = card.TS
	if at, ok, err := client.Find(t.Context(), p); !ok || err != nil || at != attempt {
		t.Errorf("found %v %v %v, posted at %v", at, ok, err, attempt)
	}
}

func TestFindForgivesClocksThatDiffer(t *testing.T) {
	fake, err := fakeslack.Start(fakeslack.Options{Now: func() time.Time { return time.Now().Add(-5 * time.Minute) }})
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	client := slack.New(config(fake))
	p := post("o-1", "Faulty goods")
	p.Since = time.Now()
	say(t, client, p)
	if _, ok, err := client.Find(t.Context(), p); !ok || err != nil {
		t.Errorf("Slack's clock is five minutes late: %v %v", ok, err)
	}
}

func TestFindReadsEveryPageSinceTheAttempt(t *testing.T) {
	fake, client := start(t)
	at := say(t, client, post("o-1", "Faulty goods"))
	for i := range 450 {
		fake.Say(channel, fmt.Sprint("chatter ", i))
	}
	p := post("o-1", "")
	if found, ok, err := client.Find(t.Context(), p); !ok || err != nil || found != at {
		t.Errorf("found %v %v %v, posted at %v", found, ok, err, at)
	}
	p.Since = time.Now().Add(time.Hour) // beyond what clocks may differ
	if _, ok, err := client.Find(t.Context(), p); ok || err != nil {
		t.Errorf("found what was said before the first attempt: %v %v", ok, err)
	}
}

func TestHistoryWithoutAnEndIsNotNotThere(t *testing.T) {
	fake, client := start(t)
	for i := range 4100 {
		fake.Say(channel, fmt.Sprint("chatter ", i))
	}
	if _, ok, err := client.Find(t.Context(), post("o-1", "")); ok || err == nil {
		t.Errorf("a history that was not read to its end said %v %v", ok, err)
	}
}

// Whoever takes "cannot be looked into" for "is not there" says it twice.
func TestHistoryThatCannotBeReadIsNotNotThere(t *testing.T) {
	fake, client := start(t)
	card := say(t, client, post("o-1", "Faulty goods"))
	p := post("o-2", "Nudge")
	p.Thread = card.TS
	for method, code := range map[string]string{"conversations.history": "missing_scope", "conversations.replies": "missing_scope", "conversations.list": "invalid_auth"} {
		hold := fake.Fail(fakeslack.Fault{Method: method, Kind: fakeslack.Refuse, Code: code})
		_, ok, err := slack.New(config(fake)).Find(t.Context(), p)
		var refused *notify.Refused
		if ok || !errors.As(err, &refused) || hold.Times != 0 {
			t.Errorf("%s: %v %v", method, ok, err)
		} else if (refused.Whom == notify.ThisMessage) != (method != "conversations.list") { // what was never tried need not be looked for
			t.Errorf("%s keeps from being said: %s", method, refused.Whom)
		}
	}
}

func TestReplyToADeletedCardIsStillFound(t *testing.T) {
	fake, client := start(t)
	card := say(t, client, post("o-1", "Faulty goods"))
	fake.Delete(channel, card.TS)
	p := post("o-2", "Nudge")
	p.Thread = card.TS
	at := say(t, client, p)
	if found, ok, err := client.Find(t.Context(), p); !ok || err != nil || found != at {
		t.Errorf("found %v %v %v, posted at %v", found, ok, err, at)
	}
}

func TestThreadThatIsGoneHoldsNothing(t *testing.T) {
	fake, client := start(t)
	card := say(t, client, post("o-1", "Faulty goods"))
	fake.Delete(channel, card.TS)
	p := post("o-2", "Nudge")
	p.Thread = card.TS
	if _, ok, err := client.Find(t.Context(), p); ok || err != nil {
		t.Errorf("a deleted thread said %v %v", ok, err)
	}
}

func TestUpdateReplacesTheCard(t *testing.T) {
	fake, client := start(t)
	at := say(t, client, post("o-1", "Faulty goods"))
	if err := client.Update(t.Context(), at, post("o-9", "Answered")); err != nil {
		t.Fatal(err)
	}
	msgs := fake.Messages(channel)
	if len(msgs) != 1 || !strings.HasPrefix(fakeslack.Text(msgs[0]), "Answered") {
		t.Errorf("messages: %v", msgs)
	}
	if _, ok, err := client.Find(t.Context(), post("o-1", "")); !ok || err != nil {
		t.Errorf("the card lost its own outbox id by an update: %v", err)
	}
}
