package beside

import (
	"context"
	"net"
	"testing"
)

// nowhere is a socket whose packets are gone.
type nowhere struct{}

func (nowhere) WriteTo(b []byte, _ net.Addr) (int, error) { return len(b), nil }

func (nowhere) ReadNonQUICPacket(ctx context.Context, _ []byte) (int, net.Addr, error) {
	<-ctx.Done()
	return 0, nil, ctx.Err()
}

// sending is a relay's end of a channel on which nothing arrives.
func sending(tb testing.TB) *Channel {
	tb.Helper()
	export := func(string, []byte, int) ([]byte, error) { return make([]byte, keySize+saltSize), nil }
	c, err := NewPort(nowhere{}).Open(export, &net.UDPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 1})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func BenchmarkSend(b *testing.B) {
	c, payload := sending(b), make([]byte, 150)
	b.ReportAllocs()
	for b.Loop() {
		_ = c.SendDatagram(payload)
	}
}

func TestSendingAllocatesNothing(t *testing.T) {
	c, payload := sending(t), make([]byte, 150)
	for range recentMost {
		_ = c.SendDatagram(payload)
	}
	if n := testing.AllocsPerRun(1000, func() { _ = c.SendDatagram(payload) }); n > 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

// What was sent before the client was last heard, and is surely there, is not sent again; the rest once, the oldest first.
func TestWhatAMovedClientMayHaveMissed(t *testing.T) {
	var r recent
	numbers := func() (all []byte) {
		r.each(func(b []byte) { all = append(all, b...) })
		return all
	}
	for i := range byte(100) {
		r.keep([]byte{i})
		if i == 79 {
			r.heard()
		}
	}
	if all := numbers(); len(all) != 20+unsure || all[0] != 80-unsure || all[len(all)-1] != 99 {
		t.Errorf("%v", all)
	}
	if all := numbers(); len(all) != 0 {
		t.Errorf("again %v", all)
	}
	for i := range byte(100) {
		r.keep([]byte{i})
	}
	if all := numbers(); len(all) != recentMost || all[0] != 100-recentMost {
		t.Errorf("of very many %v", all)
	}
}
