package main

import (
	"context"
	"time"

	"github.com/diemcau/diemcau/relay/admin/access"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/store"
)

// openWait is how long a server waits for its state when it starts.
const openWait = 30 * time.Second

// state is what a server keeps, and who may come in by it; a site has none of its own.
type state struct {
	store  *store.Store
	access *access.Access
	setup  string                // the link that makes the first administrator, "" if there is one; a secret
	book   func() directory.Book // the directory as it is now
}

func (s *server) openState() (err error) {
	if s.above != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), openWait)
	defer cancel()
	if s.state.store, err = store.Open(ctx, store.Config{Dir: s.data.Path("state"), Logger: s.log}); err != nil {
		return s.cmd.origins.blame("data", err)
	}
	s.state.book = func() directory.Book { return directory.Book{} }
	return s.openAccess(ctx)
}

func (s *state) close() {
	if s.store != nil {
		_ = s.store.Close()
	}
}
