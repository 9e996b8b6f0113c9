package listen

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// maxTries is how often a pair is sought when any port will do.
const maxTries = 50

// Both listens on the same port for TCP and UDP; port 0 takes any. The error is one sentence.
func Both(addr string) (net.Listener, net.PacketConn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, nil, fmt.Errorf("%q is no address with a port: write 127.0.0.1:8080", addr)
	}
	for try := 1; ; try++ {
		tcp, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, nil, explain("TCP", addr, port, err)
		}
		_, got, _ := net.SplitHostPort(tcp.Addr().String())
		udp, err := net.ListenPacket("udp", net.JoinHostPort(host, got))
		if err == nil {
			return tcp, udp, nil
		}
		_ = tcp.Close()
		if port != "0" || try == maxTries || !errors.Is(err, syscall.EADDRINUSE) {
			return nil, nil, explain("UDP", addr, got, err)
		}
	}
}

func explain(network, addr, port string, err error) error {
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s port %s is taken by another program: stop that one, or choose another port", network, port)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("this user may not open %s port %s: choose a port above 1023, or allow it as in deploy/diemcau.service", network, port)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s is not an address of this computer: write one that is, or :%s for all of them", addr, port)
	case errors.As(err, &dns):
		return fmt.Errorf("the host name in %s leads nowhere: write an address of this computer, or :%s for all of them", addr, port)
	}
	return fmt.Errorf("the server cannot listen on %s: %w", addr, err)
}
