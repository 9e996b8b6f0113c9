package speech

import (
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/opus"
)

const (
	ms   = codec.ClockRate / 1000
	fade = 5 * ms // from what was concealed to what came
)

// Player plays the frames of one voice, one after another, and conceals those that are missing: 48 kHz, mono, within ±1. Its
// concealment is plainer than that of libopus, but what is understood with losses differs little (see the tests). It is not
// safe for concurrent use.
type Player struct {
	decoder *opus.Decoder
	hidden  concealment
	past    [history]float32 // what was heard last
}

// NewPlayer returns a player at the beginning of a voice.
func NewPlayer() *Player { return &Player{decoder: opus.NewDecoder()} }

// Play appends the sound of the next packet to out. A packet that cannot be decoded is as one that is missing; if it is
// not even well-formed, nothing is appended. Packets of several layers or encoders may follow each other.
func (p *Player) Play(out []float32, packet []byte) []float32 {
	samples, err := opus.Duration(packet)
	if err != nil {
		return out
	}
	pcm, err := p.decoder.Decode(packet)
	if err != nil {
		return p.Miss(out, samples)
	}
	begin := len(out)
	for _, s := range pcm {
		out = append(out, min(max(s, -1), 1))
	}
	if p.hidden.active() {
		for i := range min(fade, samples) {
			part := float32(i) / fade
			out[begin+i] = part*out[begin+i] + (1-part)*p.hidden.next()
		}
		p.hidden = concealment{}
	}
	p.remember(out[begin:])
	return out
}

// Miss appends so many samples of concealment: the voice goes on as it was and dies away within 120 ms.
func (p *Player) Miss(out []float32, samples int) []float32 {
	if !p.hidden.active() {
		p.hidden = conceal(p.past[:])
	}
	begin := len(out)
	for range samples {
		out = append(out, p.hidden.next())
	}
	p.remember(out[begin:])
	return out
}

// Rest appends so many samples of silence: nothing was sent because nobody spoke.
func (p *Player) Rest(out []float32, samples int) []float32 {
	begin := len(out)
	out = append(out, make([]float32, samples)...)
	p.hidden = concealment{}
	p.remember(out[begin:])
	return out
}

func (p *Player) remember(pcm []float32) {
	if n := len(pcm); n < history {
		copy(p.past[:], p.past[n:])
		copy(p.past[history-n:], pcm)
		return
	}
	copy(p.past[:], pcm[len(pcm)-history:])
}
