package main

import (
	"context"
	"testing"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/cmd/internal/script"
)

// A district meets, from the server's set-up to the final minutes: what came of it is what was done, and a site that joins costs little.
func TestDistrictMeets(t *testing.T) {
	s, stop := startServer(t, config.Serve{Listen: "127.0.0.1:0"})
	defer stop()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	r, err := script.Run(ctx, script.Config{
		Base: s.addresses.page(), HostKey: s.key, Sites: script.District,
		Speak: 10 * time.Millisecond, Idle: 500 * time.Millisecond, Burst: 100, Rate: 200, Notes: 5, Settle: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	if !r.Checked || r.Seats != script.District || r.JoinBytes < 500 || r.JoinBytes > 6000 || r.Contested == 0 {
		t.Errorf("%+v", r)
	}
}
