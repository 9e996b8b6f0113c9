package bench

import (
	"errors"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
	"github.com/diemcau/diemcau/fec/linesim"
	"github.com/diemcau/diemcau/transport"
)

// Voice says what to simulate: one voice over one line, through the Sender, the Receiver and the reports that ship, in virtual time.
type Voice struct {
	Wire     int           // bit/s that the sender may fill, all headers counted
	Bitrate  int           // of the codec, bit/s; 0: the plan's choice
	Loss     linesim.Loss  // of both directions
	Budget   time.Duration // from the capture of a frame until playout, transit not counted
	RTT      time.Duration
	Feedback bool
	Frames   int
	Seed     uint64
}

// VoiceResult is what came of it. Equal questions have equal answers.
type VoiceResult struct {
	ResidualPct float64   `json:"residual_pct"` // of frames that are not there at playout
	MeanRun     float64   `json:"mean_run"`     // of such frames in a row
	WireKbps    float64   `json:"wire_kbps"`    // the direction of the voice, with IPv4, UDP, QUIC and WebTransport
	ReturnKbps  float64   `json:"return_kbps"`  // reports, likewise
	BoundPct    float64   `json:"bound_pct"`    // what a sender who knew the losses beforehand would lose at this wire rate and interval
	DelayMs     float64   `json:"delay_ms"`     // from capture to playout: the budget and the transit
	Plan        VoicePlan `json:"plan"`         // that was in force longest
}

// VoicePlan is a send plan in plain numbers.
type VoicePlan struct {
	CodecKbps  float64 `json:"codec_kbps"`
	IntervalMs int     `json:"interval_ms"` // between datagrams, and the frame in each
	BudgetMs   int     `json:"budget_ms"`
	Window     int     `json:"window"`
	Age        int     `json:"age"`
	Gap        int     `json:"gap"`
	RateKbps   float64 `json:"rate_kbps"`
	Prompt     bool    `json:"prompt"`
	SharePct   float64 `json:"share_pct"` // of the time that it was in force
}

const (
	tickEvery   = 20 * time.Millisecond
	replanEvery = time.Second
	samplesOf   = 48 // a millisecond
)

// ErrVoice says that a simulation cannot be as asked.
var ErrVoice = errors.New("bench: a voice needs 16 to 512 kbit/s, a budget of 60 to 2,000 ms, a loss of at most 90 %, a round trip of at most 2,000 ms, a codec of 6 to 64 kbit/s and 1 to 10,000,000 frames")

// Validate holds the limits.
func (v Voice) Validate() error {
	if v.Wire < 16_000 || v.Wire > 512_000 || v.Budget < 60*time.Millisecond || v.Budget > 2*time.Second || !(v.Loss.Share >= 0 && v.Loss.Share <= 0.9) ||
		v.RTT < 0 || v.RTT > 2*time.Second || v.Frames < 1 || v.Frames > 10_000_000 || v.Bitrate != 0 && (v.Bitrate < 6000 || v.Bitrate > 64_000) {
		return ErrVoice
	}
	return nil
}

// Run simulates. The error is ErrVoice.
func (v Voice) Run() (VoiceResult, error) {
	if err := v.Validate(); err != nil {
		return VoiceResult{}, err
	}
	r := newVoiceRun(v)
	r.run()
	return r.tally.result(v.Wire, v.Budget, v.RTT), nil
}

// timeline is a simulation's clock. Times are counted from epoch.
type timeline struct {
	epoch      time.Time
	now        time.Duration
	nextTick   time.Duration
	nextReplan time.Duration
}

func (t *timeline) clock() time.Time { return t.epoch.Add(t.now) }

// voiceRun is one simulation.
type voiceRun struct {
	Voice
	timeline
	sender, answer *transport.Sender // of the voice, of the reports
	receiver       *transport.Receiver
	forward, back  linesim.Channel
	planner        transport.Planner
	plan           fec.Plan
	flight         *flight // datagrams under way, both directions
	tally          tally
	payload        []byte
	sequence       uint32
}

