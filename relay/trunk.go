package relay

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

const (
	maxTrunks  = 8                      // meetings that a site takes part in at once
	trunkIdle  = 10 * time.Minute       // without anybody in the building until the line is given up
	recently   = 12 * time.Hour         // a meeting in which something happened since is joined again when the site starts
	unknownFor = 2 * time.Minute        // that a meeting is looked for which this site has never been in
	oneMoment  = 2 * time.Millisecond   // the layers of a moment, which come one after the other, leave in one datagram
	sayAgain   = 500 * time.Millisecond // after a line took no message
	restAfter  = 200 * time.Millisecond // between two reports of the building's seats,
	restSeat   = 100 * time.Millisecond // and for each seat, which is 100 bytes: who clicks all day does not fill the line
	wakeEvery  = 20 * time.Second       // between two attempts to begin a line that the relay above did not want, while somebody is here
	lookFor    = 8 * time.Second        // the longest that a page waits for the relay above
)

var errDeserted = errors.New("relay: nobody of this building is in the meeting")

// ErrNoUpstream says that the relay above does not answer, so that a meeting which this site does not know cannot be found.
var ErrNoUpstream = errors.New("relay: the relay above does not answer")

// Trunk is the line of a site to the relay above it, for one meeting; cmd makes it of a client. Run is called once; Forward is for one goroutine, the rest for any.
type Trunk interface {
	// Run keeps the line until ctx ends, and tells above what comes. An error is final.
	Run(ctx context.Context, above *Above) error
	// Say sends a control message, or fails when there is no session; it may block for some seconds.
	Say(message any) error
	Choir
	Stage
}

// Choir is what a Trunk does for voices.
type Choir interface {
	// Forward sends voices of the building. What the line does not take now is lost.
	Forward(packets ...*transport.Packet) error
	// RTT is the round trip of the line, 0 if it is not known.
	RTT() time.Duration
}

// Stage is what a Trunk does for pictures. Its methods may be called by any goroutine, and do not block but as Say does.
type Stage interface {
	// Show sends frames of the building. What the line does not take now is lost.
	Show(all ...*frames.Frame) error
	// Watch says what is wanted of the relay above, now and on every line that is begun later.
	Watch(w transport.Watch) error
	// Send says what a publication of the building can show, likewise.
	Send(s transport.Send) error
	// Load sends a chunk of a file, urgent ones before all pictures, others behind them. done says once whether it arrived; it may be called with locks, and calls nothing
	// of the Trunk. With an error it is not called.
	Load(f *frames.Frame, urgent bool, done func(delivered bool)) error
}

// Above brings to a room what comes from the relay above. Its exported methods are for the Trunk that was given it; Heard is for one goroutine.
type Above struct {
	server *Server
	code   string
	trunk  Trunk
	life
	there   chan struct{}     // closed when the room is there
	over    chan struct{}     // closed when the trunk has ended
	changed chan struct{}     // the seats of this building are others
	looks   chan struct{}     // somebody here wants to see something else, or can show it
	said    map[uint32]string // of that, by publication; 0: what is wanted. speak's
	outbox  chan any
	rising  chan *transport.Packet
	room    atomic.Pointer[Room] // nil until the first welcome

	mu   sync.Mutex // guards all below
	err  error      // why it ended
	last transport.Upstream
}

// trunkQueue is how many packets wait for a trunk that is busy; then the oldest goes.
const trunkQueue = 48

// climb begins a line to the relay above, or returns the one that there is. room is nil for a meeting that this site does not know yet. The result is nil when there are too many.
func (s *Server) climb(code string, room *Room) *Above {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.trunks[code]; a != nil {
		return a
	}
	if len(s.trunks) >= maxTrunks || s.trunks == nil || s.draining.Load() {
		return nil
	}
	a := &Above{
		server: s, code: code, trunk: s.config.Trunk(code), last: transport.Upstream{Type: transport.TypeUpstream},
		there: make(chan struct{}), over: make(chan struct{}), changed: make(chan struct{}, 1), looks: make(chan struct{}, 1), said: map[uint32]string{},
		outbox: make(chan any, 16), rising: make(chan *transport.Packet, trunkQueue),
	}
	a.ctx, a.cancel = context.WithCancelCause(s.life.ctx)
	if room != nil {
		a.found(room)
	}
	s.trunks[code] = a
	s.people.Go(a.run)
	return a
}

