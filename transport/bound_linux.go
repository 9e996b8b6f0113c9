package transport

import "syscall"

// bindToDevice has a socket send and hear by one interface only. Before Linux 5.7 that needs CAP_NET_RAW, else the error is EPERM.
func bindToDevice(name string, c syscall.RawConn) error {
	var failed error
	if err := c.Control(func(fd uintptr) { failed = syscall.BindToDevice(int(fd), name) }); err != nil {
		return err
	}
	return failed
}
