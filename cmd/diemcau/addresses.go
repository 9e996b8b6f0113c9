package main

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/diemcau/diemcau/cmd/internal/certs"
)

// addresses are the ways to a server. The Host of a request is the best witness of how its sender got here, unless a public host
// is configured.
type addresses struct {
	tls        bool           // the page is https
	listen     netip.AddrPort // what is listened on
	publicHost string         // "" if none is configured
	publicPort string         // "" if it is the listener's
	names      certs.Names    // of this machine, and the public host
	origins    []string       // of other pages that may come
}

func (a addresses) port() string { return strconv.Itoa(int(a.listen.Port())) }

func (a addresses) scheme() string {
	if a.tls {
		return "https"
	}
	return "http"
}

// public is the configured host with its port, "" if none is.
func (a addresses) public() string {
	if a.publicHost == "" {
		return ""
	}
	port := a.publicPort
	if port == "" {
		port = a.port()
	}
	return net.JoinHostPort(a.publicHost, port)
}

// page is the address to print: the public one, else one of this network, else one of this machine.
func (a addresses) page() string {
	if p := a.public(); p != "" {
		return a.address(p)
	}
	if ip := a.listen.Addr(); !ip.IsUnspecified() {
		return a.address(a.listen.String())
	}
	return a.address(net.JoinHostPort(lanAddress(a.names), a.port()))
}

// base is the address of the page for a request that came to host.
func (a addresses) base(host string) string { return a.address(a.reached(host)) }

// relay is where a page that was got from host finds the relay. QUIC is always TLS, and its address numeric where the name
// localhost may mean another address family than the one that is listened on.
func (a addresses) relay(host string) string {
	name, port, _ := net.SplitHostPort(a.reached(host))
	if name == "localhost" {
		name = "127.0.0.1"
		if ip := a.listen.Addr(); ip.IsLoopback() {
			name = ip.Unmap().String()
		}
	}
	return "https://" + withoutDefault(net.JoinHostPort(name, port), "443") + "/wt"
}

// reached is the host and port under which a request that came to host got here.
func (a addresses) reached(host string) string {
	if p := a.public(); p != "" {
		return p
	}
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	port := "80"
	if a.tls {
		port = "443"
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

// address is a page's address without the port that its scheme implies.
func (a addresses) address(hostPort string) string {
	if a.tls {
		return "https://" + withoutDefault(hostPort, "443")
	}
	return "http://" + withoutDefault(hostPort, "80")
}

func withoutDefault(hostPort, port string) string {
	host, p, err := net.SplitHostPort(hostPort)
	if err != nil || p != port {
		return hostPort
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// checkOrigin says whether a page may open a session: one that this server served, or one of a configured origin. Whoever is no
// page sends no Origin.
func (a addresses) checkOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || slices.Contains(a.origins, strings.ToLower(origin)) {
		return true
	}
	u, err := url.Parse(strings.ToLower(origin))
	if err != nil || u.Scheme != a.scheme() {
		return false
	}
	if u.Host == strings.ToLower(withoutDefault(r.Host, "443")) || a.address(u.Host) == a.page() {
		return true
	}
	name, port := u.Hostname(), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	ip, err := netip.ParseAddr(name)
	known := slices.Contains(a.names.DNS, name) || err == nil && slices.Contains(a.names.IPs, ip.Unmap())
	return known && port == a.port()
}

// lanAddress is the address under which others in the same network most likely reach this machine.
func lanAddress(n certs.Names) string {
	best := "localhost"
	for _, ip := range n.IPs {
		switch {
		case ip.Is4() && ip.IsPrivate():
			return ip.String()
		case !ip.IsLoopback() && (best == "localhost" || ip.Is4()):
			best = ip.String()
		}
	}
	return best
}
