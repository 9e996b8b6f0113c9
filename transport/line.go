package transport

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// BeatInterval is how long a side is silent at most (PROTOCOL.md section 4).
const BeatInterval = time.Second

// TickSeldom is often enough for an end that answers on clean lines: half of what Tick asks for.
const TickSeldom = 100 * time.Millisecond

// knockInterval is how often a side that sends no media asks for a report, to learn its round trip and its loss.
const knockInterval = 5 * time.Second

// tailInterval is the time between datagrams that carry nothing but repair, after a voice fell silent.
const tailInterval = 55 * time.Millisecond

// Line is one end of a hop: a Sender and a Receiver over the same Datagrams, each telling the other what it learns.
// One goroutine calls Receive; any may call Send and Tick.
type Line struct {
	*Sender
	*Receiver
	path    Datagrams
	heard   atomic.Int64 // unix ns of the last datagram
	said    atomic.Int64 // of the last that was sent
	asked   atomic.Int64 // of the last that was sent and is reported on
	gated   atomic.Uint64
	moves   atomic.Bool
	unheard unheard
	quiet   hush

	gateMu sync.Mutex
	gate   gate      // gateMu
	held   held      // gateMu
	turns  [2]uint32 // of the path, Receive's
}

// NewLine makes one end of a hop over path, which stays the caller's to close.
func NewLine(path Datagrams, now time.Time) *Line {
	l := &Line{Sender: NewSender(), Receiver: NewReceiver(now), path: path, gate: newGate(now)}
	l.heard.Store(now.UnixNano())
	l.said.Store(now.UnixNano())
	l.asked.Store(now.UnixNano())
	l.quiet.media.Store(now.UnixNano())
	return l
}

// Receive waits for a datagram and returns its packets, which may be none. A datagram that is dropped is counted and gives none.
// The error is the path's and final.
func (l *Line) Receive(ctx context.Context) ([]*Packet, error) {
	b, err := l.path.ReceiveDatagram(ctx)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	revived := l.arrived(now)
	l.turn()
	received, err := l.Receiver.Receive(b, now)
	if len(received.Packets) > 0 {
		l.stirs(now)
	}
	if err == nil && received.Feedback != nil {
		l.Sender.Feedback(received.Feedback, now)
		l.confirmed(received.Feedback, now)
		l.unheard.told(received.Feedback)
	}
	if err := l.release(now); err != nil {
		return nil, err
	}
	if fb := l.promptReport(now); fb != nil {
		if _, err := l.send(nil, fb, now); err != nil {
			return nil, err
		}
	}
	if revived || received.knock { // the other side waits for a sign of life
		if _, err := l.send(nil, l.Beat(now), now); err != nil {
			return nil, err
		}
	}
	return received.Packets, nil
}

// promptReport returns the report that the other side wants on every datagram, or where reports are rare, because something is missing.
func (l *Line) promptReport(now time.Time) *Feedback {
	if !l.Prompt() && !l.Receiver.urgent() {
		return nil
	}
	return l.Report(now, false)
}

// Revive notes that the other side is there, as a control message shows that makes a session one of its paths, and gives it a sign of life.
func (l *Line) Revive(now time.Time) error {
	l.arrived(now)
	_, err := l.send(nil, l.Beat(now), now)
	return err
}

// arrived notes that something came, and says whether that ends a long silence.
func (l *Line) arrived(now time.Time) (revived bool) {
	silence := l.Silence(now)
	l.heard.Store(now.UnixNano())
	l.gateMu.Lock()
	defer l.gateMu.Unlock()
	return l.gate.arrived(now) || silence > revivedAfter
}

// release sends what waited for the gate to open. Nobody sends what is newer before it is done.
func (l *Line) release(now time.Time) error {
	l.gateMu.Lock()
	defer l.gateMu.Unlock()
	if len(l.held) == 0 || !l.gate.media(now) {
		return nil
	}
	return l.sendAll(l.waiting(now), heldCopies(l.Sender.Stats().Loss), now)
}

// waiting takes what waited for the gate and is not too old. gateMu is held.
func (l *Line) waiting(now time.Time) []*Packet {
	l.gated.Add(l.held.age(now.Add(-l.reach())))
	return l.held.take()
}

// Send sends the packets, in as many datagrams as they need, with the feedback that is due. On a line that seems dead they are dropped and counted; beside QUIC
// the newest wait.
func (l *Line) Send(packets []*Packet, now time.Time) error {
	if len(packets) == 0 {
		return nil
	}
	l.stirs(now)
	l.gateMu.Lock()
	open := l.gate.media(now)
	switch {
	case open && len(l.held) > 0:
		packets = append(l.waiting(now), packets...)
	case open:
	case l.room() == endless:
		l.held = l.held.add(packets, now)
		l.gated.Add(l.held.age(now.Add(-l.reach())))
	default:
		l.gated.Add(uint64(len(packets)))
	}
	l.gateMu.Unlock()
	if !open {
		return nil
	}
	return l.sendAll(packets, 1, now)
}

func (l *Line) sendAll(packets []*Packet, copies int, now time.Time) error {
	for len(packets) > 0 {
		taken, err := l.sendCopies(packets, copies, l.Report(now, true), now)
		if err != nil {
			return err
		}
		packets = packets[taken:]
	}
	return nil
}

// Moves says that this end may be given another address without noticing: beside QUIC it then shows itself as soon as media stops.
func (l *Line) Moves() { l.moves.Store(true) }

