package slack_test

import (
	"testing"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
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
	return fake, slack.New(config(fake))
}

func config(fake *fakeslack.Server) slack.Config {
	return slack.Config{
		Token:   func() (string, error) { return fakeslack.Token, nil },
		APIBase: fake.URL(),
	}
}

func post(id, title string) notify.Post {
	return notify.Post{ID: id, Channel: channel, Text: title, Card: notify.Card{Title: title, Now: "Do it."}}
}

func say(t *testing.T, client *slack.Client, p notify.Post) rules.Place {
	t.Helper()
	at, err := client.Post(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
