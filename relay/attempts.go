package relay

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Sessions that one address may open: generously, because a whole district may sit behind one.
const (
	attemptRate  = 20 // a second
	attemptBurst = 200
	attemptKeep  = 5 * time.Minute
)

// attempts limits how fast an address opens sessions.
type attempts struct {
	mu sync.Mutex
	of map[string]*attempt
}

type attempt struct {
	limiter *rate.Limiter
	last    time.Time
}

func newAttempts() *attempts { return &attempts{of: map[string]*attempt{}} }

// allow counts one more session from remote ("address:port").
func (a *attempts) allow(remote string, now time.Time) bool {
	host := network(remote)
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.of[host]
	if t == nil {
		t = &attempt{limiter: rate.NewLimiter(attemptRate, attemptBurst)}
		a.of[host] = t
	}
	t.last = now
	return t.limiter.AllowN(now, 1)
}

// network is the address that limits count by: that of IPv4, the /64 of IPv6, because a host has as many of those as it likes.
func network(remote string) string {
	address, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	ip := address.Addr().Unmap()
	if ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.WithZone("").Prefix(64) // 64 is in range
	return prefix.String()
}

// forget drops the addresses that have been quiet for attemptKeep.
func (a *attempts) forget(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for host, t := range a.of {
		if now.Sub(t.last) > attemptKeep {
			delete(a.of, host)
		}
	}
}
