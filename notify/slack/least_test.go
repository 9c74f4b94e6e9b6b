package slack

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// least is a client of a Slack that says of each method only this.
func least(t *testing.T, says map[string]string) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, says[r.URL.Path[1:]])
	}))
	t.Cleanup(server.Close)
	return New(Config{APIBase: server.URL + "/", Token: func() (string, error) { return "xoxb-1", nil }})
}

// All but a post, which its ts alone proves, is believed by Slack's "ok".
func TestSlackThatSaysTheLeastIsUnderstood(t *testing.T) {
	ctx, post := t.Context(), notify.Post{ID: "m-1", Channel: "C1", Text: "hello"}
	c := least(t, map[string]string{
		"auth.test": `{"ok":true}`, "chat.update": `{"ok":true}`, "views.open": `{"ok":true}`,
		"chat.postMessage": `{"ok":true,"ts":"1.1"}`, "conversations.history": `{"ok":true,"messages":[{"ts":"1.0"}]}`,
		"users.info":         `{"ok":false,"error":"missing_scope"}`,
		"conversations.list": `{"ok":true,"channels":[{"id":"C1","name":"disputes","is_archived":true},{"id":"C2","name":"disputes"}]}`,
	})
	if p := c.Check(ctx); len(p) != 1 || !p[0].OK || p[0].What != "bot token" {
		t.Errorf("the token, whose scopes are not named: %+v", p)
	}
	if at, err := c.Post(ctx, post); err != nil || at != (rules.Place{Channel: "C1", TS: "1.1"}) {
		t.Errorf("post: %+v, %v", at, err)
	}
	if _, found, err := c.Find(ctx, post); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
	if err := c.Update(ctx, rules.Place{Channel: "C1", TS: "1.1"}, post); err != nil {
		t.Errorf("update: %v", err)
	}
	if err := c.openForm(ctx, heard{trigger: "1"}); err != nil {
		t.Errorf("form: %v", err)
	}
	if name := c.name(ctx, slack.User{ID: "U1", Username: "anna"}); name != "anna" {
		t.Errorf("the person is called %q", name)
	}

	if at, err := c.channel(ctx, "#disputes"); err != nil || at != "C2" {
		t.Errorf("the channel: %q, %v", at, err)
	}

	var unclear *notify.Ambiguous
	c = least(t, map[string]string{"chat.postMessage": `{"ok":true}`, "chat.update": `{}`, "views.open": `{}`, "conversations.history": `{"ok":true}`})
	if _, found, err := c.Find(ctx, post); found || err == nil {
		t.Errorf("a history without messages: found %v, %v", found, err)
	}
	if _, err := c.Post(ctx, post); !errors.As(err, &unclear) {
		t.Errorf("a post without a ts: %v", err)
	}
	if err := c.Update(ctx, rules.Place{Channel: "C1", TS: "1.1"}, post); !errors.As(err, &unclear) {
		t.Errorf("an update without an ok: %v", err)
	}
	if err := c.openForm(ctx, heard{trigger: "1"}); err == nil {
		t.Error("a form without an ok was opened")
	}
}

func TestMessageOfAnotherAppIsNotOurs(t *testing.T) {
	for event, want := range map[string]bool{"disputewatch": true, "another": false} {
		c := least(t, map[string]string{"conversations.history": `{"ok":true,"messages":[
			{"ts":"1.1","metadata":{"event_type":"` + event + `","event_payload":{"outbox":"m-1"}}}]}`})
		if _, found, err := c.Find(t.Context(), notify.Post{ID: "m-1", Channel: "C1"}); found != want || err != nil {
			t.Errorf("%s: found %v, %v", event, found, err)
		}
	}
}

func TestClicksThatAreKnownAgainAreBounded(t *testing.T) {
	var b Buttons
	for i := range remembered + 5 {
		if id := strconv.Itoa(i); !b.fresh(id) || b.fresh(id) {
			t.Fatalf("click %s", id)
		}
	}
	if len(b.seen) != remembered || len(b.ring) != remembered {
		t.Errorf("%d and %d clicks are remembered", len(b.seen), len(b.ring))
	}
}

// Slack ends each connection after some hours. That is no failure, however often it
// happens.
func TestConnectionThatLastedIsFollowedAtOnce(t *testing.T) {
	n := 0
	for range 20 {
		n = inARow(n, 5*time.Hour)
		if w := until(n, nil); w != 0 {
			t.Fatalf("waited %s", w)
		}
		n++
	}
	if n = inARow(n+9, time.Second); until(n, nil) != capWait {
		t.Errorf("waited %s after %d that did not last", until(n, nil), n)
	}
}
