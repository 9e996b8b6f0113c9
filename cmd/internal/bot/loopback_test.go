package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/listen"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// TestUDPBlockedOnRealSockets has one client speak over QUIC and one hear through a proxy that lets no UDP pass, over the WebSocket of the server's own port.
func TestUDPBlockedOnRealSockets(t *testing.T) {
	quiet := slog.New(slog.DiscardHandler)
	tcp, udp, err := listen.Both("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config, hash := certificate(t)
	server, err := relay.New(relay.Config{Conn: udp, TLS: config, Seed: make([]byte, relay.SeedSize), Log: &memory.Log{}, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	blocked := transporttest.Impairment{Outages: []transporttest.Outage{{For: time.Hour}}}
	proxy, err := transporttest.NewProxy(transporttest.ProxyConfig{Listen: "127.0.0.1:0", To: udp.LocalAddr().String(), Up: blocked, Down: blocked, TCP: true})
	if err != nil {
		t.Fatal(err)
	}
	behind := func(host string) []admin.Relay {
		return []admin.Relay{{URL: "https://" + host + transport.Path, Hashes: []string{hash}}}
	}
	handler, err := admin.Handler(admin.Config{
		Meetings: server, Page: http.NotFoundHandler(), Sessions: server.WebSocket(), HostKey: "key", Log: quiet,
		Base: func(host string) string { return "http://" + host }, Relays: behind,
	})
	if err != nil {
		t.Fatal(err)
	}
	page := admin.Server(handler, quiet)
	background(t, func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, func() { _ = page.Close() })
		defer stop()
		if err := page.Serve(tcp); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	background(t, server.Run)
	background(t, proxy.Run)
	code, err := server.Create(t.Context(), "Họp giao ban")
	if err != nil {
		t.Fatal(err)
	}
	join := func(at string, name string) (*client.Client, chan *transport.Packet) {
		c, err := client.Dial(t.Context(), client.Config{Server: "http://" + at, Meeting: code, Name: name})
		if err != nil {
			t.Fatal(err)
		}
		heard := make(chan *transport.Packet, 1000)
		c.Subscribe(func(p *transport.Packet, _ time.Time) {
			select {
			case heard <- p:
			default:
			}
		})
		background(t, c.Run)
		return c, heard
	}
	_, heard := join(proxy.Addr().String(), "xa")
	near, _ := join(udp.LocalAddr().String(), "gần")
	ticker := time.NewTicker(40 * time.Millisecond)
	defer ticker.Stop()
	for n := uint32(0); len(heard) < 50 && t.Context().Err() == nil; n++ {
		<-ticker.C
		for _, layer := range []codec.Layer{codec.LayerLo, codec.LayerHi} {
			frame := client.Frame{Layer: layer, Time: n * 1920, Level: codec.MakeLevel(true, -20), Payload: []byte{0x50, byte(n), 1, 2}}
			if err := near.Publish(frame); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 50 {
		if p := <-heard; len(p.Payload) != 4 || uint32(p.Payload[1]) != uint32(byte(p.Timestamp/1920)) {
			t.Errorf("%+v", p)
		}
	}
	if c := proxy.Counters(); c.TCPDown == 0 || c.Down.Delivered > 0 {
		t.Errorf("%+v", c)
	}
}
