// Package opus reads Opus packets (RFC 6716): their framing, their loudness, and, for tests and waveforms, their sound.
//
// Hop 2 of a packet's way, seen from Go: browsers encode, Go only looks. Parse and Duration allocate nothing and may be
// used on bytes from the network. Decoder and Meter stand on github.com/pion/opus, which has no concealment and knows no
// discontinuous transmission; they fill what it cannot do with silence and never panic. There is no I/O and no clock.
package opus
