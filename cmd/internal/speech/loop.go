package speech

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/diemcau/diemcau/cmd/internal/estoi"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/ogg"
	"github.com/diemcau/diemcau/codec/opus"
)

// What a send plan may ask for: codec rates in bit/s, frames in ms.
var (
	Rates  = []int{6000, 8000, 10000, 12000, 16000, 20000, 24000, 32000}
	Frames = []int{20, 40}
)

const (
	step     = codec.TimeGrid // samples between levels: 20 ms
	preroll  = 3              // steps that are sent before a voice
	hangover = 15             // and after it
	original = "speech-a-clean.ogg"
)

// ErrMaterial is what errors of Load wrap when the files do not fit together.
var ErrMaterial = errors.New("the speech files do not fit together; make them again with speech.sh")

// Loop is one speech that begins again and again, in every encoding. Places in it are capture times in samples at
// 48 kHz from the begin of the first round, at least 0. It does not change and may be shared.
type Loop struct {
	length     int64
	packets    map[encoding][][]byte
	levels     []codec.Level // one a step
	sent       []bool
	clean      []float32 // at estoi.Rate
	utterances []estoi.Utterance
}

type encoding struct{ rate, frame int }

func (e encoding) file() string {
	switch e {
	case encoding{24000, 20}:
		return "speech-a.ogg"
	case encoding{8000, 20}:
		return "speech-a-lo.ogg"
	}
	return fmt.Sprintf("speech-a-%d-%d.ogg", e.rate/1000, e.frame)
}

// Load reads the speech from the folder codec/testdata. Errors wrap ErrMaterial or are those of ogg and fs.
func Load(folder fs.FS) (*Loop, error) {
	l := &Loop{packets: map[encoding][][]byte{}}
	_, clean, err := read(folder, original)
	if err != nil {
		return nil, err
	}
	l.length = int64(len(clean)) * step
	for _, rate := range Rates {
		for _, frame := range Frames {
			e := encoding{rate, frame}
			head, packets, err := read(folder, e.file())
			if err != nil {
				return nil, err
			}
			if head != ogg.Voice || int64(len(packets)*frame*ms) != l.length || len(packets[0]) != rate*frame/8000 {
				return nil, fmt.Errorf("%w: %s", ErrMaterial, e.file())
			}
			l.packets[e] = packets
		}
	}
	if err := l.measure(); err != nil {
		return nil, err
	}
	if err := l.decode(clean); err != nil {
		return nil, err
	}
	return l, nil
}

func read(folder fs.FS, name string) (head ogg.Head, packets [][]byte, err error) {
	f, err := folder.Open(name)
	if err != nil {
		return head, nil, err
	}
	defer f.Close()
	r, err := ogg.NewReader(f)
	if err != nil {
		return head, nil, fmt.Errorf("%s: %w", name, err)
	}
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) && len(packets) > 0 {
			return r.Head(), packets, nil
		}
		if err != nil {
			return head, nil, fmt.Errorf("%s: %w", name, err)
		}
		packets = append(packets, p.Data)
	}
}

// measure finds the levels, and what is worth sending, by one encoding for all.
func (l *Loop) measure() error {
	meter, best := opus.NewMeter(), l.packets[encoding{24000, 20}]
	l.levels = make([]codec.Level, len(best))
	l.sent = make([]bool, len(best))
	for i, packet := range best {
		level, err := meter.Level(packet)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMaterial, err)
		}
		l.levels[i] = level
	}
	for i, level := range l.levels {
		if !level.Voice() {
			continue
		}
		for k := i - preroll; k <= i+hangover; k++ {
			l.sent[(k+len(l.sent))%len(l.sent)] = true
		}
	}
	return nil
}

// decode makes the clean signal. The other encodings were made from it and are as much later than it as it is than capture
// time, by the look-ahead of an encoder; that it is not cut off keeps all aligned.
func (l *Loop) decode(packets [][]byte) error {
	decoder := opus.NewDecoder()
	var pcm []float32
	for _, packet := range packets {
		part, err := decoder.Decode(packet)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMaterial, err)
		}
		pcm = append(pcm, part...)
	}
	if int64(len(pcm)) != l.length {
		return fmt.Errorf("%w: %s", ErrMaterial, original)
	}
	l.clean = estoi.Resample(pcm, codec.ClockRate)
	l.utterances = estoi.Utterances(l.clean)
	if len(l.utterances) == 0 {
		return fmt.Errorf("%w: %s is silent", ErrMaterial, original)
	}
	return nil
}

// Length returns the length of a round in samples, a multiple of 40 ms.
func (l *Loop) Length() int64 { return l.length }

// Packet returns the Opus packet that a plan of rate bit/s and frames of so many ms has for the capture time at, a multiple of the
// frame; nil for another at, and for a rate or a frame that is not in Rates and Frames. It must not be changed.
func (l *Loop) Packet(at int64, rate, frame int) []byte {
	packets := l.packets[encoding{rate, frame}]
	if packets == nil || at < 0 || at%int64(frame*ms) != 0 {
		return nil
	}
	return packets[at%l.length/int64(frame*ms)]
}

// Level returns the greatest audio level in a frame of so many ms: the same in every encoding.
func (l *Loop) Level(at int64, frame int) codec.Level {
	level := codec.Silence
	for i := range int64(frame * ms / step) {
		other := l.levels[(at/step+i)%int64(len(l.levels))]
		level = codec.MakeLevel(level.Voice() || other.Voice(), float64(max(level.DBov(), other.DBov())))
	}
	return level
}

// Sent says whether a frame of so many ms is worth sending: it has voice in it, 60 ms before it or 300 ms after it.
func (l *Loop) Sent(at int64, frame int) bool {
	for i := range int64(frame * ms / step) {
		if l.sent[(at/step+i)%int64(len(l.sent))] {
			return true
		}
	}
	return false
}
