package frames

import (
	"errors"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
)

// wire is a path that keeps what is sent on it.
type wire struct {
	sent  []Piece
	raw   [][]byte
	deaf  bool // it takes nothing
	fates map[uint32]bool
}

func (w *wire) send(b []byte) bool {
	if w.deaf {
		return false
	}
	b = append([]byte(nil), b...)
	p, err := ParsePiece(b)
	if err != nil {
		panic(err)
	}
	w.sent, w.raw = append(w.sent, p), append(w.raw, b)
	return true
}

// take returns what was sent since the last call.
func (w *wire) take() []Piece {
	sent := w.sent
	w.sent, w.raw = nil, nil
	return sent
}

// out is a frame of one layer; Done is remembered by its sequence.
func (w *wire) out(sequence uint32, n int, class Class, deadline time.Duration) Out {
	if w.fates == nil {
		w.fates = map[uint32]bool{}
	}
	f := &Frame{Publication: 1, Layer: codec.LayerSmall, Sequence: sequence, Key: true, Payload: testPayload(n, byte(sequence))}
	return Out{Frame: f, Class: class, Deadline: deadline, Done: func(ok bool) { w.fates[sequence] = ok }}
}

func newWire(rate float64) (*wire, *Sender) {
	w := &wire{}
	s := NewSender(w.send, simEpoch)
	s.SetRate(rate)
	return w, s
}

// ticks calls Tick every millisecond until a time, and returns it.
func ticks(s *Sender, from, until time.Time) time.Time {
	for ; from.Before(until); from = from.Add(time.Millisecond) {
		s.Tick(from)
	}
	return until
}

func mustPush(t *testing.T, s *Sender, o Out, now time.Time) {
	t.Helper()
	if err := s.Push(o, now); err != nil {
		t.Fatal(err)
	}
}

// report tells that all numbers up to the highest came but some.
func report(highest uint16, missing ...uint16) []byte {
	r := Report{Highest: highest, Count: 1, Bytes: MaxBitmap}
	for i := range r.Bitmap {
		r.Bitmap[i] = 0xff
	}
	for _, m := range missing {
		back := highest - m - 1
		r.Bitmap[back/8] &^= 1 << (back % 8)
	}
	return r.Append(nil)
}

func TestSenderKeepsThePace(t *testing.T) {
	w, s := newWire(200e3)
	mustPush(t, s, w.out(0, 60000, Now, 0), simEpoch)
	last := simEpoch
	for now := simEpoch; now.Before(simEpoch.Add(300 * ms)); now = now.Add(ms) {
		s.Tick(now)
		for _, p := range w.take() {
			if p.Number > 0 && now.Sub(last) < 10*ms {
				t.Fatalf("piece %d of %d bytes %v after the one before", p.Number, len(p.Shard), now.Sub(last))
			}
			last = now
		}
	}
	if bytes := s.Stats().Bytes; bytes < 7000 || bytes > 8300 {
		t.Errorf("%d bytes in 300 ms at 200 kbit/s", bytes)
	}
	if next := s.Tick(simEpoch.Add(301 * ms)); next <= 0 || next > 25*ms {
		t.Errorf("wants to be called after %v", next)
	}
}

func TestSenderStopsWithoutReports(t *testing.T) {
	w, s := newWire(1e6)
	now := simEpoch
	for i := range uint32(10) {
		mustPush(t, s, w.out(i, 60000, Ahead, 0), now)
	}
	s.SetLoss(0, 1, 100*ms)
	now = ticks(s, now, now.Add(8*second))
	if away := s.Stats().Away; away > 40000 { // 100 ms and what a report may be late, and prods
		t.Errorf("%d bytes left without a report", away)
	}
	sent := w.take()
	if n := len(sent); sent[n-1].Index != sent[n-2].Index || sent[n-1].Sequence != sent[n-2].Sequence || sent[n-1].Number == sent[n-2].Number {
		t.Error("the newest piece was not sent again")
	}
	if _, err := s.Report(report(sent[len(sent)-1].Number), now); err != nil {
		t.Fatal(err)
	}
	if ticks(s, now, now.Add(20*ms)); len(w.take()) == 0 {
		t.Error("nothing leaves after a report")
	}
}

