package slack

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
)

// Slack's limits of what can be clicked, in characters (docs.slack.dev, "Block
// Kit" reference).
const (
	maxActions     = 25
	maxButton      = 75
	maxOption      = 75
	maxOptions     = 60 // of all menus of a message: Slack takes 100 in each, and bounds the whole
	maxOptionValue = 75
	maxConfirm     = 300
)

// prefix begins the id of each action of ours.
const prefix = "dw-"

// actions adds the buttons and menus of a card. What Slack would refuse is left
// out: a card without one of its buttons is better than none.
func (b *layout) actions(all []notify.Action) {
	var out []slack.BlockElement
	for i, a := range all {
		e := b.action(a, i)
		if e != nil && len(out) < maxActions {
			out = append(out, e)
		}
	}
	if len(out) > 0 {
		// Without a block id of ours: an updated message would else keep what was
		// chosen in its menus.
		b.add(slack.NewActionBlock("", out...))
	}
}

func (b *layout) action(a notify.Action, i int) slack.BlockElement {
	words := b.take(a.Text, maxButton)
	switch {
	case words == "":
		return nil
	case a.URL != "":
		if len(a.URL) > maxURL || !strings.HasPrefix(a.URL, "https://") {
			return nil
		}
		b.left -= len(a.URL)
		return slack.NewButtonBlockElement(prefix+"open-"+strconv.Itoa(i), "", plain(words)).WithURL(a.URL)
	case len(a.Options) > 0:
		return b.menu(a, words)
	}
	e := slack.NewButtonBlockElement(prefix+string(a.Verb), a.Case, plain(words))
	if a.Primary {
		e.Style = slack.StylePrimary
	}
	if ask := b.take(a.Confirm, maxConfirm); ask != "" {
		e.Confirm = slack.NewConfirmationBlockObject(plain(words+"?"), plain(ask), plain("Yes"), plain("No"))
	}
	return e
}

// menu is a menu whose choices carry the case.
func (b *layout) menu(a notify.Action, words string) slack.BlockElement {
	var options []*slack.OptionBlockObject
	for _, o := range a.Options {
		value := a.Case + " " + o.Value
		text := b.take(o.Text, maxOption)
		if text == "" || len(value) > maxOptionValue || b.options == maxOptions {
			continue
		}
		b.options++
		options = append(options, slack.NewOptionBlockObject(value, plain(text), nil))
	}
	if len(options) == 0 {
		return nil
	}
	return slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(words), prefix+string(a.Verb), options...)
}

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}
