package client

import (
	"fmt"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

// Site makes a client the line of a site: it has no seat and no publication of its own, but those that its caller, a relay, issues and reports. Forward and Say take the
// place of Publish and Mute. The functions are called by goroutines of Dial and Run, and must not block.
type Site struct {
	Token    string                  // of the site, a secret
	Instance string                  // of this installation: 1 to transport.MaxInstance bytes
	Told     func(transport.Message) // a welcome, or what came after it
	Refused  func(*Refusal)          // a relay's word, also when coming back makes sense
}

func (s *Site) validate() error {
	if s.Token == "" || s.Instance == "" || len(s.Instance) > transport.MaxInstance || s.Told == nil || s.Refused == nil {
		return fmt.Errorf("%w: a site needs a token, an instance of at most %d bytes, Told and Refused", ErrConfig, transport.MaxInstance)
	}
	return nil
}

// Forward sends packets that others made, in datagrams as far apart as the plan says. Calls must not overlap. It is else like Publish.
func (c *Client) Forward(packets ...*transport.Packet) error {
	c.mu.Lock()
	l := c.link
	if l == nil || l.control.Load() == nil {
		c.mu.Unlock()
		return ErrAway
	}
	for _, p := range packets {
		if len(p.Payload) == 0 || len(p.Payload) > codec.MaxVoicePayload {
			c.mu.Unlock()
			return ErrPayload
		}
	}
	interval := time.Duration(l.plan.Interval) * time.Millisecond
	c.mu.Unlock()
	if len(packets) == 0 {
		return nil
	}
	return l.send(packets, interval)
}

// Say sends a control message to the relay; ErrAway while there is no session. It may block for some seconds.
func (c *Client) Say(message any) error {
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	if l == nil {
		return ErrAway
	}
	return l.say(message)
}

// Silence returns how long nothing has come from the relay, and whether there is a line at all.
func (c *Client) Silence() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return 0, false
	}
	return c.link.line.Silence(time.Now()), true
}

// Unheard returns how long the relay has not heard this client, as far as it tells; 0 while there is no line, too.
func (c *Client) Unheard() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return 0
	}
	return c.link.line.Unheard(time.Now())
}

// Kind returns what the session with control travels on, "" while there is none.
func (c *Client) Kind() transport.Kind {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return ""
	}
	if p := c.link.control.Load(); p != nil {
		return p.session.Kind
	}
	return ""
}

// Found returns where the meeting takes place, as last looked up.
func (c *Client) Found() Meeting {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.meeting
}

// told passes a message on to a site.
func (c *Client) told(m transport.Message) {
	if c.config.Site != nil {
		c.config.Site.Told(m)
	}
}
