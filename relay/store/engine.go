package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const maxPayload = 8 << 20

// engine is the embedded server: no port, no signal handlers, reached in this process only. It is started anew when the disk has
// failed it, since JetStream does not write again by itself; connections come back by themselves.
type engine struct {
	dir    string
	logger *serverLog
	lock   *os.File
	room   func(dir string) uint64 // free bytes of the disk; another one in tests

	mu      sync.Mutex
	running *server.Server // guarded by mu; nil: closed
}

func startEngine(dir string, logger *slog.Logger) (*engine, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	e := &engine{dir: dir, logger: &serverLog{to: logger}, room: room}
	if e.lock, err = lockFolder(dir); err != nil {
		return nil, err
	}
	if e.running, err = e.start(); err != nil {
		return nil, errors.Join(err, e.lock.Close())
	}
	return e, nil
}

// lockFolder makes the folder, proves that it can be written, and keeps other processes out of it.
func lockFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unwritable(dir, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	if err := lock(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%w %s: stop it, or give this one a folder of its own", ErrInUse, dir)
	}
	return f, nil
}

func unwritable(dir string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err // the path is in the sentence already
	}
	return fmt.Errorf("%w (%w): make %s writable for this user, or give another folder", ErrUnwritable, err, dir)
}

func (e *engine) start() (*server.Server, error) {
	s, err := server.NewServer(&server.Options{
		ServerName: "diemcau", DontListen: true, NoSigs: true, JetStream: true, StoreDir: e.dir, SyncAlways: true,
		MaxPayload: maxPayload, MaxPending: 8 * maxPayload, DisableJetStreamBanner: true, NoSystemAccount: true,
		JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: 1 << 50, // the room on the disk is looked at with each write
	})
	if err != nil {
		return nil, fmt.Errorf("store: the engine could not be made: %w", err)
	}
	e.logger.reset()
	s.SetLoggerV2(e.logger, false, false, false)
	s.Start()
	fatal := e.logger.fatal()
	if fatal == "" && !s.ReadyForConnections(10*time.Second) {
		fatal = "it is not ready"
	}
	if fatal != "" {
		stop(s)
		return nil, fmt.Errorf("%w (%s): look at %s", ErrUnwritable, fatal, e.dir)
	}
	return s, nil
}

// folders lists the streams that the folder holds, whether the engine could read them or not.
func (e *engine) folders() []string {
	found, _ := filepath.Glob(filepath.Join(e.dir, "jetstream", "$G", "streams", "*"))
	return found
}

// InProcessConn implements nats.InProcessConnProvider.
func (e *engine) InProcessConn() (net.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running == nil {
		return nil, net.ErrClosed
	}
	return e.running.InProcessConn()
}

// full reports whether there is no more room than the reserve.
func (e *engine) full() bool { return e.room(e.dir) < reserve }

// revive starts the server anew after a failed write, unless somebody else has.
func (e *engine) revive(failed context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running == nil {
		return ErrUnavailable
	}
	if e.logger.failure() != failed {
		return nil
	}
	stop(e.running)
	s, err := e.start()
	if err != nil {
		e.logger.giveUp() // the next one who writes tries again
		return err
	}
	e.running = s
	return nil
}

func (e *engine) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running != nil {
		stop(e.running)
		e.running = nil
	}
	return e.lock.Close()
}

func stop(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}
