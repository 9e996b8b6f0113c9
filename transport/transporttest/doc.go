// Package transporttest has bad lines to test on: Channel, the model of one direction of a line; Pair, two ends of a line in memory,
// which keep virtual time; and Proxy, a UDP proxy on loopback that makes a real line bad. Its folder vectors holds the golden vectors of
// the wire forms.
//
// It stands in for hop 4 of a packet's way, the line itself. It imports nothing of transport, so that transport's own tests can use it.
package transporttest
