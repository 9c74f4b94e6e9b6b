package sender

import (
	"context"
	"net"
)

// Resolver returns a LookupTXT that asks the DNS server at addr, host:port; ""
// is the system's.
func Resolver(addr string) func(ctx context.Context, name string) ([]string, error) {
	r := net.DefaultResolver
	if addr != "" {
		r = &net.Resolver{
			PreferGo: true,
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				var d net.Dialer
				return d.DialContext(ctx, network, addr)
			},
		}
	}
	// The dot keeps the system's search list out of it.
	return func(ctx context.Context, name string) ([]string, error) { return r.LookupTXT(ctx, name+".") }
}
