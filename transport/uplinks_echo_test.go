package transport

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"
)

func TestEchoes(t *testing.T) {
	for _, e := range []echo{{}, {asks: true, sent: 1, seen: 2, got: 3, hold: 4}, {sent: 0xffff, seen: 0xfffe, got: 0xfffd, hold: echoNone}} {
		b := e.append(nil)
		if got, ok := parseEcho(b); !ok || got != e || len(b) != echoSize {
			t.Errorf("%+v became %+v", e, got)
		}
		if _, err := parseDatagram(b); err == nil {
			t.Errorf("%x is a datagram of a line, too", b)
		}
		for n := range b {
			if _, ok := parseEcho(b[:n]); ok {
				t.Errorf("%x is whole", b[:n])
			}
		}
		if _, ok := parseEcho(append(b, 0)); ok {
			t.Error("a byte too much")
		}
	}
}

func FuzzEcho(f *testing.F) {
	f.Add([]byte{echoTells, 0, 1, 0, 2, 0, 3, 0, 4})
	f.Add([]byte{echoAsks, 255, 255, 255, 255, 255, 255, 255, 255})
	f.Add([]byte{0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, ok := parseEcho(b)
		if ok != (len(b) == echoSize && (b[0] == echoTells || b[0] == echoAsks)) {
			t.Fatalf("%x: %v", b, ok)
		}
		if ok && !bytes.Equal(e.append(nil), b) {
			t.Fatalf("%x is not what it was", b)
		}
		var ends echoes // whatever comes, nothing breaks
		now := time.Unix(1000, 0)
		ends.make(false, now)
		ends.take(e, time.Time{}, now)
		ends.take(e, now, now.Add(time.Second))
		if l := ends.hence.loss(); !(l >= 0 && l <= 1) {
			t.Fatalf("loss %v", l)
		}
	})
}

// two ends of an uplink that loses what it is told to, and delays.
func TestEchoesTellLossAndRoundTrip(t *testing.T) {
	for _, loss := range []float64{0, .02, .3, .6} {
		var near, far echoes
		chance := rand.New(rand.NewPCG(1, 2))
		now := time.Unix(1000, 0)
		for i := range 20_000 { // 800 s
			now = now.Add(40 * time.Millisecond)
			near.count++
			if chance.Float64() >= loss {
				far.got++
			}
			if i%25 == 0 {
				if e := near.make(false, now); chance.Float64() >= loss {
					far.got++
					far.take(e, time.Time{}, now.Add(30*time.Millisecond))
				}
				if e := far.make(false, now.Add(100*time.Millisecond)); chance.Float64() >= loss/2 {
					near.got++
					near.take(e, time.Time{}, now.Add(130*time.Millisecond))
				}
			}
		}
		if got := near.hence.loss(); got < loss-.12 || got > loss+.12 {
			t.Errorf("of what is sent %.2f is lost, told as %.2f", loss, got)
		}
		if got := far.here.loss(); got < loss-.12 || got > loss+.12 {
			t.Errorf("of what comes %.2f is lost, told as %.2f", loss, got)
		}
		if near.rtt < 55*time.Millisecond || near.rtt > 65*time.Millisecond {
			t.Errorf("round trip %v", near.rtt)
		}
	}
}

// What was lost while an uplink was away is not how it loses.
func TestEchoesForgetWhatWasLostMeanwhile(t *testing.T) {
	var near, far echoes
	now := time.Unix(1000, 0)
	exchange := func(since time.Time, lost bool) {
		now = now.Add(time.Second)
		e := near.make(false, now)
		if lost {
			return
		}
		far.got++
		far.take(e, since, now)
		near.got++
		near.take(far.make(false, now), since, now)
	}
	for range 40 {
		exchange(time.Time{}, false)
	}
	for range 40 {
		exchange(time.Time{}, true)
	}
	since := now.Add(time.Millisecond)
	for range 5 {
		exchange(since, false)
	}
	if a, b := near.hence.loss(), far.here.loss(); a > .01 || b > .01 {
		t.Errorf("%.2f and %.2f lost", a, b)
	}
}

func TestAnAllowanceFollowsItsUplink(t *testing.T) {
	for _, rate := range []float64{24e3, 32e3, 64e3, 200e3} {
		var a allowance
		now, queue, sent, least := time.Unix(1000, 0), 0.0, 0, 1e9
		for i := range 1000 { // 40 s of 400 kbit/s
			now = now.Add(40 * time.Millisecond)
			queue = max(0, queue-.04*rate/8)
			for range 10 {
				if a.grants(200, now) {
					a.sent(200)
					queue += 200
					sent += 200
				}
			}
			if i%12 == 0 {
				a.judge(time.Duration(8*queue/rate*float64(time.Second)), 0, now)
			}
			if i == 250 {
				sent = 0
			}
			if i > 250 {
				least = min(least, a.rate)
			}
		}
		if got := 8 * float64(sent) / 30; got < .5*rate || got > 1.05*rate || !a.met {
			t.Errorf("%.0f of %.0f kbit/s used, at least %.0f", got/1000, rate/1000, least/1000)
		}
	}
}
