// Package fec recovers datagrams lost on one line (hops 3, 5, 9 and 10 of a packet's way) by a streaming Reed-Solomon code
// over a sliding window, PROTOCOL.md section 5.
//
// An [Encoder] sees every source block that is sent and makes the repair chunks that travel in later datagrams; a [Decoder]
// sees what arrives and hands out the blocks it could recover; [For] chooses how much repair a line needs. It is a leaf: no
// I/O, no clock, no goroutine. No type is safe for concurrent use.
//
// One direction of a line has one of each:
//
//	encoder.Source(seq, block)                      // each datagram, in order, empty blocks too
//	chunks = encoder.Repairs(chunks[:0], room)      // what travels in the datagram seq
//
//	decoder.Source(seq, block)                      // of each datagram that arrives, in any order
//	decoder.Repair(seq, chunk)                      // then its chunks; recovered blocks come by callback
//
//	encoder.Report(highest, bitmap)                 // what the decoder's side says is here
//
// A [Block] is for frames larger than a datagram.
package fec
