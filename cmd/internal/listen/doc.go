// Package listen opens the one port of a server: TCP for the page, UDP for QUIC. It stands before hop 5 of a packet's way.
package listen
