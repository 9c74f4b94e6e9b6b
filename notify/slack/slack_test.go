package slack_test

import (
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

const channel = "#klarna-disputes"

// start runs a fake and a client that talks to it.
func start(t *testing.T) (*fakeslack.Server, *slack.Client) {
	t.Helper()
	fake, err := fakeslack.Start(fakeslack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fake.Close() })
	return fake, slack.New(slack.Config{
		Token:   func() (string, error) { return fakeslack.Token, nil },
		APIBase: fake.URL(),
	})
}

func card(title string) notify.Post {
	return notify.Post{ID: "o-1", Channel: channel, Text: title, Card: notify.Card{Title: title, Now: "Do it."}}
}

func TestPostIsFoundByItsOutboxID(t *testing.T) {
	fake, client := start(t)
	at, err := client.Post(t.Context(), card("Faulty goods"))
	if err != nil {
		t.Fatal(err)
	}
	found, ok, err := client.Find(t.Context(), card("another text"))
	if err != nil || !ok || found != at {
		t.Errorf("found %v %v %v, posted at %v", found, ok, err, at)
	}
	other := card("x")
	other.ID = "o-2"
	if _, ok, err := client.Find(t.Context(), other); ok || err != nil {
		t.Errorf("found a message that was never posted: %v %v", ok, err)
	}
	msgs := fake.Messages(channel)
	if len(msgs) != 1 || !strings.Contains(fakeslack.Text(msgs[0]), "→ Do it.") {
		t.Errorf("messages: %v", msgs)
	}
}
