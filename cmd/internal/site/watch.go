package site

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/transport"
)

const (
	lookInterval = 500 * time.Millisecond
	silentAfter  = 3500 * time.Millisecond // without anything from the relay above: it beats every second
	wrongClock   = time.Hour
	askAfter     = 8 * time.Second  // of silence until it is looked what is wrong
	askEvery     = 30 * time.Second // and from then on
)

// watch says how the line to the relay above is, in one sentence.
type watch struct {
	trunk *trunk
	above *relay.Above
	since time.Time // when it was last up, or began; run only
	asked time.Time // when it was last looked what is wrong; run only
	news  chan struct{}

	mu    sync.Mutex // guards all below
	site  string     // its name
	skew  time.Duration
	word  *client.Refusal // the last, until a welcome
	wrong error           // the last, until a welcome
}

func newWatch(t *trunk, above *relay.Above) *watch {
	return &watch{trunk: t, above: above, news: make(chan struct{}, 1)}
}

// told takes what the relay above says.
func (w *watch) told(m transport.Message) {
	var welcome transport.Welcome
	if m.Type != transport.TypeWelcome || m.Decode(&welcome) != nil || welcome.Site == nil {
		return
	}
	defer w.soon()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.site, w.skew, w.word, w.wrong = welcome.Site.Name, time.Since(time.UnixMilli(welcome.Site.Now)), nil, nil
}

// refused takes the relay's own word.
func (w *watch) refused(r *client.Refusal) {
	defer w.soon()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.word = r
}

// failed takes why the relay above was not joined.
func (w *watch) failed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !errors.As(err, new(*client.Refusal)) {
		w.word = nil
	}
	w.wrong = err
}

// soon has run look at once.
func (w *watch) soon() {
	select {
	case w.news <- struct{}{}:
	default:
	}
}

// run looks until ctx ends.
func (w *watch) run(ctx context.Context) {
	w.since = time.Now()
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	for {
		state := w.look(time.Now())
		if was := w.trunk.state.Swap(&state); was == nil || *was != state {
			w.trunk.config.Logger.Info("the line to the relay above", "up", state.Up, "code", state.Code, "sentence", state.En)
		}
		w.above.State(state)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-w.news:
		}
		if now := time.Now(); now.Sub(w.since) > askAfter && now.Sub(w.asked) > askEvery {
			w.asked = now
			w.ask(ctx)
		}
	}
}

// ask finds out what is wrong, by asking the server over TCP.
func (w *watch) ask(ctx context.Context) {
	w.mu.Lock()
	known := w.word != nil
	w.mu.Unlock()
	if known {
		return
	}
	config := w.trunk.config.Client
	config.Meeting, config.Name = w.trunk.code, "?"
	for _, config.Server = range w.trunk.config.Servers {
		if _, err := client.Lookup(ctx, config); err != nil {
			w.failed(err)
			return
		}
	}
	w.failed(errNoRelay)
}

// look says how the line is now.
func (w *watch) look(now time.Time) transport.Upstream {
	c := w.trunk.client.Load()
	up := false
	if c != nil {
		silence, there := c.Silence()
		up = there && silence < silentAfter
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	state := transport.Upstream{Type: transport.TypeUpstream, Up: up, Site: w.site}
	word := sentence{}
	switch {
	case !up && w.word != nil:
		word = sentence{w.word.Code, w.word.Vi, w.word.En}
	case !up && (w.wrong != nil || now.Sub(w.since) > silentAfter):
		word = explain(w.wrong)
	case !up: // it is on its way
	case w.skew > wrongClock || w.skew < -wrongClock:
		word = clockWrong
	case c.Kind() == transport.WebSocket && w.trunk.config.Client.Transport == "":
		word = udpBlocked
	}
	if up {
		w.since, w.asked, w.wrong = now, time.Time{}, nil
	}
	state.Code, state.Vi, state.En = word.code, word.vi, word.en
	return state
}
