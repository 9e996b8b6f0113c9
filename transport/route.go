package transport

import (
	"bytes"
	"context"
	"slices"
	"sync/atomic"
	"time"
)

const (
	probeMost  = 24                      // bytes of a datagram that may use the last of a window
	silentFor  = 1500 * time.Millisecond // without an answer to what was sent: a path that is dead, or stuck
	triedAll   = 500 * time.Millisecond  // between datagrams that try such a path
	waitsMost  = 400                     // bytes that may wait for a path's window: what waits longer comes too late
	wideWindow = 9600                    // bytes: four times the least of quic-go
	inPacket   = 20                      // bytes of a QUIC packet beside a datagram, at least: header, frame and tag
)

// windowed is a path that tells of the library's congestion window, as a *Session over QUIC does.
type windowed interface {
	// Window returns how many packets arrived and how many bytes were sent since the connection began, and its window in bytes, 0 if it has none.
	Window() (received, sent, window uint64)
}

// Route is a session as one path of a line.
type Route struct {
	of *Paths
	Datagrams
	aside
	close   func()       // ends it, so that a send that is stuck returns
	heard   atomic.Int64 // unix ns of the last datagram
	asked   atomic.Int64 // unix ns of the first that was sent since a packet came; 0: none
	tried   atomic.Int64 // unix ns of the last that was sent
	sending atomic.Int64 // unix ns since which SendDatagram is under way; 0: it is not
	retired atomic.Bool
	uplink  int                    // of the client
	first   atomic.Pointer[func()] // called with the first datagram

	received atomic.Uint64 // packets of the library, at the last look
	base     atomic.Uint64 // bytes sent until the last of them
	pieces   atomic.Uint64 // handed, when the last datagram went beside the voice
	handed   atomic.Uint64 // what the library will have sent when the last datagram left, at least
}

// Carry reads the path until it ends or ctx does, then removes it; its error is that of the path or of ctx.
func (r *Route) Carry(ctx context.Context) error {
	defer r.Remove()
	for {
		b, err := r.ReceiveDatagram(ctx)
		if err != nil {
			return err
		}
		r.of.arrived(r, time.Now().UnixNano())
		if bytes.Equal(b, nudge) || r.of.echoed(r, b, time.Now()) {
			continue
		}
		if isTrial(b) {
			if t := r.of.trial.Load(); t != nil {
				t.Take(b, time.Now())
			}
			continue
		}
		r.tell()
		if r.over != nil {
			r.over.tell()
		}
		if !r.of.takeAside(b) {
			r.of.put(b)
		}
	}
}

// OnFirst has f called once, when the next datagram comes that is no nudge, on the path or beside it.
func (r *Route) OnFirst(f func()) { r.first.Store(&f) }

// tell calls what OnFirst was given.
func (r *Route) tell() {
	if f := r.first.Swap(nil); f != nil {
		(*f)()
	}
}

// Retire gives the path to the other end no more, unless there is no other; what arrives on it is still taken. Both ends send wherever the other answers, so one of
// them has to begin leaving a path that is to be closed.
func (r *Route) Retire() {
	p := r.of
	p.changes.Lock()
	defer p.changes.Unlock()
	r.retired.Store(true)
	p.current.CompareAndSwap(r, newest(*p.all.Load()))
}

// send hands b to the library.
func (r *Route) send(b []byte) error {
	now := time.Now().UnixNano()
	r.asked.CompareAndSwap(0, now)
	r.tried.Store(now)
	if w, ok := r.Datagrams.(windowed); ok {
		_, sent, _ := w.Window()
		r.handed.Store(max(r.handed.Load(), sent) + uint64(len(b)) + inPacket)
	}
	if r.sending.CompareAndSwap(0, now) {
		defer r.sending.Store(0)
	}
	return r.SendDatagram(b)
}

// on says whether the path is over an uplink.
func (r *Route) on(uplink int) bool { return uplink == anyUplink || r.uplink == uplink }

// alive says whether the path may take a datagram in its turn: what was sent on it was answered lately, if only by QUIC, or it is time to try again.
func (r *Route) alive(now int64) bool {
	r.look()
	asked := r.asked.Load()
	return asked == 0 || now-asked < int64(silentFor) || now-r.tried.Load() >= int64(triedAll)
}

// look takes what the library counts.
func (r *Route) look() (sent, window uint64) {
	w, ok := r.Datagrams.(windowed)
	if !ok {
		return 0, 0
	}
	received, sent, window := w.Window()
	if r.received.Swap(received) != received {
		r.base.Store(sent)
		r.asked.Store(0)
	}
	return sent, window
}

// room says whether the path can take size bytes, and how many wait already. On a dead line the library's window fills with what will never be acknowledged, and from then on
// it sends next to nothing, for up to a minute after the line is back: so media stops at half the window of what was sent since anything came, and probes at its end. On a line
// that loses much the window is full though the line lives: what is queued then would only come late.
func (r *Route) room(size int) (waits uint64, room bool) {
	sent, window := r.look()
	if r.sending.Load() != 0 {
		waits = 1
	}
	if window == 0 {
		return waits, true
	}
	if handed := r.handed.Load(); handed > sent {
		waits = handed - sent
	}
	flight := sent - r.base.Load()
	if size > probeMost {
		most := uint64(waitsMost)
		if r.pieces.Load() > sent {
			most += asideBurst // they leave as soon as the library's goroutine runs
		}
		return waits, flight < window/2 && waits < most
	}
	return waits, flight < window
}

// wide says whether more than half of a window far above the least is free, or there is none.
func (r *Route) wide() bool {
	sent, window := r.look()
	return window == 0 || window > wideWindow && sent-r.base.Load() < window/2
}

// Remove takes the path away; what was to go on it goes on the others.
func (r *Route) Remove() {
	p := r.of
	p.changes.Lock()
	defer p.changes.Unlock()
	all := slices.DeleteFunc(slices.Clone(*p.all.Load()), func(o *Route) bool { return o == r })
	p.all.Store(&all)
	p.current.CompareAndSwap(r, newest(all))
	p.changed(time.Now())
}
