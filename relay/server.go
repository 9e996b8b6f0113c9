package relay

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/beside"
)

const (
	maxRooms     = 10_000
	helloTimeout = 3 * time.Second
	drainTimeout = 1500 * time.Millisecond
	keepMeeting  = 30 * 24 * time.Hour // after anything last happened in it
)

var errStopped = errors.New("relay: the server stopped")

// Errors of Create and Find.
var (
	ErrTooManyMeetings = errors.New("relay: too many meetings")
	ErrUnknown         = errors.New("relay: there is no such meeting")
)

// Config is what a Server needs. Nothing in it may change afterwards.
type Config struct {
	Conn     net.PacketConn          // the UDP socket; closed by Run
	TLS      *tls.Config             // certificates for QUIC
	ResetKey *quic.StatelessResetKey // kept over restarts, so that clients notice them at once; may be nil
	Seed     []byte                  // of the key that signs session tokens, SeedSize bytes, kept over restarts
	ID       uint16                  // prefix of publication ids, 0 to meeting.MaxRelay
	Log      Log                     // where meetings are kept
	Sites    SiteChecker             // who may join as a site; nil: nobody
	Trunk    func(code string) Trunk // makes the line of a meeting to the relay above; nil: there is none above
	// CheckOrigin says whether a page may connect. nil: pages of the relay's own host only.
	CheckOrigin func(*http.Request) bool
	Page        Page
	Blobs       Blobs       // where slides and reports are kept; nil: in memory
	Passes      PassChecker // who may show a pass; nil: nobody
	Cluster     Cluster     // the other relays of the same log; nil: there are none
	Logger      *slog.Logger
}

// Page is what a relay tells of the page, and gives of it.
type Page struct {
	Build  string            // told in every welcome
	Files  map[string][]byte // as they travel inside sessions
	Hashes func() []string   // of the certificates used now and later; nil: they are public
}

var errConfig = errors.New("relay: Config needs Conn, TLS, Log, Logger, a Seed of 32 bytes and an ID below 4096")

// SiteChecker knows the tokens of sites. *Sites is one.
type SiteChecker interface {
	// Check returns whose token it is. The error is ErrSiteCluster, ErrSiteRevoked or ErrSiteToken.
	Check(token string) (Site, error)
}

// Validate says whether the configuration is complete.
func (c Config) Validate() error {
	if c.Conn == nil || c.TLS == nil || c.Log == nil || c.Logger == nil || len(c.Seed) != SeedSize || c.ID > meeting.MaxRelay {
		return errConfig
	}
	return nil
}

// Server is a relay: it accepts sessions and keeps the rooms. Its methods may be called from any goroutine.
type Server struct {
	config Config
	tokens tokens
	files  files
	doors
	attempts *attempts
	lines    *lines
	counters counters
	draining atomic.Bool
	life     life           // of all participants
	people   sync.WaitGroup // their goroutines
	bells    *bells
	members  members

	mu     sync.Mutex
	rooms  map[string]*Room
	trunks map[string]*Above // of a site, by meeting
}

// doors are where sessions come in.
type doors struct {
	listener *transport.Listener
	port     *beside.Port
	sockets  sockets
}

// New makes a Server and restores the meetings of its log.
func New(c Config) (*Server, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	signer, err := newTokens(c.Seed)
	if err != nil {
		return nil, err
	}
	s := &Server{
		config: c, tokens: signer, files: files{c.Page.Files, c.Page.Hashes, newRecalls(), newPorter(c.Blobs)}, attempts: newAttempts(), lines: newLines(), bells: newBells(),
		members: members{cluster: c.Cluster, own: c.ID},
		rooms:   map[string]*Room{}, trunks: map[string]*Above{},
	}
	s.life.ctx, s.life.cancel = context.WithCancelCause(context.Background())
	if err := s.restore(time.Now()); err != nil {
		return nil, err
	}
	s.listener = transport.NewListener(transport.ListenConfig{
		Conn: c.Conn, TLS: c.TLS, CheckOrigin: c.CheckOrigin, ResetKey: c.ResetKey,
	}, s.serve)
	s.port = beside.NewPort(s.listener.Under())
	return s, nil
}

// restore makes the rooms of the log. Their events are read when somebody asks for them; of a site, whose meetings are few, at once.
func (s *Server) restore(now time.Time) error {
	codes, err := s.config.Log.Subjects()
	if err != nil {
		return fmt.Errorf("relay: the store: %w", err)
	}
	for _, code := range codes {
		room := s.newRoom(code)
		if room.above != nil {
			if err := room.resume(now); err != nil {
				s.config.Logger.Error("a stored meeting cannot be read and stays closed", "error", err)
				continue
			}
		}
		s.rooms[code] = room
	}
	return nil
}

