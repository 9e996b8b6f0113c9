package main

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/cluster"
	"github.com/diemcau/diemcau/cmd/internal/practice"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin/access"
	"github.com/diemcau/diemcau/relay/admin/office"
	"github.com/diemcau/diemcau/relay/store"
)

// openWait is how long a server waits for its state when it starts.
const openWait = 30 * time.Second

// stateFolder is where in its folder a server keeps its state.
const stateFolder = "state"

// natsWait is how long a click waits for an outside store.
const natsWait = 2 * time.Second

// state is what a server keeps, and who may come in by it.
type state struct {
	store     *store.Store
	seed      []byte             // of the key that signs tokens
	id        uint16             // of the relay in its cluster
	relays    *cluster.Relays    // nil: there is one relay only
	access    *access.Access     // nil: of a site
	setup     string             // the link that makes the first administrator, "" if there is one; a secret
	directory *office.Directory  // nil: of a site
	files     store.Files        // documents of meetings
	slides    store.Files        // what is shown in them
	practice  *practice.Practice // nil: of a site
}

func (s *server) openState() (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), openWait)
	defer cancel()
	c := store.Config{Dir: s.data.Path(stateFolder), Logger: s.log}
	if s.cmd.NATS != "" {
		c = store.Config{URL: s.cmd.NATS, Credentials: s.cmd.NATSCreds, Timeout: natsWait, Logger: s.log}
	}
	if s.state.store, err = store.Open(ctx, c); err != nil {
		return s.blameState(err)
	}
	if s.state.seed, err = s.data.Secret("token-seed", relay.SeedSize); err != nil {
		return s.cmd.origins.blame("data", err)
	}
	if s.cmd.NATS != "" {
		if err := s.openCluster(ctx); err != nil {
			return s.blameState(err)
		}
	}
	if s.above != nil {
		return nil
	}
	if err := s.openOffice(ctx); err != nil {
		return s.blameState(err)
	}
	return s.openAccess(ctx)
}

// blameState names the flag that an error of the store is about.
func (s *server) blameState(err error) error {
	switch {
	case s.cmd.NATS == "":
		return s.cmd.origins.blame("data", err)
	case s.cmd.NATSCreds != "" && !errors.Is(err, store.ErrUnavailable):
		return s.cmd.origins.blame("nats-creds", err)
	}
	return s.cmd.origins.blame("nats", err)
}

// openCluster joins the relays that share the store.
func (s *server) openCluster(ctx context.Context) error {
	name, err := s.data.Secret("relay-name", 12)
	if err != nil {
		return err
	}
	table, err := s.state.store.Table(ctx, "relays")
	if err != nil {
		return err
	}
	s.state.relays = &cluster.Relays{Name: hex.EncodeToString(name), Events: s.state.store.Log(), Requests: s.state.store.Requests()}
	if s.state.relays.Leases, err = s.state.store.Leases(ctx, 0); err != nil {
		return err
	}
	if s.state.id, err = cluster.Number(ctx, table, s.state.relays.Name); err != nil {
		return err
	}
	s.state.seed, err = cluster.Shared(ctx, table, "seed", s.state.seed)
	return err
}

// log returns one of the logs in the store.
func (s *state) log(prefix string) cluster.Under {
	return cluster.Under{Log: s.store.Log(), Prefix: prefix}
}

func (s *state) close() {
	if s.store != nil {
		_ = s.store.Close()
	}
}
