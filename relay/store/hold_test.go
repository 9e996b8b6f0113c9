package store

import (
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"
)

// TestSlowHolder: between taking a lease and marking it as held a relay stood still, and another one was quicker.
func TestSlowHolder(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir(), Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	opened, err := s.Leases(t.Context(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ls, ctx := opened.(*leases), t.Context()
	slow, err1 := ls.take(ctx, "m", "slow")
	quick, err2 := ls.take(ctx, "m", "quick")
	if err := errors.Join(err1, err2, ls.hold(ctx, "m", quick)); err != nil || quick.Epoch != slow.Epoch+1 {
		t.Fatal(slow, quick, err)
	}
	var held *HeldError
	if err := ls.hold(ctx, "m", slow); !errors.As(err, &held) || held.Lease.Holder != "quick" {
		t.Fatal(err)
	}
	if now, err := ls.Holder(ctx, "m"); err != nil || now != quick.of("m") {
		t.Fatal(now, err)
	}
	// The quick one has gone meanwhile: the slow one's epoch is over all the same.
	if err := ls.Release(ctx, quick.of("m")); err != nil {
		t.Fatal(err)
	}
	if err := ls.hold(ctx, "m", slow); !errors.Is(err, ErrHeld) {
		t.Fatal(err)
	}
	if now, err := ls.Holder(ctx, "m"); err != nil || now != (Lease{}) {
		t.Fatal(now, err)
	}
}
