package slides

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestUploadInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := report(rapid.IntRange(1, 4000).Draw(t, "frames"), 20, RecordVoice, "\xa0\x01\x02")
		u, err := NewUpload(Hash(content), Report, len(content))
		if err != nil {
			t.Fatal(err)
		}
		n := Chunks(len(content))
		order := rapid.Permutation(indices(n)).Draw(t, "order")
		for i, c := range order {
			if u.Put(n, []byte{1}) || u.Put(-1, nil) || u.Put(c, append(slices.Clone(Part(content, c)), 0)) || u.Put(c, nil) {
				t.Fatal("what cannot be a chunk completes it")
			}
			checkMissing(t, u.Missing(), order[i:], n)
			if _, err := u.Content(); err == nil {
				t.Fatal("whole too soon")
			}
			if whole := u.Put(c, Part(content, c)); whole != (i == n-1) {
				t.Fatalf("whole after %d of %d: %v", i+1, n, whole)
			}
			if u.Put(c, Part(content, c)) {
				t.Fatal("twice")
			}
		}
		if got, err := u.Content(); err != nil || !bytes.Equal(got, content) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func checkMissing(t *rapid.T, ranges [][2]int, left []int, n int) {
	if ranges == nil {
		ranges = [][2]int{{0, n}}
	}
	var got []int
	for i, r := range ranges {
		if i > 0 && r[0] <= ranges[i-1][1] {
			t.Fatalf("ranges %v", ranges)
		}
		got = append(got, indices(n)[r[0]:r[1]]...)
	}
	left = slices.Sorted(slices.Values(left))
	if !slices.Equal(got, left) {
		t.Fatalf("missing %v, but %v are", ranges, left)
	}
}

