//go:build unix

package store

import (
	"os"
	"syscall"
)

// lock locks f until it is closed, or fails if another process has it.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
