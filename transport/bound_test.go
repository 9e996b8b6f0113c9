package transport

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
)

// loopback is the name of this computer's loopback interface.
func loopback(t *testing.T) string {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 && i.Flags&net.FlagUp != 0 {
			return i.Name
		}
	}
	t.Fatal("this computer has no loopback interface")
	return ""
}

// reaches sends a packet and opens a connection to this computer by a dialer.
func reaches(t *testing.T, d Dialer) {
	t.Helper()
	there, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	here, err := d.ListenPacket()
	if err != nil {
		t.Fatal(err)
	}
	defer here.Close()
	if _, err := here.WriteTo([]byte("hello"), there.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 10)
	if n, _, err := there.ReadFrom(b); err != nil || string(b[:n]) != "hello" {
		t.Errorf("%q %v", b[:n], err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	c, err := d.DialStream(context.Background(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}

func TestBound(t *testing.T) {
	for _, name := range []string{loopback(t), "127.0.0.1"} {
		d, err := Bound(name)
		if err != nil {
			t.Fatal(err)
		}
		reaches(t, d)
	}
}

// Where a socket may not be bound to an interface its address has to do, if what the computer sends leaves from there.
func TestBoundWithoutTheRight(t *testing.T) {
	b := bound{loopback(t), func(string, syscall.RawConn) error { return syscall.EPERM }}
	reaches(t, Dialer{ListenPacket: b.listenPacket, DialStream: b.dialStream})
	if err := (nearEnd{device: "x", address: netip.MustParseAddr("203.0.113.77")}).routed(); !errors.Is(err, ErrRoute) {
		t.Errorf("an address that nothing is sent from: %v", err)
	}
	failing := errors.New("no")
	b.device = func(string, syscall.RawConn) error { return failing }
	if _, err := b.listenPacket(); !errors.Is(err, failing) {
		t.Error(err)
	}
}

func TestBoundToWhatIsNotThere(t *testing.T) {
	for _, name := range []string{"nope0", "203.0.113.77", ""} {
		d, err := Bound(name)
		if !errors.Is(err, ErrNoInterface) || !strings.Contains(err.Error(), loopback(t)+" (") {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := d.ListenPacket(); !errors.Is(err, ErrNoInterface) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := d.DialStream(context.Background(), "tcp", "127.0.0.1:1"); !errors.Is(err, ErrNoInterface) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
