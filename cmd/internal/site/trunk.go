package site

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/transport"
)

const (
	leastPause = time.Second      // between two attempts to join
	mostPause  = 15 * time.Second // later
	refusedFor = 20 * time.Second // after the relay's word that it does not want this site: somebody has to do something first
)

// Config says which relays are above, and as whom the site joins them. Nothing in it may change afterwards.
type Config struct {
	Client   client.Config          // Server, Meeting, Name, Found and Site are not used
	Servers  []string               // as client.Config.Server takes them, the preferred one first
	Token    func() (string, error) // reads the site's token: it may be replaced while the site runs
	Instance string                 // of this installation
	Places   *Places                // remembers where relays are
	Logger   *slog.Logger
}

// Trunks makes the lines of a site, and tells how they are. Its methods may be called from any goroutine.
type Trunks struct {
	config Config

	mu  sync.Mutex
	all []*trunk
}

// NewTrunks makes the lines of a site; none begins before Trunk.
func NewTrunks(c Config) *Trunks { return &Trunks{config: c} }

// Trunk makes the line of one meeting. It is a field of relay.Config.
func (t *Trunks) Trunk(code string) relay.Trunk {
	k := &trunk{config: &t.config, code: code}
	k.ended = func() { t.remove(k) }
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, k)
	return k
}

func (t *Trunks) remove(k *trunk) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = slices.DeleteFunc(t.all, func(o *trunk) bool { return o == k })
}

// Each calls f for each line that there is: the meeting's code, how the line is, and its client, nil while it never had a session.
func (t *Trunks) Each(f func(code string, state transport.Upstream, c *client.Client)) {
	t.mu.Lock()
	all := slices.Clone(t.all)
	t.mu.Unlock()
	for _, k := range all {
		state := transport.Upstream{}
		if s := k.state.Load(); s != nil {
			state = *s
		}
		f(k.code, state, k.client.Load())
	}
}

// trunk is the line of one meeting: a client that is a site.
type trunk struct {
	config *Config
	code   string
	ended  func()
	client atomic.Pointer[client.Client]
	state  atomic.Pointer[transport.Upstream]
	watch  *watch
	looks  looks
}

// Run implements relay.Trunk. Its error is final: the relay above knows no such meeting.
func (t *trunk) Run(ctx context.Context, above *relay.Above) error {
	defer t.ended()
	watching, stop := context.WithCancel(ctx)
	t.watch = newWatch(t, above)
	var group sync.WaitGroup
	group.Go(func() { t.watch.run(watching) })
	defer group.Wait()
	defer stop()
	pause := leastPause
	for n := 0; ; n++ {
		err := t.once(ctx, t.config.Servers[n%len(t.config.Servers)], above)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var refusal *client.Refusal
		if errors.As(err, &refusal) && refusal.Code == unknownMeeting && n+1 >= len(t.config.Servers) {
			return relay.ErrUnknown
		}
		t.config.Logger.Info("the relay above was not joined, trying again", "cause", err)
		t.watch.failed(err)
		wait := pause
		if pause = min(2*pause, mostPause); refusal != nil && !refusal.Again {
			wait = refusedFor
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait):
		}
	}
}

const unknownMeeting = "meeting-unknown"

// once joins one relay and stays until that is over.
func (t *trunk) once(ctx context.Context, server string, above *relay.Above) error {
	token, err := t.config.Token()
	if err != nil {
		return err
	}
	config := t.config.Client
	config.Server, config.Meeting, config.Logger = server, t.code, t.config.Logger
	config.Hooks = client.Hooks{Kept: above.Kept, Pictures: above.Seen}
	config.Site = &client.Site{Token: token, Instance: t.config.Instance, Refused: t.watch.refused, Told: func(m transport.Message) {
		t.watch.told(m)
		above.Told(m)
	}}
	c, err := t.dial(ctx, config)
	if err != nil {
		return err
	}
	c.Subscribe(above.Heard)
	t.client.Store(c)
	t.looks.say(c)
	t.watch.soon()
	t.config.Places.Keep(server, c.Found().Relays)
	return c.Run(ctx)
}

// dial joins by the relays that are remembered, so that TCP is not needed, else by asking the server for them.
func (t *trunk) dial(ctx context.Context, config client.Config) (*client.Client, error) {
	if relays := t.config.Places.Of(config.Server); len(relays) > 0 {
		config.Found = &client.Meeting{Code: t.code, Relays: relays}
		c, err := client.Dial(ctx, config)
		var refusal *client.Refusal
		if err == nil || ctx.Err() != nil || errors.As(err, &refusal) && refusal.Code != unknownMeeting {
			return c, err
		}
		t.config.Logger.Info("the relay is not where it was, asking the server", "cause", err)
		config.Found = nil
	}
	return client.Dial(ctx, config)
}

// Forward implements relay.Trunk.
func (t *trunk) Forward(packets ...*transport.Packet) error {
	if c := t.client.Load(); c != nil {
		return c.Forward(packets...)
	}
	return client.ErrAway
}

// Say implements relay.Trunk.
func (t *trunk) Say(message any) error {
	if c := t.client.Load(); c != nil {
		return c.Say(message)
	}
	return client.ErrAway
}

// RTT implements relay.Trunk.
func (t *trunk) RTT() time.Duration {
	if c := t.client.Load(); c != nil {
		return c.Stats().RTT
	}
	return 0
}
