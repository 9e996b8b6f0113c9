package relay

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
)

// idleState is how long a meeting stays in memory in which nobody is and nothing happens.
const idleState = 10 * time.Minute

// ledger is what a room knows of its log. Room.mu guards it.
type ledger struct {
	loaded bool // state is that of the log
	state  meeting.State
	recent recent
	led    leadership
	digest *Digest   // of the state when it was last looked at; nil: never
	used   time.Time // when the state was last needed
}

// keptEvents is how far behind a cursor may be.
const keptEvents = 256

// recent are the last events, oldest first.
type recent struct{ events []meeting.Event }

func (k *recent) add(e meeting.Event) {
	if len(k.events) == 2*keptEvents {
		k.events = append(k.events[:0], k.events[keptEvents:]...)
	}
	k.events = append(k.events, e)
}

func (k *recent) forget() { k.events = nil }

// after returns the events that followed number n of an epoch, and whether all of them are known.
func (k *recent) after(epoch uint32, n uint64) ([]meeting.Event, bool) {
	if len(k.events) == 0 || n < k.events[0].N {
		return nil, false
	}
	i := int(n - k.events[0].N)
	if i >= len(k.events) || k.events[i].Epoch != epoch {
		return nil, false
	}
	return k.events[i+1:], true
}

var errEnough = errors.New("relay: enough of the log")

// between returns the events with numbers from first to last, as far as they are known.
func (k *recent) between(first, last uint64) []meeting.Event {
	if first == 0 || len(k.events) == 0 || first < k.events[0].N || last > k.events[len(k.events)-1].N {
		return nil
	}
	return k.events[first-k.events[0].N : last-k.events[0].N+1]
}

// fold reads the log up to event n into the state, which is empty.
func (r *Room) fold(n uint64) error {
	err := r.log.Read(r.code, 0, func(line []byte) error {
		if r.state.N >= n {
			return errEnough
		}
		e, err := meeting.Decode(line)
		if err != nil {
			return err
		}
		if err := r.state.Apply(e); err != nil {
			return err
		}
		r.recent.add(e)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return fmt.Errorf("relay: a meeting's log: %w", err)
	}
	return nil
}

// load reads the log if that has not been done. Room.mu is held.
func (r *Room) load(now time.Time) error {
	r.used = now
	if r.loaded {
		return nil
	}
	r.state = meeting.State{}
	r.recent.forget()
	if err := r.fold(^uint64(0)); err != nil {
		r.state = meeting.State{}
		return err
	}
	r.loaded = true
	r.began.Store(r.state.Began * 1000)
	if r.above != nil && r.state.Created() {
		r.origin = r.state.Home
		r.above.issues(r.origin)
	}
	return nil
}

// unload forgets the state of a meeting that nobody needs. Room.mu is held.
func (r *Room) unload(now time.Time) {
	if r.above != nil || !r.loaded || len(r.participants) > 0 || now.Sub(r.used) < idleState || r.led.lease != 0 {
		return
	}
	r.digest = r.digested()
	r.state, r.loaded = meeting.State{}, false
	r.recent.forget()
	r.led.epoch = 0
}

// digested returns what is known of the meeting, and keeps it. Room.mu is held, and the state loaded.
func (r *Room) digested() *Digest {
	if d := r.digest; d != nil && d.N == r.state.N {
		return d
	}
	s := &r.state
	r.digest = &Digest{
		Code: r.code, Title: s.Title, Began: s.Began, Ms: s.Ms, N: s.N, Plan: s.Plan,
		Opened: s.Opened, Closed: s.Closed, Final: s.Minutes.Final != "", Conclusions: slices.Clone(s.Conclusions),
	}
	for i := range r.digest.Conclusions {
		c := &r.digest.Conclusions[i]
		c.Acknowledged, c.Progress = maps.Clone(c.Acknowledged), maps.Clone(c.Progress)
	}
	return r.digest
}

// summary returns what is known of the meeting, if its log has to be read or not.
func (r *Room) summary() (Digest, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.loaded && r.digest != nil {
		return *r.digest, nil
	}
	if err := r.load(time.Now()); err != nil {
		return Digest{}, err
	}
	if !r.state.Created() {
		return Digest{}, ErrUnknown
	}
	return *r.digested(), nil
}

// resume reads the log of a site's meeting, and notes whether something happened in it lately.
func (r *Room) resume(now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.load(now); err != nil {
		return err
	}
	r.above.going = r.ms(now)-r.state.Ms < recently.Milliseconds()
	_, err := r.do(meeting.Restart{}, now)
	return err
}
