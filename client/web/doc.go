// Package web holds the page (the packet's way, hops 1 to 4 and 10 to 12, is in src) and serves it over HTTP.
//
// The built page in dist is committed, so that `go run` needs no Node; `npm run build` makes it anew, byte for byte.
package web
