package relay

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
)

const (
	memberEvery = 5 * time.Second // between two looks whether a relay lives
	memberGone  = 2               // looks that find it gone, until its participants are away
	relays      = 64              // prefixes from here on are those of sites
)

// members knows which relays of a cluster live: each holds a lease of its number.
type members struct {
	cluster Cluster // nil: this relay is alone
	own     uint16

	mu    sync.Mutex
	lease uint32
	gone  map[uint16]absence
}

// absence is since when a relay was not seen.
type absence struct {
	looked time.Time
	times  int
}

func memberKey(n uint16) string { return fmt.Sprintf("relay-%d", n) }

// attend says that this relay lives. Call it every second.
func (m *members) attend() {
	if m.cluster == nil {
		return
	}
	m.mu.Lock()
	lease := m.lease
	m.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), leaseWait)
	defer cancel()
	lease, _, err := m.cluster.Lease(ctx, memberKey(m.own), lease)
	if err != nil {
		return // the next second
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lease = lease
}

// lost says whether another relay has not been seen for a while.
func (m *members) lost(n uint16, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.gone[n]
	if now.Sub(a.looked) < memberEvery {
		return a.times >= memberGone
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaseWait)
	defer cancel()
	_, holder, err := m.cluster.Lease(ctx, memberKey(n), 0)
	if a.looked = now; err == nil && holder == "" {
		a.times++ // its lease was free
	} else {
		a.times = 0
	}
	if m.gone == nil {
		m.gone = map[uint16]absence{}
	}
	m.gone[n] = a
	return a.times >= memberGone
}

// orphans are the seats of relays that are gone. Room.mu is held.
func (r *Room) orphans(now time.Time) (away []meeting.Action) {
	if r.cluster == nil {
		return nil
	}
	for _, seat := range r.state.Seats() {
		n := meeting.PublicationRelay(seat.Publication)
		if seat.Here && n != r.origin && n < relays && r.members.lost(n, now) {
			away = append(away, meeting.Lose{Seat: seat.ID, Publication: seat.Publication})
		}
	}
	return away
}