func TestUploadOfSomethingElse(t *testing.T) {
	content := riff(vp8(8, 8))
	u, err := NewUpload(Hash([]byte("another")), Slide, len(content))
	if err != nil {
		t.Fatal(err)
	}
	if !u.Put(0, content) {
		t.Fatal("not whole")
	}
	if got, err := u.Content(); !errors.Is(err, ErrHash) || got != nil {
		t.Errorf("%v", err)
	}
	for _, c := range []struct {
		hash string
		kind Kind
		size int
		want error
	}{
		{Hash(nil), Slide, 0, ErrSize}, {Hash(nil), Slide, -5, ErrSize}, {Hash(nil), Slide, MaxSlide + 1, ErrSize}, {"x", Slide, 5, ErrHash}, {Hash(nil), "", 5, ErrKind},
	} {
		if _, err := NewUpload(c.hash, c.kind, c.size); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func wish(name string, size int, now bool) Wish {
	return Wish{File: File{Hash([]byte(name)), size}, Kind: Slide, Now: now}
}

func sizeOf(wishes []Wish) func(string) int {
	return func(hash string) int {
		for _, w := range wishes {
			if w.Hash == hash {
				return w.Size
			}
		}
		return 0
	}
}

// What is shown goes first, each file as a whole, and a page that is turned away waits behind the new one without losing what arrived.
func TestTurningPages(t *testing.T) {
	one, two, three := wish("1", 20_000, true), wish("2", 20_000, true), wish("3", 9000, false)
	all := []Wish{one, two, three}
	var s Sending
	s.Want([]Wish{one, three})
	size := sizeOf(all)
	first, _ := s.Next(true, size)
	second, _ := s.Next(true, size)
	if first.Hash != one.Hash || !first.Begin || second.Begin || first.Chunk != 0 || second.Chunk != 1 || first.ID != second.ID {
		t.Fatalf("%+v %+v", first, second)
	}
	s.Done(first, true)
	later := one
	later.Now = false
	if back, _ := s.Want([]Wish{two, three, later}); !slices.Equal(back, []uint32{first.ID}) {
		t.Fatalf("taken back: %v", back)
	}
	s.Done(second, false) // by the sender, which was told to
	var got []string
	for range 3 {
		c, ok := s.Next(true, size)
		if !ok || c.Hash != two.Hash {
			t.Fatalf("%+v", c)
		}
		s.Done(c, true)
	}
	if _, ok := s.Next(true, size); ok || !s.Has(two.Hash) {
		t.Error("more of it")
	}
	for {
		c, ok := s.Next(false, size)
		if !ok {
			break
		}
		got = append(got, fmt.Sprint(c.Hash == later.Hash, c.Chunk, c.Begin))
		s.Done(c, true)
	}
	if want := []string{"false 0 true", "false 1 false", "true 1 true", "true 2 false"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if back, _ := s.Want(nil); back != nil || len(s.files) != 0 {
		t.Errorf("%v, %v", back, s.files)
	}
}

// What was on its way ahead when it is shown goes on; the second thing that is shown does not overtake the first.
func TestShownWhileUnderWay(t *testing.T) {
	lo, hi := wish("1", 20_000, false), wish("2", 20_000, false)
	all := []Wish{lo, hi}
	shown := []Wish{wish("1", 20_000, true), wish("2", 20_000, true)}
	size := sizeOf(all)
	var s Sending
	s.Want(all)
	for range 4 { // all of the first and one of the second
		s.Next(false, size)
	}
	back, urgent := s.Want(shown)
	if urgent != 1 || !slices.Equal(back, []uint32{2}) {
		t.Errorf("%v taken back, %d goes on", back, urgent)
	}
	c, ok := s.Next(true, size)
	if !ok || c.Hash != hi.Hash || c.Chunk != 0 || c.ID == 2 {
		t.Errorf("%+v", c)
	}
	if back, urgent = s.Want(shown); back != nil || urgent != 0 {
		t.Errorf("again: %v, %d", back, urgent)
	}
}

// A watcher that may have missed what a transfer is gets the file anew.
func TestRestart(t *testing.T) {
	w := wish("1", 20_000, true)
	var s Sending
	s.Want([]Wish{w})
	size := sizeOf([]Wish{w})
	one, _ := s.Next(true, size)
	two, _ := s.Next(true, size)
	s.Done(one, true)
	if back := s.Restart(); !slices.Equal(back, []uint32{one.ID}) {
		t.Error(back)
	}
	s.Done(two, false)
	for i := range 3 {
		c, ok := s.Next(true, size)
		if !ok || c.Chunk != i || c.ID == one.ID {
			t.Errorf("%+v", c)
		}
	}
}

func TestWhatIsKeptIsNotSent(t *testing.T) {
	w := wish("1", 10, true)
	var s Sending
	s.Have([]string{w.Hash[:Prefix], "short", ""})
	s.Want([]Wish{w})
	if c, ok := s.Next(true, sizeOf([]Wish{w})); ok || s.Has("") {
		t.Errorf("%+v", c)
	}
}

// However chunks are lost and wishes change: everything that is wished for arrives in the end, once each.
func TestEverythingArrives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []Wish
		for i := range rapid.IntRange(1, 6).Draw(t, "files") {
			all = append(all, wish(fmt.Sprint(i), rapid.IntRange(1, 5*Chunk).Draw(t, "size"), false))
		}
		var s Sending
		var under []Send
		got := map[string]map[int]int{}
		there := map[string]bool{}
		size := func(hash string) int {
			if !there[hash] {
				return 0
			}
			return sizeOf(all)(hash)
		}
		settle := func(delivered bool, i int) {
			c := under[i]
			under = slices.Delete(under, i, i+1)
			if delivered {
				if got[c.Hash] == nil {
					got[c.Hash] = map[int]int{}
				}
				got[c.Hash][c.Chunk]++
			}
			s.Done(c, delivered)
		}
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				wishes := rapid.Permutation(all).Draw(t, "wishes")
				wishes = slices.Clone(wishes[:rapid.IntRange(0, len(wishes)).Draw(t, "n")])
				for i := range wishes {
					wishes[i].Now = i < 2
				}
				back, _ := s.Want(wishes)
				for _, id := range back {
					for i := len(under) - 1; i >= 0; i-- {
						if under[i].ID == id {
							settle(false, i)
						}
					}
				}
			case 1:
				there[rapid.SampledFrom(all).Draw(t, "file").Hash] = true
			case 2:
				if c, ok := s.Next(rapid.Bool().Draw(t, "now"), size); ok {
					under = append(under, c)
				}
			case 3:
				if len(under) > 0 {
					settle(rapid.Bool().Draw(t, "delivered"), rapid.IntRange(0, len(under)-1).Draw(t, "which"))
				}
			}
		}
		for _, w := range all {
			there[w.Hash] = true
		}
		s.Want(all)
		for len(under) > 0 {
			settle(false, 0)
		}
		for c, ok := s.Next(false, size); ok; c, ok = s.Next(false, size) {
			under = append(under, c)
			settle(true, 0)
		}
		for _, w := range all {
			want := map[int]int{}
			for i := range Chunks(w.Size) {
				want[i] = 1
			}
			if !s.Has(w.Hash) || !reflect.DeepEqual(got[w.Hash], want) {
				t.Fatalf("%d bytes arrived as %v", w.Size, got[w.Hash])
			}
		}
		if len(s.files) != 0 {
			t.Fatalf("%d files are remembered", len(s.files))
		}
	})
}
