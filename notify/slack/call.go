package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
)

// maxBody bounds what is read of an answer: a page of history with its blocks
// stays far below.
const maxBody = 16 << 20

// call makes one call and names its error: *notify.Later, *notify.Refused,
// *notify.Ambiguous, or another, which means that nothing was done.
//
// The library retries nothing here (no OptionRetry): it would post again what
// may have been posted.
func (c *Client) call(ctx context.Context, method string, do func(context.Context, *slack.Client) error) error {
	token, err := c.config.Token()
	if err != nil {
		c.count("error")
		return fmt.Errorf("slack token: %w", err)
	}
	return c.make(ctx, method, do, token)
}

// make makes one call with a bot's token, or with an app's behind it.
func (c *Client) make(ctx context.Context, method string, do func(context.Context, *slack.Client) error, bot string, app ...slack.Option) error {
	trip := &trip{http: c.config.HTTP}
	api := slack.New(bot, append(app, slack.OptionAPIURL(c.config.APIBase), slack.OptionHTTPClient(trip))...)
	ctx, done := context.WithTimeout(ctx, c.config.Timeout)
	defer done()
	err := trip.judge(method, do(ctx, api))
	c.count(result(err))
	return err
}

func (c *Client) count(result string) {
	if c.config.Count != nil {
		c.config.Count(result)
	}
}

func result(err error) string {
	var later *notify.Later
	var unclear *notify.Ambiguous
	var refused *notify.Refused
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &later):
		return "limited"
	case errors.As(err, &unclear):
		return "unclear"
	case errors.As(err, &refused):
		return "refused"
	}
	return "error"
}

// trip carries one call and remembers how it went, because the library's errors
// do not tell a request that never left from one whose answer was lost.
type trip struct {
	http   *http.Client
	sent   bool // the server may have seen the request
	status int  // 0: no answer
	said   bool // the answer says "ok", true or false: the library reads {} as success
	retry  string
}

// Do carries the request.
func (t *trip) Do(req *http.Request) (*http.Response, error) {
	resp, err := t.http.Do(req)
	if err != nil {
		t.sent = !neverLeft(err)
		return nil, err
	}
	t.sent, t.status, t.retry = true, resp.StatusCode, resp.Header.Get("Retry-After")
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return nil, err
	}
	var said struct {
		OK *bool `json:"ok"`
	}
	t.said = json.Unmarshal(b, &said) == nil && said.OK != nil
	resp.Body = io.NopCloser(bytes.NewReader(b))
	return resp, nil
}

// neverLeft says that a request failed before anything of it was sent.
func neverLeft(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" // a name that was not found is a dial too
}

// noNumber is what an unnamed wait becomes: Slack's limits are per minute.
const noNumber = 30 * time.Second

// judge names the end of a call from what was seen on the way and what the
// library made of it.
func (t *trip) judge(method string, err error) error {
	var said slack.SlackErrorResponse
	switch {
	case t.status == http.StatusTooManyRequests:
		return &notify.Later{After: t.wait(), Err: fmt.Errorf("%s: too many requests", method)}
	case !t.sent && err != nil:
		return fmt.Errorf("%s: %w", method, err)
	case t.status == 0:
		return &notify.Ambiguous{Err: fmt.Errorf("%s: no answer: %w", method, err)}
	case t.status >= 500:
		return &notify.Ambiguous{Err: fmt.Errorf("%s: HTTP %d", method, t.status)}
	case t.status != http.StatusOK:
		return refuse(method, "http_"+strconv.Itoa(t.status), "")
	case err == nil && !t.said:
		return &notify.Ambiguous{Err: fmt.Errorf(`%s: the answer lacks "ok"`, method)}
	case errors.As(err, &said):
		return judgeCode(method, said)
	case err != nil:
		return &notify.Ambiguous{Err: fmt.Errorf("%s: cannot read the answer: %w", method, err)}
	}
	return nil
}

// judgeCode names what Slack said with "ok": false.
func judgeCode(method string, said slack.SlackErrorResponse) error {
	switch said.Err {
	case "ratelimited", "rate_limited", "message_limit_exceeded":
		return &notify.Later{After: noNumber, Err: fmt.Errorf("%s: %s", method, said.Err)}
	case "fatal_error", "internal_error", "service_unavailable":
		// "It's possible some aspect of the operation succeeded": Slack's own words.
		return &notify.Ambiguous{Err: fmt.Errorf("%s: %s", method, said.Err)}
	case "request_timeout", "team_added_to_org", "org_login_required":
		return fmt.Errorf("%s: %s", method, said.Err) // nothing was done; it passes by itself
	}
	return refuse(method, said.Err, said.Needed)
}

// wait reads Retry-After: seconds; a missing or odd one is noNumber, and none is
// shorter than a second or longer than an hour.
func (t *trip) wait() time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(t.retry))
	if err != nil {
		return noNumber
	}
	return min(max(time.Duration(n)*time.Second, time.Second), time.Hour)
}
