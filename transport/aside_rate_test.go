package transport

import (
	"testing"
	"time"
)

// showing sends a picture of so many bytes every so often beside the voice, in pieces, as fast as a path takes them.
func (d *duplex) showing(size int, every time.Duration, counted bool) {
	d.at(d.now+every, func() { d.showing(size, every, counted) })
	const piece = 1000
	for left := size; left > 0; left -= piece {
		if counted {
			d.speaker.SentAside(min(left, piece))
		}
		d.forward.pass(d.now, min(left, piece)+Overhead)
	}
}

// TestWhatGoesBesideTheVoiceTellsWhatTheLineCarries holds that the queue of a picture of ours is not taken for what the voice alone is too much for.
func TestWhatGoesBesideTheVoiceTellsWhatTheLineCarries(t *testing.T) {
	var least [2]float64
	for i, counted := range []bool{false, true} {
		d := newDuplex(64e3, 300*time.Millisecond, 0)
		d.speaker.Want(47e3)
		d.speak(t, 0)
		d.report(t)
		d.run(10 * second)
		d.showing(1400, 600*time.Millisecond, counted)
		least[i] = maxRate
		for at := 15 * second; at < 60*second; at += second {
			d.run(at)
			least[i] = min(least[i], d.speaker.Stats().Rate)
		}
	}
	t.Logf("the voice is believed to get at least %.0f kbit/s, where pictures are not counted %.0f", least[1]/1e3, least[0]/1e3)
	if least[1] < 32e3 || least[0] > 20e3 {
		t.Errorf("%.0f and %.0f bit/s", least[1], least[0])
	}
}

// TestWhatComesBesideTheVoiceIsCounted holds the same of the other direction.
func TestWhatComesBesideTheVoiceIsCounted(t *testing.T) {
	r := NewReceiver(time.Unix(1e9, 0))
	r.uplink.rate = uplinkStart
	r.CameAside(1000)
	if got := r.uplink.busy.bytes; got != 1000+Overhead || got != r.uplink.second.bytes {
		t.Errorf("%d and %d bytes", got, r.uplink.second.bytes)
	}
}

// TestARoundTripThatGrewIsNoQueue holds that a path which becomes far longer is known as such within seconds: pictures stop for what the voice takes for a queue.
func TestARoundTripThatGrewIsNoQueue(t *testing.T) {
	d := newDuplex(256e3, 4*time.Millisecond, 0)
	d.speaker.Want(47e3)
	d.speak(t, 0)
	d.report(t)
	d.run(20 * second)
	d.forward.delay, d.back.delay = steady(150*time.Millisecond), steady(150*time.Millisecond)
	d.frame = 10 // the plan is for what is left
	d.run(40 * second)
	if s := d.speaker.Stats(); s.Queue > calmQueue || s.Rate < 30e3 {
		t.Errorf("20 s later a queue of %v, %.0f bit/s", s.Queue, s.Rate)
	}
}
