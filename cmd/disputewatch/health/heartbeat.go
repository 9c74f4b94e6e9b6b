package health

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Lacking names what keeps a pass from being complete: every mailbox read
// within 3 of its intervals, Stripe, and Slack within the hour.
func (h *Watch) Lacking(ctx context.Context) ([]string, error) {
	parts, err := h.Book.Health(ctx)
	if err != nil {
		return nil, err
	}
	now, good := h.Now(), map[string]time.Time{}
	for _, p := range parts {
		good[p.Part] = p.GoodAt
	}
	var why []string
	want := func(part string, within time.Duration) {
		if now.Sub(good[part]) > within {
			why = append(why, part+": "+silence(rules.Health{GoodAt: good[part]}, now))
		}
	}
	for _, m := range h.Config.Mailboxes {
		want("mailbox/"+m.Name, h.Allowed("mailbox/"+m.Name, now))
	}
	for _, s := range h.Config.Stripe {
		want("stripe/"+s.Name, stripeFresh)
	}
	want("slack", SlackFresh)
	return why, nil
}

// httpTime bounds a call of the heartbeat.
const httpTime = 15 * time.Second

// Beat calls the heartbeat's URL. A failure is logged: whoever waits for the
// beat learns of it by not hearing it.
func (h *Watch) Beat(ctx context.Context, now time.Time) {
	url := h.Config.Secret(h.Config.Heartbeat.URLFile)
	h.beatMu.Lock()
	due := url != nil && now.Sub(h.beatAt).Abs() >= heartbeatGap
	if due {
		h.beatAt = now
	}
	h.beatMu.Unlock()
	if !due {
		return
	}
	target, err := url.Read()
	if err == nil {
		err = get(ctx, target)
	}
	if err != nil {
		h.Log.Error("heartbeat was not sent", "err", err)
	}
}

// get makes one HTTP request whose answer must be a 2xx. Its errors do not hold
// the URL, which is a secret.
func get(ctx context.Context, target string) error {
	ctx, done := context.WithTimeout(ctx, httpTime)
	defer done()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return errors.New("the file holds no URL")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return errors.Unwrap(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return nil
}
