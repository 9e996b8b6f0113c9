// Package beside carries hop datagrams beside QUIC: on the same UDP port and path, each one SRTP packet with keys of the QUIC connection, without
// a window, acknowledgements or a queue of the library's. PROTOCOL.md section 10 is its wire.
//
// A Port is one end's socket: it sorts what is not QUIC's to its Channels. A Channel is a transport.Datagrams.
package beside
