// Package oauth gets the access tokens that a mailbox is opened with, from
// Google, Microsoft or any other token endpoint (RFC 6749), and the consent of a
// person before that.
//
//	Source.Token   the access token: kept in memory while it is good, else
//	               asked for by one of three grants              (source.go)
//	refresh        a refresh token that a person's consent gave; where the
//	               provider rotates it, the new one is kept durably before
//	               anything is done with the answer              (refresh.go)
//	service        a Google service account's signed request     (service.go)
//	client         an app's own credentials                      (source.go)
//	Consent        device code, or a browser that comes back     (consent.go)
//
// Every call has its own deadline, every file is read anew for it, and no error
// holds a token: what went wrong is told from the answer's code and status
// alone (exchange.go, errors.go).
package oauth
