package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/diemcau/diemcau/relay/store"
)

func TestTableHasRevisions(t *testing.T) {
	bothParts(t, func(t *testing.T, p parts) {
		table, ctx := p.table, t.Context()
		if _, _, err := table.Get(ctx, "k"); !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		big := bytes.Repeat([]byte("v"), store.MaxValue)
		first, err := table.Put(ctx, "k", big, 0)
		if err != nil || first == 0 {
			t.Fatal(first, err)
		}
		for _, wrong := range []uint64{0, first + 1} {
			if _, err := table.Put(ctx, "k", []byte("w"), wrong); !errors.Is(err, store.ErrConflict) {
				t.Errorf("put at revision %d: %v", wrong, err)
			}
			if err := table.Delete(ctx, "k", wrong); !errors.Is(err, store.ErrConflict) {
				t.Errorf("deleted at revision %d: %v", wrong, err)
			}
		}
		if _, err := table.Put(ctx, "none", []byte("w"), first); !errors.Is(err, store.ErrConflict) {
			t.Errorf("changed what is not there: %v", err)
		}
		if v, rev, err := table.Get(ctx, "k"); err != nil || rev != first || !bytes.Equal(v, big) {
			t.Fatal(len(v), rev, err)
		}
		second, err := table.Put(ctx, "k", nil, first)
		if err != nil || second <= first {
			t.Fatal(second, err)
		}
		if v, rev, err := table.Get(ctx, "k"); err != nil || rev != second || len(v) != 0 {
			t.Fatal(v, rev, err)
		}
		if err := table.Delete(ctx, "k", second); err != nil {
			t.Fatal(err)
		}
		if _, _, err := table.Get(ctx, "k"); !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		if again, err := table.Put(ctx, "k", []byte("w"), 0); err != nil || again <= second {
			t.Fatal(again, err)
		}
		if _, err := table.Put(ctx, "k", make([]byte, store.MaxValue+1), 0); !errors.Is(err, store.ErrValue) {
			t.Error(err)
		}
		for _, key := range []string{"", ".", "a.", ".a", "a..b", "a b", "a*", ">", "ă", strings.Repeat("k", 257)} {
			_, _, err1 := table.Get(ctx, key)
			_, err2 := table.Put(ctx, key, nil, 0)
			if err3 := table.Delete(ctx, key, 1); !errors.Is(err1, store.ErrKey) || !errors.Is(err2, store.ErrKey) || !errors.Is(err3, store.ErrKey) {
				t.Errorf("%q: %v, %v, %v", key, err1, err2, err3)
			}
		}
	})
}

// put sets a key whatever it has.
func put(t *testing.T, table store.Table, key, value string) {
	t.Helper()
	_, revision, _ := table.Get(t.Context(), key)
	if _, err := table.Put(t.Context(), key, []byte(value), revision); err != nil {
		t.Fatal(err)
	}
}

func TestTableIsWatched(t *testing.T) {
	bothParts(t, func(t *testing.T, p parts) {
		if keys, err := store.Keys(t.Context(), p.table); err != nil || len(keys) != 0 {
			t.Fatal(keys, err)
		}
		for _, key := range []string{"b", "a.x", "gone"} {
			put(t, p.table, key, key+"1")
		}
		_, revision, _ := p.table.Get(t.Context(), "gone")
		if err := p.table.Delete(t.Context(), "gone", revision); err != nil {
			t.Fatal(err)
		}
		put(t, p.table, "b", "")
		if keys, err := store.Keys(t.Context(), p.table); err != nil || !slices.Equal(keys, []string{"a.x", "b"}) {
			t.Fatal(keys, err)
		}
		news := make(chan string, 100)
		done := errors.New("done")
		watched := make(chan error)
		go func() {
			watched <- p.table.Watch(t.Context(), func(key string, value []byte, revision uint64) error {
				news <- fmt.Sprintf("%s %q %v %v", key, value, value == nil, revision > 0)
				if key == "end" {
					return done
				}
				return nil
			})
		}()
		next := func(want string) {
			t.Helper()
			select {
			case got := <-news:
				if got != want {
					t.Fatalf("watched %s, want %s", got, want)
				}
			case <-time.After(patience):
				t.Fatalf("nothing watched, want %s", want)
			}
		}
		next(`a.x "a.x1" false true`)
		next(`b "" false true`)
		next(` "" true false`)
		put(t, p.table, "a.x", "2")
		next(`a.x "2" false true`)
		_, revision, _ = p.table.Get(t.Context(), "b")
		if err := p.table.Delete(t.Context(), "b", revision); err != nil {
			t.Fatal(err)
		}
		next(`b "" true false`)
		put(t, p.table, "end", "1")
		if err := <-watched; !errors.Is(err, done) {
			t.Fatal(err)
		}
	})
}

