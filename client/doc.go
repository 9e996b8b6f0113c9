// Package client joins a meeting as a participant, over WebTransport, or a WebSocket where UDP is blocked: Dial takes a seat, Publish sends the own voice,
// Subscribe hears the others, Run keeps the line over as many sessions as it takes, and comes back with the same seat when it is lost.
//
// Hops 3, 4 and 10 of a packet's way, for programs; pages have client/web. It encodes and decodes nothing: what goes in and
// comes out are Opus packets (see codec/opus, codec/ogg, codec/jitter).
package client