// Create opens a meeting and returns its code in the printed form. The error may be meeting.ErrTitle or ErrTooManyMeetings.
func (s *Server) Create(_ context.Context, title string) (code string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rooms) >= maxRooms {
		return "", ErrTooManyMeetings
	}
	for code == "" || s.rooms[code] != nil {
		if code, err = meeting.NewCode(rand.Reader); err != nil {
			return "", err
		}
	}
	room := s.newRoom(code)
	room.mu.Lock()
	defer room.mu.Unlock()
	now := time.Now()
	if err := room.create(title, now, now); err != nil {
		return "", err
	}
	s.rooms[code] = room
	return code, nil
}

func (s *Server) newRoom(code string) *Room {
	r := newRoom(code, s.config.ID, s.config.Log)
	r.build, r.bells, r.members, r.cluster = s.config.Page.Build, s.bells, &s.members, s.config.Cluster
	r.token = func(seat string, now time.Time) string { return s.tokens.issue(code, seat, now) }
	r.spawn = func(f func(context.Context)) {
		if s.life.ctx.Err() == nil { // or nobody waits for it any more
			s.people.Go(func() { f(s.life.ctx) })
		}
	}
	r.blobs = newBlobs(code, s.files.porter, r.blobLoaded)
	if s.config.Trunk != nil {
		r.above = newAbove(s.config.ID, func() { s.climb(code, r) })
		r.risesFiles()
		r.pictures.looked = r.above.look
	}
	return r
}

// Lookup finds a meeting that this relay knows by its code in the printed form.
func (s *Server) Lookup(code string) (title string, found bool) {
	room := s.room(code)
	if room == nil {
		return "", false
	}
	d, err := room.summary()
	if err != nil {
		s.config.Logger.Error("a stored meeting cannot be read", "error", err)
	}
	return d.Title, err == nil
}

// room finds a meeting; nil: there is none.
func (s *Server) room(code string) *Room {
	s.mu.Lock()
	room := s.rooms[code]
	s.mu.Unlock()
	if room == nil && s.config.Cluster != nil && s.stored(code) { // another relay has opened it, just now or while this one was away
		return s.adopt(code)
	}
	return room
}

// stored says whether there is a meeting in the store.
func (s *Server) stored(code string) bool {
	return errors.Is(s.config.Log.Read(code, 0, func([]byte) error { return errEnough }), errEnough)
}

func (s *Server) allRooms() []*Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*Room, 0, len(s.rooms))
	for _, r := range s.rooms {
		out = append(out, r)
	}
	return out
}

// Run serves until ctx ends, then tells everyone and closes, within 2 s. No goroutine outlives it.
func (s *Server) Run(ctx context.Context) error {
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	failed := make(chan error, 1)
	var wg sync.WaitGroup
	wg.Go(func() { failed <- s.listener.Serve(serving) })
	wg.Go(func() { _ = s.port.Run(serving) }) // its socket is the listener's
	wg.Go(func() { s.keep(serving) })
	wg.Go(func() { s.files.porter.run(serving) })
	if s.config.Cluster != nil {
		wg.Go(func() { s.follow(serving) })
		wg.Go(func() { s.answer(serving) })
	}
	s.resume()
	var err error
	select {
	case <-ctx.Done():
		s.drain()
		stop()
		err = <-failed
	case err = <-failed:
		stop()
	}
	s.life.cancel(errStopped)
	s.sockets.close()
	s.mu.Lock()
	s.trunks = nil // none begins any more
	s.mu.Unlock()
	wg.Wait()
	s.people.Wait() // nobody joins any more
	return err
}

// keep does every second what time asks for.
func (s *Server) keep(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for checked := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			check := now.Sub(checked) >= checkEvery
			if check {
				checked = now
			}
			s.attempts.forget(now)
			s.members.attend()
			for _, r := range s.allRooms() {
				if err := r.tick(now); err != nil {
					s.config.Logger.Error("a meeting's event was not stored", "error", err)
				}
				r.repeatAcks(now)
				r.watchSides(now)
				s.tendAbove(r, now)
				if check {
					s.dismissRevoked(r)
				}
				s.discard(r, now)
			}
		}
	}
}

// discard removes a meeting in which nothing has happened for keepMeeting.
func (s *Server) discard(r *Room, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !r.forgotten(now) {
		return
	}
	delete(s.rooms, r.code)
	if err := s.config.Log.Remove(r.code); err != nil {
		s.config.Logger.Error("an old meeting was not removed from the store", "error", err)
	}
}

// drain says bye to everyone and waits until their sessions have ended, for at most drainTimeout.
func (s *Server) drain() {
	s.draining.Store(true)
	deadline := time.Now().Add(drainTimeout)
	for _, r := range s.allRooms() {
		for _, p := range r.all() {
			p.dismiss(stopping, true)
		}
	}
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for s.counters.sessions.Load() > 0 && time.Now().Before(deadline) {
		<-ticker.C
	}
}
