package web

import (
	"net"
	"syscall"
)

// tcpUserTimeout is TCP_USER_TIMEOUT of tcp(7): how many milliseconds data
// sent may stay unacknowledged. The heartbeat of a stream makes sure that
// there are data.
const (
	tcpUserTimeout = 18
	giveUpMillis   = 8000
)

// giveUpSoon is best effort: without it the kernel notices a vanished phone
// only after minutes.
func giveUpSoon(c *net.TCPConn) {
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, giveUpMillis)
	})
}
