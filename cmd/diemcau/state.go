package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/data"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin/access"
	"github.com/diemcau/diemcau/relay/admin/office"
	"github.com/diemcau/diemcau/relay/store"
)

// openWait is how long a server waits for its state when it starts.
const openWait = 30 * time.Second

// Where the parts of the log lie that one engine keeps.
const (
	stateFolder = "state"
	ofMeetings  = "meeting/"
	ofSites     = "sites/"
)

// state is what a server keeps. A site has only the store: who gets in and the directory are the server's above.
type state struct {
	store     *store.Store
	directory *office.Directory
	files     store.Files // documents of meetings
	access    *access.Access
	setup     string // the link that makes the first administrator, "" if there is one; a secret
}

func (s *server) openState() (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), openWait)
	defer cancel()
	if s.state.store, err = openState(ctx, s.data, s.log); err != nil {
		return s.cmd.origins.blame("data", err)
	}
	if s.above != nil {
		return nil
	}
	if err := s.openOffice(ctx); err != nil {
		return s.cmd.origins.blame("data", err)
	}
	return s.openAccess(ctx)
}

// openState opens the engine in a server's folder. The error is one sentence.
func openState(ctx context.Context, dir *data.Dir, log *slog.Logger) (*store.Store, error) {
	return store.Open(ctx, store.Config{Dir: dir.Path(stateFolder), Logger: log})
}

func (s *state) close() {
	if s.store != nil {
		_ = s.store.Close()
	}
}

// part is the subjects of a log that begin alike, without that beginning.
type part struct {
	log    store.Log
	prefix string
}

var _ relay.Log = part{}

// Append implements relay.Log.
func (p part) Append(subject string, after uint64, events ...[]byte) error {
	return p.log.Append(p.prefix+subject, after, events...)
}

// Read implements relay.Log.
func (p part) Read(subject string, after uint64, each func(event []byte) error) error {
	return p.log.Read(p.prefix+subject, after, each)
}

// Subjects implements relay.Log.
func (p part) Subjects() ([]string, error) {
	all, err := p.log.Subjects()
	var own []string
	for _, subject := range all {
		if name, ok := strings.CutPrefix(subject, p.prefix); ok {
			own = append(own, name)
		}
	}
	return own, err
}

// Remove implements relay.Log.
func (p part) Remove(subject string) error { return p.log.Remove(p.prefix + subject) }

// inUse says whether an error means that another server has the folder.
func inUse(err error) bool { return errors.Is(err, data.ErrInUse) || errors.Is(err, store.ErrInUse) }
