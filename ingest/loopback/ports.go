// Package loopback finds ports for the servers that tests start as processes of
// their own. A server of this program listens on port 0 and needs none of it.
package loopback

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
)

// Below these the services of a machine listen; from last on Linux gives ports to
// connections that leave (ip_local_port_range), so that one may be taken between
// our look and the server's own.
const (
	first = 10_000
	last  = 32_768
	tries = 100
)

// reserved are the UDP ports of the same numbers. Nobody listens there: they are
// held until this process ends, so that a test of another package, which runs
// beside it, finds no port a second time that is not listened on at the moment.
var reserved struct {
	mu    sync.Mutex
	ports []io.Closer // guarded by mu
}

// Ports finds n ports of 127.0.0.1 that nobody listens on and that no other call
// found, in whatever process. A strange process may still take one before its
// server does: who can, tries again.
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
		l, free := take(port)
		if !free {
			continue
		}
		held, ports = append(held, l), append(ports, port)
	}
	return nil, fmt.Errorf("no %d free ports of 127.0.0.1 in %d tries", n, tries)
}

// take reserves a port, and listens on it for the moment.
func take(port int) (l net.Listener, free bool) {
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	reservation, err := net.ListenPacket("udp", addr)
	if err != nil {
		return nil, false
	}
	if l, err = net.Listen("tcp", addr); err != nil {
		_ = reservation.Close() // nothing was sent
		return nil, false
	}
	reserved.mu.Lock()
	defer reserved.mu.Unlock()
	reserved.ports = append(reserved.ports, reservation)
	return l, true
}
