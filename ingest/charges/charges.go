// Package charges answers two questions about a Klarna dispute: which Stripe
// charge is it about, and what does Stripe say of it now? It only ever reads:
// GET, on the paths that allowed lists.
//
//   - [Client.Window] reads all disputes of some time in few list pages.
//   - [Find] is the pure rule that picks the charge; [Client.Match] feeds it, and
//     [Client.Seek] searches beforehand for many cases at once.
//   - [Client.Reading] is Stripe's word on one dispute.
//   - [Client.Sales] counts the orders of some time, for an audit, and [EndOf]
//     says what a dispute came to.
//   - [Client.Check] tries each permission that the program needs.
//
// Customers' names, addresses and e-mails are never decoded, and no error
// holds anything of an answer's body but Stripe's own error code.
package charges

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Account is one Stripe account as the config names it.
type Account struct {
	Name string
	// Key reads the secret key. It is asked once, and again when Stripe refuses
	// the key: a rotated key needs no restart.
	Key           func() (string, error)
	AccountID     string   // acct_…, reached through Connect; "" is the key's own account
	APIBase       string   // "" is https://api.stripe.com
	ReferenceKeys []string // metadata keys that hold a shop's order number
	// Count is told each request's HTTP status code, or "error"; it may be nil.
	Count func(code string)
	// Now is the clock that stamps what is read; nil is time.Now.
	Now func() time.Time
}

// Client reads one Stripe account. Any number of goroutines may share it.
type Client struct {
	account  Account
	base     http.RoundTripper
	patience patience

	mu      sync.Mutex           // guards what follows
	key     string               // "" until it was read
	id      string               // acct_… of the key's own account, for links
	idAsked bool                 // Stripe gave it, or a restricted key may not ask
	empty   map[string]time.Time // charge → when Stripe last said that it has no dispute
}

// defaultBase is Stripe's own address.
const defaultBase = "https://api.stripe.com"

// New makes a client for a. It calls nobody.
func New(a Account) *Client {
	if a.APIBase == "" {
		a.APIBase = defaultBase
	}
	a.APIBase = strings.TrimSuffix(strings.TrimSuffix(a.APIBase, "/"), "/v1")
	if a.Now == nil {
		a.Now = time.Now
	}
	return &Client{
		account:  a,
		base:     newTransport(),
		patience: defaultPatience,
		empty:    map[string]time.Time{},
	}
}
