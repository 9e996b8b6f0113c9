package transport

import (
	"net"
	"syscall"
	"time"
)

// TCP options of Linux that package syscall does not name.
const (
	tcpThinLinearTimeouts = 16
	tcpUserTimeout        = 18
	tcpNotSentLowat       = 25
)

const (
	// unsentMost is how many bytes may wait in the kernel behind what is on its way: what waits with us can still be dropped.
	unsentMost = 512
	// unackedMost is how long sent bytes may stay without an answer before the connection counts as gone.
	unackedMost = 20 * time.Second
)

// tuneSocket makes TCP fit for voice: nothing waits in the kernel, and a stream of few packets does not double its timeouts. What fails is left as it is.
func tuneSocket(conn net.Conn) {
	tcp := tcpOf(conn)
	if tcp == nil {
		return
	}
	_ = tcp.SetNoDelay(true)
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpNotSentLowat, unsentMost)
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(unackedMost.Milliseconds()))
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpThinLinearTimeouts, 1)
	})
}
