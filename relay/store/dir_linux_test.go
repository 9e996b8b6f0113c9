package store

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFailedAppendLeavesNothing writes to a disk that is full at first.
func TestFailedAppendLeavesNothing(t *testing.T) {
	const full = "/dev/full"
	path := t.TempDir()
	d := openDir(t, path)
	file := filepath.Join(path, fileName("s"))
	if err := os.Symlink(full, file); err != nil {
		t.Fatal(err)
	}
	if err := d.Append("s", []byte("lost")); err == nil {
		t.Fatal("appended to a full disk")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	add(t, d, "s", "kept")
	want(t, d, "s", "kept")
}
