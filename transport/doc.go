// Package transport carries packets over one line: the wire forms of PROTOCOL.md, the session with its control stream and datagrams,
// and for each direction a Sender (packetise, protect) and a Receiver (recover, report).
//
// Hops 3, 4, 5, 9 and 10 of a packet's way. It knows no meeting: who may hear whom is the relay's matter.
package transport
