package sender

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
)

// maxRecord bounds a key record: an RSA key of 8192 bits has 1416 letters in
// it, and a longer one would only cost.
const maxRecord = 2000

var (
	errNoAnswer = errors.New("its key could not be looked up") // nobody could tell; reading again later may
	errKey      = errors.New("its key is malformed")
)

// lookupKey asks for a key record (RFC 6376 §3.6.1).
func lookupKey(ctx context.Context, name string, lookup func(context.Context, string) ([]string, error)) (string, error) {
	if lookup == nil {
		lookup = Resolver("")
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	records, err := lookup(ctx, name)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound, err == nil && len(records) == 0:
		return "", errors.New("there is no such key")
	case err != nil:
		return "", errNoAnswer
	case len(records) > 1:
		return "", errors.New("its key has two records")
	case len(records[0]) > maxRecord:
		return "", errors.New("its key is too long")
	}
	return records[0], nil
}

// checkKey checks the flags of a key, which the library passes over: a test
// key proves nothing, a strict one nothing of a subdomain.
func (sig signature) checkKey(record string) error {
	tags, err := parseTags(record)
	if err != nil {
		return errKey
	}
	flags := strings.Split(tags["t"], ":")
	if slices.Contains(flags, "y") {
		return errors.New("its key is marked as a test")
	}
	if at, has := sig.tags["i"]; has && slices.Contains(flags, "s") {
		if _, host, _ := cutLast(at, "@"); !strings.EqualFold(host, sig.domain) {
			return errors.New("its key forbids subdomains in i=")
		}
	}
	return nil
}
