// Package slides is what a relay has to know of the files that travel beside the voice: pages of slides, lists of pages, reports recorded
// beforehand. It checks what came, collects chunks, and orders what a watcher is sent. It is pure: no I/O, no clock, no locks.
package slides
