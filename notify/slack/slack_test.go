package slack_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

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

func TestPostIsFoundByItsOutboxID(t *testing.T) {
	_, client := start(t)
	card := say(t, client, post("o-1", "Faulty goods"))
	reply := post("o-2", "Nudge")
	reply.Thread = card.TS
	nudge := say(t, client, reply)
	loud := post("o-3", "Overdue")
	loud.Thread, loud.Broadcast = card.TS, true
	overdue := say(t, client, loud)

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

func TestNothingFromAMailBecomesMarkup(t *testing.T) {
	fake, client := start(t)
	const evil = "<!channel> <@U0BOSS> *bold* _it_ ~no~ `code` :tada: <https://evil.example|Klarna> https://evil.example @here & ‮txt.exe​ \x00\n# h"
	p := notify.Post{
		ID: "o-1", Channel: channel, Text: evil, Mentions: []string{"anna <!channel>"},
		Card: notify.Card{
			Title: evil, Now: evil, Warnings: []string{evil}, Footer: evil,
			Lines: []notify.Line{{Label: evil, Value: evil}, {Value: evil}},
			Lists: []notify.List{{Title: evil, Rows: []string{evil}}},
			Links: []notify.Link{{Text: evil, URL: "javascript:alert(1)"}, {Text: evil, URL: "http://evil.example"}},
		},
	}
	say(t, client, p)
	m := fake.Messages(channel)[0]
	if strings.ContainsAny(m.Text, "<>") {
		t.Errorf("the notification holds markup: %q", m.Text)
	}
	if want := "mrkdwn=false unfurl_links=false unfurl_media=false parse=none "; m.Form != want {
		t.Errorf("sent with %q, want %q", m.Form, want)
	}
	var blocks any
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	walk(t, blocks)
}

// walk lets only texts and their containers pass.
func walk(t *testing.T, v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walk(t, e)
		}
	case map[string]any:
		switch kind := v["type"]; kind {
		case "header", "context", "rich_text", "rich_text_section", "rich_text_list", "text":
		case "plain_text":
			if v["emoji"] != false {
				t.Errorf("plain_text with emoji: %v", v)
			}
		default:
			t.Errorf("a %v came out of a mail: %v", kind, v)
		}
		for k, e := range v {
			if k != "style" {
				walk(t, e)
			}
		}
	case string:
		if strings.ContainsAny(v, "\x00\u202e\u200b") {
			t.Errorf("hidden characters got through: %q", v)
		}
	}
}

func TestMentionsAreOnlyWhatHasTheFormOfAnID(t *testing.T) {
	fake, client := start(t)
	p := post("o-1", "Overdue")
	p.Mentions = []string{"U0ANNA", "S0GROUP", "@here", "bert"}
	say(t, client, p)
	if got := fakeslack.Text(fake.Messages(channel)[0]); !strings.Contains(got, "<@U0ANNA> <!subteam^S0GROUP> <!here> bert") {
		t.Errorf("mentions are missing in:\n%s", got)
	}
}

func TestHugeCardIsClampedToWhatSlackTakes(t *testing.T) {
	for name, unit := range map[string]string{"latin": "long ", "cyrillic": "ж", "beyond the first plane": "🎉", "combined": "e\u0301", "broken": "\xff"} {
		t.Run(name, func(t *testing.T) {
			fake, client := start(t)
			long := strings.Repeat(unit, 5000)
			p := notify.Post{ID: "o-1", Channel: channel, Text: long, Card: notify.Card{Title: long, Now: long, Footer: long}}
			for range 60 {
				p.Card.Lines = append(p.Card.Lines, notify.Line{Label: long, Value: long})
				p.Card.Warnings = append(p.Card.Warnings, long)
				p.Card.Lists = append(p.Card.Lists, notify.List{Title: long, Rows: []string{long, long, long}})
			}
			say(t, client, p)
			if got := fakeslack.Text(fake.Messages(channel)[0]); strings.Contains(got, "\ufffd") != (name == "broken") {
				t.Errorf("cut inside a rune: %q", got[:100])
			}
		})
	}
}

func TestLongListSaysWhatItLeavesOut(t *testing.T) {
	fake, client := start(t)
	l := notify.List{Title: "Open"}
	for i := range 400 {
		l.Rows = append(l.Rows, fmt.Sprintf("%d: Goods not received, 124.90 EUR, 77-1042", i))
	}
	p := post("o-1", "Digest")
	p.Card.Lists, p.Card.Footer = []notify.List{l}, "the end"
	say(t, client, p)
	got := fakeslack.Text(fake.Messages(channel)[0])
	shown := strings.Count(got, "Goods not received")
	if want := fmt.Sprintf("and %d more", 400-shown); !strings.Contains(got, want) || !strings.HasSuffix(got, "the end") {
		t.Errorf("%d rows are shown, %q is missing", shown, want)
	}
}

// kind names an error as callers tell them apart.
func kind(err error) string {
	var later *notify.Later
	var unclear *notify.Ambiguous
	var refused *notify.Refused
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &later):
		return "later"
	case errors.As(err, &unclear):
		return "unclear"
	case errors.As(err, &refused):
		return "refused"
	}
	return "not done"
}

