// Package linesim simulates lines in virtual time: seeded erasure channels, the bound that no code can beat, and [Run], which sends a voice
// through the encoder and the decoder of package fec. Tests, `diemcau bench voice` and the table of fec's plans use it.
package linesim
