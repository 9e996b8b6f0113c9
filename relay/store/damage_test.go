package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/store"
)

// damaged makes a store of two subjects, a and b, and lets spoil change its files while it is closed.
func damaged(t *testing.T, spoil func(t *testing.T, stream string)) (*store.Store, error) {
	t.Helper()
	dir := t.TempDir()
	s := open(t, dir)
	add(t, s.Log(), "a", "first", "second")
	add(t, s.Log(), "b", "first", "second", strings.Repeat("x", 1000))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	spoil(t, filepath.Join(dir, "jetstream", "$G", "streams", "MEETINGS"))
	s, err := store.Open(t.Context(), store.Config{Dir: dir, Logger: quiet(), Timeout: 500 * time.Millisecond})
	if err == nil {
		t.Cleanup(func() { _ = s.Close() })
	}
	return s, err
}

// change rewrites a file.
func change(t *testing.T, file string, how func([]byte) []byte) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, how(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte {
		if at < 0 {
			at += len(b)
		}
		b[at] ^= 1
		return b
	}
}

// TestFlippedBit: the log that is hit says so, the other one can be read.
func TestFlippedBit(t *testing.T) {
	for at, hit := range map[int]string{60: "a", -100: "b"} {
		s, err := damaged(t, func(t *testing.T, stream string) { change(t, filepath.Join(stream, "msgs", "1.blk"), flip(at)) })
		if err != nil {
			t.Fatal(err)
		}
		other := map[string]string{"a": "b", "b": "a"}[hit]
		if got := all(t, s.Log(), other); got[0] != "first" {
			t.Errorf("%s has %.20q", other, got)
		}
		add(t, s.Log(), other, "more")
		if err := s.Log().Read(hit, 0, func([]byte) error { return nil }); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s is read: %v", hit, err)
		}
		if err := s.Log().Append(hit, 0, []byte("anew")); err == nil {
			t.Errorf("%s is begun anew", hit)
		}
		if _, err := s.Log().ReadAll(t.Context(), func(string, uint64, []byte) error { return nil }); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("all are read: %v", err)
		}
	}
}

// TestSubjectsWithoutTheDamaged leaves out one whose end is damaged.
func TestSubjectsWithoutTheDamaged(t *testing.T) {
	s, err := damaged(t, func(t *testing.T, stream string) { change(t, filepath.Join(stream, "msgs", "1.blk"), flip(-100)) })
	if err != nil {
		t.Fatal(err)
	}
	wantSubjects(t, s.Log(), "a")
}

// TestTornEnd is what a power cut leaves.
func TestTornEnd(t *testing.T) {
	for what, how := range map[string]func([]byte) []byte{
		"torn":  func(b []byte) []byte { return b[:len(b)-10] },
		"zeros": func(b []byte) []byte { return append(b[:len(b)-10], make([]byte, 5000)...) },
	} {
		s, err := damaged(t, func(t *testing.T, stream string) { change(t, filepath.Join(stream, "msgs", "1.blk"), how) })
		if err != nil {
			t.Fatal(what, err)
		}
		want(t, s.Log(), "b", "first", "second")
		add(t, s.Log(), "b", "third")
		want(t, s.Log(), "b", "first", "second", "third")
	}
}

func TestIndexIsMadeAgain(t *testing.T) {
	s, err := damaged(t, func(t *testing.T, stream string) {
		change(t, filepath.Join(stream, "msgs", "index.db"), func([]byte) []byte { return []byte("?") })
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, s.Log(), "a", "first", "second")
}

// TestDamagedStreamIsNotBegunAnew: what the engine cannot read it leaves out, and a new stream in its place would hide all.
func TestDamagedStreamIsNotBegunAnew(t *testing.T) {
	for what, spoil := range map[string]func(t *testing.T, stream string){
		"configuration": func(t *testing.T, stream string) { change(t, filepath.Join(stream, "meta.inf"), flip(10)) },
		"its sum":       func(t *testing.T, stream string) { change(t, filepath.Join(stream, "meta.sum"), flip(0)) },
		"gone": func(t *testing.T, stream string) {
			if err := os.Remove(filepath.Join(stream, "meta.inf")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		if _, err := damaged(t, spoil); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "MEETINGS") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
