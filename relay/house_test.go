package relay

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

// wire is the line of one meeting to a relay above that the test plays.
type wire struct {
	code   string
	above  *Above
	begun  chan struct{} // closed by Run
	end    chan error    // ends Run
	over   atomic.Bool
	said   chan any
	raised atomic.Int64 // packets
	cut    atomic.Bool

	mu     sync.Mutex // guards all below
	loaded []*frames.Frame
	sends  []transport.Send
}

func (l *wire) Run(ctx context.Context, above *Above) error {
	l.above = above
	close(l.begun)
	defer l.over.Store(true)
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case err := <-l.end:
		return err
	}
}

func (l *wire) Forward(packets ...*transport.Packet) error {
	l.raised.Add(int64(len(packets)))
	return nil
}

func (l *wire) Say(message any) error {
	if l.cut.Load() {
		return errors.New("cut")
	}
	l.said <- message
	return nil
}

func (l *wire) RTT() time.Duration { return 0 }

func (l *wire) Show(...*frames.Frame) error { return nil }

func (l *wire) Watch(transport.Watch) error { return nil }

func (l *wire) Send(s transport.Send) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sends = append(l.sends, s)
	return nil
}

func (l *wire) Load(f *frames.Frame, _ bool, done func(bool)) error {
	l.mu.Lock()
	l.loaded = append(l.loaded, f)
	l.mu.Unlock()
	done(true)
	return nil
}

// house is a site with a relay above that the test plays.
type house struct {
	*world
	wires chan *wire
	n     uint64 // of the last event of the relay above
}

const housePrefix = meeting.MaxRelay

// inHouse runs a test in a bubble.
func inHouse(t *testing.T, log Log, test func(t *testing.T, h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, log)
		defer h.stop()
		test(t, h)
	})
}

func newHouse(t *testing.T, log Log) *house {
	h := &house{wires: make(chan *wire, 100)}
	h.world = newWorld(t, func(c *Config) {
		c.ID, c.Sites, c.Log = 0, nil, log
		c.Trunk = func(code string) Trunk {
			l := &wire{code: code, begun: make(chan struct{}), end: make(chan error, 1), said: make(chan any, 1000)}
			h.wires <- l
			return l
		}
	})
	return h
}

// wire waits for the next line.
func (h *house) wire() *wire {
	h.t.Helper()
	select {
	case l := <-h.wires:
		<-l.begun
		return l
	case <-time.After(time.Minute):
		h.t.Fatal("no line is begun")
		return nil
	}
}

// message makes what the relay above says.
func (h *house) message(v any) (m transport.Message) {
	h.t.Helper()
	b, err := transport.AppendMessage(nil, v)
	if err != nil {
		h.t.Fatal(err)
	}
	if m, err = transport.ReadMessage(bufio.NewReader(bytes.NewReader(b)), transport.MaxControl); err != nil {
		h.t.Fatal(err)
	}
	return m
}

func (h *house) welcome(l *wire, issued uint32, seats ...transport.Seat) {
	h.t.Helper()
	h.n++
	l.above.Told(h.message(transport.Welcome{
		Type: transport.TypeWelcome, Meeting: transport.MeetingInfo{Code: l.code, Title: "Họp tỉnh", Ms: 5000}, View: viewOf(h.n, seats...),
		Plan: transport.Plan{Voice: transport.VoicePlan{Hi: 16000}},
		Site: &transport.SiteWelcome{Name: "Xã Ga Ry", Prefix: housePrefix, Issued: issued, Now: time.Now().UnixMilli()},
	}))
}

func (h *house) told(l *wire, kind string, seat transport.Seat) {
	h.t.Helper()
	h.happens(l, kind, seat.ID, map[string]any{"name": seat.Name, "publication": seat.Publication, "muted": seat.Muted})
}

// happens tells the next event of the relay above.
func (h *house) happens(l *wire, kind, seat string, body any) {
	h.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	h.n++
	l.above.Told(h.message(transport.Event{Type: transport.TypeEvent, N: h.n, Ms: 6000, Kind: kind, Seat: seat, Body: text}))
}

// viewOf is the view of a meeting that has nothing but seats.
func viewOf(n uint64, seats ...transport.Seat) json.RawMessage {
	rows := [][]any{}
	for _, s := range seats {
		id, _ := strconv.ParseUint(s.ID, 16, 32)
		flags := 0
		if s.Here {
			flags = 1
		}
		rows = append(rows, []any{id, s.Name, s.Publication, flags, transport.RoleLetter(s.Role), s.Invited})
	}
	text, _ := json.Marshal(map[string]any{"n": n, "seats": rows})
	return text
}

// reports returns the seats that were told of since the last time.
func (l *wire) reports() (all [][]transport.Seat) {
	for {
		select {
		case m := <-l.said:
			if s, ok := m.(transport.Seats); ok {
				all = append(all, s.Of)
			}
		default:
			return all
		}
	}
}

var far = transport.Seat{ID: "00700001", Name: "Chủ tọa", Publication: 0x00700001, Here: true}
