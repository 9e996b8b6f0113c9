package transport

import (
	"cmp"
	"slices"
	"time"
)

// What waits for a line to come back is as old at most as repair reaches, within these.
const (
	heldLeast = 200 * time.Millisecond
	heldMost  = 900 * time.Millisecond
)

// held is what was said since a gate closed, oldest first, and is still worth sending when it opens.
type held []waitingPacket

type waitingPacket struct {
	*Packet
	since time.Time
}

func (h held) add(packets []*Packet, now time.Time) held {
	for _, p := range packets {
		h = append(h, waitingPacket{p, now})
	}
	return h
}

// age drops what came before a moment and returns how many packets that were.
func (h *held) age(before time.Time) (dropped uint64) {
	n := 0
	for n < len(*h) && (*h)[n].since.Before(before) {
		n++
	}
	*h = slices.Delete(*h, 0, n)
	return uint64(n)
}

// take empties it; the packets of one layer stand together.
func (h *held) take() (packets []*Packet) {
	for _, p := range *h {
		packets = append(packets, p.Packet)
	}
	*h = nil
	slices.SortStableFunc(packets, func(a, b *Packet) int {
		return cmp.Or(cmp.Compare(a.SSRC, b.SSRC), cmp.Compare(a.Layer, b.Layer))
	})
	return packets
}

// heldCopies is how often what waited is sent over a line that loses a share of its datagrams: it is many frames in few.
func heldCopies(loss float64) int {
	switch {
	case loss < 0.05:
		return 1
	case loss < 0.2:
		return 2
	}
	return 3
}

// reach is how old what is said may be for the other end still to play it: as far back as repair goes, and the datagram before, which it would repair
func (s *Sender) reach() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return min(max(time.Duration(s.plan.Window+2)*s.stats.Pace, heldLeast), heldMost)
}
