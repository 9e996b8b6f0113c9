package main

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/diemcau/diemcau/cmd/internal/certs"
)

var (
	machine  = certs.Names{DNS: []string{"localhost"}}.With("may-chu").With("127.0.0.1").With("192.168.1.20").With("2001:db8::5")
	loopback = addresses{listen: netip.MustParseAddrPort("127.0.0.1:8080"), names: machine, origins: []string{"https://ubnd.example"}}
	open     = addresses{tls: true, listen: netip.MustParseAddrPort("[::]:8080"), names: machine}
	public   = addresses{tls: true, listen: netip.MustParseAddrPort("[::]:8080"), publicHost: "hop.example", publicPort: "443", names: machine.With("hop.example")}
	onIPv6   = addresses{tls: true, listen: netip.MustParseAddrPort("[::]:443"), publicHost: "2001:db8::5", names: machine}
)

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		a                       addresses
		host, page, base, relay string
	}{
		{loopback, "127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080", "https://127.0.0.1:8080/wt"},
		{loopback, "localhost:8080", "http://127.0.0.1:8080", "http://localhost:8080", "https://127.0.0.1:8080/wt"},
		{loopback, "localhost", "http://127.0.0.1:8080", "http://localhost", "https://127.0.0.1:80/wt"},
		{open, "192.168.1.20:8080", "https://192.168.1.20:8080", "https://192.168.1.20:8080", "https://192.168.1.20:8080/wt"},
		{open, "may-chu", "https://192.168.1.20:8080", "https://may-chu", "https://may-chu/wt"},
		{open, "[2001:db8::5]:8080", "https://192.168.1.20:8080", "https://[2001:db8::5]:8080", "https://[2001:db8::5]:8080/wt"},
		{open, "[2001:db8::5]", "https://192.168.1.20:8080", "https://[2001:db8::5]", "https://[2001:db8::5]/wt"},
		{public, "192.168.1.20:8080", "https://hop.example", "https://hop.example", "https://hop.example/wt"},
		{onIPv6, "x", "https://[2001:db8::5]", "https://[2001:db8::5]", "https://[2001:db8::5]/wt"},
	} {
		if page, base, relay := c.a.page(), c.a.base(c.host), c.a.relay(c.host); page != c.page || base != c.base || relay != c.relay {
			t.Errorf("%s: %s %s %s, want %s %s %s", c.host, page, base, relay, c.page, c.base, c.relay)
		}
	}
}

func TestCheckOrigin(t *testing.T) {
	for _, c := range []struct {
		a            addresses
		host, origin string
		may          bool
	}{
		{loopback, "127.0.0.1:8080", "", true},
		{loopback, "127.0.0.1:8080", "http://localhost:8080", true},
		{loopback, "127.0.0.1:8080", "http://127.0.0.1:8080", true},
		{loopback, "127.0.0.1:8080", "https://UBND.example", true},
		{loopback, "127.0.0.1:8080", "http://localhost:5173", false},
		{loopback, "127.0.0.1:8080", "https://localhost:8080", false},
		{loopback, "127.0.0.1:8080", "https://evil.example", false},
		{loopback, "127.0.0.1:8080", "null", false},
		{loopback, "127.0.0.1:8080", "http://%zz", false},
		{open, "192.168.1.20:8080", "https://may-chu:8080", true},
		{open, "192.168.1.20:8080", "https://[2001:db8::5]:8080", true},
		{open, "10.0.0.9:8080", "https://10.0.0.9:8080", true}, // an address that it got from DHCP since it started
		{open, "192.168.1.20:8080", "https://10.0.0.9:8080", false},
		{open, "192.168.1.20:8080", "http://192.168.1.20:8080", false},
		{public, "hop.example", "https://hop.example", true},
		{public, "hop.example:443", "https://hop.example", true},
		{public, "192.168.1.20:8080", "https://hop.example", true},
		{public, "hop.example", "https://hop.example.evil.example", false},
	} {
		r := &http.Request{Host: c.host, Header: http.Header{}}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if got := c.a.checkOrigin(r); got != c.may {
			t.Errorf("a page of %q at %s: %v", c.origin, c.host, got)
		}
	}
}

func TestLANAddress(t *testing.T) {
	for want, n := range map[string]certs.Names{
		"192.168.1.20": machine,
		"localhost":    certs.Names{}.With("127.0.0.1").With("::1"),
		"203.0.113.9":  certs.Names{}.With("2001:db8::5").With("203.0.113.9"),
		"2001:db8::5":  certs.Names{}.With("::1").With("2001:db8::5"),
	} {
		if got := lanAddress(n); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
