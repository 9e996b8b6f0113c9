package transport

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/fec"
)

// BeatInterval is how long a side is silent at most (PROTOCOL.md section 4).
const BeatInterval = time.Second

// knockInterval is how often a side that sends no media asks for a report, to learn its round trip and its loss.
const knockInterval = 5 * time.Second

// Line is one end of a hop: a Sender and a Receiver over the same Datagrams, each telling the other what it learns.
// One goroutine calls Receive; any may call Send and Tick.
type Line struct {
	*Sender
	*Receiver
	path  Datagrams
	heard atomic.Int64 // unix ns of the last datagram
	said  atomic.Int64 // of the last that was sent
	asked atomic.Int64 // of the last that was sent and is reported on
}

// NewLine makes one end of a hop over path, which stays the caller's to close.
func NewLine(path Datagrams, now time.Time) *Line {
	l := &Line{Sender: NewSender(), Receiver: NewReceiver(now), path: path}
	l.heard.Store(now.UnixNano())
	l.said.Store(now.UnixNano())
	l.asked.Store(now.UnixNano())
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
	l.heard.Store(now.UnixNano())
	received, err := l.Receiver.Receive(b, now)
	if err != nil {
		return nil, nil
	}
	if received.Feedback != nil {
		l.Sender.Feedback(received.Feedback, now)
	}
	return received.Packets, nil
}

// Send sends the packets, in as many datagrams as they need, with the feedback that is due.
func (l *Line) Send(packets []*Packet, now time.Time) error {
	for len(packets) > 0 {
		taken, err := l.send(packets, l.Report(now, true), now)
		if err != nil {
			return err
		}
		packets = packets[taken:]
	}
	return nil
}

// Tick sends a datagram of its own if feedback or a beat is due. Call it at least every 50 ms.
func (l *Line) Tick(now time.Time) error {
	if now.UnixNano()-l.asked.Load() >= int64(knockInterval) {
		_, err := l.send(nil, nil, now)
		return err
	}
	fb := l.Report(now, false)
	if fb == nil {
		if now.UnixNano()-l.said.Load() < int64(BeatInterval) {
			return nil
		}
		fb = l.Beat(now)
	}
	_, err := l.send(nil, fb, now)
	return err
}

func (l *Line) send(packets []*Packet, fb *Feedback, now time.Time) (taken int, err error) {
	// The library may keep the slice until the packet leaves, so each datagram has its own.
	b, taken := l.Datagram(make([]byte, 0, 256), packets, fb, now)
	l.said.Store(now.UnixNano())
	if taken > 0 || fb == nil {
		l.asked.Store(now.UnixNano())
	}
	return taken, l.path.SendDatagram(b)
}

// Silence returns how long nothing has arrived.
func (l *Line) Silence(now time.Time) time.Duration {
	return time.Duration(now.UnixNano() - l.heard.Load())
}

// Stats returns the state of both directions.
func (l *Line) Stats() (out SenderStats, in ReceiverStats) {
	return l.Sender.Stats(), l.Receiver.Stats()
}

// Adapt sets the protection of this line from what feedback said of it. interval is the time between datagrams, budget what a listener can wait.
func (l *Line) Adapt(interval, budget time.Duration) {
	s := l.Sender.Stats()
	l.Protect(fec.For(fec.Line{Loss: s.Loss, Run: s.Run, Interval: interval, RTT: s.RTT, Budget: budget}))
}
