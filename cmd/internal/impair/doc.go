// Command impair makes a line bad: a UDP proxy between browsers or bots and a relay, with rate, delay, loss and outages, that can be
// changed while it runs. TCP on the same port passes unimpaired, so that a page needs one address only. For tests.
//
// It stands in for hop 4 of a packet's way, the line itself.
//
// It prints one JSON object a line: first {"listen": "127.0.0.1:9090"}, then an answer to each line of standard input, at last the counters.
// Lines of standard input, each with any of these members:
//
//	{"both": LINE}       a new line in both directions; what LINE does not say is perfect; outages count from now
//	{"up": LINE}         to the server only
//	{"down": LINE}       to the clients only
//	{"tcp": false}       ends TCP connections, and new ones at once; true lets them through again
//	{"badTCP": true}     TCP connections that begin from now on suffer the line as UDP does; false: none, as at first
//	{"udp": false}       drops all UDP; true lets it through again
//	{"rebind": true}     gives every client a new port towards the server
//	{"counters": true}   is answered by the counters
//
// LINE is like {"rate": 256, "queue": "200ms", "queueBytes": 0, "delay": "75ms", "jitter": "5ms", "reorder": false, "loss": 10, "burst": 3,
// "outages": ["10s+6s"]}: kbit/s, per cent, packets; an outage begins after the first time and lasts for the second. The answer is
// {"ok": true}, the counters, or {"error": "..."}.
package main
