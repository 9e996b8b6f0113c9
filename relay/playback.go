package relay

import (
	"context"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/allocation"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/slides"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

const (
	playbackRate = 16000                  // bit/s, at most, in which pages record their voice
	playbackLate = time.Second            // what should have been said longer ago than this is passed over: another relay has said it
	stillEvery   = 5 * time.Second        // as pages record them
	resumeAfter  = 10 * time.Second       // what has not begun by then was begun by another relay
	playbackWait = 30 * time.Second       // for a file that is not there: whoever announced it never brought it
	endAgain     = time.Second            // when the end could not be stored
	stillWidth   = 320                    // pixels
	stillHeight  = 180                    //
	playbackTail = 2 * time.Second        // after the last record, so that what was said is heard to its end
	captureMs    = codec.ClockRate / 1000 // samples
)

// playback plays a report that was recorded beforehand to everybody as if it were said now: its voice is a publication, its stills are a camera, its pages are
// turned. Its goroutine is the server's.
type playback struct {
	room    *Room
	id      string // of the report
	records slides.Records
	began   time.Time // of its first millisecond
	voice   *Publication
	camera  *source // nil: it has no stills
	codec   codec.Codec
	cancel  context.CancelFunc
}

// tendPlayback has what the meeting says is played be played, by the relay that writes. A relay that takes over goes on where the other one was. Room.mu is held.
func (r *Room) tendPlayback(now time.Time) {
	if r.playback != nil && r.cluster != nil && r.led.lease == 0 { // the one that writes now plays, too
		r.stopPlayback()
	}
	playing := &r.state.Playing
	if playing.ID == "" {
		r.awaited = time.Time{}
	}
	if playing.ID == "" || r.playback != nil || r.above != nil || r.spawn == nil || !r.presides(now) {
		return
	}
	report, ok := r.state.AdvanceReport(playing.ID)
	if !ok {
		return
	}
	content := r.blobs.content(report.Hash, now)
	switch {
	case content != nil:
		r.awaited = time.Time{}
	case r.awaited.IsZero():
		r.awaited = now
		return // it is being loaded
	case now.Sub(r.awaited) < playbackWait:
		return
	}
	records, err := slides.ParseReport(content)
	if err != nil || !r.play(records, now) {
		_, _ = r.do(meeting.EndPlay{Report: playing.ID}, now) // there is nothing to be heard
	}
}

// playAfter follows an event. What is to be played begins when the event is told: beginning writes, too. Room.mu is held.
func (r *Room) playAfter(e meeting.Event) {
	switch e.Kind() {
	case meeting.KindPlayed:
		r.stopPlayback()
	case meeting.KindPlaying:
		if r.spawn != nil {
			r.spawn(func(context.Context) { r.beginPlayback() })
		}
	}
}

// stopPlayback has nothing more be heard of it here. Room.mu is held.
func (r *Room) stopPlayback() {
	if r.playback != nil {
		r.playback.end()
		r.playback = nil
		r.recast()
	}
}

func (r *Room) beginPlayback() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tendPlayback(time.Now())
}