func newVoiceRun(v Voice) *voiceRun {
	epoch := time.Unix(1_700_000_000, 0)
	r := &voiceRun{
		Voice: v, timeline: timeline{epoch: epoch}, sender: transport.NewSender(), answer: transport.NewSender(), receiver: transport.NewReceiver(epoch),
		forward: v.Loss.New(v.Seed, 1), back: v.Loss.New(v.Seed, 2), flight: &flight{}, payload: make([]byte, codec.MaxVoicePayload),
	}
	r.sender.Want(1) // the wire rate is given: nothing is to be probed
	r.tally.plans = map[fec.Plan]held{}
	return r
}

// run plays the events in order: frames are sent, datagrams arrive, the receiver's clock ticks.
func (r *voiceRun) run() {
	r.choose()
	frameAt := time.Duration(0) // capture of the next frame's first sample
	for int(r.sequence) < r.Frames {
		send := frameAt + r.plan.Interval
		next := min(send, r.nextTick, r.flight.next())
		r.now = next
		switch next {
		case r.flight.next():
			r.arrive(r.flight.pop())
		case r.nextTick:
			r.nextTick += tickEvery
			r.report()
		default:
			r.speak(frameAt)
			r.tally.hold(r.plan, r.plan.Interval)
			frameAt = send
			if send >= r.nextReplan {
				r.nextReplan = send + replanEvery
				r.choose()
			}
		}
	}
	for until := r.now + 2*time.Second; r.flight.next() <= until; {
		r.now = r.flight.next()
		r.arrive(r.flight.pop())
	}
}

// choose follows the line with the plan that ships.
func (r *voiceRun) choose() {
	stats := r.sender.Stats()
	stats.Rate = float64(r.Wire)
	limits := transport.Limits{Bitrate: fec.Bitrates[0], Least: r.Budget, Most: r.Budget}
	if !r.Feedback { // nobody tells the sender what the line is like: the question does
		stats.Loss, stats.Observed, stats.RTT = r.Loss.Share, 1e9, 2*r.Budget
	}
	in := r.plan.Interval
	r.plan = r.planner.Update(stats, limits, r.clock())
	if r.Bitrate > 0 {
		r.plan = r.planner.For(r.Bitrate, in)
	}
	r.sender.Protect(r.plan.Protection)
}

// speak sends the next datagram, of frames captured from a time on.
func (r *voiceRun) speak(captured time.Duration) {
	frame := fec.FrameLength(r.plan.Interval)
	size := (r.plan.Bitrate*int(frame/time.Millisecond) + 7999) / 8000
	r.payload[0] = toc(frame)
	var packets []*transport.Packet
	for at := captured; at < captured+r.plan.Interval; at += frame {
		packets = append(packets, transport.NewVoice(1, codec.LayerLo, r.sequence, uint32(at.Milliseconds()*samplesOf), 20, r.payload[:size]))
		r.tally.expect(r.sequence, at+r.Budget+r.RTT/2)
		r.sequence++
	}
	b, _ := r.sender.Datagram(nil, packets, nil, r.clock())
	r.tally.wire += len(b) + transport.Overhead
	lost := r.forward.Lost(r.now)
	r.tally.slots = append(r.tally.slots, linesim.Slot{
		At: r.now, Until: r.now + r.Budget - frame, Media: fec.MediaSize(r.plan.Bitrate, r.plan.Interval), Lost: lost,
	})
	if !lost {
		r.flight.push(datagram{at: r.now + r.RTT/2, bytes: b})
	}
}

// toc is the first byte of a SILK frame of a length (RFC 6716 section 3.1).
func toc(frame time.Duration) byte {
	if frame == 40*time.Millisecond {
		return 2 << 3
	}
	return 1 << 3
}

// report lets the receiver say what is due.
func (r *voiceRun) report() {
	if !r.Feedback {
		return
	}
	fb := r.receiver.Report(r.clock(), false)
	if fb == nil {
		return
	}
	b, _ := r.answer.Datagram(nil, nil, fb, r.clock())
	r.tally.back += len(b) + transport.Overhead
	if !r.back.Lost(r.now) {
		r.flight.push(datagram{at: r.now + r.RTT/2, report: fb})
	}
}

func (r *voiceRun) arrive(d datagram) {
	if d.report != nil {
		r.sender.Feedback(d.report, r.clock())
		return
	}
	received, err := r.receiver.Receive(d.bytes, r.clock())
	if err != nil {
		return
	}
	for _, p := range received.Packets {
		r.tally.came(p.Sequence, r.now)
	}
	if r.receiver.Prompt() {
		r.report()
	}
}