func TestSenderPutsClassesInOrder(t *testing.T) {
	w, s := newWire(1e6)
	for i, class := range []Class{Ahead, Side, Main, Now} {
		deadline := second
		if class == Ahead || class == Now {
			deadline = 0
		}
		mustPush(t, s, w.out(uint32(class), 2000, class, deadline), simEpoch)
		if s.Backlog(class) != 2000 {
			t.Errorf("%d: backlog %d", i, s.Backlog(class))
		}
	}
	ticks(s, simEpoch, simEpoch.Add(100*ms))
	last := uint32(0)
	for _, p := range w.take() {
		if p.Sequence < last {
			t.Fatalf("class %d after %d", p.Sequence, last)
		}
		last = p.Sequence
	}
	if last != uint32(Ahead) || s.Backlog(Ahead) != 0 || s.Unconfirmed(Ahead) != 2000 {
		t.Errorf("class %d was sent last; backlog %d, unconfirmed %d", last, s.Backlog(Ahead), s.Unconfirmed(Ahead))
	}
}

func TestSenderSendsAgainWhatIsMissing(t *testing.T) {
	w, s := newWire(1e6)
	now := simEpoch
	mustPush(t, s, w.out(0, 5000, Main, 500*ms), now)
	now = ticks(s, now, now.Add(60*ms))
	sent := w.take()
	if len(sent) != 5 {
		t.Fatalf("%d pieces", len(sent))
	}
	if _, err := s.Report(report(4, 1, 2), now); err != nil {
		t.Fatal(err)
	}
	now = ticks(s, now, now.Add(40*ms))
	again := w.take()
	if len(again) != 2 || again[0].Index != 1 || again[1].Index != 2 || again[0].Number != 5 {
		t.Fatalf("sent again: %+v", again)
	}
	if _, known := w.fates[0]; known {
		t.Fatal("done too early")
	}
	if _, err := s.Report(report(6), now); err != nil {
		t.Fatal(err)
	}
	if !w.fates[0] || s.Stats().Frames != 1 || s.Stats().Again != 2 {
		t.Errorf("%v %+v", w.fates, s.Stats())
	}
}

func TestSenderWaitsForWhatIsOnlyOvertaken(t *testing.T) {
	w, s := newWire(3e6)
	mustPush(t, s, w.out(0, 3200, Main, 500*ms), simEpoch)
	now := ticks(s, simEpoch, simEpoch.Add(12*ms))
	if n := len(w.take()); n != 3 {
		t.Fatalf("%d pieces", n)
	}
	if _, err := s.Report(report(2, 1), now); err != nil {
		t.Fatal(err)
	}
	if ticks(s, now, now.Add(20*ms)); len(w.take()) != 0 {
		t.Error("sent again what is 3 ms behind")
	}
	if _, err := s.Report(report(2), now.Add(20*ms)); err != nil || !w.fates[0] || s.Stats().Lost != 0 {
		t.Errorf("%v %+v", err, s.Stats())
	}
}

func TestSenderGivesUpWhatIsLate(t *testing.T) {
	w, s := newWire(100e3)
	now := simEpoch
	s.SetLoss(0, 1, 100*ms)
	mustPush(t, s, w.out(0, 2000, Main, 300*ms), now)
	needs := func(sequence uint32, back uint8) Out {
		o := w.out(sequence, 500, Main, 3*second)
		o.Key, o.Back = false, back
		return o
	}
	mustPush(t, s, needs(1, 1), now)
	mustPush(t, s, needs(2, 1), now)
	mustPush(t, s, w.out(3, 500, Main, 3*second), now)
	now = ticks(s, now, now.Add(240*ms))
	if _, err := s.Report(report(6, 2, 3, 4), now); err != nil {
		t.Fatal(err)
	}
	now = ticks(s, now, now.Add(40*ms))
	for sequence := range uint32(3) {
		if ok, known := w.fates[sequence]; ok || !known {
			t.Errorf("frame %d: %v, known %v", sequence, ok, known)
		}
	}
	if _, known := w.fates[3]; known || s.Stats().Failed != 3 {
		t.Errorf("%v %+v", w.fates, s.Stats())
	}
	if w.take(); s.Backlog(Main) == 0 {
		t.Fatal("nothing is left")
	}
	ticks(s, now, now.Add(100*ms))
	for _, p := range w.take() {
		if p.Sequence != 3 {
			t.Errorf("piece of frame %d", p.Sequence)
		}
	}
}