// Tick sends a datagram of its own if feedback or a beat is due, or a probe on a line that seems dead. Call it at least every 50 ms while the other side is silent, else every 200.
func (l *Line) Tick(now time.Time) error {
	if p, ok := l.path.(interface{ Count() int }); ok {
		l.Sender.shared(p.Count())
		l.Receiver.shared(p.Count())
	}
	if p, ok := l.path.(layered); ok {
		below := p.Below()
		l.Receiver.over(below, l.Sender.over(below, now))
	}
	l.tend(now)
	if dead, probe := l.dead(now); dead {
		if !probe {
			return nil
		}
		_, err := l.send(nil, nil, now)
		return err
	}
	if now.UnixNano()-l.asked.Load() >= int64(l.knockEvery(now)) {
		_, err := l.send(nil, nil, now)
		return err
	}
	fb := l.Report(now, false)
	if fb == nil && l.moves.Load() && l.room() == endless && l.Receiver.missing(now) {
		fb = l.Beat(now)
	}
	if fb == nil && !l.owes(now) {
		if now.UnixNano()-l.said.Load() < int64(l.beatInterval(now)) {
			return nil
		}
		fb = l.Beat(now)
	}
	_, err := l.send(nil, fb, now)
	return err
}

// beatInterval is how long this side may say nothing. When the other has missed its own beat it is asked more often: a side that sends no media has no gate that
// would probe.
func (l *Line) beatInterval(now time.Time) time.Duration {
	if s := l.Silence(now) - revivedAfter; s > 0 {
		return probing(s, l.room()) - probeSlack
	}
	if l.hushed(now) {
		return hushBeat + hushSlack // a client's knocks come before, and are answered
	}
	return BeatInterval
}

// buffers hold datagrams while they are sent.
var buffers = sync.Pool{New: func() any { return new(make([]byte, 0, 256)) }}

// layered is a path that knows what it adds to a datagram, and keeps none, as Paths does.
type layered interface {
	Below() Below
}

// room says how many probes leave before they fill the path's window.
func (l *Line) room() room {
	if p, ok := l.path.(layered); ok && p.Below().Beside {
		return endless
	}
	if p, ok := l.path.(interface{ Wide() bool }); ok && p.Wide() {
		return wide
	}
	return narrow
}

// Beside says whether the line has a way beside QUIC, if it is not proved yet.
func (l *Line) Beside() bool {
	p, ok := l.path.(interface{ HasBeside() bool })
	return ok && p.HasBeside()
}

// Dead says whether the line seems dead: Tick then wants to be called every 20 ms.
func (l *Line) Dead(now time.Time) bool {
	l.gateMu.Lock()
	defer l.gateMu.Unlock()
	return l.gate.closed || l.Silence(now) > revivedAfter && l.room() == endless
}

// owes says whether what was said last still needs repair that no media carries.
func (l *Line) owes(now time.Time) bool {
	quiet := time.Duration(now.UnixNano() - l.said.Load())
	return quiet >= tailInterval && quiet >= l.Sender.Stats().Pace*3/2 && l.Owes()
}

// dead says whether the gate is closed, and if a probe is due.
func (l *Line) dead(now time.Time) (dead, probe bool) {
	l.gateMu.Lock()
	defer l.gateMu.Unlock()
	if !l.gate.closed && l.gate.silent(now) {
		out, in := l.Stats()
		here, _ := l.Receiver.Loss(now)
		l.gate.check(lineState{rtt: out.RTT, lossHence: out.Loss, lossHere: here, heard: in.Datagrams, rare: l.Sender.rare()}, now)
	}
	return l.gate.closed, l.gate.probe(l.room(), now)
}

// Gated returns how many packets were dropped because the line seemed dead.
func (l *Line) Gated() uint64 { return l.gated.Load() }

func (l *Line) send(packets []*Packet, fb *Feedback, now time.Time) (taken int, err error) {
	return l.sendCopies(packets, 1, fb, now)
}

// sendCopies sends one datagram, several times: the other end takes it once.
func (l *Line) sendCopies(packets []*Packet, copies int, fb *Feedback, now time.Time) (taken int, err error) {
	buffer := buffers.Get().(*[]byte)
	b, taken := l.Datagram((*buffer)[:0], packets, fb, now)
	l.said.Store(now.UnixNano())
	if taken > 0 || fb == nil {
		l.asked.Store(now.UnixNano())
		l.unheard.sent(now)
	}
	for ; copies > 0 && err == nil; copies-- {
		err = l.path.SendDatagram(b)
	}
	if _, ok := l.path.(layered); ok { // others may keep the slice until the packet leaves
		*buffer = b
		buffers.Put(buffer)
	}
	return taken, err
}

// Silence returns how long nothing has arrived; on a quiet line, beyond what it may say nothing for.
func (l *Line) Silence(now time.Time) time.Duration {
	silence := time.Duration(now.UnixNano() - l.heard.Load())
	return max(silence-l.allowance(now), min(silence, 0))
}

// Stats returns the state of both directions.
func (l *Line) Stats() (out SenderStats, in ReceiverStats) {
	return l.Sender.Stats(), l.Receiver.Stats()
}

// Ticks calls Tick so often until ctx ends or the path fails; the error is theirs. It is for a line that needs nothing else to be done at its ticks.
func (l *Line) Ticks(ctx context.Context, every time.Duration) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case now := <-ticker.C:
			if err := l.Tick(now); err != nil {
				return err
			}
		}
	}
}
