package loopback

import (
	"fmt"
	"net"
	"testing"
)

func TestPortsAreFreeAndDiffer(t *testing.T) {
	seen := map[int]bool{}
	ports, err := Ports(50)
	if err != nil {
		t.Fatal(err)
	}
	for _, port := range ports {
		if seen[port] || port < first || port >= last {
			t.Errorf("port %d, seen before: %v", port, seen[port])
		}
		seen[port] = true
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Error(err)
			continue
		}
		defer l.Close()
	}
}

// The servers of a test come later than its look for their ports, and leave them
// for a while when they are halted.
func TestPortsThatWereFoundAreFoundByNobodyElse(t *testing.T) {
	ports, err := Ports(1)
	if err != nil {
		t.Fatal(err)
	}
	if _, free := take(ports[0]); free {
		t.Errorf("port %d was found twice", ports[0])
	}
}

func TestMorePortsThanThereAreIsAnError(t *testing.T) {
	if ports, err := Ports(tries + 1); err == nil {
		t.Errorf("%d ports", len(ports))
	}
}
