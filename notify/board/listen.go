package board

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// Listen opens the board's address, which must be the loopback: the board has
// no login of its own.
func Listen(addr string) (net.Listener, error) {
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w\nhint: listen wants host:port, such as 127.0.0.1:9321", addr, err)
	}
	if !a.IP.IsLoopback() {
		return nil, fmt.Errorf("listen on %s: not a loopback address\n"+
			"hint: the board has no login; keep 127.0.0.1 and use a tunnel (ssh -L 9321:127.0.0.1:9321 HOST) or a proxy with a login in front", addr)
	}
	l, err := net.ListenTCP("tcp", a)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("listen on %s: %w\nhint: is another disputewatch running? else give listen another port", addr, err)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("listen on %s: %w\nhint: ports below 1024 are not for everybody; give listen a higher one", addr, err)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}
