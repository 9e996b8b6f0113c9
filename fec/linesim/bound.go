package linesim

import (
	"time"

	"github.com/diemcau/diemcau/fec"
)

const (
	saved = 240 * time.Millisecond // of the rate, at the most: as transport's Sender does
	least = fec.Below + fec.Header - 1
)

// Slot is a datagram with media, as [Bound] sees it.
type Slot struct {
	At    time.Duration // when it leaves
	Until time.Duration // when the last datagram leaves that can still bring its media in time
	Media int           // bytes of the source block
	Lost  bool
}

// Bound returns the share of the media that is lost even to a sender who knows which datagrams arrive: each carries its own media whatever the rate in
// bit/s, what is saved up fills those that arrive, the oldest that is missing goes first. Media is taken as divisible, so no sender of whole frames does
// better. The slots are in order of sending; those at the end whose time is not over count as there.
func Bound(slots []Slot, rate int) float64 {
	perSecond := float64(rate) / 8
	credit := perSecond * saved.Seconds()
	lost := 0.0
	missing, open := make([]float64, len(slots)), 0 // bytes; the oldest slot that may miss some and be in time
	for now, slot := range slots {
		if now > 0 {
			income := perSecond * (slot.At - slots[now-1].At).Seconds()
			credit = min(credit+income, max(perSecond*saved.Seconds(), income))
		}
		for ; open < now && slots[open].Until < slot.At; open++ {
			lost += missing[open] / float64(slots[open].Media)
		}
		credit = max(credit-least-float64(slot.Media), 0)
		if slot.Lost {
			missing[now] = float64(slot.Media)
			continue
		}
		for i := open; i < now && credit > 0; i++ {
			part := min(missing[i], credit)
			missing[i] -= part
			credit -= part
		}
	}
	return lost / float64(max(len(slots), 1))
}
