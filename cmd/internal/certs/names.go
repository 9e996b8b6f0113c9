package certs

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Names are the host names and addresses under which a server is reached.
type Names struct {
	DNS []string
	IPs []netip.Addr
}

// LocalNames are the names of this machine: localhost, its host name, and every address that others can use.
func LocalNames() Names {
	n := Names{DNS: []string{"localhost"}, IPs: []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()}}
	if host, err := os.Hostname(); err == nil {
		n = n.With(host)
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return n // a name may still do
	}
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().IsGlobalUnicast() {
			n = n.With(p.Addr().String())
		}
	}
	return n
}

// With adds a host name or an address; what can be neither is left out.
func (n Names) With(host string) Names {
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip = ip.Unmap(); ip.Zone() == "" && !slices.Contains(n.IPs, ip) {
			n.IPs = append(slices.Clip(n.IPs), ip)
		}
		return n
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if IsHostName(host) && !slices.Contains(n.DNS, host) {
		n.DNS = append(slices.Clip(n.DNS), host)
	}
	return n
}

// IsHostName says whether host can stand in a certificate as a DNS name: labels of letters, digits and hyphens.
func IsHostName(host string) bool {
	if len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(strings.ToLower(host), ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// netIPs gives the addresses in the form that crypto/x509 takes.
func (n Names) netIPs() []net.IP {
	ips := make([]net.IP, len(n.IPs))
	for i, ip := range n.IPs {
		ips[i] = ip.AsSlice()
	}
	return ips
}
