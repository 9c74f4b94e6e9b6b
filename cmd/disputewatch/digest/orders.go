package digest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/notify"
)

// countTime bounds the counting of a week's orders: the digest is held for a
// minute while it is gathered and told, and a week of 10,000 charges takes some
// 15 s.
const countTime = 15 * time.Second

// captures is what the week's digest says of the orders captured since then:
// those that carry no tracking, which are the disputes of tomorrow, and, unless
// Klarna allows it to this shop, those that were captured at once (DOMAIN.md,
// "What a case should tell support about the charge"). What could not be counted
// is said too.
func (g *Source) captures(ctx context.Context, since time.Time) []notify.Line {
	ctx, done := context.WithTimeout(ctx, countTime)
	defer done()
	var out []notify.Line
	for _, one := range g.Stripe {
		of := ""
		if len(g.Stripe) > 1 {
			of = " (Stripe " + one.Account + ")"
		}
		label := "Klarna orders captured last week without tracking" + of
		sales, err := one.Client.Captures(ctx, since)
		if err != nil {
			why, _, _ := strings.Cut(err.Error(), "\n")
			out = append(out, notify.Line{Label: label, Value: "not counted, " + why})
			continue
		}
		out = append(out, notify.Line{Label: label, Value: fmt.Sprintf("%d of %d", len(sales.Untracked), sales.Captured)})
		if sales.Automatic > 0 && g.Config.AutomaticCapture != "allowed" {
			out = append(out, notify.Line{
				Label: "Klarna orders captured at once" + of,
				Value: fmt.Sprintf("%d of %d; Klarna allows it for some kinds of shops only: ship first, then capture, or set automatic_capture", sales.Automatic, sales.Captured),
			})
		}
	}
	return out
}
