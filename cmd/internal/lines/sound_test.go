package lines

import (
	"math"
	"testing"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

var zero = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func captured(at int64) time.Time { return zero.Add(time.Duration(at) * time.Second / codec.ClockRate) }

// played returns what an ear hears of a round, each frame so long after its capture as delay says.
func played(t testing.TB, delay func(at int64) time.Duration) (all []Heard) {
	l := loop(t)
	sequence := uint32(0)
	for at := int64(0); at < l.Length(); at += 20 * ms {
		packet := l.Packet(at, 24000, 20)
		if !l.Sent(at, 20) {
			continue
		}
		p := transport.NewVoice(1, codec.LayerHi, sequence, uint32(at), l.Level(at, 20), packet)
		sequence++
		all = append(all, Heard{At: captured(at).Add(delay(at)), Time: at, Samples: 20 * ms, Packet: p})
	}
	return all
}

func scored(t testing.TB, s sound) float64 {
	t.Helper()
	verdicts, err := loop(t).Judge(s.pcm, codec.ClockRate, 0)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.
	for _, v := range verdicts {
		sum += v.Score / float64(len(verdicts))
	}
	return sum
}

func TestSoundIsLaidWhereItIsPlayed(t *testing.T) {
	const late = 300 * time.Millisecond
	all := played(t, func(int64) time.Duration { return late })
	s := render(all, zero, captured)
	if score := scored(t, s); score < .96 {
		t.Errorf("ESTOI %.3f", score)
	}
	for _, d := range s.delays {
		if (d.delay - late).Abs() > time.Millisecond {
			t.Fatalf("at %d: %v", d.at, d.delay)
		}
	}
	if len(s.frames) != len(all) || len(s.delays) != len(all) {
		t.Errorf("%d frames and %d delays of %d", len(s.frames), len(s.delays), len(all))
	}
}

func TestMissingFramesAreCountedAndConcealed(t *testing.T) {
	all := played(t, func(int64) time.Duration { return 200 * time.Millisecond })
	lost := 0
	for i := range all {
		if i%10 == 3 && all[i].Packet.Level.Voice() {
			all[i].Packet = nil
			lost++
		}
	}
	s := render(all, zero, captured)
	missing, spoken := loop(t).Missing(s.frames, 0, loop(t).Length())
	if want := time.Duration(lost) * 20 * time.Millisecond; missing != want || spoken < 10*missing {
		t.Errorf("missing %v of %v, want %v", missing, spoken, want)
	}
	if score := scored(t, s); score < .85 || score > .97 {
		t.Errorf("ESTOI %.3f", score)
	}
}

// A delay that shrinks in the middle of speech is caught up with, and little of what is said suffers.
func TestDelayShrinksInSpeech(t *testing.T) {
	s := render(played(t, func(at int64) time.Duration {
		return max(600*time.Millisecond-time.Duration(at/50)*time.Second/codec.ClockRate, 400*time.Millisecond)
	}), zero, captured)
	if score := scored(t, s); score < .92 {
		t.Errorf("ESTOI %.3f", score)
	}
	if last := s.delays[len(s.delays)-1].delay; last > 400*time.Millisecond+30*time.Millisecond {
		t.Errorf("%v in the end", last)
	}
}

// A delay that grows at once leaves a gap in what is said, and all is said.
func TestGrowingDelayIsFilled(t *testing.T) {
	s := render(played(t, func(at int64) time.Duration {
		if at < loop(t).Length()/2 {
			return 100 * time.Millisecond
		}
		return 250 * time.Millisecond
	}), zero, captured)
	if score := scored(t, s); score < .93 {
		t.Errorf("ESTOI %.3f", score)
	}
	if first, last := s.delays[0].delay, s.delays[len(s.delays)-1].delay; (last - first - 150*time.Millisecond).Abs() > time.Millisecond {
		t.Errorf("from %v to %v", first, last)
	}
}

func TestShortenTakesOutWholePeriods(t *testing.T) {
	const period = 300 // samples: 160 Hz
	pcm := make([]float32, 1920)
	for i := range pcm {
		pcm[i] = float32(math.Sin(2 * math.Pi * float64(i) / period))
	}
	out := shorten(pcm, 0, 700)
	if gone := 1920 - len(out); gone%period > cutStep && period-gone%period > cutStep || gone == 0 || gone > 700 {
		t.Errorf("%d samples less", gone)
	}
	for i := 1; i < len(out); i++ {
		if step := math.Abs(float64(out[i] - out[i-1])); step > .05 {
			t.Fatalf("a jump of %.2f at %d", step, i)
		}
	}
	if same := shorten(pcm[:960], 0, shortCut-1); len(same) != 960 {
		t.Error("shortened for next to nothing")
	}
}

func TestRestlessNeverPauses(t *testing.T) {
	l := loop(t)
	m := &Mouth{Loop: l, Restless: true}
	m.from, m.length = talkspurt(l)
	if m.length < codec.ClockRate {
		t.Fatalf("a talkspurt of %d samples", m.length)
	}
	for at := int64(0); at < 3*m.length; at += longFrame * ms {
		if !l.Sent(m.source(at), longFrame) || l.Packet(m.source(at), speech.Rates[0], longFrame) == nil {
			t.Fatalf("a pause at %d", at)
		}
	}
}
