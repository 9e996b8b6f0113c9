// Package lines measures the voice on whole bad lines: a real relay, real clients and real QUIC (or WebSocket) over a network
// in memory, a Mouth that speaks as a page with a microphone does, an Ear that plays as a page does, and what a listener understands of it.
//
// All twelve hops of a packet's way, with Go bots at both ends. It runs in the time of testing/synctest, so that ten minutes of a
// meeting take seconds; `make bench-lines` runs the table and writes docs/lines.md and docs/lines.svg.
package lines
