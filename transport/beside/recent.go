package beside

const (
	recentMost = 32 // datagrams: 0.6 to 1.3 s of a voice
	unsure     = 8  // that were on their way when the client was last heard, at most
)

// recent keeps what was sent last to a client, who may be at another address already. It has no clock.
type recent struct {
	next, since uint64 // numbers of datagrams: the next one's, and the first that may be lost if the client moved
	ring        [recentMost][]byte
}

// keep copies a datagram that was sent.
func (r *recent) keep(b []byte) {
	slot := &r.ring[r.next%recentMost]
	*slot = append((*slot)[:0], b...)
	r.next++
}

// heard notes that the client is where it was.
func (r *recent) heard() {
	r.since = max(r.since, r.next-min(r.next, unsure))
}

// each gives what may be lost to f, once, the oldest first.
func (r *recent) each(f func([]byte)) {
	for i := max(r.since, r.next-min(r.next, recentMost)); i < r.next; i++ {
		f(r.ring[i%recentMost])
	}
	r.since = r.next
}
