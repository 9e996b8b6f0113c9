package cluster

import (
	"context"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/relay/store"
	"github.com/diemcau/diemcau/transport"
)

const patience = 30 * time.Second

// natsServer starts a server that is none of ours, and returns where it is.
func natsServer(t *testing.T) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true, MaxPayload: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("no NATS server")
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	return s.ClientURL()
}

// connect is what a process of its own has of the shared store.
func connect(t *testing.T, url string) (*shared, *store.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s, err := store.Open(ctx, store.Config{URL: url, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	leases, err := s.Leases(ctx, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return &shared{s.Log(), leases, s.Requests()}, s
}

// real is the way of this computer.
func real() *way {
	listen := func(string) (net.PacketConn, error) { return net.ListenPacket("udp", "127.0.0.1:0") }
	return &way{listen, client.Way{NoBeside: true, Transport: transport.WebTransport}}
}

// Two relays at an outside NATS server show the same meeting, never grant the floor twice, and when the one that writes is gone the other goes on.
func TestTwoRelaysAtNATS(t *testing.T) {
	url, w := natsServer(t), real()
	first, storeOfA := connect(t, url)
	second, storeOfB := connect(t, url)
	a, b := first.start(t, w, "", 1, first.log), second.start(t, w, "", 2, second.log)
	defer a.stop()
	defer b.stop()
	code := a.open(t)
	chair, one := join(t, w, a, code, "account chair"), join(t, w, a, code, "site dc1")
	secretary, two := join(t, w, b, code, "account secretary"), join(t, w, b, code, "site dc2")
	for _, p := range []*person{chair, one, secretary, two} {
		defer p.leave()
	}
	if bad := chair.do(t, "open"); bad != "" {
		t.Errorf("refused: %s", bad)
	}
	if bad := chair.do(t, "mode", "mode", "moderated"); bad != "" {
		t.Errorf("refused: %s", bad)
	}
	quarrel(t, 10, chair, secretary)
	agree(t, a, b, code, patience)
	_, before, granted := a.events(t, code) // where the machine is busy the lease may have changed hands
	if granted < 10 {
		t.Errorf("the floor was granted %d times", granted)
	}
	_ = storeOfA.Close() // the process is gone, and says nothing
	begun := time.Now()
	for secretary.do(t, "note", "text", "máy chủ kia mất điện") != "" {
		if time.Since(begun) > patience {
			t.Fatal("the other relay does not take over")
		}
		<-time.After(50 * time.Millisecond)
	}
	if n, epochs, _ := b.events(t, code); epochs < before || n == 0 {
		t.Errorf("%d writers after %d", epochs, before)
	}
	t.Logf("the other relay writes after %v", time.Since(begun).Round(10*time.Millisecond))
	if n, err := Number(t.Context(), table(t, storeOfB), "x"); err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
	for name, want := range map[string]uint16{"x": 1, "y": 2} {
		if n, err := Number(t.Context(), table(t, storeOfB), name); err != nil || n != want {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	for _, own := range []string{"mine", "yours"} {
		if secret, err := Shared(t.Context(), table(t, storeOfB), "seed", []byte(own)); err != nil || string(secret) != "mine" {
			t.Errorf("%s: %s, %v", own, secret, err)
		}
	}
}

func table(t *testing.T, s *store.Store) store.Table {
	t.Helper()
	table, err := s.Table(t.Context(), "relays")
	if err != nil {
		t.Fatal(err)
	}
	return table
}
