package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const openMethod = "apps.connections.open"

// maxEvent bounds one message of Slack's: a click carries the message that was
// clicked.
const maxEvent = 1 << 20

// CheckButtons tries the app-level token: Slack names an address for a socket,
// and none is opened.
func (c *Client) CheckButtons(ctx context.Context, token func() (string, error)) Probe {
	const what = "app token"
	app, err := token()
	if err != nil {
		return failed(what, err)
	}
	err = c.make(ctx, openMethod, func(ctx context.Context, api *slack.Client) error {
		_, url, err := api.StartSocketModeContext(ctx)
		if err == nil && url == "" {
			return errors.New("the answer lacks the address")
		}
		return err
	}, "", slack.OptionAppLevelToken(app))
	if err != nil {
		return failed(what, reading(err))
	}
	return Probe{What: what + ": buttons work", OK: true}
}

// connect opens one connection and hears clicks until it ends. The error is nil
// where Slack, or the network, ended what had begun well. The library would come
// back by itself, with the old token and at its own pace: it is not let.
func (b *Buttons) connect(ctx context.Context, hands *sync.WaitGroup) error {
	token, err := b.AppToken()
	if err != nil {
		return fmt.Errorf("slack app token: %w", err)
	}
	run, stop := context.WithCancel(ctx)
	defer stop()
	first := &opening{trip: trip{http: &http.Client{
		Transport: b.Client.config.HTTP.Transport, CheckRedirect: b.Client.config.HTTP.CheckRedirect, Timeout: b.Client.config.Timeout,
	}}}
	api := slack.New("", slack.OptionAppLevelToken(token), slack.OptionAPIURL(b.Client.config.APIBase), slack.OptionHTTPClient(first))
	options := []socketmode.Option{socketmode.OptionReadLimit(maxEvent)}
	if b.Silence > 0 {
		options = append(options, socketmode.OptionPingInterval(b.Silence))
	}
	s := &socket{Client: socketmode.New(api, options...), buttons: b, hands: hands, stop: stop}
	done := make(chan error, 1)
	go func() { done <- s.RunContext(run) }()
	for {
		select {
		case e := <-s.Events:
			s.take(ctx, e)
		case err := <-done:
			s.drain(ctx)
			return first.opened(cause(s.failed, err))
		}
	}
}

// cause is why a connection was not made.
func cause(failed, end error) error {
	if failed == nil && !errors.Is(end, context.Canceled) {
		return end
	}
	return failed
}

// opening is the one call that asks for a socket's address. The library's second
// is not made: it comes before we could have stopped it.
type opening struct {
	trip
	made bool // the library calls from one goroutine
}

var errMade = errors.New("one socket for each connection")

// Do carries the request.
func (o *opening) Do(req *http.Request) (*http.Response, error) {
	if o.made {
		return nil, errMade
	}
	o.made = true
	return o.trip.Do(req)
}

// opened names what went wrong on the way to an open socket.
func (t *trip) opened(err error) error {
	var said slack.SlackErrorResponse
	switch {
	case err == nil:
		return nil
	case t.status == http.StatusOK && t.said && !errors.As(err, &said):
		return fmt.Errorf("open the socket: %w", err)
	}
	return reading(t.judge(openMethod, err))
}

// socket is one connection. Its fields belong to the goroutine of connect.
type socket struct {
	*socketmode.Client
	buttons *Buttons
	hands   *sync.WaitGroup
	stop    func()
	failed  error // why it could not be opened
	over    bool  // it ended: what the library tries then does not count
}

// drain takes what had come before the end.
func (s *socket) drain(ctx context.Context) {
	for {
		select {
		case e := <-s.Events:
			s.take(ctx, e)
		default:
			return
		}
	}
}

// take takes one event. It never waits for work: Slack wants an ack within 3 s.
func (s *socket) take(ctx context.Context, e socketmode.Event) {
	switch e.Type {
	case socketmode.EventTypeConnecting:
		if at, ok := e.Data.(*slack.ConnectingEvent); ok && at.ConnectionCount > 0 {
			s.over = true
			s.stop()
		}
	case socketmode.EventTypeConnectionError:
		if f, ok := e.Data.(*slack.ConnectionErrorEvent); ok && !s.over {
			s.failed, s.over = f.ErrorObj, true
		}
		s.stop()
	case socketmode.EventTypeHello:
		s.buttons.Log.Info("buttons connected")
		s.hands.Go(func() { s.buttons.report(ctx, nil) })
	case socketmode.EventTypeInteractive, socketmode.EventTypeEventsAPI, socketmode.EventTypeSlashCommand:
		s.ack(ctx, e)
		s.click(ctx, e)
	case socketmode.EventTypeErrorBadMessage, socketmode.EventTypeErrorWriteFailed:
		s.buttons.Log.Warn("slack's message was not understood or not answered", "type", string(e.Type))
	}
}

// ack tells Slack that a message came; what cannot be told any more comes again
// over another connection.
func (s *socket) ack(ctx context.Context, e socketmode.Event) {
	if e.Request == nil {
		return
	}
	if err := s.AckCtx(ctx, e.Request.EnvelopeID, nil); err != nil {
		s.buttons.Log.Warn("click was not acknowledged", "err", err)
	}
}

// click hands a click to a goroutine of its own, once.
func (s *socket) click(ctx context.Context, e socketmode.Event) {
	cb, ok := e.Data.(slack.InteractionCallback)
	if !ok {
		return
	}
	h, ok := hear(cb)
	if !ok || !s.buttons.fresh(h.ID) {
		return
	}
	s.hands.Go(func() { s.buttons.serve(ctx, h) })
}
