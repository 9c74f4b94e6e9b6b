// Package loopback finds ports for the servers that tests start as processes of
// their own. A server of this program listens on port 0 and needs none of it.
package loopback

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
)

// Below these the services of a machine listen; from last on Linux gives ports to
// connections that leave (ip_local_port_range), so that one may be taken between
// our look and the server's own.
const (
	first = 10_000
	last  = 32_768
	tries = 100
)

// Ports finds n ports of 127.0.0.1 that nobody listens on, no two the same. Another
// process may still take one before its server does: who can, tries again.
func Ports(n int) (ports []int, err error) {
	var held []io.Closer // until all are found, so that none is found twice
	defer func() {
		for _, l := range held {
			err = errors.Join(err, l.Close())
		}
	}()
	for range tries {
		if len(ports) == n {
			return ports, nil
		}
		port := first + rand.IntN(last-first)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue // taken
		}
		held, ports = append(held, l), append(ports, port)
	}
	return nil, fmt.Errorf("no %d free ports of 127.0.0.1 in %d tries", n, tries)
}
