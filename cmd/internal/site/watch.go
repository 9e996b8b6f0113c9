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
	unheardAfter = 8 * time.Second         // without a word of the relay above that it hears this site: it is asked every 5 s at least
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
	up    bool
	site  string // its name
	clock clock
	word  *client.Refusal // the last, until a welcome
	said  time.Time       // when that was
	wrong error           // of the last attempt, until a welcome
	cause error           // that was found by asking, until a welcome: it says more than that nobody answers
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
	w.site, w.clock, w.word, w.wrong = welcome.Site.Name, clock{time.UnixMilli(welcome.Site.Now), time.Now()}, nil, nil
	w.cause = nil
}

// refused takes the relay's own word.
func (w *watch) refused(r *client.Refusal) {
	defer w.soon()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.word, w.said = r, time.Now()
}

// failed takes why the relay above was not joined.
func (w *watch) failed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.word, w.said, w.wrong = nil, time.Now(), err
	errors.As(err, &w.word)
}

// found takes what was found to be wrong, if the line is not back meanwhile.
func (w *watch) found(err error) {
	defer w.soon()
	w.mu.Lock()
	defer w.mu.Unlock()
	switch refusal, refused := errors.AsType[*client.Refusal](err); {
	case w.up:
	case refused:
		w.word, w.said = refusal, time.Now()
	default:
		w.word, w.cause = nil, err
	}
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
	var asking sync.WaitGroup
	defer asking.Wait()
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
			asking.Go(func() { w.ask(ctx) }) // it may take long, and the line may be up meanwhile
		}
	}
}

// ask finds out what is wrong, by asking the server over TCP.
func (w *watch) ask(ctx context.Context) {
	w.mu.Lock()
	known := w.word != nil && time.Since(w.said) < askEvery
	w.mu.Unlock()
	if known {
		return
	}
	config := w.trunk.config.Client
	config.Meeting, config.Name = w.trunk.code, "?"
	for _, config.Server = range w.trunk.config.Servers {
		if _, err := client.Lookup(ctx, config); err != nil {
			w.found(err)
			return
		}
	}
	w.found(errNoRelay)
}

// clock tells the relay's time from this computer's.
type clock struct{ theirs, ours time.Time }

// wrong says whether this computer's clock, which may have been set since the relay told its time, shows what is far from the relay's at a moment.
func (c clock) wrong(now, shows time.Time) bool {
	theirs := c.theirs.Add(now.Sub(c.ours)) // by the time that passed, whatever the clock did
	return shows.Sub(theirs).Abs() > wrongClock
}

// look says how the line is now.
func (w *watch) look(now time.Time) transport.Upstream {
	c := w.trunk.client.Load()
	up := false
	if c != nil {
		silence, there := c.Silence()
		up = there && silence < silentAfter && c.Unheard() < unheardAfter
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	state := transport.Upstream{Type: transport.TypeUpstream, Up: up, Site: w.site}
	word := sentence{}
	switch {
	case !up && w.word != nil:
		word = sentence{w.word.Code, w.word.Vi, w.word.En}
	case !up && (w.site != "" || w.wrong != nil || now.Sub(w.since) > silentAfter):
		if word = explain(w.wrong); word == away && w.cause != nil {
			word = explain(w.cause)
		}
	case !up: // it is on its way
	case w.clock.wrong(now, now.Round(0)):
		word = clockWrong
	case c.Kind() == transport.WebSocket && w.trunk.config.Client.Transport == "":
		word = udpBlocked
	}
	if w.up = up; up {
		w.since, w.asked, w.wrong, w.cause = now, time.Time{}, nil, nil
	}
	state.Code, state.Vi, state.En = word.code, word.vi, word.en
	return state
}
