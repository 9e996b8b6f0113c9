// Package admin is the relay's HTTP side: the page, the API that opens and finds meetings, health and metrics.
// It stands on no hop of a packet's way; a page asks here where the relay is before its first datagram.
//
// Everything that a stranger can send is bounded: bodies by bytes, headers by bytes and time, requests and failures by
// address. Refusals are JSON with a sentence in both languages.
//
// The packages below it mount more of the API into its Frame.
package admin
