package charges

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
)

// fault is a call that failed. Its text holds the account's name, what was
// asked, Stripe's status, code and request id: never a word of a body.
type fault struct {
	account, op string
	what        string // why, in our words
	hint        string
	cause       error // nil, or one whose text is safe

	status  int           // 0: no answer came
	code    string        // Stripe's, such as more_permissions_required
	after   time.Duration // Retry-After
	passing bool          // another try may help
}

func (f *fault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "stripe %s: %s: %s", f.account, f.op, f.what)
	if f.cause != nil {
		if f.what != "" {
			b.WriteString(": ")
		}
		b.WriteString(f.cause.Error())
	}
	if f.hint != "" {
		b.WriteString("\nhint: " + f.hint)
	}
	return b.String()
}

func (f *fault) Unwrap() error { return f.cause }

// fault says why a call failed. The errors of stripe-go hold bodies, those of
// net/http the URL: neither is passed on.
func (c *Client) fault(ctx context.Context, q query, w *wire, err error) *fault {
	f := &fault{account: c.account.Name, op: q.op, status: w.status}
	switch {
	case ctx.Err() != nil:
		f.cause = ctx.Err()
		if errors.Is(f.cause, context.DeadlineExceeded) {
			f.what, f.passing = "no answer in time", true
		}
	case w.status == 0 || w.status < 400 && !isJSONFault(err):
		c.unanswered(f, err)
	case w.status < 400:
		f.what = fmt.Sprintf("HTTP %d, but the answer is not JSON", w.status)
	default:
		c.refused(f, q, w, err)
	}
	return f
}

// isJSONFault tells stripe-go's decode errors, which are plain text, from those
// of reading the body, which are typed.
func isJSONFault(err error) bool {
	return strings.HasPrefix(err.Error(), "Couldn't deserialize JSON")
}

// unanswered is a connection that failed before or within an answer.
func (c *Client) unanswered(f *fault, err error) {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // u's own text holds the query
	}
	f.cause, f.passing = err, true
	if errors.Is(err, errNotAllowed) || errors.Is(err, errTooLarge) {
		f.passing = false
	}
	f.hint = "check api_base and the way out to " + c.account.APIBase
}

// refused is an answer of 400 or above.
func (c *Client) refused(f *fault, q query, w *wire, err error) {
	f.passing = w.status == http.StatusTooManyRequests || w.status == http.StatusConflict || w.status >= 500
	f.after = retryAfter(w.header)
	f.what = fmt.Sprintf("HTTP %d", w.status)
	var message string
	var se *stripe.Error
	if errors.As(err, &se) {
		f.code, message = word(string(se.Code)), se.Msg
		if f.code == "" {
			f.code = word(string(se.Type))
		}
	} else {
		f.what += " without Stripe's error in it"
	}
	if f.code != "" {
		f.what += ", " + f.code
	}
	if id := word(w.header.Get("Request-Id")); id != "" {
		f.what += ", request " + id
	}
	f.hint = hint(f, q, message)
	if f.strange() {
		f.hint = "this key may not read the account " + word(c.account.AccountID) + ": look whether the config's account is right, and whether it is still connected"
	}
}

// strange says that the account does not belong to the key: none of its
// permissions would change that.
func (f *fault) strange() bool { return f.code == "account_invalid" }

// hint is what a person can do about a refusal.
func hint(f *fault, q query, message string) string {
	switch {
	case f.status == http.StatusUnauthorized:
		return "the key is revoked, expired or mistyped: make a restricted key in Stripe's Dashboard and put it into its file"
	case f.status == http.StatusForbidden && f.code == "":
		return "the answer is not Stripe's: a proxy or firewall stands between"
	case f.status == http.StatusForbidden:
		return "the key lacks a permission: give it " + permission(q.path, message)
	case f.status == http.StatusTooManyRequests && f.after > 0:
		return fmt.Sprintf("Stripe asks to wait %v: another program uses up the account's rate limit", f.after)
	case f.status == http.StatusTooManyRequests:
		return "another program uses up the account's rate limit"
	}
	return ""
}

// stripePermission is how Stripe's refusal names what is missing:
// 'dispute_read', 'rak_charge_read'. A name that is not known is not repeated.
var stripePermission = regexp.MustCompile(`'(?:rak_)?((account|accounts_kyc_basic|charge|dispute|payment_intent|refund)_read)'`)

// permission names what is missing as the Dashboard's form for restricted keys
// does, and as Stripe's refusal does where it says so: what a call expands
// needs permissions other than its path's.
func permission(path, message string) string {
	of := strings.Split(strings.TrimPrefix(path, "/v1/"), "/")[0]
	known := stripePermission.FindStringSubmatch(message)
	if known != nil {
		of = known[2]
	}
	name := map[string]string{
		"accounts_kyc_basic": "Accounts: Read",
		"account":            "Accounts: Read",
		"dispute":            "Disputes: Read",
		"charge":             "Charges and Refunds: Read",
		"refund":             "Charges and Refunds: Read",
		"payment_intent":     "PaymentIntents: Read",
	}[strings.TrimSuffix(of, "s")]
	if known != nil {
		name += " (" + known[1] + ")"
	}
	return name
}

// word is s where it is one of Stripe's machine words or ids, else "".
func word(s string) string {
	if len(s) > 64 || strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		return ""
	}
	return s
}

func (c *Client) keyFault(op, hint string, err error) *fault {
	return &fault{account: c.account.Name, op: op, hint: hint, cause: err, what: ""}
}

// broken is an answer of 200 that cannot be Stripe's.
func (c *Client) broken(op, what string) *fault {
	return &fault{account: c.account.Name, op: op, what: what, status: http.StatusOK}
}

// decode reads body into v. The errors of encoding/json quote the body: only
// the field's name is passed on.
func (c *Client) decode(op string, body []byte, v any) error {
	err := json.Unmarshal(body, v)
	if err == nil {
		return nil
	}
	var t *json.UnmarshalTypeError
	if errors.As(err, &t) {
		return c.broken(op, "the answer's field "+t.Field+" has the wrong type")
	}
	return c.broken(op, "the answer is not JSON")
}

// Unknown says that Stripe answered, and that what was asked for is not in this
// account, or not in the key's mode.
func Unknown(err error) bool {
	var f *fault
	return errors.As(err, &f) && f.code == "resource_missing"
}

// statusOf is the HTTP status of a failed call, 0 where none came.
func statusOf(err error) int {
	var f *fault
	if errors.As(err, &f) {
		return f.status
	}
	return 0
}
