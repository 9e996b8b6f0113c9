package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/diemcau/diemcau/relay/store"
)

func TestLogsAreKeptApart(t *testing.T) {
	both(t, func(t *testing.T, l journal) {
		wantSubjects(t, l)
		want(t, l, "b")
		long := strings.Repeat("x", store.MaxEvent)
		add(t, l, "b", "1", "2\n", long)
		add(t, l, "a/../cuộc họp.> *", "\x00")
		add(t, l, "b", "4")
		wantSubjects(t, l, "a/../cuộc họp.> *", "b")
		want(t, l, "b", "1", "2\n", long, "4")
		want(t, l, "a/../cuộc họp.> *", "\x00")
		for range 2 {
			if err := l.Remove("b"); err != nil {
				t.Fatal(err)
			}
		}
		wantSubjects(t, l, "a/../cuộc họp.> *")
		want(t, l, "b")
		if err := l.Append("b", 4, []byte("5")); !errors.Is(err, store.ErrConflict) {
			t.Fatalf("appended to what was removed: %v", err)
		}
		add(t, l, "b", "anew")
		want(t, l, "b", "anew")
	})
}

func TestAppendIsAllOrNoneAndKnowsItsPlace(t *testing.T) {
	both(t, func(t *testing.T, l journal) {
		for _, step := range []struct {
			after  uint64
			events []string
			want   error
		}{
			{1, []string{"early"}, store.ErrConflict},
			{0, nil, nil},
			{0, []string{"1", "2", "3"}, nil},
			{0, []string{"again"}, store.ErrConflict},
			{2, []string{"into the group"}, store.ErrConflict},
			{4, []string{"beyond"}, store.ErrConflict},
			{3, []string{"4", ""}, store.ErrEvent},
			{3, []string{"4"}, nil},
			{4, slices.Repeat([]string{strings.Repeat("x", store.MaxEvent)}, store.MaxAppend/store.MaxEvent), nil},
			{68, slices.Repeat([]string{strings.Repeat("x", store.MaxEvent)}, store.MaxAppend/store.MaxEvent+1), store.ErrEvent},
			{68, []string{"69"}, nil},
		} {
			if err := l.Append("s", step.after, bytesOf(step.events...)...); !errors.Is(err, step.want) {
				t.Fatalf("after %d: %v, want %v", step.after, err, step.want)
			}
		}
		for n, first := range map[uint64]string{0: "1", 1: "2", 2: "3", 3: "4", 68: "69"} {
			if got := after(t, l, "s", n); uint64(len(got)) != 69-n || got[0] != first {
				t.Errorf("after %d: %d events, %.20q", n, len(got), got[0])
			}
		}
		for _, n := range []uint64{69, 70, 1 << 63} {
			if got := after(t, l, "s", n); len(got) > 0 {
				t.Errorf("after %d: %.20q", n, got)
			}
		}
	})
}

func TestLimits(t *testing.T) {
	both(t, func(t *testing.T, l journal) {
		for _, event := range []string{"", strings.Repeat("x", store.MaxEvent+1)} {
			if err := l.Append("s", 0, []byte(event)); !errors.Is(err, store.ErrEvent) {
				t.Errorf("event of %d bytes: %v", len(event), err)
			}
		}
		for _, subject := range []string{"", strings.Repeat("s", store.MaxSubject+1)} {
			for what, err := range map[string]error{
				"Append": l.Append(subject, 0, []byte("e")),
				"Read":   l.Read(subject, 0, func([]byte) error { return nil }),
				"Remove": l.Remove(subject),
			} {
				if !errors.Is(err, store.ErrSubject) {
					t.Errorf("%s of a subject of %d bytes: %v", what, len(subject), err)
				}
			}
		}
		wantSubjects(t, l)
	})
}

func TestReadStopsAtTheCallersError(t *testing.T) {
	both(t, func(t *testing.T, l journal) {
		add(t, l, "s", "1", "2", "3")
		stop := errors.New("stop")
		for what, read := range map[string]func(count func() error) error{
			"Read": func(count func() error) error { return l.Read("s", 0, func([]byte) error { return count() }) },
			"ReadAll": func(count func() error) error {
				_, err := l.ReadAll(t.Context(), func(string, uint64, []byte) error { return count() })
				return err
			},
			"Follow": func(count func() error) error {
				return l.Follow(t.Context(), 0, func(string, uint64, []byte) error { return count() })
			},
		} {
			n := 0
			if err := read(func() error {
				if n++; n == 2 {
					return stop
				}
				return nil
			}); n != 2 || !errors.Is(err, stop) {
				t.Errorf("%s: %d events, %v", what, n, err)
			}
		}
	})
}

