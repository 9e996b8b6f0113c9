package lines

import (
	"encoding/binary"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

// junk makes what a flood is made of.
type junk struct {
	name string
	make func(*rand.Rand) []byte
}

func fill(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// long makes a QUIC packet with a long header of a version.
func long(r *rand.Rand, version uint32, size int) []byte {
	b := fill(r, size)
	b[0] = 0xc0 | b[0]&0x0f
	binary.BigEndian.PutUint32(b[1:], version)
	b[5], b[14] = 8, 8 // both connection ids
	b[23], b[24], b[25] = 0, 0x40|byte((size-26)>>8), byte(size-26)
	return b
}

var junks = []junk{
	{"noise", func(r *rand.Rand) []byte { return fill(r, 1+r.IntN(1200)) }},
	{"initial packets", func(r *rand.Rand) []byte { return long(r, 1, 1200) }},
	{"short initial packets", func(r *rand.Rand) []byte { return long(r, 1, 100) }},
	{"another version", func(r *rand.Rand) []byte { return long(r, 0x1a2a3a4a, 1200) }},
	{"another version, short", func(r *rand.Rand) []byte { return long(r, 0x1a2a3a4a, 60) }},
	{"packets of no connection", func(r *rand.Rand) []byte { b := fill(r, 22+r.IntN(60)); b[0] = 0x40 | b[0]&0x3f; return b }},
	{"beside QUIC", func(r *rand.Rand) []byte { b := fill(r, 23+r.IntN(80)); b[0] = 4 | b[0]&3; b[1], b[2] = 0, 0; return b }},
	{"challenges beside QUIC", func(r *rand.Rand) []byte {
		b := fill(r, 31)
		b[0] = 8 | b[0]&3
		b[1], b[2], b[3] = 0, 0, byte(r.UintN(8))
		return b
	}},
}

// Ports are flooded in the middle of a meeting: nothing is missing, and neither the one who floods nor those in whose name it is done get more than three times what was sent.
func TestFloodOfPorts(t *testing.T) {
	const each = 800 // packets of a kind, at the relay's port and at the site's
	whileSpeaking(t, func(s *speaking) {
		flooder, victim := s.line(transporttest.Impairment{}), s.line(transporttest.Impairment{})
		sends, err := flooder.ListenPacket()
		if err != nil {
			t.Fatal(err)
		}
		defer sends.Close()
		suffers, err := victim.ListenPacket()
		if err != nil {
			t.Fatal(err)
		}
		defer suffers.Close()
		from := suffers.LocalAddr().(*net.UDPAddr).AddrPort()
		uplink := uplinkOf(s.house)
		begun, random := time.Now(), rand.New(rand.NewPCG(*seed, 9))
		for _, j := range junks {
			var sent uint64
			_, before := flooder.Counters()
			_, victimBefore := victim.Counters()
			for i := range each {
				for _, port := range []string{relayAddress, s.house.address} {
					at, b := netip.MustParseAddrPort(port), j.make(random)
					sent += uint64(len(b)) + 28
					_, _ = sends.WriteTo(b, net.UDPAddrFromAddrPort(at))
					s.network.Inject(from, at, b)
					if i%10 == 0 && port == relayAddress {
						s.network.Inject(uplink, at, b) // as if the site had sent it
					}
				}
				time.Sleep(time.Millisecond)
			}
			time.Sleep(2 * time.Second)
			_, after := flooder.Counters()
			_, victimAfter := victim.Counters()
			back, reflected := after.Bytes-before.Bytes, victimAfter.Bytes-victimBefore.Bytes
			t.Logf("%s: %d kB sent, %d kB back, %d kB to the victim", j.name, sent/1000, back/1000, reflected/1000)
			if back > 3*sent || reflected > 3*sent {
				t.Errorf("%s: %d bytes sent, %d back, %d reflected", j.name, sent, back, reflected)
			}
		}
		time.Sleep(time.Second)
		for _, v := range []*villager{s.chair, s.binh} {
			heard := v.note.of(v.publication(s.an), begun)
			if missing, longest := gaps(heard), silence(heard); missing > 0 || longest > 400*time.Millisecond || len(heard) < 500 {
				t.Errorf("%s: %d frames, %v missing, silent for %v", v.name, len(heard), missing, longest)
			}
		}
		if n := s.chair.Stats().Sessions; n != 1 {
			t.Errorf("the chair had %d sessions", n)
		}
	})
}

// uplinkOf is the address from which a site sends to the relay above.
func uplinkOf(b *building) (from netip.AddrPort) {
	seen := make(chan netip.AddrPort, 1)
	b.line.Tap(func(s transporttest.Seen) {
		if s.Up {
			select {
			case seen <- s.From:
			default:
			}
		}
	})
	defer b.line.Tap(nil)
	return <-seen
}
