package client

import (
	"maps"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// looks are what a client wants to see, and can show. Every line has to be told. Client.mu guards it.
type looks struct {
	watch   *transport.Watch
	sends   map[uint32]transport.Send // by publication, 0: the own
	version int                       // one more with each change
}

// Watch says what this client wants to see, and can decode; its Type need not be set. It is said again on every new line. ErrAway while there is no session: then it is said with the next one.
func (c *Client) Watch(w transport.Watch) error {
	w.Type = transport.TypeWatch
	return c.changeLooks(w, func(looks *looks) { looks.watch = &w })
}

// Send says what this client can show, else like Watch. A site says it of each publication that can show something; one that can no more has neither camera nor screen.
func (c *Client) Send(s transport.Send) error {
	s.Type = transport.TypeSend
	return c.changeLooks(s, func(looks *looks) {
		if looks.sends == nil {
			looks.sends = map[uint32]transport.Send{}
		}
		looks.sends[s.Publication] = s
	})
}

// changeLooks says what has changed.
func (c *Client) changeLooks(message any, change func(*looks)) error {
	c.mu.Lock()
	change(&c.looks)
	before := c.looks.version
	c.looks.version++
	l := c.link
	c.mu.Unlock()
	if l == nil {
		return ErrAway
	}
	if err := l.say(message); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.aside.said == before {
		l.aside.said++
		c.looks.tidy(l.aside.said)
	}
	return nil
}

// tidy forgets publications that can show nothing any more, if all is said: a line that begins anew need not be told of them.
func (k *looks) tidy(said int) {
	if said == k.version {
		maps.DeleteFunc(k.sends, func(_ uint32, s transport.Send) bool { return s.Camera == nil && s.Screen == nil })
	}
}

// sayLooks says all that l was not told, by a session that was welcomed.
func (c *Client) sayLooks(l *link, write func(message any) error) {
	c.mu.Lock()
	version, fresh := c.looks.version, l.aside.said == 0
	var messages []any
	if l.aside.said != version {
		if c.looks.watch != nil {
			messages = append(messages, *c.looks.watch)
		}
		for _, s := range c.looks.sends {
			if !fresh || s.Camera != nil || s.Screen != nil {
				messages = append(messages, s)
			}
		}
	}
	c.mu.Unlock()
	for _, m := range messages {
		if write(m) != nil {
			return // a session that ends is followed by another welcome
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	l.aside.said = max(l.aside.said, version)
	c.looks.tidy(l.aside.said)
}

// Show sends frames of the own pictures, those of layers that the plan wants, as fast as it says. Publication 0 is the client's own; a site names that of the seat. Sequences are the caller's:
// from 0 in each layer, without gaps in what is shown. ErrAway while there is no line: the frames are dropped, as they are without an error when they cannot come in time. Other errors are those
// of frames.Sender: more is shown than the line carries. A frame must not be changed afterwards.
func (c *Client) Show(all ...*frames.Frame) error {
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	if l == nil {
		return ErrAway
	}
	return l.aside.show(all)
}

// Load sends a chunk of a file under the id of a transfer that the relay gave, urgent ones before all pictures, others behind them. done says once whether it arrived; it is called with
// locks held, and must call nothing of the Client. ErrAway while there is no line, other errors are those of frames.Sender; then done is not called.
func (c *Client) Load(f *frames.Frame, urgent bool, done func(delivered bool)) error {
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	if l == nil {
		return ErrAway
	}
	return l.aside.load(f, urgent, done)
}

// VideoPlan returns what the relay wants to be shown, nil: nothing.
func (c *Client) VideoPlan() *transport.VideoPlan {
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	if l == nil {
		return nil
	}
	l.aside.up.mu.Lock()
	defer l.aside.up.mu.Unlock()
	return l.aside.up.plan
}

// LostWay asks for a key frame of what is received: the decoder cannot go on. The relay takes about one a second.
func (c *Client) LostWay(publication uint32, layer codec.Layer) error {
	return c.Say(transport.Key{Type: transport.TypeKey, Publication: publication, Layer: layer})
}

// toldPictures takes what the relay says about pictures.
func (c *Client) toldPictures(m transport.Message) {
	switch m.Type {
	case transport.TypePictures:
		var p transport.Pictures
		if tell := c.config.Shown; tell != nil && m.Decode(&p) == nil {
			tell(p)
		}
	case transport.TypeKey:
		var k transport.Key
		if tell := c.config.Keys; tell != nil && m.Decode(&k) == nil {
			tell(k.Publication, []codec.Layer{k.Layer})
		}
	}
}
