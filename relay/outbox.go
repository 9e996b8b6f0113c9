package relay

import "sync"

// message is an encoded control message; after the last one the participant is over.
type message struct {
	bytes []byte
	last  bool
}

// outbox holds the control messages that wait for a session. Any goroutine may put; one takes.
type outbox struct {
	mu    sync.Mutex
	queue []message
	last  bool          // the last message was put
	wake  chan struct{} // something is there
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

// put never blocks; it is false when the line has taken nothing for so long that controlQueue messages wait.
func (o *outbox) put(m message) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) >= controlQueue {
		return false
	}
	o.queue = append(o.queue, m)
	o.last = o.last || m.last
	select {
	case o.wake <- struct{}{}:
	default:
	}
	return true
}

// take returns what waits, after wake.
func (o *outbox) take() []message {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := o.queue
	o.queue = nil
	return out
}

// over says whether the last message was put.
func (o *outbox) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last
}
