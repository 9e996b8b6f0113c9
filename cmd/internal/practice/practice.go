package practice

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Limits of practice rooms.
const (
	MaxRooms = 3             // at once: each costs the server what 5 participants do, and bots beside
	Life     = 2 * time.Hour // of one
)

// ErrFull says that there are MaxRooms rooms already.
var ErrFull = errors.New("practice: all rooms are taken")

// Config is what a Practice needs.
type Config struct {
	// Prepare opens a meeting with a plan and returns its code, as relay.Server does.
	Prepare func(ctx context.Context, title string, plan meeting.Plan, by meeting.By) (code string, err error)
	// Forget takes a meeting away once nobody is in it, as relay.Server does; nil: it stays.
	Forget func(code string)
	Relay  string          // UDP address of the relay, as this process reaches it
	Hashes func() []string // of its certificates, base64 SHA-256
	Step   time.Duration   // how long the person is given for a button; 0: 30 s
	Logger *slog.Logger
}

// Practice keeps the rooms. Its methods may be called concurrently.
type Practice struct {
	config Config
	opened chan *room

	mu    sync.Mutex
	rooms map[string]*room // by code
	taken int              // rooms, also those that are being opened
}

// New returns a Practice, whose rooms live while Run runs.
func New(c Config) *Practice {
	if c.Step == 0 {
		c.Step = 30 * time.Second
	}
	return &Practice{config: c, opened: make(chan *room), rooms: map[string]*room{}}
}

// Open opens a room and returns its code and the pass with which the person who practises comes: as a site, or as the chair. The error is ErrFull, that of the
// relay or that of ctx.
func (p *Practice) Open(ctx context.Context, asChair bool) (code, pass string, err error) {
	p.mu.Lock()
	if p.taken >= MaxRooms {
		p.mu.Unlock()
		return "", "", ErrFull
	}
	p.taken++
	p.mu.Unlock()
	r := newRoom(p.config, asChair)
	if r.code, err = p.config.Prepare(ctx, title, plan(), meeting.By{Account: chairAccount, Role: meeting.RoleAdmin}); err == nil {
		p.mu.Lock()
		p.rooms[r.code] = r
		p.mu.Unlock()
		select {
		case p.opened <- r:
			return r.code, r.pass[r.pupil()], nil
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	p.forget(r)
	return "", "", err
}

func (p *Practice) forget(r *room) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken--
	delete(p.rooms, r.code)
	if p.config.Forget != nil && r.code != "" {
		p.config.Forget(r.code)
	}
}

// Check returns whose a pass is in a practice room; ok is false for one that is of no practice room.
func (p *Practice) Check(code, pass string) (who meeting.Identity, name string, ok bool) {
	p.mu.Lock()
	r := p.rooms[code]
	p.mu.Unlock()
	if r == nil {
		return meeting.Identity{}, "", false
	}
	for n, of := range r.pass {
		switch {
		case of != pass:
		case n == chair:
			return meeting.Identity{Account: chairAccount}, names[n], true
		default:
			return meeting.Identity{Site: site(n)}, names[n], true
		}
	}
	return meeting.Identity{}, "", false
}

// Run lets the bots of the rooms that are opened play, until ctx ends. Nothing that happens in a room ends it.
func (p *Practice) Run(ctx context.Context) error {
	var group errgroup.Group
	for {
		select {
		case <-ctx.Done():
			return group.Wait()
		case r := <-p.opened:
			group.Go(func() error {
				defer p.forget(r)
				ctx, cancel := context.WithTimeout(ctx, Life)
				defer cancel()
				if err := r.run(ctx); err != nil && ctx.Err() == nil {
					p.config.Logger.Warn("a practice room ended", "error", err)
				}
				return nil
			})
		}
	}
}

// newPass draws a secret of 128 bits.
func newPass() string { return "practice-" + rand.Text() }
