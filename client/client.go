package client

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

// Errors of a Client.
var (
	ErrAway    = errors.New("client: there is no session now")
	ErrPayload = errors.New("client: a frame is longer than a relay takes")
)

// Frame is one encoded frame of the own voice.
type Frame struct {
	Layer   codec.Layer
	Time    uint32 // capture time at 48 kHz, wraps; multiples of codec.TimeGrid cost the fewest bytes
	Level   codec.Level
	Payload []byte // one Opus packet of at most codec.MaxVoicePayload bytes; it must not change afterwards
}

// Client is a participant of a meeting. All methods but Run may be called from any goroutine.
type Client struct {
	config Config
	dial   func(context.Context, target) (*transport.Session, error)
	heard  func(*transport.Packet, time.Time) // set before Run
	dials  sync.WaitGroup                     // and answers to recalls, which may take a moment to end

	uplinks []*uplinkOf // the cheapest first

	mu      sync.Mutex // guards all below
	meeting Meeting
	token   string
	muted   *bool // as it was last said; nil: as the relay keeps it
	link    *link // nil while there is no line
	seating transport.Seating
	wishes  []*wish // that are not answered
	looks   looks
	past    Stats // of lines that are over
}

// Dial joins the meeting. Run must follow, or Close. The error wraps ErrConfig, is a *Refusal or says how the server could not be reached.
func Dial(ctx context.Context, config Config) (*Client, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if config.Found == nil {
		found, err := Lookup(ctx, config)
		if err != nil {
			return nil, err
		}
		config.Found = found
	}
	c := newClient(config)
	l, err := c.connect(ctx, patience)
	if err != nil {
		c.dials.Wait()
		return nil, err
	}
	c.enter(l)
	return c, nil
}

func newClient(config Config) *Client {
	c := &Client{config: config, meeting: *config.Found, token: config.Token, uplinks: newUplinks(config)}
	c.dial = c.open
	return c
}

// Subscribe hears the others: f gets every voice packet as it arrives, and when; packets that were lost and brought back come late. f is
// called by one goroutine of Run, must not block and must not change the packet. Call it once, before Run.
func (c *Client) Subscribe(f func(pkt *transport.Packet, at time.Time)) { c.heard = f }

// Publish sends frames of the own voice, those of layers that the plan wants, in datagrams as far apart as the plan says. Calls
// must not overlap. It blocks while the line takes nothing: send what is old by then no more. ErrAway while there is no session: the frames are dropped, as they are
// without an error while nothing comes back on the line.
func (c *Client) Publish(frames ...Frame) error {
	c.mu.Lock()
	l := c.link
	if l == nil || l.control.Load() == nil {
		c.mu.Unlock()
		return ErrAway
	}
	var packets []*transport.Packet
	for _, f := range frames {
		if len(f.Payload) == 0 || len(f.Payload) > codec.MaxVoicePayload {
			c.mu.Unlock()
			return ErrPayload
		}
		if f.Layer.Voice() && l.plan.Wants(f.Layer) {
			packets = append(packets, l.packet(f))
		}
	}
	interval := time.Duration(l.plan.Interval) * time.Millisecond
	c.mu.Unlock()
	if len(packets) == 0 {
		return nil
	}
	return l.send(packets, interval)
}

// Mute closes or opens the microphone for everybody. ErrAway while there is no session; where one only has to be found again, it is told then.
func (c *Client) Mute(muted bool) error {
	c.mu.Lock()
	l := c.link
	if l != nil {
		c.muted = &muted
	}
	c.mu.Unlock()
	if l == nil {
		return ErrAway
	}
	return l.say(transport.Mute{Type: transport.TypeMute, Muted: muted})
}

// Plan returns what the relay wants to be sent; all zero while there is no session.
func (c *Client) Plan() transport.VoicePlan {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return transport.VoicePlan{}
	}
	return c.link.plan
}

// Listen returns how long the relay wants what is heard to be held; all zero, as the jitter asks, while there is no session.
func (c *Client) Listen() transport.ListenPlan {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return transport.ListenPlan{}
	}
	return c.link.listen
}

// interval is the time between datagrams that the plan asks for.
func (c *Client) interval() time.Duration { return time.Duration(c.Plan().Interval) * time.Millisecond }

// Seats returns everybody's places, the own one too, as last told by the relay.
func (c *Client) Seats() []transport.Seat {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seating.Seats)
}

// Speaker finds whose voice a publication is. It is not known while the message that tells it is on its way.
func (c *Client) Speaker(publication uint32) (transport.Seat, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.seating.Seats, func(s transport.Seat) bool { return s.Publication == publication })
	if i < 0 {
		return transport.Seat{}, false
	}
	return c.seating.Seats[i], true
}

// Token takes the seat back in a later Dial, for 10 minutes after this client has gone without Run's farewell.
func (c *Client) Token() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token
}

// Run keeps the client in the meeting: it reads, answers, follows the plan, and comes back when the session is lost. It returns nil when ctx ends,
// having left the seat, or a *Refusal when the relay does not want this client back. No goroutine outlives it.
func (c *Client) Run(ctx context.Context) error {
	defer c.dials.Wait()
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	if l == nil {
		return ErrAway
	}
	for {
		err := l.run(ctx)
		c.leave(l)
		if ctx.Err() != nil {
			return nil
		}
		var refusal *Refusal
		if errors.As(err, &refusal) {
			if !refusal.Again {
				return err
			}
			wait(ctx, shortWait) // a relay that stops takes a moment
		}
		c.config.logger().Info("the line was lost, coming back", "cause", err)
		if l, err = c.connect(ctx, 0); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		c.enter(l)
	}
}

// Close ends a client that Run was not called for.
func (c *Client) Close() error {
	defer c.dials.Wait()
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	if l == nil {
		return nil
	}
	err := l.say(transport.Bye{Type: transport.TypeBye})
	c.leave(l)
	return errors.Join(err, l.first.session.Close(""))
}

// enter makes l the line.
func (c *Client) enter(l *link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.link = l
	c.past.Sessions++
}

// again notes one more session of the line.
func (c *Client) again() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.past.Sessions++
}

// welcomed takes what a welcome says. differs says that the relay has the microphone in another state than the one last said.
func (c *Client) welcomed(w *transport.Welcome) (muted, differs bool) {
	c.ledBy(w)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = w.Token
	if c.muted == nil {
		return false, false
	}
	own := c.seating.Find(w.You)
	return *c.muted, own != nil && own.Muted != *c.muted
}

// leave notes that l is over.
func (c *Client) leave(l *link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.past = c.past.plus(l.stats())
	c.link = nil
}
