package slack_test

import (
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

func TestSocketThatEndsIsOpenedAgain(t *testing.T) {
	for name, end := range map[string]func(*fakeslack.Server){
		"cut":                func(f *fakeslack.Server) { f.Drop() },
		"asked to come back": func(f *fakeslack.Server) { f.Disconnect("refresh_requested") },
		"too many":           func(f *fakeslack.Server) { f.Disconnect("too_many_websockets") },
		"handshakes fail": func(f *fakeslack.Server) {
			f.RefuseSockets(3)
			f.Drop()
		},
		"Slack is down": func(f *fakeslack.Server) {
			f.Fail(fakeslack.Fault{Method: "apps.connections.open", Kind: fakeslack.Status, Status: 503, Times: 3})
			f.Drop()
		},
		"Slack hangs up": func(f *fakeslack.Server) {
			f.Fail(fakeslack.Fault{Method: "apps.connections.open", Kind: fakeslack.Hangup, Times: 2})
			f.Drop()
		},
		"Slack says nothing": func(f *fakeslack.Server) {
			f.Fail(fakeslack.Fault{Method: "apps.connections.open", Kind: fakeslack.Empty, Times: 2})
			f.Drop()
		},
		"limited": func(f *fakeslack.Server) {
			f.Fail(fakeslack.Fault{Method: "apps.connections.open", Kind: fakeslack.Limit, Retry: "7"})
			f.Drop()
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := served(t)
			end(d.fake)
			d.connected(1, 2)
			d.click("dw-claim", "")
			d.hears()
			if log := d.log.String(); strings.Contains(log, "ticket") || strings.Contains(log, "xapp") {
				t.Errorf("a secret is in the log:\n%s", log)
			}
		})
	}
}

func TestSilentSocketIsGivenUp(t *testing.T) {
	d := unserved(t)
	d.fake.Mute(true)
	d.buttons.Silence = 100 * time.Millisecond
	d.run(d.buttons)
	d.connected(1, 2)
}

func TestReconnectStormIsWaitedOut(t *testing.T) {
	d := unserved(t)
	d.fake.Storm(9)
	d.run(d.buttons)
	d.connected(1, 10)
	d.click("dw-claim", "")
	d.hears()
	want := []time.Duration{0, 1, 2, 4, 8, 16, 32, 60, 60}
	for i, w := range want {
		got := <-d.waited
		if w *= time.Second; got < w || got > w+w/4+1 {
			t.Errorf("wait %d was %s, want %s and at most a quarter more", i, got, w)
		}
	}
	if n := len(d.fake.Calls("apps.connections.open")); n != 10 {
		t.Errorf("asked for %d sockets, want 10: the library came back by itself", n)
	}
	d.stop()
	close(d.reports)
	bad := 0
	for err := range d.reports {
		if err != nil {
			bad++
			if !strings.Contains(err.Error(), "ends each connection") {
				t.Error(err)
			}
		}
	}
	if bad != 4 {
		t.Errorf("reported %d times that clicks are not heard, want 4: the waits of 16 s and more", bad)
	}
}

func TestNextSocketWaitsAsLongAsSlackAsks(t *testing.T) {
	d := unserved(t)
	d.fake.Fail(fakeslack.Fault{Method: "apps.connections.open", Kind: fakeslack.Limit, Retry: "7"})
	d.run(d.buttons)
	d.connected(1, 1)
	if w := <-d.waited; w < 7*time.Second {
		t.Errorf("waited %s", w)
	}
}

func TestRevokedAppTokenIsReportedAndANewOneTaken(t *testing.T) {
	d := unserved(t)
	d.fake.SetAppToken("xapp-new")
	var token atomic.Value
	token.Store(fakeslack.AppToken)
	d.buttons.AppToken = func() (string, error) { return token.Load().(string), nil }
	d.run(d.buttons)
	err := <-d.reports
	if err == nil || !strings.Contains(err.Error(), "invalid_auth") || !strings.Contains(err.Error(), "hint: slack.app_token_file must hold an app-level token") {
		t.Errorf("reported %v", err)
	}
	if w := <-d.waited; w < time.Minute {
		t.Errorf("waited %s before the next try; a person has to act", w)
	}
	token.Store("xapp-new")
	d.connected(1, 1)
	for err := range d.reports {
		if err == nil {
			break
		}
	}
}

