package store

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// each runs a test on both implementations.
func each(t *testing.T, test func(*testing.T, Log)) {
	t.Run("Memory", func(t *testing.T) { test(t, &Memory{}) })
	t.Run("Dir", func(t *testing.T) { test(t, openDir(t, t.TempDir())) })
}

func openDir(t testing.TB, path string) *Dir {
	t.Helper()
	d, err := OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func add(t testing.TB, l Log, subject string, events ...string) {
	t.Helper()
	for _, e := range events {
		if err := l.Append(subject, []byte(e)); err != nil {
			t.Fatal(err)
		}
	}
}

func all(t testing.TB, l Log, subject string) []string {
	t.Helper()
	var out []string
	if err := l.Read(subject, func(e []byte) error {
		out = append(out, string(e))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func want(t testing.TB, l Log, subject string, events ...string) {
	t.Helper()
	if got := all(t, l, subject); !slices.Equal(got, events) {
		t.Fatalf("%s has %.60q, want %.60q", subject, got, events)
	}
}

func wantSubjects(t testing.TB, l Log, subjects ...string) {
	t.Helper()
	if got, err := l.Subjects(); err != nil || !slices.Equal(got, subjects) {
		t.Fatalf("subjects %q, %v, want %q", got, err, subjects)
	}
}

func TestLogsAreKeptApart(t *testing.T) {
	each(t, func(t *testing.T, l Log) {
		wantSubjects(t, l)
		want(t, l, "b")
		long := strings.Repeat("x", MaxEvent)
		add(t, l, "b", "1", "2\n", long)
		add(t, l, "a/../cuộc họp", "\x00")
		add(t, l, "b", "4")
		wantSubjects(t, l, "a/../cuộc họp", "b")
		want(t, l, "b", "1", "2\n", long, "4")
		want(t, l, "a/../cuộc họp", "\x00")
		for range 2 {
			if err := l.Remove("b"); err != nil {
				t.Fatal(err)
			}
		}
		wantSubjects(t, l, "a/../cuộc họp")
		want(t, l, "b")
		add(t, l, "b", "anew")
		want(t, l, "b", "anew")
	})
}

func TestLimits(t *testing.T) {
	each(t, func(t *testing.T, l Log) {
		for _, event := range []string{"", strings.Repeat("x", MaxEvent+1)} {
			if err := l.Append("s", []byte(event)); !errors.Is(err, ErrEvent) {
				t.Errorf("event of %d bytes: %v", len(event), err)
			}
		}
		for _, subject := range []string{"", strings.Repeat("s", MaxSubject+1)} {
			if err := l.Append(subject, []byte("e")); !errors.Is(err, ErrSubject) {
				t.Errorf("subject of %d bytes: %v", len(subject), err)
			}
		}
		wantSubjects(t, l)
	})
}

func TestReadStopsAtTheCallersError(t *testing.T) {
	each(t, func(t *testing.T, l Log) {
		add(t, l, "s", "1", "2", "3")
		stop, n := errors.New("stop"), 0
		err := l.Read("s", func([]byte) error {
			if n++; n == 2 {
				return stop
			}
			return nil
		})
		if n != 2 || !errors.Is(err, stop) {
			t.Fatalf("%d events, %v", n, err)
		}
	})
}

func TestBytesAreNotShared(t *testing.T) {
	each(t, func(t *testing.T, l Log) {
		event := []byte("event")
		if err := l.Append("s", event); err != nil {
			t.Fatal(err)
		}
		clear(event)
		if err := l.Read("s", func(e []byte) error { clear(e); return nil }); err != nil {
			t.Fatal(err)
		}
		want(t, l, "s", "event")
	})
}

func TestReaderMayAppend(t *testing.T) {
	each(t, func(t *testing.T, l Log) {
		add(t, l, "s", "1", "2")
		if err := l.Read("s", func(e []byte) error { return l.Append("s", bytes.Repeat(e, 2)) }); err != nil {
			t.Fatal(err)
		}
		want(t, l, "s", "1", "2", "11", "22")
	})
}

func TestManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, l Log) {
		const writers, events = 8, 50
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range events {
					if err := l.Append(fmt.Sprint("s", w%2), fmt.Appendf(nil, "%d %d", w, i)); err != nil {
						t.Error(err)
					}
					if _, err := l.Subjects(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for _, subject := range []string{"s0", "s1"} {
			got, next := all(t, l, subject), map[int]int{}
			if len(got) != writers/2*events {
				t.Fatalf("%s has %d events", subject, len(got))
			}
			for _, e := range got {
				var w, i int
				if _, err := fmt.Sscan(e, &w, &i); err != nil || i != next[w] {
					t.Fatalf("%q out of order: %v", e, err)
				}
				next[w]++
			}
		}
	})
}
