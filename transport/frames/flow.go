package frames

import "time"

const (
	flowMarks = 128
	flowApart = 8 * time.Millisecond // marks, at least
)

// flow counts what came and what did not.
type flow struct {
	marks [flowMarks]mark
	n     int
	now   mark
}

// mark is what there had been when a piece left and came.
type mark struct {
	sent, arrival             time.Duration
	bytes, pieces, lost, runs int64
}

// take notes a sample.
func (f *flow) take(s Sample) {
	f.now.bytes += int64(s.Bytes)
	f.now.pieces += int64(s.Pieces)
	f.now.lost += int64(s.Lost)
	f.now.runs += int64(s.Runs)
	if f.n > 0 && s.Arrival < f.now.arrival {
		return // overtaken
	}
	f.now.sent, f.now.arrival = s.Sent, s.Arrival
	if f.n > 0 && s.Arrival-f.at(0).arrival < flowApart {
		return
	}
	f.marks[f.n%flowMarks] = f.now
	f.n++
}

// at returns the mark that many before the last.
func (f *flow) at(back int) *mark { return &f.marks[(f.n-1-back+flowMarks)%flowMarks] }

// since returns what came in the last d, or as far as it is remembered.
func (f *flow) since(d time.Duration) stretch {
	if f.n == 0 {
		return stretch{}
	}
	from := f.at(0)
	for back := 1; back < min(f.n, flowMarks) && f.now.arrival-from.arrival < d; back++ {
		from = f.at(back)
	}
	return f.after(*from)
}

// after returns what came after a mark.
func (f *flow) after(from mark) stretch {
	return stretch{
		sent: f.now.sent - from.sent, arrival: f.now.arrival - from.arrival,
		bytes: f.now.bytes - from.bytes, pieces: f.now.pieces - from.pieces, lost: f.now.lost - from.lost, runs: f.now.runs - from.runs,
	}
}

// stretch is what came between two marks.
type stretch struct {
	sent, arrival             time.Duration // between their sending, and their coming
	bytes, pieces, lost, runs int64
}

// delivered is the bit/s that came; 0 if the stretch is too short to tell.
func (s stretch) delivered() float64 {
	if s.arrival < 40*time.Millisecond {
		return 0
	}
	return 8 * float64(s.bytes) / s.arrival.Seconds()
}

// sending is the bit/s that left; 0 if the stretch is too short to tell.
func (s stretch) sending() float64 {
	if s.sent < 40*time.Millisecond {
		return 0
	}
	return 8 * float64(s.bytes) / max(1-s.loss(), 0.1) / s.sent.Seconds()
}

// loss is the share of pieces that did not come.
func (s stretch) loss() float64 {
	if s.lost <= 0 || s.pieces <= 0 {
		return 0
	}
	return float64(s.lost) / float64(s.lost+s.pieces)
}
