package lines

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/site"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// building is a site: a relay whose line to the one above is what is measured, and whose people are near.
type building struct {
	server  *relay.Server
	trunks  *site.Trunks
	name    string
	address string
	log     relay.Log
	line    *transporttest.Line // the first of its uplinks
	over    []*transporttest.Line
	stop    context.CancelFunc
	done    chan error
}

// String returns the building's name.
func (b *building) String() string {
	if b == nil {
		return "the relay above"
	}
	return b.name
}

// anySite takes every token for the id of a site.
type anySite struct{}

func (anySite) Check(token string) (relay.Site, error) {
	return relay.Site{ID: token, Name: token}, nil
}

// anyPass takes every pass for the name of an account.
type anyPass struct{}

func (anyPass) Check(shown relay.Shown) (meeting.Identity, string, error) {
	return meeting.Identity{Account: shown.Pass}, shown.Pass, nil
}

// build starts a site behind a line, or as many uplinks, and waits until the relay above has told it of the meeting. close must follow.
func (w *world) build(ctx context.Context, over []*transporttest.Line, code string) (*building, error) {
	w.built++
	b := &building{name: fmt.Sprintf("site-%d", w.built), address: fmt.Sprintf("10.0.2.%d:443", w.built), log: &memory.Log{}, line: over[0], over: over}
	if err := w.open(b); err != nil {
		return nil, err
	}
	for {
		_, err := b.server.Find(ctx, code)
		if err == nil {
			return b, nil
		}
		if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, relay.ErrNoUpstream) {
			return nil, errors.Join(err, b.close())
		}
	}
}

// open starts the relay of a site, with the meetings of its log.
func (w *world) open(b *building) error {
	certificate, err := transporttest.Certificate()
	if err != nil {
		return err
	}
	conn, err := w.network.ListenPacket(b.address)
	if err != nil {
		return err
	}
	above := "https://" + relayAddress
	places := &site.Places{}
	places.Keep(above, []client.Relay{{URL: above + transport.Path}})
	b.trunks = site.NewTrunks(site.Config{
		Client: client.Config{
			Insecure: true, Way: client.Way{NoBeside: !w.beside, Sockets: sockets(b.over[0]), Uplinks: dialers(b.over)},
		},
		Servers: []string{above}, Token: func() (string, error) { return b.name, nil }, Instance: b.name,
		Places: places, Logger: slog.New(slog.DiscardHandler),
	})
	b.server, err = relay.New(relay.Config{
		Conn: conn, TLS: certificate, Seed: make([]byte, relay.SeedSize), Log: b.log,
		Logger: slog.New(slog.DiscardHandler), Trunk: b.trunks.Trunk,
	})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(context.Background())
	b.stop, b.done = stop, make(chan error, 1)
	go func() { b.done <- b.server.Run(running) }()
	return nil
}

// config makes that of a client one for this building, over a line of its own.
func (b *building) config(c client.Config, line *transporttest.Line) client.Config {
	c.Server = "https://" + b.address
	c.Found = &client.Meeting{Code: c.Meeting, Relays: []client.Relay{{URL: c.Server + transport.Path}}}
	c.Sockets, c.Uplinks = sockets(line), nil
	c.NoBeside = true // a page is what is in a building
	return c
}

// close ends the relay, after everybody has left; nil: there is none.
func (b *building) close() error {
	if b == nil {
		return nil
	}
	b.stop()
	return <-b.done
}
