// Package ogg reads and writes Opus voices in Ogg files (RFC 7845, RFC 3533).
//
// No hop of a packet's way: it stands where a file stands in place of a microphone or a loudspeaker. A Writer keeps the
// time line: silence that was not transmitted and packets that were lost become silence of the same length, so that the
// file plays in real timing. A Reader trusts nothing, its errors name the byte. Neither opens files or looks at a clock.
package ogg
