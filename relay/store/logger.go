package store

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/nats-io/nats-server/v2/server"
)

var _ server.Logger = (*serverLog)(nil)

// serverLog passes what the embedded server says to slog, quietly. Its lines hold tokens, never subjects.
type serverLog struct {
	to *slog.Logger

	mu     sync.Mutex
	died   string          // guarded by mu: why the server could not start
	said   string          // guarded by mu: the last warning
	failed context.Context // guarded by mu: ends when the server gives up writing
	fail   context.CancelFunc
}

func (l *serverLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.died, l.said = "", ""
	l.failed, l.fail = context.WithCancel(context.Background())
}

func (l *serverLog) fatal() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.died
}

func (l *serverLog) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said
}

func (l *serverLog) failure() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// giveUp says that the server does not write.
func (l *serverLog) giveUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail()
}

func (l *serverLog) say(level slog.Level, format string, v []any) string {
	text := strings.TrimSpace(fmt.Sprintf(format, v...))
	l.to.Log(context.Background(), level, "state engine: "+text)
	return text
}

// Noticef implements server.Logger.
func (l *serverLog) Noticef(format string, v ...any) { l.say(slog.LevelDebug, format, v) }

// Debugf implements server.Logger.
func (l *serverLog) Debugf(format string, v ...any) { l.say(slog.LevelDebug, format, v) }

// Tracef implements server.Logger.
func (l *serverLog) Tracef(string, ...any) {}

// Warnf implements server.Logger.
func (l *serverLog) Warnf(format string, v ...any) { l.warn(l.say(slog.LevelWarn, format, v)) }

// Errorf implements server.Logger.
func (l *serverLog) Errorf(format string, v ...any) { l.warn(l.say(slog.LevelWarn, format, v)) }

// warn keeps a warning. After a failed write JetStream answers nothing more: whoever waits learns it here.
func (l *serverLog) warn(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = text
	for _, sign := range []string{"write error", "failed to store", "disabling JetStream"} {
		if strings.Contains(text, sign) {
			l.fail()
		}
	}
}

// Fatalf implements server.Logger; the process goes on.
func (l *serverLog) Fatalf(format string, v ...any) {
	text := l.say(slog.LevelDebug, format, v) // the caller reports it
	l.mu.Lock()
	defer l.mu.Unlock()
	l.died = text
}
