// Package store keeps logs of events by subject. It handles names and bytes and knows no meeting; Memory and Dir keep them in
// memory and in append-only files, and a cluster's store fits behind the same interface.
//
// It stands on no hop of a packet's way: no packet waits for it.
package store
