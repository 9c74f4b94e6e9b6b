package slack

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

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
		"users.info": `{"ok":false,"error":"missing_scope"}`,
	})
	if _, p := c.token(ctx); !p.OK || p.What != "bot token" {
		t.Errorf("the token: %+v", p)
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

	var unclear *notify.Ambiguous
	c = least(t, map[string]string{"chat.postMessage": `{"ok":true}`, "chat.update": `{}`, "views.open": `{}`})
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
