package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Config says where the state is kept. One of Dir and URL is set.
type Config struct {
	Dir         string        // folder of the embedded engine, made if need be, for its owner only
	URL         string        // servers of an outside cluster: nats://host:4222 or tls://host:4222, several separated by commas
	Credentials string        // file of the user's credentials there; "": none
	Authority   string        // file of the authority of the servers' certificates there; "": those of the system
	Replicas    int           // copies that an outside cluster keeps: 1 to 5; 0: 1
	Timeout     time.Duration // how long a write or read waits for the engine; 0: 5 s
	Logger      *slog.Logger  // nil: slog.Default()
}

func (c *Config) validate() error {
	if (c.Dir == "") == (c.URL == "") {
		return errors.New("store: Config needs one of Dir and URL")
	}
	if c.Replicas < 0 || c.Replicas > 5 || c.Timeout < 0 {
		return errors.New("store: Config takes 1 to 5 Replicas and no negative Timeout")
	}
	if c.Dir != "" && (c.Replicas > 1 || c.Credentials != "" || c.Authority != "") {
		return errors.New("store: Replicas, Credentials and Authority are for a URL only")
	}
	c.Replicas = max(c.Replicas, 1)
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return nil
}

// Store is a connection to the engine: the embedded one, which lives as long as the Store, or an outside cluster.
type Store struct {
	config Config
	engine *engine // nil: an outside cluster
	conn   *nats.Conn
	js     jetstream.JetStream
	events *Events
	bg     context.Context // ends with Close
	cancel context.CancelFunc
	link   link
	once   sync.Once
}

// Open starts the engine or connects to it, until ctx ends. The error is one sentence: ErrUnwritable, ErrInUse, ErrDamaged or
// ErrUnavailable say more.
func Open(ctx context.Context, c Config) (_ *Store, err error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	s := &Store{config: c}
	s.bg, s.cancel = context.WithCancel(context.Background())
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	var where nats.Option
	if c.Dir != "" {
		if s.engine, err = startEngine(c.Dir, c.Logger); err != nil {
			return nil, err
		}
		where = nats.InProcessServer(s.engine)
	} else {
		where = outside(&c)
	}
	if s.conn, err = s.connect(where); err != nil {
		return nil, err
	}
	if s.js, err = jetstream.New(s.conn, jetstream.WithDefaultTimeout(c.Timeout)); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if err := s.complete(ctx); err != nil {
		return nil, err
	}
	if s.events, err = openEvents(ctx, s); err != nil {
		return nil, err
	}
	return s, nil
}

// complete is ErrDamaged if the embedded engine has left out what it could not read: it would be begun anew.
func (s *Store) complete(ctx context.Context) error {
	if s.engine == nil {
		return nil
	}
	for _, folder := range s.engine.folders() {
		if _, err := s.js.Stream(ctx, filepath.Base(folder)); err != nil {
			return fmt.Errorf("%w (%s: %s)", ErrDamaged, folder, s.engine.logger.last())
		}
	}
	return nil
}

// Close ends all that runs on the store and waits for the engine to have written everything. The first call returns its error.
func (s *Store) Close() (err error) {
	s.once.Do(func() {
		s.cancel()
		if s.conn != nil {
			closed := make(chan struct{})
			s.conn.SetClosedHandler(func(*nats.Conn) { close(closed) })
			s.conn.Close()
			<-closed
		}
		if s.engine != nil {
			err = s.engine.close()
		}
	})
	return err
}

// Log returns the events by subject.
func (s *Store) Log() *Events { return s.events }

var _ io.Closer = (*Store)(nil)

// outside is how a cluster is reached. Its URL may hold a password: it is in no error and no log.
func outside(c *Config) nats.Option {
	return func(o *nats.Options) error {
		if c.Credentials != "" {
			if err := nats.UserCredentials(c.Credentials)(o); err != nil {
				return err
			}
		}
		if c.Authority != "" {
			return nats.RootCAs(c.Authority)(o)
		}
		return nil
	}
}

func (s *Store) connect(where nats.Option) (*nats.Conn, error) {
	c := &s.config
	conn, err := nats.Connect(c.URL, where,
		nats.Name("diemcau"), nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort(),
		nats.ReconnectWait(250*time.Millisecond), nats.ReconnectJitter(100*time.Millisecond, 250*time.Millisecond),
		nats.ReconnectBufSize(-1), // what cannot be sent now is the caller's to send again, not to surprise it later
		nats.PingInterval(10*time.Second), nats.MaxPingsOutstanding(2), nats.Timeout(c.Timeout),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			s.link.broke()
			if err != nil {
				c.Logger.Warn("the state engine is out of reach", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { c.Logger.Info("the state engine is back") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			c.Logger.Warn("the state engine complains", "error", err)
		}),
	)
	var parsing *url.Error
	if errors.As(err, &parsing) {
		err = parsing.Err // the URL may hold a password
	}
	if err != nil {
		return nil, fmt.Errorf("store: the cluster cannot be reached (%w): check its address, the credentials and that it runs", err)
	}
	if conn.MaxPayload() < maxPayload {
		conn.Close()
		return nil, errors.New("store: the cluster takes too small messages: write max_payload: 8MB into the configuration of its servers")
	}
	return conn, nil
}
