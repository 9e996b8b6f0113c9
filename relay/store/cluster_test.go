//go:build unix

package store_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/store"
)

// TestThreeServers: every event is kept three times; when the server that writes is killed, another one does.
func TestThreeServers(t *testing.T) {
	servers, urls := threeServers(t)
	one, two := openSoon(t, urls), openSoon(t, urls)
	news := follow(t, two.Log(), 0)
	a, b := partsOf(t, one), partsOf(t, two)
	lease := acquired(t, a.leases, "m", "one")
	n := uint64(0)
	for range 20 {
		appendOn(t, one, n)
		n++
	}
	if err := two.Log().Append("m", n-1, []byte("stale")); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	servers[0].kill()
	for range 20 {
		appendOn(t, two, n)
		n++
	}
	for i := range n {
		news.want(t, fmt.Sprintf("m %d event %d", i+1, i))
	}
	if got := all(t, one.Log(), "m"); uint64(len(got)) != n {
		t.Errorf("%d events of %d", len(got), n)
	}
	if taken := acquired(t, b.leases, "m", "two"); taken.Epoch <= lease.Epoch {
		t.Error(lease, taken)
	}
}

// appendOn appends event n, as often as it takes until a leader answers.
func appendOn(t *testing.T, s *store.Store, n uint64) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 3*patience; {
		err := s.Log().Append("m", n, fmt.Appendf(nil, "event %d", n))
		if err == nil {
			return
		}
		if errors.Is(err, store.ErrConflict) { // an earlier try has made it
			if got := after(t, s.Log(), "m", n); len(got) == 1 {
				return
			}
		}
		if !errors.Is(err, store.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	t.Fatalf("event %d is not taken", n)
}

// openSoon opens a store once the servers have found each other.
func openSoon(t *testing.T, urls string) *store.Store {
	t.Helper()
	for began := time.Now(); ; {
		s, err := store.Open(t.Context(), store.Config{URL: urls, Replicas: 3, Logger: quiet(), Timeout: 10 * time.Second})
		if err == nil {
			t.Cleanup(func() { _ = s.Close() })
			return s
		}
		if time.Since(began) > 3*patience {
			t.Fatal(err)
		}
	}
}

func threeServers(t *testing.T) (servers []*process, urls string) {
	t.Helper()
	var routes, clients []string
	var list net.ListenConfig
	for range 3 {
		l, err := list.Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		routes = append(routes, l.Addr().String())
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for i, at := range routes {
		more := fmt.Sprintf("server_name: s%d\ncluster { name: c, listen: %q, routes: [nats://%s] }", i, at, strings.Join(routes, ", nats://"))
		p, u := outside(t, t.TempDir(), "127.0.0.1:-1", more)
		servers, clients = append(servers, p), append(clients, u.String())
	}
	return servers, strings.Join(clients, ",")
}