func TestUnreadableAppTokenIsReported(t *testing.T) {
	d := unserved(t)
	d.buttons.AppToken = func() (string, error) { return "", errors.New("read the app token: no such file") }
	d.run(d.buttons)
	if err := <-d.reports; err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("reported %v", err)
	}
}

func TestEachOfTwoDaemonsServesClicks(t *testing.T) {
	d := served(t)
	other := &slack.Buttons{
		Client: d.client, Listener: d.ear, Log: slog.New(slog.NewTextHandler(d.log, nil)), AppToken: d.buttons.AppToken,
	}
	d.run(other)
	d.connected(2, 2)
	seen := map[string]bool{}
	for range 4 {
		d.click("dw-claim", "")
		seen[d.hears().ID] = true
	}
	if len(seen) != 4 {
		t.Errorf("heard %d clicks, want 4", len(seen))
	}
}

func TestStrangeEventsAreAcknowledgedOrLeftAlone(t *testing.T) {
	d := served(t)
	for name, payload := range map[string]map[string]any{
		"empty":           {},
		"no actions":      {"type": "block_actions"},
		"another app's":   {"type": "block_actions", "user": map[string]any{"id": "U1"}, "actions": []any{map[string]any{"type": "button", "action_id": "other", "block_id": "b", "value": "c-1"}}},
		"no case":         {"type": "block_actions", "user": map[string]any{"id": "U1"}, "actions": []any{map[string]any{"type": "button", "action_id": "dw-claim", "block_id": "b"}}},
		"nobody":          {"type": "block_actions", "actions": []any{map[string]any{"type": "button", "action_id": "dw-claim", "block_id": "b", "value": "c-1"}}},
		"form of another": {"type": "view_submission", "view": map[string]any{"callback_id": "x"}},
		"form, no state":  {"type": "view_submission", "view": map[string]any{"callback_id": "dw-answered", "private_metadata": "{}"}},
		"form, nonsense":  {"type": "view_submission", "view": map[string]any{"callback_id": "dw-answered", "private_metadata": "{", "state": map[string]any{}}},
		"form, no case":   {"type": "view_submission", "user": map[string]any{"id": "U1"}, "view": map[string]any{"callback_id": "dw-answered", "private_metadata": "{}", "state": map[string]any{"values": map[string]any{}}}},
		"form of nobody":  {"type": "view_submission", "view": map[string]any{"callback_id": "dw-answered", "private_metadata": `{"case":"c-1"}`, "state": map[string]any{"values": map[string]any{}}}},
		"closed":          {"type": "view_closed"},
	} {
		if err := d.fake.Deliver(payload); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.click("dw-claim", "")
	d.hears()
	d.hearsNothingMore()
}

func TestCheckTriesTheAppToken(t *testing.T) {
	for name, tt := range map[string]struct {
		token, hint string
		fault       fakeslack.Fault
	}{
		"good":          {token: fakeslack.AppToken},
		"revoked":       {token: "xapp-old", hint: "app-level token (xapp-…)"},
		"the bot's":     {token: fakeslack.Token, hint: "app-level token (xapp-…)"},
		"without scope": {token: fakeslack.AppToken, hint: "connections:write", fault: fakeslack.Fault{Method: "apps.connections.open", Kind: fakeslack.Refuse, Code: "missing_scope"}},
		"switched off":  {token: fakeslack.AppToken, hint: "turn on Socket Mode", fault: fakeslack.Fault{Method: "apps.connections.open", Kind: fakeslack.Refuse, Code: "socket_mode_not_enabled"}},
		"no answer":     {token: fakeslack.AppToken, hint: "no answer", fault: fakeslack.Fault{Method: "apps.connections.open", Kind: fakeslack.Hangup}},
		"no address":    {token: fakeslack.AppToken, hint: "lacks the address", fault: fakeslack.Fault{Method: "apps.connections.open", Kind: fakeslack.NoTS}},
	} {
		t.Run(name, func(t *testing.T) {
			fake, client := start(t)
			if tt.fault.Kind != "" {
				fake.Fail(tt.fault)
			}
			p := client.CheckButtons(t.Context(), func() (string, error) { return tt.token, nil })
			if p.OK != (tt.hint == "") || !strings.Contains(p.Hint, tt.hint) || strings.Contains(p.Hint, tt.token) {
				t.Errorf("%+v", p)
			}
			if _, ever := fake.Sockets(); ever != 0 {
				t.Error("a check opened a socket")
			}
		})
	}
}
