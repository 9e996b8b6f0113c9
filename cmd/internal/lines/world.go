package lines

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

const relayAddress = "10.0.0.1:443"

// near is the line of those who are not behind the one that is measured: a good one.
var near = transporttest.Impairment{Delay: time.Millisecond}

// world is a relay with one meeting and lines to it, in the time of the bubble that it is made in.
type world struct {
	begun   time.Time
	network *transporttest.Network
	server  *relay.Server
	code    string
	page    *http.Server
	tasks   sync.WaitGroup
	stop    context.CancelFunc
	seed    uint64
	beside  bool // clients send beside QUIC; pages cannot
	log     relay.Log
	sites   bool       // everybody is behind a relay of their own building
	built   int        // such relays
	err     error      // of the relay; after tasks
	led     client.Led // of who joins next
	// kept is what those who join have kept; nil: nothing.
	kept func(publication, from, to uint32) []*transport.Packet
}

// newWorld starts a relay. close must follow.
func newWorld(seed uint64, beside bool) (*world, error) {
	w := &world{begun: time.Now(), network: transporttest.NewNetwork(), seed: seed, beside: beside, log: &memory.Log{}}
	err := w.start()
	if err != nil {
		return nil, err
	}
	w.code, err = w.server.Create(context.Background(), "Họp giao ban")
	return w, err
}

// start starts the relay, with the meetings of its log.
func (w *world) start() error {
	certificate, err := transporttest.Certificate()
	if err != nil {
		return err
	}
	conn, err := w.network.ListenPacket(relayAddress)
	if err != nil {
		return err
	}
	w.server, err = relay.New(relay.Config{
		Conn: conn, TLS: certificate, Seed: make([]byte, relay.SeedSize), Log: w.log,
		Logger: slog.New(slog.DiscardHandler), Sites: anySite{}, Passes: anyPass{},
	})
	if err != nil {
		return err
	}
	tcp, err := w.network.Listen(relayAddress)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle(transport.WebSocketPath, w.server.WebSocket())
	mux.HandleFunc("GET /api/meetings/{code}", w.lookup)
	w.page = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	ctx, cancel := context.WithCancel(context.Background())
	w.stop = cancel
	w.tasks.Go(func() { w.err = w.server.Run(ctx) })
	w.tasks.Go(func() { _ = w.page.Serve(tls.NewListener(tcp, certificate)) })
	return nil
}

// lookup says where a meeting takes place.
func (w *world) lookup(rw http.ResponseWriter, r *http.Request) {
	_ = json.NewEncoder(rw).Encode(client.Meeting{Code: r.PathValue("code"), Relays: []client.Relay{{URL: "https://" + relayAddress + transport.Path}}})
}

// close ends the relay; everybody must have left.
func (w *world) close() error {
	w.stop()
	err := w.page.Close()
	w.tasks.Wait()
	return errors.Join(err, w.err)
}

// line adds a line that is as bad in both directions.
func (w *world) line(i transporttest.Impairment) *transporttest.Line {
	w.seed++
	return w.network.Line(i, i, w.seed)
}

// person is a client in the meeting.
type person struct {
	*client.Client
	line  *transporttest.Line
	begun time.Time // of the dial
	ctx   context.Context
	leave context.CancelFunc
	site  *building // nil: the line ends at the person's own computer
	tasks sync.WaitGroup
	err   error // of Run; after tasks
}

// join dials over a line, or as many uplinks; ear, if not nil, hears. gone must follow.
func (w *world) join(ctx context.Context, name string, ear *Ear, over ...*transporttest.Line) (*person, error) {
	p := &person{line: over[0], begun: time.Now()}
	p.ctx, p.leave = context.WithCancel(ctx)
	config := client.Config{
		Server: "https://" + relayAddress, Meeting: w.code, Name: name, Listen: ear != nil, Insecure: true, Hooks: client.Hooks{Kept: w.kept},
		Found: &client.Meeting{Code: w.code, Relays: []client.Relay{{URL: "https://" + relayAddress + transport.Path}}},
		Way:   client.Way{NoBeside: !w.beside, Sockets: sockets(over[0]), Uplinks: dialers(over)},
	}
	var err error
	if w.sites {
		if p.site, err = w.build(p.ctx, over, w.code); err != nil {
			p.leave()
			return nil, err
		}
		config = p.site.config(config, w.line(near))
	}
	if p.Client, err = client.Dial(p.ctx, config); err != nil {
		p.leave()
		return nil, errors.Join(err, p.site.close())
	}
	if ear != nil {
		p.Subscribe(ear.hear)
		p.tasks.Go(func() { ear.run(p.ctx, p.Client) })
	}
	p.tasks.Go(func() { p.err = p.Run(p.ctx) })
	return p, nil
}

// speak lets the person speak until it is gone.
func (p *person) speak(m *Mouth) { p.tasks.Go(func() { m.run(p.ctx, p.Client) }) }

// gone lets the person leave, and returns why Run ended before.
func (p *person) gone() error {
	p.leave()
	p.tasks.Wait()
	return errors.Join(p.err, p.site.close())
}
