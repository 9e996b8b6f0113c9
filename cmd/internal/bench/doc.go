// Package bench measures a relay from outside: a relay process of its own, peers over real QUIC on loopback, CPU and memory as the
// relay's own /metrics tell them, beside a plain UDP socket that sends the same bytes in the same run. Believe the ratios.
package bench
