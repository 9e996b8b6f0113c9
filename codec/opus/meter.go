package opus

import (
	"math"

	"github.com/diemcau/diemcau/codec"
)

// Thresholds of the voice decision, in dB.
const (
	quietest  = -55.0 // dBov: nothing below is voice
	onset     = 12.0  // above the noise: a talkspurt begins
	release   = 6.0   // above the noise: it goes on
	floorRise = 3.0   // per second: how fast the noise estimate follows upward
	floorMax  = -40.0 // dBov: louder than this is not taken for noise
	silent    = -127.0
)

// Meter measures how loud the packets of one stream are and whether someone speaks. It is not safe for concurrent use.
type Meter struct {
	dec   *Decoder
	noise float64 // dBov, slow upward, fast downward
	last  codec.Level
}

// NewMeter returns a meter at the beginning of a stream.
func NewMeter() *Meter {
	return &Meter{dec: NewDecoder(), noise: -70, last: codec.Silence}
}

// Level decodes the next packet and returns its level. A packet of discontinuous transmission is codec.Silence. With an
// error (see Decoder.Decode) it returns the level before: what cannot be measured must not cut a voice off.
func (m *Meter) Level(packet []byte) (codec.Level, error) {
	pcm, err := m.dec.Decode(packet)
	if err != nil {
		return m.last, err
	}
	loud := DBov(pcm)
	margin := onset
	if m.last.Voice() {
		margin = release
	}
	voice := loud > quietest && loud > m.noise+margin
	switch {
	case loud <= silent: // not transmitted: says nothing about the room
	case loud < m.noise:
		m.noise += (loud - m.noise) / 4
	default:
		m.noise = min(loud, floorMax, m.noise+floorRise*float64(len(pcm))/codec.ClockRate)
	}
	m.last = codec.MakeLevel(voice, loud)
	return m.last, nil
}

// DBov returns the loudness of samples of full scale ±1 in dBov, not below −127, which is also that of no samples.
func DBov(pcm []float32) float64 {
	var sum float64
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	if !(sum > 0) { // also what is no number
		return silent
	}
	return max(silent, 10*math.Log10(sum/float64(len(pcm))))
}
