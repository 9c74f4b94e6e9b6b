package rules

import (
	"fmt"
	"strings"
	"time"
)

// newsLapsed names the news that a claim or a snooze is over.
const newsLapsed = "lapsed"

// lapsed says whose claim or snooze is over and was not told so, in a sentence,
// and when the next one ends. Before the card was posted nobody waits for it.
func (w *watch) lapsed(now time.Time) (ended string, next time.Time) {
	c := w.c
	if c.Card.TS == "" {
		return "", time.Time{}
	}
	over := func(k *Promise, words string) {
		if k == nil || k.Ended {
			return
		}
		if at := w.released(k.Until); at.After(now) {
			next = earlier(next, at)
		} else {
			ended = strings.TrimSpace(ended + " " + fmt.Sprintf(words, k.Who))
		}
	}
	over(c.Claim, "%s was on it; that time is over, and the case is still open.")
	over(c.Snooze, "The snooze by %s is over, and the case is still open.")
	return ended, next
}

// endPromises remembers that what is over by now was told so.
func (c *Case) endPromises(now time.Time) {
	for _, promise := range []**Promise{&c.Claim, &c.Snooze} {
		if k := *promise; k != nil && !k.Ended && !k.Until.After(now) {
			told := *k
			told.Ended = true
			*promise = &told
		}
	}
}
