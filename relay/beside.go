package relay

import (
	"sync"
	"time"

	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/beside"
)

// maxSides is how many channels one session gets, one after another: it needs one.
const maxSides = 16

// side is the way beside a session's QUIC.
type side struct {
	port *beside.Port

	mu      sync.Mutex      // guards all below
	channel *beside.Channel // nil: the client did not ask
	route   *transport.Route
	given   int
}

// beside answers a client that can send beside QUIC, or says that it hears nothing there.
func (p *Participant) beside(a *attachment, m transport.Message, tasks *sync.WaitGroup) {
	var asked transport.Beside
	if m.Decode(&asked) != nil {
		p.complain(badMessage)
		return
	}
	if asked.Channel != 0 {
		a.side.fail(asked.Channel, time.Now())
		return
	}
	channel, route := a.side.open(a)
	if channel == nil {
		return // nobody answers: it stays as it is
	}
	tasks.Go(func() { _ = route.Carry(a.ctx) })
	a.say(transport.Beside{Type: transport.TypeBeside, Channel: channel.Number()})
	p.replan(time.Now())
}

// open makes a channel for a session, in place of an older one; nil if it gets none.
func (s *side) open(a *attachment) (*beside.Channel, *transport.Route) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.session.Under() == nil || s.given == maxSides {
		return nil, nil
	}
	channel, err := s.port.Open(a.session.ExportKeys, a.session.RemoteAddr())
	if err != nil {
		return nil, nil
	}
	if s.channel != nil {
		s.channel.Close()
	}
	s.channel, s.route = channel, a.route.Beside(channel)
	s.given++
	return s.channel, s.route
}

// fail notes that the client hears nothing on a channel.
func (s *side) fail(number uint64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.channel != nil && s.channel.Number() == number {
		s.channel.Fail(now)
	}
}

// carries says whether the line's datagrams go beside QUIC.
func (s *side) carries() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.channel != nil && s.channel.Ready()
}

// unproved returns the way beside QUIC if nothing has come on it yet.
func (s *side) unproved() *transport.Route {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.channel == nil || s.channel.Ready() {
		return nil
	}
	return s.route
}

// deaf gives the channel up if packets come over QUIC alone, and returns its number then, else 0.
func (s *side) deaf(now time.Time) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.channel == nil || !s.route.Deaf(now) {
		return 0
	}
	s.channel.Fail(now)
	return s.channel.Number()
}

func (s *side) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.channel != nil {
		s.channel.Close()
	}
}

// say sends a message on this session. It never blocks where events travel.
func (a *attachment) say(v transport.Beside) {
	b, err := transport.AppendMessage(nil, v)
	switch {
	case err != nil:
	case a.out == nil:
		_ = a.session.WriteEncoded(b) // a session that ends ends its channel
	case !a.out.put(message{bytes: b}):
		a.cancel(errControlStuck)
	}
}

// watchSides gives channels up on which nothing comes any more, and says so. Call it every second.
func (r *Room) watchSides(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.participants {
		for _, a := range p.attached {
			if number := a.side.deaf(now); number != 0 && a.out != nil {
				a.say(transport.Beside{Type: transport.TypeBeside, Channel: number, Deaf: true})
			}
		}
	}
}
