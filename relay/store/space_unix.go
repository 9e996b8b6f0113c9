//go:build unix

package store

import (
	"math"
	"syscall"
)

// room returns the bytes that this user may still write on the folder's disk.
func room(dir string) uint64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return math.MaxUint64 // the write will tell
	}
	return uint64(s.Bavail) * uint64(s.Bsize) //nolint:unconvert // the types differ between systems
}
