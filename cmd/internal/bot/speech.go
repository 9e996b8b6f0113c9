package bot

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/ogg"
	"github.com/diemcau/diemcau/codec/opus"
)

const (
	hangover  = 300 * codec.ClockRate / 1000 // samples sent after the last voice
	preroll   = 60 * codec.ClockRate / 1000  // and before the first
	maxFrames = 500_000                      // of a file: nearly 3 h of 20 ms
)

// Errors of a Speech.
var (
	ErrSpeech  = errors.New("cannot be played")
	ErrFraming = errors.New("the two files differ in framing; make both with the same --framesize")
)

// Speech is a file ready to be played in a loop: its packets, their levels, and which of them are worth sending.
type Speech struct {
	frames []frame
	length int64 // of the loop, samples at 48 kHz
}

type frame struct {
	start   int64 // samples at 48 kHz from the begin of the loop
	samples int64
	payload []byte
	lo      []byte // the same moment in the layer lo; nil: there is none
	level   codec.Level
	send    bool // part of speech, with a margin
}

// LoadSpeech reads an Ogg Opus file and measures it. Errors wrap ErrSpeech, those of ogg, or are the reader's.
func LoadSpeech(r io.Reader) (*Speech, error) {
	file, err := ogg.NewReader(r)
	if err != nil {
		return nil, err
	}
	s, meter := &Speech{}, opus.NewMeter()
	for {
		p, err := file.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(p.Data) > codec.MaxVoicePayload {
			return nil, fmt.Errorf("%w: it has packets of %d bytes and a relay takes %d; opusenc --bitrate 24 --framesize 20 makes shorter ones",
				ErrSpeech, len(p.Data), codec.MaxVoicePayload)
		}
		if len(s.frames) >= maxFrames {
			return nil, fmt.Errorf("%w: it has more than %d packets", ErrSpeech, maxFrames)
		}
		level, _ := meter.Level(p.Data) // what cannot be measured sounds as what was before
		s.frames = append(s.frames, frame{start: p.Start, samples: int64(p.Samples), payload: p.Data, level: level})
	}
	if !slices.ContainsFunc(s.frames, func(f frame) bool { return f.level.Voice() }) {
		return nil, fmt.Errorf("%w: there is no voice in it", ErrSpeech)
	}
	s.settle()
	return s, nil
}

// settle puts the loop on the grid of capture times and marks what is sent.
func (s *Speech) settle() {
	first := s.frames[0].start
	spoken := int64(-hangover - 1) // end of the last voice
	for i := range s.frames {
		f := &s.frames[i]
		f.start -= first
		if f.level.Voice() {
			spoken = f.start + f.samples
			for k := i; k >= 0 && s.frames[k].start+s.frames[k].samples > f.start-preroll; k-- {
				s.frames[k].send = true
			}
		}
		f.send = f.send || f.start-spoken < hangover
	}
	last := s.frames[len(s.frames)-1]
	s.length = (last.start + last.samples + codec.TimeGrid - 1) / codec.TimeGrid * codec.TimeGrid
}

// WithLo adds the same speech in the layer lo. The error is ErrFraming if it is not frame for frame the same.
func (s *Speech) WithLo(lo *Speech) error {
	if len(lo.frames) != len(s.frames) {
		return ErrFraming
	}
	for i, f := range lo.frames {
		if f.start != s.frames[i].start || f.samples != s.frames[i].samples {
			return ErrFraming
		}
	}
	for i, f := range lo.frames {
		s.frames[i].lo = f.payload
	}
	return nil
}