// run keeps the line until it is over.
func (a *Above) run() {
	var group sync.WaitGroup
	group.Go(a.forward)
	group.Go(a.speak)
	unknown := time.AfterFunc(unknownFor, func() {
		if a.room.Load() == nil {
			a.cancel(ErrNoUpstream)
		}
	})
	defer unknown.Stop()
	err := a.trunk.Run(a.ctx, a)
	a.cancel(err)
	group.Wait()
	a.server.mu.Lock()
	delete(a.server.trunks, a.code)
	a.server.mu.Unlock()
	a.mu.Lock()
	last := a.last
	a.err = err
	a.mu.Unlock()
	if room := a.room.Load(); room != nil {
		last.Up = false
		room.above.line.CompareAndSwap(a, nil)
		room.stateAbove(last)
	}
	close(a.over)
}

// forward sends the voices of the building up.
func (a *Above) forward() {
	batch := make([]*transport.Packet, 0, trunkQueue)
	for {
		select {
		case <-a.ctx.Done():
			return
		case pkt := <-a.rising:
			batch = append(batch[:0], pkt)
		}
		pause(a.ctx, oneMoment)
		for more := true; more && len(batch) < cap(batch); {
			select {
			case pkt := <-a.rising:
				batch = append(batch, pkt)
			default:
				more = false
			}
		}
		_ = a.trunk.Forward(batch...) // a line that is away takes nothing
	}
}

// speak says what the relay above has to know.
func (a *Above) speak() {
	var rested <-chan time.Time
	changed := a.changed
	for {
		select {
		case <-a.ctx.Done():
			return
		case <-rested:
			rested, changed = nil, a.changed
		case <-changed:
			rested, changed = time.After(a.report()), nil
		case <-a.looks:
			a.sayLooks()
			if room := a.room.Load(); room != nil {
				room.above.files.goOn()
			}
		case m := <-a.outbox:
			_ = a.trunk.Say(m)
		}
	}
}

// report tells the relay above of the building's seats, and returns how long it is not told again.
func (a *Above) report() time.Duration {
	room := a.room.Load()
	if room == nil {
		return 0
	}
	seats := room.ownSeats()
	if a.trunk.Say(seats) != nil {
		a.seatsChanged()
		return sayAgain
	}
	return restAfter + time.Duration(len(seats.Of))*restSeat
}

// looked has the relay above told of what is wanted here, and what can be shown.
func (a *Above) looked() {
	select {
	case a.looks <- struct{}{}:
	default:
	}
}

// sayLooks says what differs from what was said.
func (a *Above) sayLooks() {
	room := a.room.Load()
	if room == nil {
		return
	}
	watch, sends := room.looksAbove()
	if a.differs(0, watch) {
		watch.Have = room.blobs.have(haveBelow) // not worth saying by itself
		_ = a.trunk.Watch(watch)                // who is away says it later
	}
	there := map[uint32]bool{0: true}
	for _, s := range sends {
		there[s.Publication] = true
		if a.differs(s.Publication, s) {
			_ = a.trunk.Send(s)
		}
	}
	for publication := range a.said {
		if !there[publication] { // its seat is given up
			if s := (transport.Send{Type: transport.TypeSend, Publication: publication}); a.differs(publication, s) {
				_ = a.trunk.Send(s)
			}
			delete(a.said, publication)
		}
	}
}

// differs says whether a message is not what was said of a publication, and notes it.
func (a *Above) differs(publication uint32, message any) bool {
	b, err := transport.AppendMessage(nil, message)
	if err != nil || a.said[publication] == string(b) {
		return false
	}
	if s, ok := message.(transport.Send); ok && s.Camera == nil && s.Screen == nil && a.said[publication] == "" {
		return false // it never could
	}
	a.said[publication] = string(b)
	return true
}

// Seen takes a frame of a picture of the relay above (hop 6 of a site), as Heard does a voice.
func (a *Above) Seen(f *frames.Frame, now time.Time) {
	switch room := a.room.Load(); {
	case room == nil:
	case f.Layer == codec.LayerBulk:
		room.above.files.fell(f)
	case f.Layer.Picture():
		room.seenAbove(f, now)
	}
}

// found makes room the one of this line.
func (a *Above) found(room *Room) {
	room.above.line.Store(a)
	a.room.Store(room)
	close(a.there)
}

// Told takes a control message of the relay above.
func (a *Above) Told(m transport.Message) {
	if m.Type == transport.TypeWelcome {
		var w transport.Welcome
		if m.Decode(&w) == nil && w.Site != nil {
			a.welcomed(&w)
		}
		return
	}
	if room := a.room.Load(); room != nil {
		room.toldAbove(m)
	}
}

