package rules

import (
	"slices"
	"time"
)

// say queues a fact to be told in the card's thread. Before the card was
// posted nothing needs saying: the card will show it. Where the case was over
// before that, there will be none, unless it is for what contradicts its end. What
// happens at one moment is told in one message, under its gravest name.
func (c *Case) say(at time.Time, name, text string) {
	if c.Card.TS == "" && !(c.Finished() && grave(name) >= grave("contradiction")) {
		return
	}
	if n := len(c.News) - 1; n >= 0 && c.News[n].At.Equal(at) {
		c.News[n].Text += " " + text
		if grave(name) > grave(c.News[n].Name) {
			c.News[n].Name = name
		}
		return
	}
	c.Facts++
	c.News = append(c.News, News{c.Facts, name, at, text})
}

// grave orders the names of news that comes at one moment.
func grave(name string) int {
	return slices.Index([]string{"stage", "contradiction", string(StageInvestigation), string(StageStopRequest)}, name)
}

// warn adds what people must know before they act, once.
func (c *Case) warn(text string) { c.Warnings = with(c.Warnings, text) }

// alert says a fact of which the card goes on to warn.
func (c *Case) alert(at time.Time, name, text string) {
	c.warn(text)
	c.say(at, name, text)
}

// Loud says that the news is of a stop request or an investigation that came to a
// case of the other lane.
func (n News) Loud() bool {
	return Stage(n.Name).lane() == LaneStopRequest
}
