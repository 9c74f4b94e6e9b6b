// Package slack says things in Slack: cards, threads, mentions. It knows how
// Slack fails and what each failure means for the message: it may have been
// said, it was not and may be later, or somebody has to act first. And it hears
// what people click there: [Buttons].
package slack

import (
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// Config is how to reach Slack.
type Config struct {
	Token   func() (string, error) // the bot token, read anew for each call, so that a new one counts at once
	APIBase string                 // with a slash at its end; "" is Slack's own
	HTTP    *http.Client           // nil is one of our own
	Timeout time.Duration          // of one call; 0 is 15 s
	Count   func(result string)    // each call by its result: ok, limited, unclear, refused, error; may be nil
}

// callTime bounds one call. Slack answers within 3 s in general; a message that
// took longer is looked for rather than waited for.
const callTime = 15 * time.Second

// Client talks to Slack. It may be used by many goroutines.
type Client struct {
	config Config

	mu       sync.Mutex
	channels map[string]string // "#name" → id, resolved once; guarded by mu
	names    map[string]string // of people, by id, asked for once; guarded by mu
}

// New returns a client. It calls nobody yet.
func New(c Config) *Client {
	if c.APIBase == "" {
		c.APIBase = slack.APIURL
	}
	if c.Timeout == 0 {
		c.Timeout = callTime
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{
			// Slack redirects nothing. Followed, a POST would become a GET.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return &Client{config: c, channels: map[string]string{}, names: map[string]string{}}
}