func TestEachFailureIsNamedAndPostedOnce(t *testing.T) {
	for _, tt := range []struct {
		fault fakeslack.Fault
		want  string
	}{
		{fakeslack.Fault{Kind: fakeslack.Hangup}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Cut}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Empty}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Nothing}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.NoTS}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Stall}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Status, Status: 500}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Status, Status: 503}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "fatal_error"}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Limit, Retry: "3"}, "later"},
		{fakeslack.Fault{Kind: fakeslack.Limit}, "later"},
		{fakeslack.Fault{Kind: fakeslack.Limit, Retry: "Wed, 21 Oct 2026 07:28:00 GMT"}, "later"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "ratelimited"}, "later"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "request_timeout"}, "not done"},
		{fakeslack.Fault{Kind: fakeslack.Status, Status: 403}, "refused"},
		{fakeslack.Fault{Kind: fakeslack.Page}, "refused"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "invalid_auth"}, "refused"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "is_archived"}, "refused"},
	} {
		t.Run(string(tt.fault.Kind)+tt.fault.Code+tt.fault.Retry, func(t *testing.T) {
			fake, _ := start(t)
			c := config(fake)
			c.Timeout = 200 * time.Millisecond
			counted := map[string]int{}
			c.Count = func(result string) { counted[result]++ }
			tt.fault.Method, tt.fault.Times = "chat.postMessage", -1
			fake.Fail(tt.fault)
			p := post("o-1", "Anna Andersson, anna@example.com")
			p.Channel = "C00000001"
			_, err := slack.New(c).Post(t.Context(), p)
			if got := kind(err); got != tt.want {
				t.Errorf("%s: %v, want %s", got, err, tt.want)
			}
			if n := len(fake.Calls("chat.postMessage")); n != 1 {
				t.Errorf("posted %d times", n)
			}
			for _, secret := range []string{fakeslack.Token, "Anna", "anna@"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q stands in the error %v", secret, err)
				}
			}
			if len(counted) != 1 || counted["ok"] != 0 {
				t.Errorf("counted %v", counted)
			}
			fake.Heal()
		})
	}
}

func TestLimitNamesHowLong(t *testing.T) {
	for retry, want := range map[string]time.Duration{"3": 3 * time.Second, "0": time.Second, "-5": time.Second, "": 30 * time.Second, "soon": 30 * time.Second, "999999": time.Hour} {
		fake, client := start(t)
		fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Limit, Retry: retry})
		_, err := client.Post(t.Context(), post("o-1", "x"))
		var later *notify.Later
		if !errors.As(err, &later) || later.After != want {
			t.Errorf("Retry-After %q: %v, want %s", retry, err, want)
		}
	}
}

func TestWhatNeverLeftIsNotUnclear(t *testing.T) {
	fake, client := start(t)
	fake.Close()
	p := post("o-1", "x")
	p.Channel = "C00000001"
	if _, err := client.Post(t.Context(), p); kind(err) != "not done" {
		t.Errorf("nobody listened: %v", err)
	}
	c := config(fake)
	c.Token = func() (string, error) { return "", errors.New("token file: permission denied") }
	if _, err := slack.New(c).Post(t.Context(), p); kind(err) != "not done" {
		t.Errorf("no token: %v", err)
	}
}

func TestNewTokenCountsAtOnce(t *testing.T) {
	fake, _ := start(t)
	token := "xoxb-old"
	c := config(fake)
	c.Token = func() (string, error) { return token, nil }
	client := slack.New(c)
	if _, err := client.Post(t.Context(), post("o-1", "x")); kind(err) != "refused" {
		t.Fatalf("an old token: %v", err)
	}
	token = fakeslack.Token
	say(t, client, post("o-1", "x"))
}

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

func TestListThatIsEmptyByFaultIsNotAMissingChannel(t *testing.T) {
	fake, client := start(t)
	fake.Fail(fakeslack.Fault{Method: "conversations.list", Kind: fakeslack.NoTS})
	if _, err := client.Post(t.Context(), post("o-1", "x")); kind(err) != "not done" {
		t.Errorf("%s: %v", kind(err), err)
	}
}

func TestProxyPageIsNotFollowed(t *testing.T) {
	fake, client := start(t)
	fake.Fail(fakeslack.Fault{Kind: fakeslack.Page})
	_, err := client.Post(t.Context(), post("o-1", "x"))
	var refused *notify.Refused
	if !errors.As(err, &refused) || refused.Code != fmt.Sprint("http_", http.StatusFound) || refused.Hint == "" {
		t.Errorf("a login page: %v", err)
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

func FuzzBlocksAreTakenBySlack(f *testing.F) {
	fake, err := fakeslack.Start(fakeslack.Options{})
	if err != nil {
		f.Fatal(err)
	}
	defer fake.Close()
	client := slack.New(config(fake))
	f.Add("Faulty goods", "124.90 EUR", 3)
	f.Add("\u202e", "\x00", 200)
	f.Add("🎉🎉", strings.Repeat("x", 4000), 60)
	f.Fuzz(func(t *testing.T, title, value string, n int) {
		p := post("o-1", title)
		for range n % 100 {
			p.Card.Lines = append(p.Card.Lines, notify.Line{Label: title, Value: value})
			p.Card.Warnings = append(p.Card.Warnings, value)
			p.Card.Lists = append(p.Card.Lists, notify.List{Title: title, Rows: []string{value, title}})
		}
		if _, err := client.Post(t.Context(), p); err != nil {
			t.Error(err)
		}
	})
}
