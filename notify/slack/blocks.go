package slack

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
)

// blocks lays a card out: what it is, what to do, what to beware of, what is
// known. Every text is plain_text or a rich_text element of type text, which
// Slack shows as it is: no mention, link, emoji or formatting gets through from
// a mail. Links are text that links unless the card has actions: a button without
// Socket Mode shows a warning when it is clicked.
func blocks(p notify.Post) []slack.Block {
	c, b := p.Card, &layout{left: maxTotal}
	if t := b.take(c.Title, maxHeader); t != "" {
		b.add(slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, t, false, false)))
	}
	b.rich(b.people(p.Mentions), b.whole(c.Title), b.act(c.Now), b.open(c.Links))
	b.actions(c.Actions)
	b.rich(b.warn(c.Warnings)...)
	b.rich(b.facts(c.Lines)...)
	for _, l := range c.Lists {
		b.list(l)
	}
	if t := b.take(c.Footer, maxValue); t != "" {
		b.add(slack.NewContextBlock("", slack.NewTextBlockObject(slack.PlainTextType, t, false, false)))
	}
	return b.blocks
}

// layout gathers blocks within Slack's limits.
type layout struct {
	blocks  []slack.Block
	left    int // characters that the message may still hold
	options int // choices in its menus
}

// take cleans and clamps a text to its own limit and to what is left of the
// message's; "" where nothing is. Slack refuses a message with an empty text.
func (b *layout) take(s string, limit int) string {
	if s = clean(s); s == "" || b.left <= 0 {
		return ""
	}
	s = clamp(s, min(limit, b.left))
	b.left -= length(s) + overhead
	return s
}

// overhead is roughly what Slack counts for the structure around one text.
const overhead = 10

func (b *layout) add(block slack.Block) {
	if len(b.blocks) < maxBlocks {
		b.blocks = append(b.blocks, block)
	}
}

// line is what stands in one line of rich text.
type line []slack.RichTextSectionElement

// rich adds one block of the lines that are there, broken by newlines in one
// section, as Slack's own composer does it.
func (b *layout) rich(lines ...line) {
	if s := section(lines...); len(s.Elements) > 0 {
		b.add(slack.NewRichTextBlock("", s))
	}
}

func section(lines ...line) *slack.RichTextSection {
	var parts line
	for _, l := range lines {
		if len(l) > 0 && len(parts) > 0 {
			parts = append(parts, text("\n"))
		}
		parts = append(parts, l...)
	}
	return slack.NewRichTextSection(parts...)
}

func text(s string) slack.RichTextSectionElement {
	return slack.NewRichTextSectionTextElement(s, nil)
}

func bold(s string) slack.RichTextSectionElement {
	return slack.NewRichTextSectionTextElement(s, &slack.RichTextSectionTextStyle{Bold: true})
}

// people mentions whoever is meant. Only what has the form of an id is a
// mention; any other name is text.
func (b *layout) people(who []string) line {
	var parts line
	for i, w := range who {
		if i > 0 {
			parts = append(parts, text(" "))
		}
		parts = append(parts, b.person(w))
	}
	return parts
}

var (
	userID  = regexp.MustCompile(`^[UW][A-Z0-9]{2,20}$`)
	groupID = regexp.MustCompile(`^S[A-Z0-9]{2,20}$`)
)

func (b *layout) person(w string) slack.RichTextSectionElement {
	switch {
	case userID.MatchString(w):
		return slack.NewRichTextSectionUserElement(w, nil)
	case groupID.MatchString(w):
		return slack.NewRichTextSectionUserGroupElement(w)
	case w == "@here":
		return slack.NewRichTextSectionBroadcastElement("here")
	}
	return text(cmp.Or(b.take(w, 80), "?"))
}

// whole is a title that the header had to cut: what is cut off may be the news.
func (b *layout) whole(title string) line {
	if title = clean(title); length(title) <= maxHeader {
		return nil
	}
	return line{text(cmp.Or(b.take(title, maxValue), "…"))}
}

func (b *layout) act(now string) line {
	if now = b.take(now, maxValue); now == "" {
		return nil
	}
	return line{bold("→ " + now)}
}

func (b *layout) open(links []notify.Link) line {
	var parts line
	for _, l := range links {
		if len(l.URL) > maxURL || !strings.HasPrefix(l.URL, "https://") {
			continue
		}
		b.left -= len(l.URL)
		if len(parts) > 0 {
			parts = append(parts, text("  ·  "))
		}
		parts = append(parts, slack.NewRichTextSectionLinkElement(l.URL, cmp.Or(b.take(l.Text, 75), "Open"), nil))
	}
	return parts
}

func (b *layout) warn(warnings []string) []line {
	var out []line
	for _, w := range warnings {
		if w = b.take(w, maxValue); w != "" {
			out = append(out, line{text("⚠ " + w)})
		}
	}
	return out
}

func (b *layout) facts(lines []notify.Line) []line {
	var out []line
	for _, l := range lines {
		label, value := b.take(l.Label, 75), b.take(l.Value, maxValue)
		switch {
		case value == "":
		case label == "":
			out = append(out, line{text(value)})
		default:
			out = append(out, line{bold(label + ": "), text(value)})
		}
	}
	return out
}

// list adds a heading and its rows. Rows that do not fit are counted, never
// silently left out.
func (b *layout) list(l notify.List) {
	var rows []slack.RichTextElement
	title := b.take(l.Title, maxHeader)
	for i, r := range l.Rows {
		if b.left < room {
			rows = append(rows, section(line{text(more(len(l.Rows) - i))}))
			break
		}
		if r = b.take(r, maxValue); r != "" {
			rows = append(rows, section(line{text(r)}))
		}
	}
	if len(rows) == 0 {
		return
	}
	if title != "" {
		b.rich(line{bold(title)})
	}
	b.add(slack.NewRichTextBlock("", slack.NewRichTextList(slack.RTEListBullet, 0, rows...)))
}

// room is what is kept for the headings and footers after a long list.
const room = 600