func TestRequestsAreAnswered(t *testing.T) {
	bothParts(t, func(t *testing.T, p parts) {
		if _, err := p.requests.Ask(t.Context(), "m", []byte("?")); !errors.Is(err, store.ErrNobody) {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ready, ended := make(chan struct{}), make(chan error)
		go func() {
			ended <- p.requests.Handle(ctx, "m", func() { close(ready) }, func(ctx context.Context, q []byte) []byte {
				if string(q) == "wait" {
					<-ctx.Done()
				}
				return append(q, " yes"...)
			})
		}()
		<-ready
		for _, q := range []string{"", "is it?", strings.Repeat("x", store.MaxValue)} {
			if a, err := p.requests.Ask(t.Context(), "m", []byte(q)); err != nil || string(a) != q+" yes" {
				t.Fatalf("%.20q, %v", a, err)
			}
		}
		if _, err := p.requests.Ask(t.Context(), "other", nil); !errors.Is(err, store.ErrNobody) {
			t.Fatal(err)
		}
		short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer stop()
		if _, err := p.requests.Ask(short, "m", []byte("wait")); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if _, err := p.requests.Ask(t.Context(), "m", nil); !errors.Is(err, store.ErrNobody) {
			t.Fatal(err)
		}
		if _, err := p.requests.Ask(t.Context(), "m", make([]byte, store.MaxValue+1)); !errors.Is(err, store.ErrValue) {
			t.Fatal(err)
		}
	})
}

func TestFiles(t *testing.T) {
	bothParts(t, func(t *testing.T, p parts) {
		read := func(name string) (string, error) {
			f, err := p.files.Get(t.Context(), name)
			if err != nil {
				return "", err
			}
			content, err := io.ReadAll(f)
			return string(content), errors.Join(err, f.Close())
		}
		if _, err := read("quyết định.pdf"); !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		broken := errors.New("broken")
		big := strings.Repeat("0123456789", 100_000)
		for _, step := range []struct {
			content io.Reader
			limit   int64
			err     error
			after   string
		}{
			{strings.NewReader("one"), 3, nil, "one"},
			{strings.NewReader("four"), 3, store.ErrTooLarge, "one"},
			{io.MultiReader(strings.NewReader(big), iotest.ErrReader(broken)), 20 << 20, broken, "one"},
			{iotest.HalfReader(strings.NewReader(big)), int64(len(big)), nil, big},
			{strings.NewReader(big + "x"), int64(len(big)), store.ErrTooLarge, big},
			{strings.NewReader(""), 0, nil, ""},
		} {
			if err := p.files.Put(t.Context(), "quyết định.pdf", step.content, step.limit); !errors.Is(err, step.err) {
				t.Fatalf("%v, want %v", err, step.err)
			}
			if got, err := read("quyết định.pdf"); err != nil || got != step.after {
				t.Fatalf("%d bytes %.20q, %v", len(got), got, err)
			}
		}
		for range 2 {
			if err := p.files.Delete(t.Context(), "quyết định.pdf"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := read("quyết định.pdf"); !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
	})
}

// TestFileThatIsNotReadToItsEnd leaves nothing behind when it is closed (TestMain looks).
func TestFileThatIsNotReadToItsEnd(t *testing.T) {
	p := partsOf(t, open(t, t.TempDir()))
	if err := p.files.Put(t.Context(), "f", strings.NewReader(strings.Repeat("x", 3<<20)), 3<<20); err != nil {
		t.Fatal(err)
	}
	f, err := p.files.Get(t.Context(), "f")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(f, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSumOfFiles(t *testing.T) {
	bothParts(t, func(t *testing.T, p parts) {
		sum := func(group string, want int64) {
			t.Helper()
			if got, err := p.files.Sum(t.Context(), group); err != nil || got != want {
				t.Errorf("%s: %d, %v, want %d", group, got, err, want)
			}
		}
		sum("slide.a", 0)
		for name, size := range map[string]int{"slide.a.1": 10, "slide.a.2": 300_000, "slide.b.1": 7, "slide.a": 5, "x": 1} {
			for range 2 { // the second one takes the place of the first
				if err := p.files.Put(t.Context(), name, strings.NewReader(strings.Repeat("x", size)), 1<<20); err != nil {
					t.Fatal(err)
				}
			}
		}
		sum("slide.a", 300_010)
		sum("slide.b", 7)
		sum("slide", 5)
		sum("slide.c", 0)
		if err := p.files.Delete(t.Context(), "slide.a.2"); err != nil {
			t.Fatal(err)
		}
		sum("slide.a", 10)
	})
}
