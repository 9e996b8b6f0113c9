package fec_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/fec"
)

const plenty = 1000 // room

// A policy test sends blocks of ten bytes and reads what is said beside them.
type sender struct {
	*fec.Encoder
	next uint16
}

func newSender(p fec.Protection) *sender {
	s := &sender{Encoder: fec.NewEncoder()}
	s.Protect(p)
	return s
}

// say sends n datagrams with a block, without a look at their repair.
func (s *sender) say(n int) {
	for range n {
		s.with(0)
	}
}

// with sends a datagram with room for repair and returns its chunks: c3 is a copy of 3, w1-4 a window over 1 to 4.
func (s *sender) with(room int) string { return s.send(make([]byte, 10), room) }

func (s *sender) send(block []byte, room int) string {
	seq := s.next
	s.next++
	s.Source(seq, block)
	var said []string
	for i, c := range s.Repairs(nil, room) {
		to := int(seq) - c.Offset
		if c.Span == 1 {
			said = append(said, fmt.Sprintf("c%d", to))
		} else {
			said = append(said, fmt.Sprintf("w%d-%d", to-c.Span+1, to))
		}
		if c.Index != i {
			said = append(said, fmt.Sprintf("index %d", c.Index))
		}
	}
	return strings.Join(said, " ")
}

// report tells that all up to highest is here but the missing ones.
func (s *sender) report(highest uint16, missing ...uint16) {
	bitmap := [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	for _, seq := range missing {
		i := highest - 1 - seq
		bitmap[i/8] &^= 1 << (i % 8)
	}
	s.Report(highest, bitmap[:])
}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("repair %q, want %q", got, want)
	}
}

const (
	oneCopy   = 1 + 1 + 10 // descriptor, length, block
	oneWindow = oneCopy + 1
)

func TestMissingFirstAndOldestFirst(t *testing.T) {
	s := newSender(fec.Protection{Window: 20, Age: 2, Gap: 4})
	s.say(8)
	s.report(4, 1, 3) // 5, 6 and 7 are not confirmed
	expect(t, s.with(oneCopy), "c1")
	expect(t, s.with(3*oneCopy), "c3 c5 c6") // 7 is overdue, too, but there is no room
	expect(t, s.with(oneCopy), "c7")
	s.report(9)
	expect(t, s.with(plenty), "c10") // the only one left
}

func TestReportedSoonerThanTheCopyIsNoNews(t *testing.T) {
	s := newSender(fec.Protection{Window: 20, Gap: 10})
	s.say(4)
	s.report(3, 1)
	expect(t, s.with(oneCopy), "c1") // in datagram 4
	s.report(3, 1)                   // the same again, or late
	expect(t, s.with(oneCopy), "")
	s.report(4, 1) // cannot be: 4 has the copy; it is not taken as a loss
	expect(t, s.with(oneCopy), "")
	s.report(5, 1) // so now it is
	expect(t, s.with(oneCopy), "c1")
	s.report(7)
	s.report(5, 1) // an old report
	expect(t, s.with(oneCopy), "")
}

func TestOverdueIsCopiedAndAgainAfterTheGap(t *testing.T) {
	s := newSender(fec.Protection{Window: 10, Age: 3, Gap: 2})
	s.say(3)
	for _, want := range []string{"c0", "c1", "c0 c2", "c1 c3", "c0 c2 c4"} {
		expect(t, s.with(len(strings.Fields(want))*oneCopy), want)
	}
	s = newSender(fec.Protection{Window: 10, Gap: 2}) // age 0: only what is reported missing
	s.say(9)
	expect(t, s.with(oneWindow), "w0-8")
}

func TestLastChance(t *testing.T) {
	s := newSender(fec.Protection{Window: 6, Age: 4, Gap: 5})
	s.say(4)
	expect(t, s.with(oneCopy), "c0") // 4 back
	s.report(4, 1, 2, 3)
	s.say(1)
	expect(t, s.with(3*oneCopy+oneWindow), "c1 c2 c3 w1-5")
	expect(t, s.with(oneCopy), "c1") // 6 back: the gap is not over, but later it is of no use
	expect(t, s.with(oneCopy), "c2")
	expect(t, s.with(oneCopy), "c3")
	expect(t, s.with(oneCopy), "c5") // overdue
}

func TestWindows(t *testing.T) {
	s := newSender(fec.Protection{Window: 5, Gap: 4})
	s.say(1)
	expect(t, s.with(plenty), "c0") // a window over one symbol is a copy, and a second copy says nothing new
	expect(t, s.with(oneWindow-1), "")
	expect(t, s.with(2*oneWindow), "w0-2 w0-2")
	expect(t, s.with(plenty), strings.TrimSpace(strings.Repeat("w0-3 ", fec.MaxChunks)))
	s.say(3)
	expect(t, s.with(oneWindow), "w3-7") // the oldest are too old
	s.report(5)
	expect(t, s.with(oneWindow), "w6-8")
	s.report(8)
	expect(t, s.with(plenty), "c9")
	s.report(10)
	s.say(1)
	s.report(11)
	if s.Owes() {
		t.Error("everything is confirmed")
	}
	expect(t, s.with(plenty), "")
}

