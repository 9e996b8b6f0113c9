package transport

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// TestADatagramThatComesAfterItsRepairIsNotHeardTwice has two paths bring a datagram and its copy in the wrong order.
func TestADatagramThatComesAfterItsRepairIsNotHeardTwice(t *testing.T) {
	now := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(now)
	s.Protect(fec.Protection{Window: 8, Age: 1, Gap: 1, Rate: 1e6})
	var sent [][]byte
	for i := range uint32(12) {
		at := now.Add(time.Duration(i) * 60 * time.Millisecond)
		b, _ := s.Datagram(nil, []*Packet{frame(5, codec.LayerHi, i, i)}, nil, at)
		sent = append(sent, b)
	}
	got := map[uint32]int{}
	for _, i := range []int{0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 3} { // 3 is held up
		received, err := r.Receive(sent[i], now.Add(time.Second))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range received.Packets {
			got[p.Sequence]++
		}
	}
	if stats := r.Stats(); stats.Recovered != 1 {
		t.Errorf("%d recovered: the test needs the repair to be first", stats.Recovered)
	}
	for i := range uint32(12) {
		if got[i] != 1 {
			t.Errorf("frame %d came %d times", i, got[i])
		}
	}
}
