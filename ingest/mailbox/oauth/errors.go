package oauth

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"syscall"
)

// Error says what a provider's endpoint refused, or how it failed. It holds
// nothing of the answer but its code.
type Error struct {
	Host   string // of the endpoint
	Code   string // RFC 6749's, such as invalid_grant; "" where there was none
	Status int    // of HTTP; 0 where there was no answer
	Err    error  // why there was none
	Hint   string

	why string
}

func (e *Error) Error() string {
	text := "token endpoint"
	if e.Host != "" {
		text += " " + e.Host
	}
	text += ": " + e.why
	if e.Hint != "" {
		text += "\nhint: " + e.Hint
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

var (
	codeForm = regexp.MustCompile(`^[a-z_]{1,40}$`)
	// entraForm is Microsoft's number of an error; the prose around it may name
	// a person.
	entraForm = regexp.MustCompile(`\bAADSTS([0-9]{4,8})\b`)
)

// refusal is the answer of RFC 6749, section 5.2.
type refusal struct{ code, entra string }

func refusalOf(body []byte) refusal {
	var said struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(body, &said) != nil || !codeForm.MatchString(said.Error) {
		return refusal{}
	}
	r := refusal{code: said.Error}
	if m := entraForm.FindStringSubmatch(said.Description); m != nil {
		r.entra = m[1]
	}
	return r
}

// fault tells what went wrong from what was seen of the exchange.
func (a Account) fault(ctx context.Context, x *exchange, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	e := &Error{Host: x.host, Status: x.status}
	r := refusalOf(x.body)
	switch {
	case x.host == "": // nothing was sent
		e.Err = err
		e.why, e.Hint = "could not be asked", "check token_url"
	case x.err != nil:
		e.Err = x.err
		e.why, e.Hint = unreachable(x.err)
	case r.code != "":
		e.Code, e.why = r.code, r.code
		if r.entra != "" {
			e.why += " (AADSTS" + r.entra + ")"
		}
		e.Hint = a.refusedHint(r)
	case x.status == http.StatusTooManyRequests:
		e.why, e.Hint = "too many requests (429)", "it is tried again at the next poll"
	case x.status >= 500:
		e.why, e.Hint = fmt.Sprintf("answered %d", x.status), "the provider has a disturbance; it is tried again at the next poll"
	case x.status >= 300:
		e.why, e.Hint = fmt.Sprintf("answered %d", x.status), "check token_url, and whether a proxy answers in the provider's place"
	case errors.Is(err, errNoToken) || json.Valid(x.body):
		e.why, e.Hint = "answered without a usable access token", "check token_url: another service may answer there"
	default:
		e.why, e.Hint = "answered something else than JSON", "check token_url, and whether a proxy or a sign-in page answers in the provider's place"
	}
	return e
}

// unreachable says why there was no answer. The texts of network errors name
// addresses, never what was sent.
func unreachable(err error) (why, hint string) {
	var (
		dns  *net.DNSError
		cert *tls.CertificateVerificationError
		wait net.Error
	)
	switch {
	case errors.As(err, &dns):
		return "no such host name", "check this machine's name server, and token_url where it is set; the next poll tries again"
	case errors.As(err, &cert):
		return "its certificate is not trusted", "a proxy may open the line; for an authority of your own set ca_file"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there", "check token_url"
	case errors.As(err, &wait) && wait.Timeout():
		return "no answer in time", "a firewall may swallow the connection; it is tried again at the next poll"
	}
	return "the connection broke", "it is tried again at the next poll"
}
