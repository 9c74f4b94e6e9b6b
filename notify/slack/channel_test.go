package slack_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

func TestChannelNameIsLookedUpOnce(t *testing.T) {
	fake, client := start(t)
	for i := range 2500 {
		fake.Channel(fmt.Sprintf("team-%d", i), false)
	}
	want := fake.Channel("zz-disputes", true)
	p := post("o-1", "x")
	p.Channel = "#zz-disputes"
	for range 3 {
		if at := say(t, client, p); at.Channel != want {
			t.Errorf("posted to %s, want %s", at.Channel, want)
		}
	}
	if n := len(fake.Calls("conversations.list")); n != 3 {
		t.Errorf("listed %d pages, want 3: once through", n)
	}
}

func TestChannelThatWasReplacedIsLookedUpAgain(t *testing.T) {
	fake, client := start(t)
	say(t, client, post("o-1", "x"))
	fake.Rename(channel, "old-disputes")
	fake.Archive("old-disputes")
	fresh := fake.Channel("klarna-disputes", true)
	if _, err := client.Post(t.Context(), post("o-2", "x")); kind(err) != "refused" {
		t.Fatalf("the archived channel took it: %v", err)
	}
	if at := say(t, client, post("o-2", "x")); at.Channel != fresh {
		t.Errorf("posted to %s, want the new channel %s", at.Channel, fresh)
	}
}

func TestChannelThatIsGoneIsLookedUpAgain(t *testing.T) {
	fake, client := start(t)
	say(t, client, post("o-1", "x"))
	fake.Rename(channel, "old-disputes")
	fresh := fake.Channel("klarna-disputes", true)
	fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: "channel_not_found"})
	if _, err := client.Post(t.Context(), post("o-2", "x")); kind(err) != "refused" {
		t.Fatalf("a deleted channel took it: %v", err)
	}
	if at := say(t, client, post("o-2", "x")); at.Channel != fresh {
		t.Errorf("posted to %s, want the new channel %s", at.Channel, fresh)
	}
}

// Whoever made the app by hand, for one kind of channels, gave it no scope of the
// other.
func TestChannelIsFoundWithTheScopeOfItsKindAlone(t *testing.T) {
	for kind, private := range map[string]bool{"channels": false, "groups": true} {
		fake, client := start(t)
		fake.SetScopes("chat:write", kind+":read", kind+":history")
		if private {
			fake.Private(channel)
		}
		for _, p := range client.Check(t.Context(), channel) {
			if !p.OK {
				t.Errorf("%s: %+v", kind, p)
			}
		}
		say(t, client, post("o-1", "x"))
	}
}

func TestListThatIsEmptyByFaultIsNotAMissingChannel(t *testing.T) {
	fake, client := start(t)
	for _, f := range []fakeslack.Fault{{Kind: fakeslack.NoTS}, {Kind: fakeslack.Status, Status: 500}, {Kind: fakeslack.Hangup}} {
		f.Method = "conversations.list"
		fake.Fail(f)
		if _, err := client.Post(t.Context(), post("o-1", "x")); kind(err) != "not done" {
			t.Errorf("%s: %s: %v", f.Kind, kind(err), err)
		}
	}
}

func TestCheckNamesWhatIsMissing(t *testing.T) {
	for name, tt := range map[string]struct {
		fault func(*fakeslack.Server)
		want  string // what is not OK; "" if all is
		hint  string
	}{
		"nothing":         {func(*fakeslack.Server) {}, "", ""},
		"token":           {func(f *fakeslack.Server) { f.SetToken("xoxb-other") }, "bot token: invalid_auth", "slack.bot_token_file"},
		"scope":           {func(f *fakeslack.Server) { f.SetScopes("chat:write", "channels:read") }, "scope channels:history or groups:history", "channels:history"},
		"membership":      {func(f *fakeslack.Server) { f.Kick(channel) }, "channel #klarna-disputes: not_in_channel", "/invite"},
		"private channel": {func(f *fakeslack.Server) { f.Kick(channel); f.Private(channel) }, "channel #klarna-disputes: channel_not_found", "/invite"},
		"history": {func(f *fakeslack.Server) {
			f.Fail(fakeslack.Fault{Method: "conversations.history", Kind: fakeslack.Refuse, Code: "missing_scope"})
		}, "channel #klarna-disputes: history: missing_scope", "scope"},
		"channel": {func(f *fakeslack.Server) {
			f.Fail(fakeslack.Fault{Method: "conversations.info", Kind: fakeslack.Refuse, Code: "channel_not_found"})
		}, "channel #klarna-disputes: channel_not_found", "/invite"},
		"answer": {func(f *fakeslack.Server) { f.Fail(fakeslack.Fault{Method: "auth.test", Kind: fakeslack.Empty}) }, "bot token", "lacks"},
	} {
		t.Run(name, func(t *testing.T) {
			fake, client := start(t)
			tt.fault(fake)
			var bad []slack.Probe
			for _, p := range client.Check(t.Context(), channel) {
				if !p.OK {
					bad = append(bad, p)
				}
			}
			if tt.want == "" && len(bad) == 0 {
				return
			}
			if len(bad) == 0 || bad[0].What != tt.want || !strings.Contains(bad[0].Hint, tt.hint) {
				t.Errorf("not OK: %v, want %q with hint %q", bad, tt.want, tt.hint)
			}
			if n := len(fake.Messages(channel)); n != 0 {
				t.Errorf("a check said %d messages", n)
			}
		})
	}
}

func TestRevokedTokenShowsBeforeThereIsAnythingToSay(t *testing.T) {
	fake, client := start(t)
	if err := client.Alive(t.Context()); err != nil {
		t.Error(err)
	}
	fake.SetToken("xoxb-other")
	if err := client.Alive(t.Context()); err == nil || !strings.Contains(err.Error(), "invalid_auth: the bot token does not work") {
		t.Errorf("%v", err)
	}
}

// A name is looked for among the channels that live; an id is asked for as it is.
func TestCheckSaysOfAnIDThatItsChannelIsArchived(t *testing.T) {
	fake, client := start(t)
	fake.Archive(channel)
	probes := client.Check(t.Context(), "C00000001")
	if p := probes[len(probes)-1]; p.OK || p.What != "channel C00000001: is_archived" {
		t.Errorf("%+v", p)
	}
}
