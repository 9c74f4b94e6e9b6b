package fakeimap

import (
	"encoding/binary"
	"net"
	"syscall"
)

// gone says that the other end has closed the connection, also where what it sent
// before was not read yet.
func gone(c net.Conn) bool {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return true // we have closed it
	}
	const established = 1 // TCP_ESTABLISHED of net/tcp_states.h
	state := byte(established)
	err = raw.Control(func(fd uintptr) {
		// The state is the first byte of struct tcp_info (tcp(7)).
		if info, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_INFO); err == nil {
			var b [4]byte
			binary.NativeEndian.PutUint32(b[:], uint32(info))
			state = b[0]
		}
	})
	return err != nil || state != established
}
