package transport

import "time"

// First bytes of datagrams that go beside the voice of a line (PROTOCOL.md section 13): what they mean is no matter of this package.
const (
	asideFirst = 0xf8
	asideLast  = 0xf9
)

// asideReserve is what stays free in a path's window when a datagram goes beside the voice: room for two of the voice's.
const asideReserve = 2 * 250

// asideBurst is how many bytes the library may hold that it has not sent: it takes some in a row, and sends them as soon as its goroutine runs.
const asideBurst = 4 * 1200

// IsAside says whether a datagram is one that goes beside the voice of a line: Line never sees it.
func IsAside(b []byte) bool { return len(b) > 0 && b[0] >= asideFirst && b[0] <= asideLast }

// OnAside has f called with each datagram that comes beside the voice, in the goroutine of the path that brings it: several at once where there are several. f keeps b if it likes, and must not
// block. Those that come before are dropped.
func (p *Paths) OnAside(f func(b []byte)) { p.aside.Store(&f) }

// takeAside hands a datagram to whom it is for, if it goes beside the voice.
func (p *Paths) takeAside(b []byte) bool {
	if !IsAside(b) {
		return false
	}
	if f := p.aside.Load(); f != nil {
		(*f)(b)
	}
	return true
}

// SendAside sends b, one that IsAside, once: beside QUIC if that is possible, else on the path whose window has most room, and over the uplink that media goes over if there are several. It is false if nothing was sent, because no
// path could take it and keep room for the voice; then it makes sense to try again some ms later. It keeps nothing of b.
func (p *Paths) SendAside(b []byte) bool {
	now := time.Now().UnixNano()
	uplink := p.mainUplink()
	if r := p.beside(uplink); r != nil {
		return !r.doubtful(now) && r.sendAside(b)
	}
	var best *Route
	var most uint64
	for _, r := range *p.all.Load() {
		if r.over != nil || r.retired.Load() || !r.on(uplink) {
			continue
		}
		if spare := r.spare(now); spare >= uint64(len(b)+inPacket+asideReserve) && spare > most {
			best, most = r, spare
		}
	}
	return best != nil && best.sendAside(append([]byte(nil), b...)) // the library may keep it
}

// sendAside hands b to the library.
func (r *Route) sendAside(b []byte) bool {
	if r.send(b) != nil {
		r.of.broken.Add(1)
		return false
	}
	r.pieces.Store(r.handed.Load())
	if u := r.of.uplinks.Load(); u != nil { // the other end counts it, too
		u.mu.Lock()
		defer u.mu.Unlock()
		u.each[r.uplink].count++
		u.each[r.uplink].sent(len(b) + Overhead)
	}
	return true
}

// endless is the spare of a path without a window.
const endlessSpare = 1 << 40

// spare is how many bytes the path takes so that none of them waits: what is left of half its window, see room.
func (r *Route) spare(now int64) uint64 {
	sent, window := r.look()
	asked := r.asked.Load()
	waits := max(r.handed.Load(), sent) - sent
	if r.sending.Load() != 0 || asked != 0 && now-asked >= int64(silentFor) || waits > asideBurst && window > 0 {
		return 0
	}
	if s, ok := r.Datagrams.(interface{ idle() bool }); ok && !s.idle() {
		return 0
	}
	if window == 0 {
		return endlessSpare
	}
	flight := sent - r.base.Load() + waits
	return max(window/2, min(window, asideBurst), flight) - flight // half of the least window is less than a piece
}

// idle says whether nothing waits for the session's TCP; always over QUIC, whose window tells.
func (s *Session) idle() bool {
	socket, ok := s.Datagrams.(*socket)
	return !ok || socket.idle()
}

// idle says whether the socket has taken all that it was given.
func (s *socket) idle() bool {
	if s.writing.Load() {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.control) == 0 && s.out.empty()
}

func (q *shelf) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.n == 0
}
