//go:build unix

package store_test

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestKilledInTheMiddle kills a process that appends, a hundred times: what it was told to be kept is there, and no half group.
func TestKilledInTheMiddle(t *testing.T) {
	dir := t.TempDir()
	known, beyond := uint64(0), 0
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		p := startChild(t, "append", dir)
		found := p.number(t, "found")
		if found < known {
			t.Fatalf("%d events are left of %d", found, known)
		}
		if found > known {
			beyond++ // an append was kept whose answer was not told
		}
		for range random.IntN(25) {
			found = p.number(t, "has")
		}
		known = found
		p.kill()
	}
	n, err := checkGroups(open(t, dir).Log())
	if err != nil || n < known || n == 0 {
		t.Fatalf("%d events are left of %d: %v", n, known, err)
	}
	t.Logf("%d events; %d times more than was told", n, beyond)
}

// TestFailedWrites lets the disk refuse writes in the middle of a record, and take them again.
func TestFailedWrites(t *testing.T) {
	p := startChild(t, "limited", t.TempDir())
	if said := p.line(); !strings.Contains(said, "store: the folder cannot be written") {
		t.Errorf("the child said %q", said)
	}
	if n := p.number(t, "kept"); n < 1000 {
		t.Errorf("kept %d events", n)
	}
}
