//go:build !linux

package transport

import "net"

// unsentMost is how many bytes may wait in the kernel: what waits with us can still be dropped.
const unsentMost = 8 << 10

// tuneSocket makes TCP fit for voice as far as this system lets it. What fails is left as it is.
func tuneSocket(conn net.Conn) {
	if tcp := tcpOf(conn); tcp != nil {
		_ = tcp.SetNoDelay(true)
		_ = tcp.SetWriteBuffer(unsentMost)
	}
}
