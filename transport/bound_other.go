//go:build !linux

package transport

import "syscall"

// bindToDevice is nil: here the interface's address has to do.
var bindToDevice func(name string, c syscall.RawConn) error
