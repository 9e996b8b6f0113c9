package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/jitter"
	"github.com/diemcau/diemcau/codec/ogg"
	"github.com/diemcau/diemcau/codec/opus"
	"github.com/diemcau/diemcau/transport"
)

const (
	writeEvery = 20 * time.Millisecond
	// Nobody listens while it is written, so a frame may take its time: repair and a change of layer do not cost one.
	leastDelay = 200 * time.Millisecond
	// The message that names a speaker may be later than the first packets; afterwards the voice stays nameless.
	nameless = 2 * time.Second
	// A frame that is missing in one layer and due in the other within this time is not missing: the relay changed the layer.
	sameMoment = 20 * time.Millisecond
)

// recorder writes one Ogg Opus file for each seat that is heard.
type recorder struct {
	create  func(name string) (io.WriteCloser, error)
	speaker func(publication uint32) (transport.Seat, bool)

	mu     sync.Mutex // guards voices, not the files
	voices map[uint32]*voice
	order  []*voice
	files  map[string]*file // by seat; run only
}

// voice is one publication: a page that is loaded again is another one of the same seat.
type voice struct {
	publication uint32
	clock       *jitter.Clock
	layers      [codec.VoiceLayers]*jitter.Buffer[*transport.Packet]
	first       time.Time // arrival
	end         uint32    // capture time up to which it was heard
	missing     uint64    // frames that came in neither layer
	file        *file     // nil until the seat is known; run only
	shift       uint32    // from its capture times to those of the file
}

// file is what one seat said.
type file struct {
	w     *ogg.Writer
	out   io.WriteCloser
	begun time.Time // arrival of the first voice
	zero  uint32    // capture time of its first packet
	end   uint32    // capture time up to which it is written
}

func newRecorder(create func(name string) (io.WriteCloser, error), speaker func(uint32) (transport.Seat, bool)) *recorder {
	return &recorder{create: create, speaker: speaker, voices: map[uint32]*voice{}, files: map[string]*file{}}
}

// push takes a packet as it arrives.
func (r *recorder) push(pkt *transport.Packet, at time.Time) {
	samples, err := opus.Duration(pkt.Payload)
	if err != nil {
		return // not a voice
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.voices[pkt.SSRC]
	if v == nil {
		v = &voice{publication: pkt.SSRC, clock: jitter.NewClock(jitter.Config{Min: leastDelay}), first: at}
		for l := range v.layers {
			v.layers[l] = jitter.NewBuffer[*transport.Packet](v.clock)
		}
		r.voices[pkt.SSRC] = v
		r.order = append(r.order, v)
	}
	v.layers[pkt.Layer].Push(jitter.Frame[*transport.Packet]{Sequence: pkt.Sequence, Time: pkt.Timestamp, Samples: samples, Packet: pkt}, at)
}

// run writes what is due until ctx ends, then what is left, and closes the files.
func (r *recorder) run(ctx context.Context) error {
	ticker := time.NewTicker(writeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return errors.Join(r.write(time.Now().Add(time.Minute)), r.close())
		case now := <-ticker.C:
			if err := r.write(now); err != nil {
				return errors.Join(err, r.close())
			}
		}
	}
}

// write writes all frames that are due.
func (r *recorder) write(now time.Time) error {
	for {
		r.mu.Lock()
		v, pkt := r.next(now)
		r.mu.Unlock()
		if v == nil {
			return nil
		}
		if err := r.append(v, pkt); err != nil {
			return err
		}
	}
}

// next takes the next frame that is due, of the layer that is due first. recorder.mu is held.
func (r *recorder) next(now time.Time) (*voice, *transport.Packet) {
	for _, v := range r.order {
		if v.file == nil {
			if _, known := r.speaker(v.publication); !known && now.Sub(v.first) < nameless {
				continue
			}
		}
		for {
			buffer, both := v.layer()
			f, kind := buffer.Pop(now)
			if kind == jitter.Nothing {
				break
			}
			if kind == jitter.Ready {
				v.end = f.Time + uint32(f.Samples)
				return v, f.Packet
			}
			if !both && int32(f.Time-v.end) >= 0 {
				v.missing++
			}
		}
	}
	return nil, nil
}

// layer returns the buffer that is due first; both says that the other has the same moment.
func (v *voice) layer() (first *jitter.Buffer[*transport.Packet], both bool) {
	lo, hi := v.layers[codec.LayerLo], v.layers[codec.LayerHi]
	loDue, hasLo := lo.Due()
	hiDue, hasHi := hi.Due()
	both = hasLo && hasHi && loDue.Sub(hiDue).Abs() <= sameMoment
	if hasLo && (!hasHi || loDue.Before(hiDue)) {
		return lo, both
	}
	return hi, both
}

// append writes one frame to the file of its seat, which it opens for the first.
func (r *recorder) append(v *voice, pkt *transport.Packet) error {
	if v.file == nil {
		if err := r.open(v, pkt.Timestamp); err != nil {
			return err
		}
	}
	at := pkt.Timestamp + v.shift
	err := v.file.w.WritePacket(pkt.Payload, at)
	if err == nil {
		v.file.end = at
	}
	if errors.Is(err, ogg.ErrLate) || errors.Is(err, ogg.ErrJump) || errors.Is(err, opus.ErrMalformed) {
		return nil // as if it had not come
	}
	return err
}

// open finds or makes the file of a voice's seat, and where in it the voice begins: a seat that comes back has new capture times.
func (r *recorder) open(v *voice, captureTime uint32) error {
	seat, known := r.speaker(v.publication)
	if !known {
		seat = transport.Seat{ID: fmt.Sprintf("publication %d", v.publication), Name: fmt.Sprintf("%d", v.publication)}
	}
	if f := r.files[seat.ID]; f != nil {
		at := f.zero + uint32(v.first.Sub(f.begun).Milliseconds()*codec.ClockRate/1000)
		if int32(at-f.end) < 0 {
			at = f.end
		}
		v.file, v.shift = f, at-captureTime
		return nil
	}
	out, err := r.create(seat.Name)
	if err != nil {
		return err
	}
	w, err := ogg.NewWriter(out, ogg.Voice, v.publication, "ARTIST="+seat.Name)
	if err != nil {
		return errors.Join(err, out.Close())
	}
	v.file = &file{w: w, out: out, begun: v.first, zero: captureTime, end: captureTime}
	r.files[seat.ID] = v.file
	return nil
}

func (r *recorder) close() error {
	var all error
	for _, f := range r.files {
		all = errors.Join(all, f.w.Close(), f.out.Close())
	}
	return all
}

// stats returns the counts of a publication, over its layers.
func (r *recorder) stats(publication uint32) (missing, late uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.voices[publication]
	if v == nil {
		return 0, 0
	}
	for _, b := range v.layers {
		s := b.Stats()
		late += s.Late + s.Duplicate
	}
	return v.missing, late
}
