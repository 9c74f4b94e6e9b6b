package slack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

func TestNothingFromAMailBecomesMarkup(t *testing.T) {
	fake, client := start(t)
	const evil = "<!channel> <@U0BOSS> *bold* _it_ ~no~ `code` :tada: <https://evil.example|Klarna> https://evil.example @here & \u202etxt.exe\u200b \x00\n# h"
	p := notify.Post{
		ID: "o-1", Channel: channel, Text: evil, Mentions: []string{"anna <!channel>"},
		Card: notify.Card{
			Title: evil, Now: evil, Warnings: []string{evil}, Footer: evil,
			Lines: []notify.Line{{Label: evil, Value: evil}, {Value: evil}},
			Lists: []notify.List{{Title: evil, Rows: []string{evil}}},
			Links: []notify.Link{{Text: evil, URL: "javascript:alert(1)"}, {Text: evil, URL: "http://evil.example"}, {Text: evil, URL: "https://evil.example/" + strings.Repeat("x", 3000)}},
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

func TestEachPartOfACardStandsInTheMessage(t *testing.T) {
	fake, client := start(t)
	p := post("o-1", "Faulty goods")
	p.Mentions = []string{"U0ANNA", "U0BERT"}
	p.Card = notify.Card{
		Title: "Faulty goods", Now: "Do it.", Warnings: []string{"", "The date is assumed."}, Footer: "the end",
		Lines: []notify.Line{{Label: "Order", Value: "77-1042"}, {Value: "A sentence."}, {Label: "Nothing"}},
		Lists: []notify.List{{Title: "None"}, {Title: "Open", Rows: []string{"one", "", "two"}}},
		Links: []notify.Link{{Text: "Open in Stripe", URL: "https://dashboard.stripe.com/"}, {URL: "https://example.com/"}},
	}
	say(t, client, p)
	const want = `Faulty goods
<@U0ANNA> <@U0BERT>
→ Do it.
Open in Stripe <https://dashboard.stripe.com/>  ·  Open <https://example.com/>
⚠ The date is assumed.
Order: 77-1042
A sentence.
Open
• one
• two
the end`
	if got := fakeslack.Text(fake.Messages(channel)[0]); got != want {
		t.Errorf("said:\n%s", got)
	}
	p = notify.Post{ID: "o-2", Channel: channel, Text: "Done.", Card: notify.Card{Lines: []notify.Line{{Value: "Done."}}}}
	say(t, client, p)
	if got := fakeslack.Text(fake.Messages(channel)[1]); got != "Done." {
		t.Errorf("said:\n%s", got)
	}
}

func TestButtonThatEndsACaseAsksFirst(t *testing.T) {
	fake, client := start(t)
	say(t, client, clickable())
	blocks := string(fake.Messages(channel)[0].Blocks)
	if strings.Count(blocks, `"confirm":{"title"`) != 1 || !strings.Contains(blocks, `"Not a dispute?"`) || !strings.Contains(blocks, "Nobody is reminded of it any more.") {
		t.Errorf("%s", blocks)
	}
	if strings.Count(blocks, `"style":"primary"`) != 1 {
		t.Errorf("the first thing to do does not stand out: %s", blocks)
	}
}

// Slack takes no message that has one more.
func TestMoreButtonsThanSlackTakesAreLeftOut(t *testing.T) {
	fake, client := start(t)
	p := post("o-1", "Faulty goods")
	for i := range 40 {
		p.Card.Actions = append(p.Card.Actions, notify.Action{Verb: notify.Verb(fmt.Sprint("v", i)), Case: "c-1", Text: "Do it"})
	}
	say(t, client, p)
	if n := strings.Count(string(fake.Messages(channel)[0].Blocks), `"action_id"`); n != 25 {
		t.Errorf("%d buttons", n)
	}
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

func TestActionsLeadOnlyWhereTheyMay(t *testing.T) {
	fake, client := start(t)
	p := post("o-1", "Faulty goods")
	p.Card.Actions = []notify.Action{
		{Text: "a", URL: "javascript:alert(1)"},
		{Text: "b", URL: "http://evil.example"},
		{Text: "c", URL: "https://dashboard.stripe.com/" + strings.Repeat("x", 3000)},
		{Verb: notify.Choose, Case: "c-1", Text: "Choose charge", Options: []notify.Option{{Value: strings.Repeat("x", 200), Text: "too long"}, {Value: "ch_1", Text: ""}}},
		{Verb: notify.Answer, Case: "c-1"},
		{Verb: notify.Claim, Case: "c-1", Text: "<!channel> *I'm* :tada:"},
	}
	say(t, client, p)
	m := fake.Messages(channel)[0]
	if got := strings.Count(string(m.Blocks), `"action_id"`); got != 1 || !strings.Contains(string(m.Blocks), `"emoji":false`) {
		t.Errorf("%d actions in %s", got, m.Blocks)
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

// News of one moment is told in one message, under a header of 150 characters.
func TestTitleThatIsTooLongForAHeaderIsWholeBelowIt(t *testing.T) {
	fake, client := start(t)
	p := post("o-1", strings.Repeat("Stripe does not know this dispute. ", 5)+"The deadline came nearer.")
	say(t, client, p)
	lines := strings.Split(fakeslack.Text(fake.Messages(channel)[0]), "\n")
	if !strings.HasSuffix(lines[0], "…") || lines[1] != p.Card.Title {
		t.Errorf("said:\n%s", strings.Join(lines, "\n"))
	}
	p.Card.Title = strings.Repeat("x", 150)
	p.ID = "o-2"
	say(t, client, p)
	if got := strings.Count(fakeslack.Text(fake.Messages(channel)[1]), p.Card.Title); got != 1 {
		t.Errorf("a title that fits is said %d times", got)
	}
}

func TestHugeCardIsClampedToWhatSlackTakes(t *testing.T) {
	for name, unit := range map[string]string{"latin": "long ", "cyrillic": "ж", "beyond the first plane": "🎉", "combined": "e\u0301", "broken": "\xff"} {
		t.Run(name, func(t *testing.T) {
			fake, client := start(t)
			long := strings.Repeat(unit, 5000)
			p := notify.Post{ID: "o-1", Channel: channel, Text: long, Card: notify.Card{Title: long, Now: long, Footer: long}}
			for i := range 40 {
				a := notify.Action{Verb: notify.Verb(fmt.Sprint("v", i)), Case: "c-1", Text: long, Confirm: long}
				for j := range 5 * i {
					a.Options = append(a.Options, notify.Option{Value: fmt.Sprint("ch_", j), Text: long})
				}
				p.Card.Actions = append(p.Card.Actions, a, notify.Action{Text: long, URL: "https://" + long})
			}
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
