package transport

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

func TestBucket(t *testing.T) {
	var b bucket
	now := time.Unix(1e9, 0)
	b.fill(32000, now) // 4,000 bytes a second
	depth := 4000 * bucketDepth.Seconds()
	if b.bytes != depth {
		t.Errorf("a new bucket has %v bytes, want %v", b.bytes, depth)
	}
	b.spend(200)
	b.fill(32000, now.Add(20*time.Millisecond))
	if want := depth - 200 + 80; b.bytes != want {
		t.Errorf("%v bytes, want %v", b.bytes, want)
	}
	b.fill(32000, now.Add(time.Hour))
	for range 5 {
		b.spend(MaxDatagram)
	}
	if b.bytes != -MaxDatagram {
		t.Errorf("the debt is %v bytes", b.bytes)
	}
	b.fill(0, now.Add(2*time.Hour))
	if b.bytes > 0 {
		t.Errorf("%v bytes at no rate", b.bytes)
	}
}

// TestRepairKeepsToTheRate: on a line that loses half and is never heard of, media and repair together are the rate, and media alone goes out whatever the rate.
func TestRepairKeepsToTheRate(t *testing.T) {
	for _, rate := range []int{0, 20e3, 40e3, 100e3} {
		s := NewSender()
		s.Want(0)
		s.Protect(fec.Protection{Window: 10, Age: 4, Gap: 2, Rate: rate})
		now := time.Unix(1e9, 0)
		const n = 1000
		for i := range uint32(n) {
			s.Datagram(nil, []*Packet{frame(1, codec.LayerHi, i, i)}, nil, now.Add(time.Duration(i)*20*time.Millisecond))
		}
		st := s.Stats()
		sent := 8 * float64(st.Bytes+n*Overhead) / 20
		bare := 8 * float64(n) * (Overhead + headerSize + 14 + 1 + 14) / 20
		if want := max(float64(rate), bare); sent > want*1.02+500 || sent < want*0.97-500 {
			t.Errorf("rate %d: %.0f bit/s, want %.0f", rate, sent, want)
		}
	}
}

func TestOwesAfterSpeech(t *testing.T) {
	now := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(now)
	say := func(i uint32, packets ...*Packet) []byte {
		b, _ := s.Datagram(nil, packets, nil, now.Add(time.Duration(i)*20*time.Millisecond))
		return b
	}
	say(0, frame(1, codec.LayerHi, 0, 0))
	if s.Owes() {
		t.Error("owes on a line that is not protected")
	}
	s.Protect(fec.Protection{Window: 5, Age: 2, Gap: 2, Rate: 64e3})
	say(1, frame(1, codec.LayerHi, 1, 1)) // lost
	if !s.Owes() {
		t.Fatal("owes nothing of what was said last")
	}
	tail := say(2)
	got, err := r.Receive(tail, now)
	if err != nil || len(got.Packets) != 1 || got.Packets[0].Sequence != 1 {
		t.Fatalf("the tail brought %+v, %v", got.Packets, err)
	}
	s.Feedback(r.Beat(now), now)
	if s.Owes() {
		t.Error("owes what is confirmed")
	}
}

// TestPromptTravels: a plan that asks for prompt reports is told in every datagram.
func TestPromptTravels(t *testing.T) {
	now := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(now)
	s.Want(0)
	for _, prompt := range []bool{false, true, false} {
		s.Protect(fec.Protection{Window: 5, Prompt: prompt})
		b, _ := s.Datagram(nil, nil, nil, now)
		if _, err := r.Receive(b, now); err != nil || r.Prompt() != prompt {
			t.Errorf("want %v, %v", prompt, err)
		}
	}
}

// TestNoAllocationToSend: in steady state, lossy and protected, a datagram costs no memory but its own.
func TestNoAllocationToSend(t *testing.T) {
	now := time.Unix(1e9, 0)
	s := NewSender()
	s.Protect(fec.Protection{Window: 20, Age: 6, Gap: 3, Rate: 128e3, Prompt: true})
	packets := []*Packet{frame(1, codec.LayerHi, 0, 0)}
	buffer := make([]byte, 0, MaxDatagram)
	fb := &Feedback{Hold: 3, Bitmap: []byte{0xf7, 0xff, 0x3f, 0xff, 0xff, 0xfe, 0xff, 0xff}}
	step := func() {
		now = now.Add(20 * time.Millisecond)
		packets[0].Sequence++
		packets[0].Timestamp += 960
		if _, taken := s.Datagram(buffer, packets, fb, now); taken != 1 {
			t.Fatal("not taken")
		}
		fb.Highest = uint16(s.next - 4)
		fb.Arrival += 80
		s.Feedback(fb, now)
	}
	for range 2000 {
		step()
	}
	if n := testing.AllocsPerRun(2000, step); n != 0 {
		t.Errorf("%v allocations a datagram", n)
	}
}