func TestSenderSkipsWhatWouldBeLate(t *testing.T) {
	w, s := newWire(100e3)
	o := w.out(0, 12000, Main, 400*ms) // a second of the rate
	o.Key, o.Back = false, 1
	mustPush(t, s, o, simEpoch)
	mustPush(t, s, w.out(1, 12000, Main, 400*ms), simEpoch) // key frames are tried
	ticks(s, simEpoch, simEpoch.Add(50*ms))
	if ok, known := w.fates[0]; ok || !known {
		t.Error("a frame that cannot be in time is sent")
	}
	if sent := w.take(); len(sent) == 0 || sent[0].Sequence != 1 {
		t.Errorf("%+v", sent)
	}
}

// TestOverloadDelaysNotAll: of frames that are a fifth too many those that leave are in time, and what they lost is sent again.
func TestOverloadDelaysNotAll(t *testing.T) {
	h := newSimHop(2e6, 60*ms, .1, 4)
	h.sender.SetRate(200e3)
	h.sender.SetLoss(.1, 1, 60*ms)
	done, pushed := 0, 0
	h.every(66*ms, func() {
		f := &Frame{Publication: 1, Layer: codec.LayerSmall, Sequence: uint32(pushed), Back: 255, Payload: make([]byte, 1600)}
		pushed++
		h.push(Out{Frame: f, Class: Main, Deadline: 400 * ms, Done: func(ok bool) {
			if ok {
				done++
			}
		}})
	})
	h.run(60 * second)
	if share := float64(done) / float64(pushed); share < .7 {
		t.Errorf("%.2f of the frames came in time: %+v", share, h.sender.Stats())
	}
}

func TestSenderDrops(t *testing.T) {
	w, s := newWire(100e3)
	mustPush(t, s, w.out(0, 5000, Main, second), simEpoch)
	other := w.out(1, 5000, Main, second)
	other.Publication = 2
	mustPush(t, s, other, simEpoch)
	s.Tick(simEpoch)
	s.Drop(1, codec.LayerSmall)
	if ok, known := w.fates[0]; ok || !known {
		t.Error("not dropped")
	}
	if _, known := w.fates[1]; known {
		t.Error("another was dropped")
	}
	w.take()
	ticks(s, simEpoch, simEpoch.Add(200*ms))
	for _, p := range w.take() {
		if p.Publication != 2 {
			t.Error("a piece of what was dropped")
		}
	}
}

// What becomes urgent goes on, before the rest: nothing of it is sent twice.
func TestSenderMoves(t *testing.T) {
	w, s := newWire(100e3)
	urgent := w.out(0, 5000, Ahead, 0)
	urgent.Publication = 2
	mustPush(t, s, urgent, simEpoch)
	now := simEpoch
	answered := func(d time.Duration) (sent []Piece) {
		for until := now.Add(d); now.Before(until); {
			now = ticks(s, now, now.Add(20*ms))
			sent = append(sent, w.take()...)
			if _, err := s.Report(report(uint16(s.flight.next-1)), now); err != nil {
				t.Fatal(err)
			}
		}
		return sent
	}
	begun := len(answered(100 * ms))
	mustPush(t, s, w.out(1, 3000, Main, second), now)
	s.Move(2, codec.LayerSmall, Now)
	if s.Unconfirmed(Now) != 5000 || s.Unconfirmed(Ahead) != 0 {
		t.Error("not moved")
	}
	next := begun
	for i, p := range answered(900 * ms) {
		switch {
		case p.Publication == 2 && p.Index == next && i == next-begun:
			next++
		case p.Publication == 2:
			t.Errorf("piece %d is shard %d", i, p.Index)
		}
	}
	if begun == 0 || next == begun || !w.fates[0] || !w.fates[1] {
		t.Errorf("%d pieces had left, then %d: %v", begun, next-begun, w.fates)
	}
}

