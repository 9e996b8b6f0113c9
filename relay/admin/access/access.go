package access

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

// Site is a site of the directory.
type Site struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Unit string `json:"unit"` // the name of its unit
}

// Config is what an Access needs. Nothing in it may change afterwards; its functions are called concurrently and must be quick.
type Config struct {
	Table    Table  // of its own: accounts, sessions, links, the keys of sites
	Conflict error  // what Table returns to the later one of two writers
	Seed     []byte // of the key that signs passes: relay.SeedSize bytes, kept over restarts, the cluster's

	// Site finds a site of the directory by its id.
	Site func(id string) (Site, bool)
	// Invites says whether an account may invite people to a meeting, by its code in the printed form.
	Invites func(account directory.Account, code string) bool

	TLS  bool  // the page is https
	OIDC *OIDC // nil: people sign in by passwords only
	Log  *slog.Logger
}

var errConfig = errors.New("access: Config needs Table, Conflict, Seed, Site, Invites and Log")

// Validate says whether the configuration is complete.
func (c Config) Validate() error {
	if c.Table == nil || c.Conflict == nil || len(c.Seed) != relay.SeedSize || c.Site == nil || c.Invites == nil || c.Log == nil {
		return errConfig
	}
	return nil
}

// Access knows who may come in. Its methods may be called concurrently.
type Access struct {
	Config
	accounts *shelf[directory.Account]
	links    *shelf[link]
	rooms    *shelf[room]
	kept     *shelf[kept]

	sessions *sessions
	hasher   *hasher
	signer   signer
	nonces   nonces
	limits   limits
	oidc     *provider // nil: there is none

	changing sync.Mutex // held while accounts change, so that logins stay apart and the last administrator stays
}

// Open reads the table. Run keeps what was read up to date.
func Open(ctx context.Context, cfg Config) (*Access, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	signer, err := newSigner(cfg.Seed)
	if err != nil {
		return nil, err
	}
	a := &Access{
		Config:   cfg,
		accounts: newShelf[directory.Account](cfg.Table, "account."),
		links:    newShelf[link](cfg.Table, "link."),
		rooms:    newShelf[room](cfg.Table, "site."),
		kept:     newShelf[kept](cfg.Table, "session."),
		hasher:   newHasher(),
		signer:   signer,
		nonces:   newNonces(),
		limits:   newLimits(),
	}
	a.sessions = newSessions(a.kept, cfg.TLS)
	if cfg.OIDC != nil {
		a.oidc = &provider{OIDC: *cfg.OIDC}
	}
	return a, a.read(ctx)
}

var errRead = errors.New("access: all is read")

func (a *Access) read(ctx context.Context) error {
	err := a.Table.Watch(ctx, func(key string, value []byte, revision uint64) error {
		if key == "" {
			return errRead
		}
		return a.take(key, value, revision)
	})
	if errors.Is(err, errRead) {
		return nil
	}
	return err
}

// Run follows the changes that other relays make, until ctx ends or the table fails.
func (a *Access) Run(ctx context.Context) error {
	err := a.Table.Watch(ctx, a.take)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (a *Access) take(key string, value []byte, revision uint64) error {
	return errors.Join(
		a.accounts.take(key, value, revision), a.links.take(key, value, revision),
		a.rooms.take(key, value, revision), a.kept.take(key, value, revision),
	)
}

// Routes mounts the API.
func (a *Access) Routes(f *admin.Frame) {
	f.Handle("GET /api/me", a.me)
	f.Handle("POST /api/login", a.login)
	f.Handle("POST /api/logout", a.logout)
	f.Handle("POST /api/password", a.password)
	s := setups{a, f}
	f.Handle("POST /api/setup", s.setUp)
	f.Handle("POST /api/setup/reset", s.reset)
	f.Handle("GET /api/accounts", a.as(a.list, directory.Admin))
	f.Handle("GET /api/officials", a.as(a.officials, directory.Admin, directory.Chair, directory.Secretary))
	f.Handle("POST /api/accounts", a.as(a.add, directory.Admin))
	f.Handle("PUT /api/accounts/{id}", a.as(a.edit, directory.Admin))
	f.Handle("DELETE /api/accounts/{id}", a.as(a.drop, directory.Admin))
	e := enrolments{a, f}
	f.Handle("GET /api/enrolments", a.as(e.list, directory.Admin, directory.Technician))
	f.Handle("POST /api/sites/{id}/enrolment", a.as(e.begin, directory.Admin, directory.Technician))
	f.Handle("DELETE /api/sites/{id}/enrolment", a.as(e.revoke, directory.Admin, directory.Technician))
	f.Handle("POST /api/enrol", e.enrol)
	f.Handle("GET /api/nonce", a.nonce)
	i := invitations{a, f}
	f.Handle("POST /api/meetings/{code}/invitations", a.as(i.invite))
	f.Handle("POST /api/meetings/{code}/pass", a.as(i.own))
	if a.oidc != nil {
		o := signOn{a, f}
		f.Handle("GET /api/oidc", o.begin)
		f.Handle("GET /api/oidc/back", o.back)
	}
}

// as lets only accounts of these roles do something, or all accounts if none is given.
func (a *Access) as(do func(http.ResponseWriter, *http.Request, directory.Account) error, roles ...directory.Role,
) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		account, in := a.Who(r)
		if !in {
			return loginNeeded
		}
		if len(roles) > 0 && !has(roles, account.Role) {
			return notYours
		}
		if a.limits.requests.Over(w, r, account.ID) {
			return admin.TooMany
		}
		return do(w, r, account)
	}
}

// written turns the error of a change of the table into what a person reads.
func (a *Access) written(err error) error {
	if errors.Is(err, a.Conflict) {
		return changed
	}
	return err
}

// steps is how long a change of several steps may take; who has asked for it may be gone meanwhile.
const steps = 10 * time.Second

func steady(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.Context()), steps)
}
