package check

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/rules"
)

// helloTime is how long check waits for a click on the sample.
const helloTime = 2 * time.Minute

// hello posts a sample card. With an app token it has buttons, and check waits
// for one of them to be clicked. Slack gives a click to one of an app's
// connections: a daemon that runs may be the one who answers it.
func (c *Call) hello(ctx context.Context, cfg *config.Config) {
	now, client := time.Now(), wiring.Slack(cfg, nil)
	card, token := notify.HelloCard(cfg.Policy(), now), cfg.Secret(cfg.Slack.AppTokenFile)
	if token != nil {
		card = notify.HelloButtons(cfg.Policy(), now)
	}
	at, err := client.Post(ctx, notify.Post{
		ID: fmt.Sprintf("hello/%d", now.UnixNano()), Channel: cfg.Slack.Channel, Since: now, Text: card.Title, Card: card,
	})
	if !c.try("slack: a sample card stands in "+cfg.Slack.Channel, err) || token == nil {
		return
	}
	fmt.Fprintf(c.Stderr, "click a button of the sample in %s, within %s …\n", cfg.Slack.Channel, rules.Count(int(helloTime/time.Minute), "minute"))
	by, err := awaitClick(ctx, client, token.Read)
	if errors.Is(err, context.DeadlineExceeded) {
		c.line(true, "slack: no click on the sample came here", "nobody clicked, or a running daemon answered it: then its reply stands below the card at "+at.TS)
		return
	}
	c.try("slack: the buttons work: "+by, err)
}

// awaitClick hears clicks until one on the sample comes, and says what it was.
func awaitClick(ctx context.Context, client *slack.Client, token func() (string, error)) (string, error) {
	ctx, done := context.WithTimeout(ctx, helloTime)
	defer done()
	g := &greeter{clicked: make(chan notify.Verb, 1)}
	broken := make(chan error, 1)
	ears := &slack.Buttons{
		Client: client, AppToken: token, Listener: g, Log: slog.New(slog.DiscardHandler),
		Report: func(_ context.Context, err error) {
			if err != nil {
				select {
				case broken <- err:
				default:
				}
			}
		},
	}
	hearing, deaf := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ears.Run(hearing)
	}()
	defer func() {
		deaf()
		<-ended // the reply to the click is under way
	}()
	select {
	case v := <-g.clicked:
		return "“" + string(v) + "” was clicked", nil
	case err := <-broken:
		return "", err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// greeter answers clicks on the sample. A click on a real card that Slack brings
// here meanwhile changes nothing, and its person is told so.
type greeter struct{ clicked chan notify.Verb }

// Clicked answers.
func (g *greeter) Clicked(_ context.Context, n notify.Click) (string, error) {
	if n.Case != notify.SampleCase {
		return notify.NotDone, nil
	}
	select {
	case g.clicked <- n.Verb:
	default: // one is enough
	}
	return notify.HelloReply, nil
}