func TestSenderHasLimits(t *testing.T) {
	w, s := newWire(100e3)
	for i := range uint32(maxQueued) {
		mustPush(t, s, w.out(i, 100, Ahead, 0), simEpoch)
	}
	if err := s.Push(w.out(9999, 100, Ahead, 0), simEpoch); !errors.Is(err, ErrFull) {
		t.Errorf("%v", err)
	}
	w, s = newWire(100e3)
	var err error
	n := 0
	for ; err == nil && n < 1000; n++ {
		err = s.Push(w.out(uint32(n), 65535, Ahead, 0), simEpoch)
	}
	if !errors.Is(err, ErrFull) || n > 66 {
		t.Errorf("%d frames: %v", n, err)
	}
	for name, f := range map[string]*Frame{
		"none": nil, "empty": {Layer: codec.LayerSmall, Key: true}, "a voice": {Layer: codec.LayerHi, Key: true, Payload: []byte{1}},
		"large":       {Layer: codec.LayerSmall, Key: true, Payload: make([]byte, 65536)},
		"refers":      {Layer: codec.LayerSmall, Payload: []byte{1}},
		"key refers":  {Layer: codec.LayerSmall, Key: true, Back: 1, Payload: []byte{1}},
		"still":       {Layer: codec.LayerStill, Back: 1, Payload: []byte{1}},
		"keyed chunk": {Layer: codec.LayerBulk, Key: true, Payload: []byte{1}},
	} {
		if err := s.Push(Out{Frame: f}, simEpoch); !errors.Is(err, ErrFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSenderTriesAgainWhenThePathTakesNothing(t *testing.T) {
	w, s := newWire(1e6)
	w.deaf = true
	mustPush(t, s, w.out(0, 3000, Main, second), simEpoch)
	if next := s.Tick(simEpoch); next > 20*ms || s.Stats().Refused != 1 || s.Stats().Pieces != 0 {
		t.Errorf("next after %v, %+v", next, s.Stats())
	}
	w.deaf = false
	ticks(s, simEpoch.Add(10*ms), simEpoch.Add(100*ms))
	if sent := w.take(); len(sent) != 3 || sent[0].Number != 0 || sent[0].Index != 0 {
		t.Errorf("%+v", sent)
	}
}

func TestSenderFillsUp(t *testing.T) {
	w, s := newWire(400e3)
	mustPush(t, s, w.out(0, 3000, Main, second), simEpoch)
	s.SetFill(400e3)
	now := ticks(s, simEpoch, simEpoch.Add(200*ms))
	n := len(w.take())
	if _, err := s.Report(report(uint16(n-1)), now); err != nil || !w.fates[0] {
		t.Fatal(err, w.fates)
	}
	now = ticks(s, now, now.Add(100*ms))
	if bytes := s.Stats().Bytes; bytes < 13000 || bytes > 16500 || s.Stats().Fill == 0 {
		t.Errorf("%d bytes in 300 ms at 400 kbit/s", bytes)
	}
	s.SetFill(0)
	w.take()
	if ticks(s, now, now.Add(100*ms)); len(w.take()) != 0 {
		t.Error("it fills up though nobody asks for it")
	}
}

func TestSenderRefusesReportsOnNothing(t *testing.T) {
	w, s := newWire(1e6)
	if _, err := s.Report(report(0), simEpoch); !errors.Is(err, ErrReport) {
		t.Errorf("%v", err)
	}
	r := Report{Keys: 1 << codec.LayerSmall}
	if got, err := s.Report(r.Append(nil), simEpoch); err != nil || len(got.KeyLayers()) != 1 || got.KeyLayers()[0] != codec.LayerSmall {
		t.Errorf("%v %v", got.KeyLayers(), err)
	}
	mustPush(t, s, w.out(0, 2000, Main, second), simEpoch)
	now := ticks(s, simEpoch, simEpoch.Add(50*ms))
	if _, err := s.Report(report(2), now); !errors.Is(err, ErrReport) {
		t.Errorf("%v", err)
	}
	if _, err := s.Report([]byte{reportMark}, now); !errors.Is(err, ErrMalformed) {
		t.Errorf("%v", err)
	}
	if len(w.fates) != 0 {
		t.Error("done")
	}
}
