package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	neturl "net/url"
)

// Webhook pages by a POST of JSON: {"key", "title", "text"}. The key is the same
// for each repetition of one page. url is read anew each time; it is a secret
// and appears in no error.
func Webhook(client *http.Client, url func() (string, error)) func(context.Context, Post) error {
	return func(ctx context.Context, p Post) error {
		to, err := url()
		if err != nil {
			return fmt.Errorf("webhook address: %w", err)
		}
		body, err := json.Marshal(map[string]string{"key": p.ID, "title": p.Card.Title, "text": p.Text})
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
		if err != nil {
			return errors.New("webhook address: not a URL")
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("webhook: %w", bare(err))
		}
		defer resp.Body.Close()
		io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
		if resp.StatusCode >= 300 {
			return fmt.Errorf("webhook: HTTP %d", resp.StatusCode)
		}
		return nil
	}
}

// bare is an error without the URL that net/http puts around it.
func bare(err error) error {
	var u *neturl.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
