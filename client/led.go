package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/diemcau/diemcau/transport"
)

// Led is a client's part in a meeting that is led. The functions are called by goroutines of Dial and Run, one at a time, and must not block.
type Led struct {
	Pass string // proves who this is; "": nobody in particular
	// Proof returns the proof of the key that the pass is bound to, over the meeting's code and the secret of the line. nil: the pass is bound to none.
	Proof func(code, line string) string
	// View is told the state of the meeting whenever it is not what the events told: its JSON is that of relay/meeting's View. nil: it is not told.
	View func(view json.RawMessage)
	// Event is told what happens, once and in order. nil: it is not told.
	Event func(transport.Event)
	// Deck is told how the uplink of the next site is, if this client leads. nil: it is not told.
	Deck func(transport.Deck)
}

// maxWishes is how many commands may wait for an answer.
const maxWishes = 64

// wish is a command that the relay has not answered.
type wish struct {
	id      string
	message json.RawMessage
	answer  chan error // nil: done
	n       uint64
}

// Do wishes that something happen in the meeting, and waits for the answer: act as in PROTOCOL.md section 6, members a value whose JSON is an object, or nil. n is the number of the last event
// that it led to, 0 if all was so already. When the session is lost it is said again, and done once. The error is a *Refusal, that of ctx, or ErrAway when the client has left.
func (c *Client) Do(ctx context.Context, act string, members any) (n uint64, err error) {
	w, err := newWish(act, members)
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	l := c.link
	if len(c.wishes) >= maxWishes {
		c.mu.Unlock()
		return 0, fmt.Errorf("%w: %d commands are not answered", ErrAway, maxWishes)
	}
	c.wishes = append(c.wishes, w)
	c.mu.Unlock()
	defer c.drop(w)
	if l != nil {
		_ = l.say(w.message) // else it is said after the next welcome
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case err := <-w.answer:
		return w.n, err
	}
}

func newWish(act string, members any) (*wish, error) {
	all := map[string]any{}
	if members != nil {
		text, err := json.Marshal(members)
		if err == nil {
			err = json.Unmarshal(text, &all)
		}
		if err != nil {
			return nil, fmt.Errorf("client: the members of %q are no JSON object: %w", act, err)
		}
	}
	id := rand.Text()
	all["type"], all["id"], all["act"] = transport.TypeDo, id, act
	message, err := json.Marshal(all)
	return &wish{id: id, message: message, answer: make(chan error, 1)}, err
}

func (c *Client) drop(w *wish) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wishes = slices.DeleteFunc(c.wishes, func(o *wish) bool { return o == w })
}

// answered takes the relay's answer to a command.
func (c *Client) answered(id string, n uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.wishes {
		if w.id == id {
			w.n = n
			select {
			case w.answer <- err:
			default: // answered twice
			}
		}
	}
}

// wished are the commands that the relay has not answered.
func (c *Client) wished() []*wish {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.wishes)
}

// happened takes an event.
func (c *Client) happened(e transport.Event) {
	c.mu.Lock()
	known := e.N != 0 && e.N <= c.seating.N
	c.seating.Fold(&e)
	c.mu.Unlock()
	if tell := c.config.Led.Event; tell != nil && !known {
		tell(e)
	}
}

// knows names what this client knows of the meeting, for a session with control.
func (c *Client) knows(control bool) string {
	if !control {
		return ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seating.Cursor()
}

// ledBy takes the state that a welcome tells.
func (c *Client) ledBy(w *transport.Welcome) {
	c.mu.Lock()
	var fresh []transport.Event
	for _, text := range w.Events {
		var e transport.Event
		if json.Unmarshal(text, &e) == nil && (w.View != nil || e.N > c.seating.N) {
			fresh = append(fresh, e)
		}
	}
	err := c.seating.Welcome(w)
	c.mu.Unlock()
	if err != nil {
		c.config.logger().Warn("the relay's view was not understood", "error", err)
		return
	}
	if tell := c.config.Led.View; tell != nil && w.View != nil {
		tell(w.View)
	}
	if tell := c.config.Led.Event; tell != nil {
		for _, e := range fresh {
			tell(e)
		}
	}
}