func TestBytesAreNotShared(t *testing.T) {
	both(t, func(t *testing.T, l journal) {
		event := []byte("event")
		if err := l.Append("s", 0, event); err != nil {
			t.Fatal(err)
		}
		clear(event)
		if err := l.Read("s", 0, func(e []byte) error { clear(e); return nil }); err != nil {
			t.Fatal(err)
		}
		want(t, l, "s", "event")
	})
}

func TestReaderMayAppend(t *testing.T) {
	both(t, func(t *testing.T, l journal) {
		add(t, l, "s", "1", "2")
		n := uint64(2)
		if err := l.Read("s", 0, func(e []byte) error {
			n++
			return l.Append("s", n-1, bytes.Repeat(e, 2))
		}); err != nil {
			t.Fatal(err)
		}
		want(t, l, "s", "1", "2", "11", "22")
	})
}

// TestOneOfManyWriters lets writers append wherever they believe the end to be: each event that was accepted is there once, in its
// writer's order, at the number that its writer believed.
func TestOneOfManyWriters(t *testing.T) {
	both(t, func(t *testing.T, l journal) {
		const writers, events = 6, 25
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				subject, n := fmt.Sprint("s", w%2), uint64(0)
				for i := 0; i < events; {
					group := bytesOf(fmt.Sprintf("%d %d %d", w, i, n+1), fmt.Sprintf("%d %d %d", w, i+1, n+2))
					switch err := l.Append(subject, n, group...); {
					case err == nil:
						i += len(group)
						n += uint64(len(group))
					case errors.Is(err, store.ErrConflict):
						_ = l.Read(subject, n, func([]byte) error { n++; return nil })
					default:
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		for _, subject := range []string{"s0", "s1"} {
			got, next := all(t, l, subject), map[int]int{}
			if len(got) != writers/2*(events+1) {
				t.Fatalf("%s has %d events", subject, len(got))
			}
			for at, e := range got {
				var w, i, n int
				if _, err := fmt.Sscan(e, &w, &i, &n); err != nil || i != next[w] || n != at+1 {
					t.Fatalf("%q is event %d: %v", e, at+1, err)
				}
				next[w]++
			}
		}
	})
}

func TestReadAllAndFollow(t *testing.T) {
	both(t, func(t *testing.T, l journal) {
		none, err := l.ReadAll(t.Context(), func(string, uint64, []byte) error { return errors.New("an event of nothing") })
		if err != nil || none != 0 {
			t.Fatal(none, err)
		}
		add(t, l, "a", "1", "2")
		add(t, l, "gone", "1")
		add(t, l, "b", "1")
		if err := l.Append("a", 2, bytesOf("3", "4")...); err != nil {
			t.Fatal(err)
		}
		if err := l.Remove("gone"); err != nil {
			t.Fatal(err)
		}
		var got []string
		note := func(subject string, n uint64, event []byte) error {
			got = append(got, numbered(subject, n, event))
			return nil
		}
		last, err := l.ReadAll(t.Context(), note)
		if old := []string{"a 1 1", "a 2 2", "b 1 1", "a 3 3", "a 4 4"}; err != nil || !slices.Equal(got, old) {
			t.Fatalf("%q, %v", got, err)
		}
		if at, err := l.Last(t.Context()); err != nil || at != last {
			t.Fatalf("last %d, %v, want %d", at, err, last)
		}
		got = nil
		done := errors.New("done")
		add(t, l, "b", "2")
		followed := make(chan error)
		go func() {
			followed <- l.Follow(t.Context(), last, func(subject string, n uint64, event []byte) error {
				if got = append(got, numbered(subject, n, event)); string(event) == "end" {
					return done
				}
				return nil
			})
		}()
		add(t, l, "b", "3")
		add(t, l, "c", "1", "end")
		if err := <-followed; !errors.Is(err, done) || !slices.Equal(got, []string{"b 2 2", "b 3 3", "c 1 1", "c 2 end"}) {
			t.Fatalf("followed %q, %v", got, err)
		}
	})
}

func TestFollowEndsWithItsContext(t *testing.T) {
	both(t, func(t *testing.T, l journal) {
		add(t, l, "a", "1")
		ctx, cancel := context.WithCancel(t.Context())
		seen := 0
		if err := l.Follow(ctx, 0, func(string, uint64, []byte) error { seen++; cancel(); return nil }); !errors.Is(err, context.Canceled) || seen != 1 {
			t.Fatalf("%d, %v", seen, err)
		}
	})
}
