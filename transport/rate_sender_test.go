package transport

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// duplex is a Sender and a Receiver at each end of a simulated line; one end speaks, the other reports.
type duplex struct {
	sim
	start          time.Time
	speaker, other *Sender
	ear, otherEar  *Receiver
	frame          int   // bytes of a frame
	wire           int64 // bytes that the speaker sent, with all headers
}

func newDuplex(rate float64, rtt time.Duration, loss float64) *duplex {
	d := &duplex{sim: *newSim(rate, rtt, loss, 1), start: time.Unix(1e9, 0), frame: 40, speaker: NewSender(), other: NewSender()}
	d.ear, d.otherEar = NewReceiver(d.start), NewReceiver(d.start)
	return d
}

// speak sends a frame every 40 ms and hands over what it brings.
func (d *duplex) speak(t *testing.T, i uint32) {
	d.at(d.now+40*time.Millisecond, func() { d.speak(t, i+1) })
	if d.speaker.Stats().Broken {
		return
	}
	p := NewVoice(5, codec.LayerHi, i, i*1920, codec.MakeLevel(true, -20), make([]byte, d.frame))
	b, _ := d.speaker.Datagram(nil, []*Packet{p}, nil, d.start.Add(d.now))
	d.wire += int64(len(b) + Overhead)
	if at, ok := d.forward.pass(d.now, len(b)+Overhead); ok {
		d.sim.at(at, func() { d.hear(t, b) })
	}
}

func (d *duplex) hear(t *testing.T, b []byte) {
	if _, err := d.ear.Receive(b, d.start.Add(d.now)); err != nil {
		t.Error(err)
	}
}

// report sends what is due.
func (d *duplex) report(t *testing.T) {
	d.at(d.now+20*time.Millisecond, func() { d.report(t) })
	fb := d.ear.Report(d.start.Add(d.now), false)
	if fb == nil {
		return
	}
	b, _ := d.other.Datagram(nil, nil, fb, d.start.Add(d.now))
	if at, ok := d.back.pass(d.now, len(b)+Overhead); ok {
		d.sim.at(at, func() {
			got, err := d.otherEar.Receive(b, d.start.Add(d.now))
			if err != nil {
				t.Error(err)
				return
			}
			d.speaker.Feedback(got.Feedback, d.start.Add(d.now))
		})
	}
}

func TestSenderProvesWhatIsWanted(t *testing.T) {
	for _, c := range []struct{ rate, want, loss float64 }{{256e3, 60e3, 0}, {40e3, 60e3, 0}, {256e3, 60e3, .3}} {
		d := newDuplex(c.rate, 150*time.Millisecond, c.loss)
		d.speaker.Want(c.want)
		if c.loss > 0 {
			d.speaker.Protect(fec.For(fec.Line{Loss: c.loss, Interval: 40 * time.Millisecond, RTT: 150 * time.Millisecond, Budget: 400 * time.Millisecond, Rate: 30e3}))
		}
		d.speak(t, 0)
		d.report(t)
		d.run(15 * second)
		before := d.wire
		d.run(60 * second)
		stats, sent := d.speaker.Stats(), perSecond(d.wire-before, 45*second)
		t.Logf("%3.0f kbit/s, wanted %.0f, %2.0f %%: W %.1f, queue %v, sent %.1f kbit/s", c.rate/1e3, c.want/1e3, 100*c.loss, stats.Rate/1e3, stats.Queue, sent/1e3)
		if goal := min(c.rate, c.want); stats.Rate < .8*goal || stats.Rate > 1.2*goal {
			t.Errorf("believes in %.0f", stats.Rate)
		}
		if c.loss == 0 && c.rate > c.want && sent > 24e3 { // 40 + 8 + 55 bytes every 40 ms are 21
			t.Errorf("%.0f bit/s for a voice on a clean line", sent)
		}
	}
}