// play begins to play. It is false if the meeting has issued all ids. Room.mu is held.
func (r *Room) play(records slides.Records, now time.Time) bool {
	id := max(r.state.Issued(r.origin), meeting.PublicationID(r.origin, 0)) + 1
	if _, err := r.do(meeting.Skip{Issued: id}, now); err != nil || r.state.Issued(r.origin) != id {
		return false
	}
	b := &playback{room: r, id: r.state.Playing.ID, records: records, voice: NewPublication(id)}
	if b.began = now; r.ms(now)-r.state.Playing.Since > resumeAfter.Milliseconds() {
		b.began = now.Add(-time.Duration(r.ms(now)-r.state.Playing.Since) * time.Millisecond)
	}
	b.voice.seat = r.state.Playing.Seat
	b.voice.setRates(playbackRate, 0)
	b.film(now)
	for _, p := range r.participants {
		if p.hears {
			b.voice.attach(p.subscription)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	r.playback = b
	r.recast()
	r.spawn(func(server context.Context) {
		defer context.AfterFunc(server, cancel)()
		b.run(ctx)
	})
	return true
}

// film makes the camera of a report that has stills. Room.mu is held.
func (b *playback) film(now time.Time) {
	for rec := range b.records.All() {
		if rec.Kind != slides.RecordStill {
			continue
		}
		b.codec = rec.Codec
		s := newSource(sourceID{publication: b.voice.ID}, b.voice.seat, b)
		s.can.Store(&transport.SendSource{Codecs: []string{b.codec.String()}, Width: stillWidth, Height: stillHeight, FPS: 1, Most: codec.LayerStill})
		if b.room.pictures.add(s) {
			still := allocation.LayerPlan{Layer: codec.LayerStill, Bitrate: 8000, Rate10: int(10 * time.Second / stillEvery), Temporal: 1}
			s.asks(&coming{codec: b.codec.String(), layers: []allocation.LayerPlan{still}}, now)
			b.camera = s
		}
		return
	}
}

// replan implements publisher: what was recorded is as it is.
func (*playback) replan() {}

// key implements publisher: every still is one.
func (*playback) key(sourceID, codec.Layer) {}

// end stops it. Room.mu is held.
func (b *playback) end() {
	b.cancel()
	b.room.speakers.Remove(b.voice)
	if b.camera != nil {
		b.room.pictures.remove(b.camera)
	}
}

// run says everything at its time, and that it is over.
func (b *playback) run(ctx context.Context) {
	sequence, stills := uint32(0), uint32(0)
	last := b.began
	var page *slides.Turn // that was turned to while another relay played, or none
	for rec := range b.records.All() {
		last = b.began.Add(time.Duration(rec.Ms) * time.Millisecond)
		if !until(ctx, last) {
			return
		}
		now := time.Now()
		late := now.Sub(last) > playbackLate
		if !late && page != nil {
			b.turn(*page, now)
			page = nil
		}
		switch rec.Kind {
		case slides.RecordVoice:
			if !late {
				b.say(transport.NewVoice(b.voice.ID, codec.LayerLo, sequence, rec.Ms*captureMs, rec.Level, rec.Data), now)
			}
			sequence++
		case slides.RecordStill:
			if b.camera != nil && rec.Codec == b.codec {
				b.camera.take(&frames.Frame{Publication: b.voice.ID, Layer: codec.LayerStill, Sequence: stills, Time: rec.Ms * captureMs, Key: true, Codec: rec.Codec, Payload: rec.Data}, now)
				stills++
			}
		case slides.RecordPage:
			if page = &rec.Page; !late {
				b.turn(rec.Page, now)
				page = nil
			}
		}
	}
	if page != nil {
		b.turn(*page, time.Now())
	}
	if !until(ctx, last.Add(playbackTail)) {
		return
	}
	for ctx.Err() == nil && !b.over() {
		pause(ctx, endAgain)
	}
}

// over says that all was played; false: it could not be stored.
func (b *playback) over() bool {
	b.room.mu.Lock()
	defer b.room.mu.Unlock()
	if b.room.playback != b { // it was stopped, and may be played again
		return true
	}
	_, err := b.room.do(meeting.EndPlay{Report: b.id}, time.Now())
	return err == nil
}

// say is hop 7 of what was recorded.
func (b *playback) say(pkt *transport.Packet, now time.Time) {
	b.voice.saw(pkt.Layer, now)
	for _, out := range b.room.speakers.Observe(b.voice, pkt, now) {
		b.voice.Forward(out)
	}
}

// turn shows a page of a deck that its site has brought.
func (b *playback) turn(page slides.Turn, now time.Time) {
	b.room.mu.Lock()
	defer b.room.mu.Unlock()
	if b.room.playback != b {
		return
	}
	_, _ = b.room.do(meeting.PlayPage{Report: b.id, Deck: page.Deck, Page: page.Page, Lo: page.Lo, Hi: page.Hi}, now) // a page that is gone is not shown
}

// until waits until a time; false: ctx ended.
func until(ctx context.Context, at time.Time) bool {
	if d := time.Until(at); d > 0 {
		pause(ctx, d)
	}
	return ctx.Err() == nil
}

// hearPlayback lets p hear what is played. Room.mu is held.
func (r *Room) hearPlayback(p *Participant) {
	if r.playback != nil {
		r.playback.voice.attach(p.subscription)
	}
}

func (r *Room) unhearPlayback(p *Participant) {
	if r.playback != nil {
		r.playback.voice.remove(p.subscription)
	}
}

// casts has the stills of what is played be the large picture.
func (b *playback) casts(out *roles) {
	out.may[b.voice.ID] = rights{camera: true}
	out.holder = b.voice.ID
}
