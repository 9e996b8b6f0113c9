package transport

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// run sends n frames of one voice through lose and returns the sequences that came out, each counted.
func run(t *testing.T, n int, p fec.Protection, lose func(i int) bool) (got map[uint32]int, s *Sender, r *Receiver) {
	t.Helper()
	start := time.Unix(1e9, 0)
	s, r = NewSender(), NewReceiver(start)
	s.Want(0) // no probes
	s.Protect(p)
	got = map[uint32]int{}
	for i := range n {
		at := start.Add(time.Duration(i) * 20 * time.Millisecond)
		b, _ := s.Datagram(nil, []*Packet{frame(5, codec.LayerHi, uint32(i), uint32(i))}, nil, at)
		if lose(i) {
			continue
		}
		received, err := r.Receive(b, at.Add(75*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range received.Packets {
			got[p.Sequence]++
			want := frame(5, codec.LayerHi, p.Sequence, p.Sequence)
			if p.SSRC != 5 || p.Timestamp != want.Timestamp || string(p.Payload) != string(want.Payload) || p.Level != want.Level {
				t.Fatalf("packet %d came out changed: %+v", p.Sequence, p)
			}
		}
		if fb := r.Report(at.Add(75*time.Millisecond), true); fb != nil {
			s.Feedback(fb, at.Add(150*time.Millisecond))
		}
	}
	return got, s, r
}

func TestCleanLineCarriesNoRepairAndShortHeaders(t *testing.T) {
	got, s, r := run(t, 200, fec.Protection{}, func(int) bool { return false })
	if len(got) != 200 || r.Stats().Lost != 0 {
		t.Fatalf("%d frames, %d lost", len(got), r.Stats().Lost)
	}
	var payload uint64
	for i := range uint32(200) {
		payload += uint64(len(frame(5, codec.LayerHi, i, i).Payload))
	}
	// Flags, hop sequence, alias, sequence, time, level: 7 bytes, and the full form only until the first confirmation.
	if header := s.Stats().Bytes - payload; header > 200*7+20*11 {
		t.Errorf("%d bytes of header for 200 datagrams", header)
	}
	if rtt := s.Stats().RTT; rtt < 140*time.Millisecond || rtt > 160*time.Millisecond {
		t.Errorf("RTT %v, the line has 150 ms", rtt)
	}
}

func TestRepairBringsBackWhatIsLost(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := fec.For(fec.Line{Loss: 0.1, Run: 1.1, Interval: 20 * time.Millisecond, RTT: 150 * time.Millisecond, Budget: 400 * time.Millisecond, Rate: 64e3})
	got, s, r := run(t, 5000, p, func(int) bool { return rng.Float64() < 0.1 })
	if missing := 5000 - len(got); missing > 25 {
		t.Errorf("%d of 5000 frames missing at 10 %% loss", missing)
	}
	for seq, n := range got {
		if n != 1 {
			t.Errorf("frame %d came %d times", seq, n)
		}
	}
	stats := r.Stats()
	if stats.Recovered < 300 || stats.Lost < 400 || stats.Lost > 600 {
		t.Errorf("%+v", stats)
	}
	if loss := s.Stats().Loss; loss < 0.06 || loss > 0.15 {
		t.Errorf("the sender believes in %.3f loss", loss)
	}
}

func TestLossesComeInRuns(t *testing.T) {
	_, s, _ := run(t, 2000, fec.Protection{}, func(i int) bool { return i%20 < 4 && i > 20 })
	if st := s.Stats(); st.Run < 3.5 || st.Run > 4.5 || st.Loss < 0.17 || st.Loss > 0.23 {
		t.Errorf("run %.2f loss %.3f, the line has 4 and 0.20", st.Run, st.Loss)
	}
}

func TestDuplicatesReplaysAndRubbishChangeNothing(t *testing.T) {
	now := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(now)
	var sent [][]byte
	for i := range uint32(1500) {
		b, _ := s.Datagram(nil, []*Packet{frame(1, codec.LayerLo, i, i)}, nil, now)
		sent = append(sent, b)
		if _, err := r.Receive(append([]byte(nil), b...), now); err != nil {
			t.Fatal(err)
		}
	}
	for i, b := range sent {
		want := ErrDuplicate
		if 1499-i >= historySize {
			want = ErrTooOld
		}
		if got, err := r.Receive(b, now); !errors.Is(err, want) || len(got.Packets) > 0 {
			t.Fatalf("replay of %d: %v, %d packets", i, err, len(got.Packets))
		}
	}
	b, _ := s.Datagram(nil, []*Packet{frame(1, codec.LayerLo, 1500, 1500)}, &Feedback{Bitmap: make([]byte, 4)}, now)
	whole := frame(1, codec.LayerLo, 1500, 1500).Payload
	for cut := range len(b) {
		got, err := r.Receive(b[:cut:cut], now)
		if err == nil && len(got.Packets) > 0 && len(got.Packets[0].Payload) != len(whole)-(len(b)-cut) { // nothing but the last payload may be shorter
			t.Fatalf("cut at %d: %d packets", cut, len(got.Packets))
		}
		r = NewReceiver(now) // a cut may be a good datagram without voice: each has its own receiver
	}
}

func TestShortFormNeverNamesTheWrongPublication(t *testing.T) {
	// More publications than aliases, one after another: an alias is given away, and late datagrams still use the old meaning.
	now := time.Unix(1e9, 0)
	s, r := NewSender(), NewReceiver(now)
	rng := rand.New(rand.NewPCG(3, 4))
	var late [][]byte
	for i := range uint32(20000) {
		publication := 1 + i/300
		at := now.Add(time.Duration(i) * 20 * time.Millisecond)
		p := frame(publication, codec.LayerHi, i%300, i)
		b, taken := s.Datagram(nil, []*Packet{p}, nil, at)
		if taken != 1 {
			t.Fatal("not taken")
		}
		if rng.Float64() < 0.1 {
			late = append(late, b)
			continue
		}
		check(t, r, b, at)
		if fb := r.Report(at, true); fb != nil {
			s.Feedback(fb, at)
		}
		if len(late) > 5 {
			check(t, r, late[0], at)
			late = late[1:]
		}
	}
	if u := s.Stats().Unsent; u > 0 {
		t.Errorf("%d packets found no alias", u)
	}
}

// check receives a datagram and holds each packet against what its publication sent.
func check(t *testing.T, r *Receiver, b []byte, at time.Time) {
	t.Helper()
	got, err := r.Receive(b, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got.Packets {
		want := frame(p.SSRC, p.Layer, p.Sequence, p.Timestamp/960)
		if string(p.Payload) != string(want.Payload) || p.SSRC != 1+p.Timestamp/960/300 {
			t.Fatalf("publication %d sequence %d has another's payload", p.SSRC, p.Sequence)
		}
	}
}

// counter is a path that counts what is sent.
type counter struct {
	Datagrams
	sent int
	full bool
}

func (c *counter) SendDatagram([]byte) error {
	c.sent++
	return nil
}

func (c *counter) Wide() bool { return !c.full }

func TestAListenerAsksALineThatIsSilent(t *testing.T) {
	for _, full := range []bool{false, true} {
		c := &counter{full: full}
		start := time.Unix(1e9, 0)
		l := NewLine(c, start)
		var at [3]int
		for i := range 20 * 50 { // 20 s
			now := start.Add(time.Duration(i) * 20 * time.Millisecond)
			if err := l.Tick(now); err != nil {
				t.Fatal(err)
			}
			switch now.Sub(start) {
			case revivedAfter:
				at[0] = c.sent
			case 11 * time.Second:
				at[1] = c.sent
			}
		}
		at[2] = c.sent
		if before, few, many := at[0], at[1]-at[0], at[2]-at[1]; before > 2 || !full && (few < 80 || many < 25) || full && (few < 35 || few > 50 || many > 12) {
			t.Errorf("full %t: %d datagrams in the first 1.5 s of silence, then %d to 11 s, then %d to 20 s", full, before, few, many)
		}
	}
}
