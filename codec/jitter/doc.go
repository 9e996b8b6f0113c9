// Package jitter holds the frames of a voice until they are due: the playout buffer of listeners written in Go.
//
// Hop 11 of a packet's way, for bots, recorders and telephones (pages have their own). A Clock, one for a publication,
// learns from arrivals how long to wait; a Buffer, one for a layer, puts frames in order and says when one is missing.
// Pure: no goroutine, no timer, the caller passes the time. See DESIGN.md for why it waits as it does.
package jitter