func TestNothingForEmptySymbols(t *testing.T) {
	s := newSender(fec.Protection{Window: 8, Age: 1, Gap: 1})
	for range 9 {
		expect(t, s.send(nil, plenty), "")
	}
	if s.Owes() {
		t.Error("owes empty blocks")
	}
	s.say(1) // 9
	for range 3 {
		s.report(8, 3, 5)
		expect(t, s.send(nil, oneCopy), "c9")
	}
	if !s.Owes() {
		t.Error("owes 9")
	}
	s.report(11)
	expect(t, s.send(nil, plenty), "")
	if s.Owes() {
		t.Error("9 is confirmed")
	}
}

func TestOwesUntilItIsTooLate(t *testing.T) {
	s := newSender(fec.Protection{Window: 3, Gap: 1})
	if s.Owes() {
		t.Error("owes before anything was sent")
	}
	s.say(1)
	for i := range 3 {
		if !s.Owes() {
			t.Errorf("nothing owed %d datagrams later", i)
		}
		expect(t, s.send(nil, oneCopy), map[bool]string{true: "c0", false: ""}[i == 0])
	}
	if got := s.send(nil, plenty); got != "" || s.Owes() {
		t.Errorf("owes what is too old: %q", got)
	}
	s.say(1)
	s.Protect(fec.Protection{})
	if s.Owes() {
		t.Error("owes without protection")
	}
}

func TestRoom(t *testing.T) {
	for room := range 400 {
		s := newSender(fec.Protection{Window: 30, Age: 4, Gap: 3})
		s.say(12)
		s.report(6, 1, 2)
		s.Source(12, make([]byte, 10))
		used := 0
		for _, c := range s.Repairs(nil, room) {
			used += c.Len(false)
		}
		if used > room || (room >= oneCopy && used == 0) {
			t.Fatalf("room %d: %d bytes", room, used)
		}
	}
	s := newSender(fec.Protection{Window: 30})
	s.say(12)
	expect(t, s.with(-100), "")
}

func TestReportsOfWhatNeverWas(t *testing.T) {
	s := newSender(fec.Protection{Window: 20, Age: 5, Gap: 4})
	s.Report(0, []byte{0, 0})
	s.say(3)
	s.report(3, 1) // not sent yet
	s.report(60000, 59998)
	s.report(65535, 65500)
	expect(t, s.with(oneCopy), "")
	s.report(1, 0, 65530) // before the first
	expect(t, s.with(oneCopy), "c0")
	s.say(fec.History)
	s.report(1, 0) // forgotten
	s.report(130, 129)
	expect(t, s.with(oneCopy), "c129")
}

func TestProtectForgets(t *testing.T) {
	s := newSender(fec.Protection{Window: 20, Age: 1, Gap: 1})
	s.say(5)
	s.Protect(fec.Protection{})
	expect(t, s.with(plenty), "")
	s.Protect(fec.Protection{Window: -1, Age: 1 << 20, Gap: -1})
	expect(t, s.with(plenty), "")
	s.Protect(fec.Protection{Window: 1 << 20, Age: -4, Gap: 1 << 20}) // taken as 64, 0, 64
	expect(t, s.with(oneWindow), "c6")                                // 5 and what was before are forgotten
	s.Protect(fec.Protection{})
	s.next = 9 // a stream that goes on without protection, and comes back round to where it was
	s.Protect(fec.Protection{Window: 20, Age: 1, Gap: 1})
	expect(t, s.with(plenty), "")
	s.next = 30 // a hole
	expect(t, s.with(plenty), "")
}

// TestSparseReports holds that where reports are rare nothing is copied for not being confirmed.
func TestSparseReports(t *testing.T) {
	line := fec.Line{Loss: .02, RTT: 100 * time.Millisecond, Interval: 80 * time.Millisecond, Budget: time.Second, Rate: 20e3, Sparse: true}
	if p := fec.For(line); p.Age != 0 || p.Window == 0 {
		t.Errorf("%+v", p)
	}
	line.Interval = 40 * time.Millisecond
	if p := fec.For(line); p.Age == 0 {
		t.Errorf("not so far apart: %+v", p)
	}
	line.Interval, line.Loss = 80*time.Millisecond, .2
	if p := fec.For(line); p.Age == 0 {
		t.Errorf("with prompt reports: %+v", p)
	}
}
