package notify

import (
	"cmp"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// channel is where a mailbox's cases are told.
func (d *Desk) channel(mailbox string) string {
	if ch := d.Channels[mailbox]; ch != "" {
		return ch
	}
	return d.Channel
}

// mentions resolves the words of a step into people, each once. "owner" is
// whoever claimed the case, and nobody where nobody did.
func (d *Desk) mentions(words []string, c rules.Case) []string {
	var out []string
	for _, w := range words {
		switch w {
		case "on_call":
			out = append(out, d.OnCall...)
		case "ops":
			out = append(out, d.Ops...)
		case "owner":
			if c.Claim != nil {
				out = append(out, cmp.Or(c.Claim.Slack, c.Claim.Who))
			}
		default:
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// promisers is the Slack ids of whose claim or snooze is over. Who promised on the
// command line has none and is named by the words.
func promisers(c rules.Case, now time.Time) []string {
	var out []string
	for _, p := range []*rules.Promise{c.Claim, c.Snooze} {
		if p != nil && p.Slack != "" && !p.Until.After(now) && !slices.Contains(out, p.Slack) {
			out = append(out, p.Slack)
		}
	}
	return out
}

// fallback is what a phone's notification shows of a card.
func fallback(c Card) string { return joined(" · ", c.Title, c.Now) }