// welcomed takes a welcome; the first one makes the room.
func (a *Above) welcomed(w *transport.Welcome) {
	now := time.Now()
	room := a.room.Load()
	if room == nil {
		var err error
		if room, err = a.server.found(a.code, w, now); err != nil {
			a.server.config.Logger.Error("a meeting could not be stored", "error", err)
			return
		}
		a.found(room)
	}
	if err := room.welcomedAbove(w, a.trunk.RTT(), now); err != nil {
		a.server.config.Logger.Error("a meeting's event was not stored", "error", err)
	}
	a.seatsChanged()
}

// Heard takes a voice packet of the relay above (hop 6 of a site).
func (a *Above) Heard(pkt *transport.Packet, now time.Time) {
	if room := a.room.Load(); room != nil {
		room.heardAbove(pkt, now)
	}
}

// Kept returns what was said in the building: the frames of a publication with capture times in [from, to) at 48 kHz, of the last 10 minutes.
func (a *Above) Kept(publication, from, to uint32) []*transport.Packet {
	if room := a.room.Load(); room != nil {
		return room.above.kept.Range(publication, from, to)
	}
	return nil
}

// State says how the line is; pages are told when that changes.
func (a *Above) State(state transport.Upstream) {
	state.Type = transport.TypeUpstream
	a.mu.Lock()
	changed := state != a.last
	a.last = state
	a.mu.Unlock()
	if room := a.room.Load(); changed && room != nil {
		room.stateAbove(state)
	}
}

// seatsChanged has the relay above told of the building's seats.
func (a *Above) seatsChanged() {
	select {
	case a.changed <- struct{}{}:
	default:
	}
}

// rise queues a packet of the building; when the trunk is busy the oldest goes.
func (a *Above) rise(pkt *transport.Packet) {
	for {
		select {
		case a.rising <- pkt:
			return
		default:
		}
		select {
		case <-a.rising: // the oldest
		default:
		}
	}
}

// Find returns the title of a meeting by its code in the printed form. A site asks the relay above for one that it does not know, for at most 8 s. The error is ErrUnknown, ErrNoUpstream,
// that of ctx, or the word of the relay above.
func (s *Server) Find(ctx context.Context, code string) (title string, err error) {
	room := s.room(code)
	if room == nil && s.config.Trunk == nil {
		return "", ErrUnknown
	}
	if room == nil {
		if room, err = s.ask(ctx, code); err != nil {
			return "", err
		}
	}
	room.wakeAbove()
	d, err := room.summary()
	return d.Title, err
}

// ask waits until the relay above says whether there is such a meeting.
func (s *Server) ask(ctx context.Context, code string) (*Room, error) {
	a := s.climb(code, nil)
	if a == nil {
		return nil, ErrTooManyMeetings
	}
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	select {
	case <-a.there:
		return a.room.Load(), nil
	case <-a.over:
		if room := a.room.Load(); room != nil {
			return room, nil
		}
		return nil, a.err
	case <-ctx.Done():
		return nil, a.refused()
	}
}

// found makes the room of a meeting that the relay above knows.
func (s *Server) found(code string, w *transport.Welcome, now time.Time) (*Room, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	room := s.newRoom(code)
	room.mu.Lock()
	defer room.mu.Unlock()
	room.origin = w.Site.Prefix
	if err := room.create(w.Meeting.Title, now.Add(-time.Duration(w.Meeting.Ms)*time.Millisecond), now); err != nil {
		return nil, err
	}
	if err := room.skipAbove(w.Site, now); err != nil { // before anybody can join
		return nil, err
	}
	s.rooms[code] = room
	return room, nil
}

// resume begins the lines of the meetings in which something happened lately: a site whose power was cut comes back by itself.
func (s *Server) resume() {
	if s.config.Trunk == nil {
		return
	}
	for _, r := range s.allRooms() {
		r.mu.Lock()
		recent := r.above.going
		r.mu.Unlock()
		if recent {
			r.wakeAbove()
		}
	}
}

// tendAbove gives up the line of a meeting in which nobody of this building has been for long, and begins one where somebody is. Call it every second.
func (s *Server) tendAbove(r *Room, now time.Time) {
	if r.above == nil {
		return
	}
	deserted := r.deserted(now)
	switch line := r.above.line.Load(); {
	case line == nil && r.forlorn(now):
		r.above.wake()
	case line != nil && deserted:
		line.cancel(errDeserted)
	}
}

// refused says why the relay above gives no answer.
func (a *Above) refused() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last.Code == "" {
		return ErrNoUpstream
	}
	return Notice{a.last.Code, a.last.Vi, a.last.En}
}

// Notice is an error with a sentence for people; its code is one of PROTOCOL.md section 6.
type Notice struct{ Code, Vi, En string }

// Error returns the English sentence.
func (n Notice) Error() string { return n.En }
