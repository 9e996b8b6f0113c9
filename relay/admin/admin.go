package admin

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// MaxBody is how much JSON a request may carry, in bytes.
const MaxBody = 4 << 10

// Meetings is what admin needs of a relay; *relay.Server satisfies it. It is called concurrently.
type Meetings interface {
	// Create opens a meeting and returns its code in the printed form. The title is one that meeting.ParseTitle takes.
	Create(ctx context.Context, title string) (code string, err error)
	// Lookup finds a meeting by its code in the printed form. It must be quick.
	Lookup(code string) (title string, found bool)
	// Stats returns the counts so far.
	Stats() relay.Stats
}

// Relay says where a page reaches a relay.
type Relay struct {
	URL    string   `json:"url"`    // of the WebTransport session
	Hashes []string `json:"hashes"` // base64 SHA-256 of the certificates used now or later; none when they are public
}

// About is what a meeting's invitation says. Times are Unix ms, 0 for what has not been.
type About struct {
	Starts  int64          `json:"starts,omitempty"`
	Minutes int            `json:"minutes,omitempty"` // planned
	Opened  int64          `json:"opened,omitempty"`
	Closed  int64          `json:"closed,omitempty"`
	Place   string         `json:"place,omitempty"` // where the chair sits
	Body    string         `json:"body,omitempty"`  // that organises
	Agenda  []meeting.Item `json:"agenda,omitempty"`
}

// Config is what a Handler needs. Nothing in it may change afterwards.
type Config struct {
	Meetings Meetings
	Sites    Sites        // nil: the API has none
	Page     http.Handler // answers every path that is not admin's own
	Sessions http.Handler // answers transport.WebSocketPath; nil: there is no such path
	HostKey  string       // who shows it may open meetings and enrol sites; case, hyphens and spaces do not matter
	Origins  []string     // pages of other origins that may use the API, as "https://host[:port]"

	// Base returns the address of the page, "https://host[:port]", and Relays the meeting's relays, for a request that came
	// to host (the Host header). Both must be safe for concurrent use.
	Base   func(host string) string
	Relays func(host string) []Relay

	// Find asks the relay above for a meeting, at a site; it may take some seconds. The error is relay.ErrUnknown, relay.ErrNoUpstream, relay.ErrTooManyMeetings, that of ctx or a relay.Notice.
	// nil: Meetings knows all.
	Find func(ctx context.Context, code string) (title string, err error)

	// About tells what everybody with a meeting's code may know of it, for GET /api/meetings/CODE?about=1; nil or false: nothing but its title.
	About func(code string) (About, bool)

	// Site answers GET /api/site with a JSON object: what the site's start page shows; own says that it is shown on the site's own computer. nil: this is no site.
	Site func(own bool) any

	// Routes mount the handlers of other packages; each is called once.
	Routes []func(*Frame)

	CA  []byte // the local certificate authority in PEM; nil: there is none
	Log *slog.Logger
}

var errConfig = errors.New("admin: Config needs Meetings, Page, HostKey, Base, Relays and Log")

// Validate says whether the configuration is complete.
func (c Config) Validate() error {
	if c.Meetings == nil || c.Page == nil || c.HostKey == "" || c.Base == nil || c.Relays == nil || c.Log == nil {
		return errConfig
	}
	return nil
}

// Handler answers everything that comes over HTTP. It starts no goroutine. An error means an incomplete Config.
func Handler(cfg Config) (http.Handler, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	m := newMetrics(cfg.Meetings.Stats)
	a := &api{Config: cfg, metrics: m, limits: newLimits(), often: rate.Sometimes{Interval: time.Second}}
	f := &Frame{a, map[string]http.Handler{}}
	a.mount(f)
	for _, mount := range cfg.Routes {
		mount(f)
	}
	mux := http.NewServeMux()
	for pattern, h := range f.routes {
		mux.Handle(pattern, h)
	}
	mux.Handle("GET /metrics", m.handler())
	if cfg.Sessions != nil {
		mux.Handle("GET "+transport.WebSocketPath, cfg.Sessions)
	}
	mux.Handle("/", cfg.Page)
	return a.recoverer(headers(a.origins(mux))), nil
}

// mount puts what this package answers itself into the frame.
func (a *api) mount(f *Frame) {
	f.Handle("POST /api/meetings", a.create)
	f.Handle("GET /api/meetings/{code}", a.lookup)
	if a.Site != nil {
		f.Handle("GET /api/site", a.site)
	}
	if a.Sites != nil {
		f.Handle("POST /api/sites", a.enrol)
		f.Handle("GET /api/sites", a.sites)
		f.Handle("DELETE /api/sites/{id}", a.revoke)
	}
	f.Handle("/api/", func(http.ResponseWriter, *http.Request) error { return NotFound })
	f.Handle("GET /healthz", healthy)
	f.Handle("GET /ca.crt", a.authority)
}

// Server is an http.Server around h that a slow or chatty stranger cannot hold for long. The caller serves and shuts it down.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      2 * time.Minute, // the page, over a line of a few kbit/s
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
