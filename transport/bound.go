package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// Errors of the dials of Bound.
var (
	ErrNoInterface = errors.New("no interface or address of this name")
	ErrRoute       = errors.New("this computer sends by another interface; give diemcau the right CAP_NET_RAW, or name the address instead and set a rule for it")
)

// bound opens sockets by one interface or from one address.
type bound struct {
	name string
	// device binds a socket to an interface; nil: this system cannot.
	device func(name string, c syscall.RawConn) error
}

// Bound returns a Dialer whose sockets send by the network interface of that name, or from that address of this computer. What the name means is looked up at each dial: a
// stick comes back with another address. Names of hosts are resolved by the system, whichever way it takes. The error, ErrNoInterface, says what there is; the Dialer is good all the
// same: its dials fail with the same error until the interface is there.
func Bound(name string) (Dialer, error) {
	b := bound{name: name, device: bindToDevice}
	_, err := b.find()
	return Dialer{ListenPacket: b.listenPacket, DialStream: b.dialStream}, err
}

// nearEnd is what a name means now.
type nearEnd struct {
	device  string     // "": an address was named
	address netip.Addr // of it
}

// find looks the name up.
func (b bound) find() (nearEnd, error) {
	if a, err := netip.ParseAddr(b.name); err == nil {
		if probe, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, 0))); err == nil {
			return nearEnd{address: a}, probe.Close()
		}
		return nearEnd{}, b.unknown()
	}
	i, err := net.InterfaceByName(b.name)
	if err != nil || i.Flags&net.FlagUp == 0 {
		return nearEnd{}, b.unknown()
	}
	a := best(i)
	if !a.IsValid() {
		return nearEnd{}, fmt.Errorf("%w: %q has no address yet", ErrNoInterface, b.name)
	}
	return nearEnd{device: i.Name, address: a}, nil
}

// best returns the address of an interface that reaches farthest, IPv4 first; the zero Addr if it has none.
func best(i *net.Interface) (found netip.Addr) {
	all, err := i.Addrs()
	if err != nil {
		return found
	}
	rank := func(a netip.Addr) int {
		switch {
		case !a.IsValid() || a.IsLinkLocalUnicast():
			return 0
		case a.Is4():
			return 2
		}
		return 1
	}
	for _, each := range all {
		if p, err := netip.ParsePrefix(each.String()); err == nil && rank(p.Addr()) > rank(found) {
			found = p.Addr()
		}
	}
	return found
}

// unknown is the error that says what there is.
func (b bound) unknown() error {
	all, _ := net.Interfaces()
	var names []string
	for i := range all {
		if a := best(&all[i]); a.IsValid() && all[i].Flags&net.FlagUp != 0 {
			names = append(names, fmt.Sprintf("%s (%s)", all[i].Name, a))
		}
	}
	return fmt.Errorf("%w: %q; this computer has: %s", ErrNoInterface, b.name, strings.Join(names, ", "))
}

// control returns what binds a socket to the place, or nil where its address has to do.
func (b bound) control(at nearEnd) (func(network, address string, c syscall.RawConn) error, *bool) {
	refused := new(bool)
	if at.device == "" || b.device == nil {
		return nil, refused
	}
	return func(_, _ string, c syscall.RawConn) error {
		err := b.device(at.device, c)
		*refused = errors.Is(err, syscall.EPERM)
		return err
	}, refused
}

// listenPacket is Dialer.ListenPacket.
func (b bound) listenPacket() (net.PacketConn, error) {
	at, err := b.find()
	if err != nil {
		return nil, err
	}
	control, refused := b.control(at)
	if control != nil {
		c, err := (&net.ListenConfig{Control: control}).ListenPacket(context.Background(), "udp", ":0")
		if err == nil || !*refused {
			return c, err
		}
		if err := at.routed(); err != nil {
			return nil, err
		}
	}
	return net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(at.address, 0)))
}

// dialStream is Dialer.DialStream.
func (b bound) dialStream(ctx context.Context, network, address string) (net.Conn, error) {
	at, err := b.find()
	if err != nil {
		return nil, err
	}
	control, refused := b.control(at)
	if control != nil {
		c, err := (&net.Dialer{Control: control}).DialContext(ctx, network, address)
		if err == nil || !*refused {
			return c, err
		}
		if err := at.routed(); err != nil {
			return nil, err
		}
	}
	return (&net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(at.address, 0))}).DialContext(ctx, network, address)
}

// routed says whether what this computer sends to the internet leaves from the place's address, as far as can be told: nothing is sent for it.
func (p nearEnd) routed() error {
	if p.address.IsLoopback() {
		return nil
	}
	far := "192.0.2.1:9" // of RFC 5737
	if p.address.Is6() {
		far = "[2001:db8::1]:9"
	}
	c, err := net.Dial("udp", far)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRoute, err)
	}
	defer c.Close()
	if from, ok := c.LocalAddr().(*net.UDPAddr); !ok || from.AddrPort().Addr().Unmap() != p.address {
		return fmt.Errorf("%w: not by %s", ErrRoute, p.device)
	}
	return nil
}
