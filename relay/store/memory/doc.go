// Package memory keeps logs, leases, requests, tables and files as long as the process lives: the twin of relay/store's engine
// for tests and for what needs no disk, with the same semantics (one suite of tests runs over both). All types are ready in
// their zero value and start no goroutine, so they may be used within testing/synctest.
package memory
