package transport

import (
	"math/bits"
	"time"

	"github.com/diemcau/diemcau/fec"
)

// Feedback intervals: on a datagram that is sent anyway, alone, and alone while nothing is missing.
const (
	feedbackRiding = 100 * time.Millisecond
	feedbackAlone  = 190 * time.Millisecond // a little less than what the protocol asks: timers are late
	feedbackClean  = 380 * time.Millisecond
	feedbackRare   = 590 * time.Millisecond // beside QUIC, of media that comes seldom, unless something went missing since the last
	// A sender that asked for prompt reports gets one at its own pace, also when nothing arrives: that says something, too.
	promptLeast = 30 * time.Millisecond
	promptMost  = 190 * time.Millisecond
	promptFor   = time.Second // after the last media
)

// reports is when a receiver has to speak.
type reports struct {
	last    time.Time     // of the last report
	pending bool          // something to report arrived since
	prompt  bool          // the other side asks for a report on every datagram
	media   time.Time     // when the last datagram with media arrived
	pace    time.Duration // between the other side's datagrams, smoothed
	hop     int64         // of the datagram that pace was measured with
	at      time.Time     // its arrival
	hole    bool          // a datagram went missing since the last report
	missed  int           // signs of life that were sent since, because nothing more came
}

// note takes a datagram. Reports are not reported on, or two quiet sides would answer each other for ever.
func (r *reports) note(d *datagram, hop int64, now time.Time) {
	if len(d.source) > 0 || d.chunkCount > 0 {
		r.media = now
	}
	r.pending = r.pending || len(d.source) > 0 || d.chunkCount > 0 || !d.hasFeedback
	if hop <= r.hop && !r.at.IsZero() {
		return
	}
	r.prompt = d.prompt
	if n := hop - r.hop; n < 16 && !r.at.IsZero() {
		gap := now.Sub(r.at) / time.Duration(n)
		if r.pace == 0 {
			r.pace = gap
		}
		r.pace += (gap - r.pace) / 8
	}
	r.hop, r.at, r.missed = hop, now, 0
}

// An end that may have another address now, and so hears nothing, says so soon: a pause in speech looks the same, so only a few times, and only where
// media comes so often that the line is no thin one.
const (
	missedMost = 3
	missedGap  = 40 * time.Millisecond // between them
	missedLate = 5 * time.Millisecond  // by which the first is later than twice the pace
	missedPace = fec.SparseAfter
)

// miss says whether media has stopped just now, and counts that as noticed.
func (r *reports) miss(now time.Time) bool {
	if r.prompt || r.pace == 0 || r.pace > missedPace || r.missed == missedMost || r.media != r.at || now.Sub(r.at) < 2*r.pace+missedLate+time.Duration(r.missed)*missedGap {
		return false
	}
	r.missed++
	return true
}

// missing says whether a sign of life is due because media has stopped.
func (r *Receiver) missing(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reports.miss(now)
}

// due returns how long after the last report the next one is wanted; riding says that a datagram leaves anyway, complete that nothing is missing.
func (r *reports) due(now time.Time, riding, complete bool) time.Duration {
	switch {
	case r.prompt && r.pending:
		return min(r.pace/4, feedbackRiding)
	case r.prompt && now.Sub(r.media) < promptFor:
		return min(max(r.pace*17/16, promptLeast), promptMost)
	case riding:
		return feedbackRiding
	case complete:
		return feedbackClean
	}
	return feedbackAlone
}

// wanted says whether there is anything to say.
func (r *reports) wanted(now time.Time) bool {
	return r.pending || r.prompt && now.Sub(r.media) < promptFor
}

// Report returns the feedback that is due, or nil. riding says that a datagram leaves anyway, which makes a report cheap.
func (r *Receiver) Report(now time.Time, riding bool) *Feedback {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.started || !r.reports.wanted(now) || now.Sub(r.reports.last) < r.wait(now, riding) {
		return nil
	}
	return r.report(now)
}

// wait returns how long after the last report the next one is wanted. mu is held.
func (r *Receiver) wait(now time.Time, riding bool) time.Duration {
	switch {
	case !r.rare() || riding:
		return r.reports.due(now, riding, r.complete())
	case r.reports.hole:
		return feedbackRiding
	}
	return feedbackRare
}

// rare says whether reports are: a thin line has better use for their bytes, and QUIC does not wait for them. mu is held.
func (r *Receiver) rare() bool {
	return r.uplink.spared > 0 && !r.reports.prompt && r.reports.pace > fec.SparseAfter
}

// urgent says whether something is missing of which a line whose reports are rare has to hear at once.
func (r *Receiver) urgent() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reports.hole && r.rare()
}

// Beat returns feedback whether or not anything new arrived, or nil if nothing ever did.
func (r *Receiver) Beat(now time.Time) *Feedback {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.started {
		return nil
	}
	return r.report(now)
}

func (r *Receiver) report(now time.Time) *Feedback {
	r.reports.last, r.reports.pending, r.reports.hole = now, false, false
	return &Feedback{
		Highest: uint16(r.highest),
		Arrival: uint16(r.arrival.Sub(r.epoch) / arrivalUnit),
		Hold:    uint8(min(now.Sub(r.arrival).Milliseconds(), holdUnknown)),
		Lost:    uint8(r.stats.Lost),
		Runs:    uint8(r.stats.Runs),
		Bitmap:  r.bitmap(),
	}
}

// complete says whether all of the last 64 datagrams are here.
func (r *Receiver) complete() bool {
	for i := int64(1); i <= min(r.highest, 64); i++ {
		if !r.here.at(r.highest - i) {
			return false
		}
	}
	return true
}

// bitmap returns what is here below the highest: four bytes on a clean line, eight where something is missing.
func (r *Receiver) bitmap() []byte {
	var word uint64
	known := min(r.highest, 64)
	for i := range known {
		if r.here.at(r.highest - 1 - i) {
			word |= 1 << i
		}
	}
	size := 4
	if int64(bits.OnesCount64(word)) < known {
		size = 8
	}
	size = min(size, int(known+7)/8)
	out := make([]byte, size)
	for i := range out {
		out[i] = byte(word >> (8 * i))
	}
	return out
}

// Prompt says whether the other side asks for a report on every datagram: then Tick has to be called as often.
func (r *Receiver) Prompt() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reports.prompt
}
