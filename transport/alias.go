package transport

import (
	"time"

	"github.com/diemcau/diemcau/codec"
)

// Bounds of PROTOCOL.md section 3 within which the short form of an entry cannot be misread.
const (
	shortSequences = 120
	shortTime      = 115200 // 2.4 s
	shortLate      = 1500 * time.Millisecond
	shortJump      = 48000 // 1 s: with shortLate, and a little, as far back as eight bits of 20 ms tell
	aliasRest      = 256   // hop sequences an alias rests before it names another publication
)

// outgoing is a sender's side of an alias: what it names, and the newest frame under it that the other end is known to have.
type outgoing struct {
	publication   uint32
	layer         codec.Layer
	used          bool
	confirmed     bool
	generation    uint8 // +1 for each new binding, so that late feedback does not confirm the wrong one
	confirmedSeq  uint32
	confirmedTime uint32
	lastHop       int64
}

// carried is what one datagram carried under an alias, for when feedback confirms the datagram.
type carried struct {
	alias, generation uint8
	sequence, time    uint32
}

// aliases is the sender's table.
type aliases [maxAliases]outgoing

// lookup finds or makes the alias of the packet's layer; ok is false when all aliases are in use or still resting.
func (a *aliases) lookup(p *Packet, hop int64) (alias uint8, ok bool) {
	free := -1
	for i := range a {
		o := &a[i]
		if o.used && o.publication == p.SSRC && o.layer == p.Layer {
			return uint8(i), true
		}
		if o.used && hop-o.lastHop < aliasRest {
			continue
		}
		if free < 0 || !o.used && a[free].used || o.used == a[free].used && o.lastHop < a[free].lastHop {
			free = i
		}
	}
	if free < 0 {
		return 0, false
	}
	a[free] = outgoing{publication: p.SSRC, layer: p.Layer, used: true, generation: a[free].generation + 1}
	return uint8(free), true
}

// short says whether the other end is sure to read the short form of p rightly.
func (o *outgoing) short(p *Packet) bool {
	return o.confirmed && p.Timestamp%codec.TimeGrid == 0 && p.Timestamp >= o.confirmedTime && // not across a wrap: 2³² is no multiple of the grid
		p.Sequence-o.confirmedSeq < shortSequences && p.Timestamp-o.confirmedTime < shortTime
}

// confirm notes that the other end has a datagram which carried c.
func (a *aliases) confirm(c carried) {
	o := &a[c.alias]
	if o.generation != c.generation || o.confirmed && int32(c.sequence-o.confirmedSeq) <= 0 {
		return
	}
	o.confirmed, o.confirmedSeq, o.confirmedTime = true, c.sequence, c.time
}

// incoming is a receiver's side of an alias.
type incoming struct {
	publication uint32
	layer       codec.Layer
	bound       bool
	since       int64 // hop sequence of the oldest full form that bound it so
	sequence    uint32
	time        uint32
}

// resolve says what an entry of hop sequence hop means, and keeps the binding; late is how long after a later datagram it came.
func (b *incoming) resolve(e *entry, hop int64, late time.Duration) (publication uint32, layer codec.Layer, sequence, captured uint32, ok bool) {
	if e.full {
		b.bind(e, hop)
		return e.publication, e.layer, e.sequence, e.time, true
	}
	if !b.bound || hop < b.since || late > shortLate {
		return 0, 0, 0, 0, false
	}
	sequence = unwrap8(b.sequence, uint8(e.sequence))
	captured = unwrap8(b.time/codec.TimeGrid, uint8(e.time)) * codec.TimeGrid
	b.advance(sequence, captured, hop)
	return b.publication, b.layer, sequence, captured, true
}

func (b *incoming) bind(e *entry, hop int64) {
	same := b.bound && b.publication == e.publication && b.layer == e.layer
	later, ahead := int32(e.sequence-b.sequence), int64(e.time)-int64(b.time)
	switch {
	case same && later <= 0:
		if ahead > -shortJump && ahead <= 0 {
			b.since = min(b.since, hop)
		}
	case same && ahead >= 0:
		b.advance(e.sequence, e.time, hop)
	case !b.bound || hop > b.since: // not a late datagram of the binding before this one; the wrap of the time makes a new one, too
		*b = incoming{publication: e.publication, layer: e.layer, bound: true, since: hop, sequence: e.sequence, time: e.time}
	}
}

// advance notes a newer frame. What was sent before a jump of the time is not to be told by what came after it.
func (b *incoming) advance(sequence, captured uint32, hop int64) {
	if int32(sequence-b.sequence) <= 0 {
		return
	}
	if captured-b.time >= shortJump {
		b.since = hop
	}
	b.sequence, b.time = sequence, captured
}
