package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/relay/store"
	"github.com/diemcau/diemcau/relay/store/memory"
)

func TestMain(m *testing.M) {
	child() // does not return in a process that a test has started
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what happens within milliseconds.
const patience = 30 * time.Second

// journal is what Log and Follower promise together.
type journal interface {
	store.Log
	store.Follower
}

// both runs a test on both implementations.
func both(t *testing.T, test func(*testing.T, journal)) {
	t.Run("memory", func(t *testing.T) { test(t, &memory.Log{}) })
	t.Run("engine", func(t *testing.T) { test(t, open(t, t.TempDir()).Log()) })
}

// parts is what a store has besides its log.
type parts struct {
	leases   store.Leases
	requests store.Requests
	table    store.Table
	files    store.Files
}

// ttl is long enough that a busy machine renews in time.
const ttl = 400 * time.Millisecond

func bothParts(t *testing.T, test func(*testing.T, parts)) {
	t.Run("memory", func(t *testing.T) {
		test(t, parts{&memory.Leases{TTL: ttl}, &memory.Requests{}, &memory.Table{}, &memory.Files{}})
	})
	t.Run("engine", func(t *testing.T) { test(t, partsOf(t, open(t, t.TempDir()))) })
}

func partsOf(t testing.TB, s *store.Store) parts {
	t.Helper()
	leases, err1 := s.Leases(t.Context(), ttl)
	table, err2 := s.Table(t.Context(), "things")
	files, err3 := s.Files(t.Context(), "things")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	return parts{leases, s.Requests(), table, files}
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	return openWith(t, store.Config{Dir: dir})
}

func openWith(t testing.TB, c store.Config) *store.Store {
	t.Helper()
	if c.Logger == nil {
		c.Logger = quiet()
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s, err := store.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// add appends events one by one after those that are there.
func add(t testing.TB, l store.Log, subject string, events ...string) {
	t.Helper()
	n := uint64(len(all(t, l, subject)))
	for i, e := range events {
		if err := l.Append(subject, n+uint64(i), []byte(e)); err != nil {
			t.Fatal(err)
		}
	}
}

func all(t testing.TB, l store.Log, subject string) []string { return after(t, l, subject, 0) }

func after(t testing.TB, l store.Log, subject string, n uint64) (events []string) {
	t.Helper()
	if err := l.Read(subject, n, func(e []byte) error {
		events = append(events, string(e))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return events
}

func want(t testing.TB, l store.Log, subject string, events ...string) {
	t.Helper()
	if got := all(t, l, subject); !slices.Equal(got, events) {
		t.Fatalf("%s has %.60q, want %.60q", subject, got, events)
	}
}

func wantSubjects(t testing.TB, l store.Log, subjects ...string) {
	t.Helper()
	if got, err := l.Subjects(); err != nil || !slices.Equal(got, subjects) {
		t.Fatalf("subjects %q, %v, want %q", got, err, subjects)
	}
}

func bytesOf(events ...string) [][]byte {
	var out [][]byte
	for _, e := range events {
		out = append(out, []byte(e))
	}
	return out
}

func numbered(subject string, n uint64, event []byte) string {
	return fmt.Sprintf("%s %d %s", subject, n, event)
}
