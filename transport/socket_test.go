package transport

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/diemcau/diemcau/transport/transporttest"
)

func lossy(loss float64) transporttest.Impairment {
	return transporttest.Impairment{Delay: 75 * time.Millisecond, Loss: loss}
}

func TestAWebSocketCarriesDatagramsAndMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		client, server := w.dial(w.network.Line(lossy(0), lossy(0), 1), WebSocket)
		for _, way := range [][2]*Session{{client, server}, {server, client}} {
			from, to := way[0], way[1]
			for i := range 10 {
				if err := from.SendDatagram(bytes.Repeat([]byte{byte(i)}, 100*i)); err != nil {
					t.Fatal(err)
				}
			}
			long := Hello{Type: TypeHello, Name: strings.Repeat("ê", 20000)}
			if err := from.WriteControl(long); err != nil {
				t.Fatal(err)
			}
			m, err := to.ReadControl(MaxControl)
			var got Hello
			if err != nil || m.Decode(&got) != nil || got != long {
				t.Fatalf("%v", err)
			}
			for i := range 10 {
				b, err := to.ReceiveDatagram(context.Background())
				if err != nil || !bytes.Equal(b, bytes.Repeat([]byte{byte(i)}, 100*i)) {
					t.Fatalf("datagram %d: %d bytes, %v", i, len(b), err)
				}
			}
		}
		if err := server.WriteControl(Bye{Type: TypeBye, Code: "replaced"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond)
		_ = server.Close("")
		if m, err := client.ReadControl(MaxControl); err != nil || m.Type != TypeBye {
			t.Errorf("the last word is %s, %v", m.JSON, err)
		}
		if _, err := client.ReadControl(MaxControl); err == nil {
			t.Error("the session goes on")
		}
		if _, err := client.ReceiveDatagram(context.Background()); err == nil {
			t.Error("the session goes on")
		}
		if client.SendDatagram([]byte{1}) == nil || client.WriteControl(Bye{Type: TypeBye}) == nil {
			t.Error("a closed session takes something")
		}
	})
}

// TestAStallOfTCPIsNoDelay sends a datagram every 20 ms through a line that is dead for 4 s.
func TestAStallOfTCPIsNoDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		line := w.network.Line(lossy(0), lossy(0), 1)
		client, server := w.dial(line, WebSocket)
		begun := time.Now()
		type arrival struct{ sent, at time.Duration }
		arrivals := make(chan arrival, 10000)
		go func() {
			for {
				b, err := server.ReceiveDatagram(context.Background())
				if err != nil {
					close(arrivals)
					return
				}
				arrivals <- arrival{time.Duration(binary.BigEndian.Uint64(b)), time.Since(begun)}
			}
		}()
		said := make(chan Message, 1)
		go func() {
			m, _ := server.ReadControl(MaxControl)
			said <- m
		}()
		dead := lossy(0)
		dead.Outages = []transporttest.Outage{{From: 5 * time.Second, For: 4 * time.Second}}
		if err := line.Set(dead, dead); err != nil {
			t.Fatal(err)
		}
		for i := range 1000 { // 20 s
			b := binary.BigEndian.AppendUint64(make([]byte, 0, 100), uint64(time.Since(begun)))
			if err := client.SendDatagram(b[:100]); err != nil {
				t.Fatal(err)
			}
			if i == 300 { // in the middle of it
				if err := client.WriteControl(Mute{Type: TypeMute}); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(20 * time.Millisecond)
		}
		if m := <-said; m.Type != TypeMute {
			t.Errorf("%s", m.JSON)
		}
		time.Sleep(time.Second)
		_ = client.Close("")
		_ = server.Close("")
		var late []time.Duration
		n, last := 0, time.Duration(-1)
		for a := range arrivals {
			n++
			if a.sent <= last {
				t.Error("out of order")
			}
			last = a.sent
			// TCP repeats what the stall took at 12 s only; what was sent a second later is on time.
			if a.sent > 13*time.Second && a.at-a.sent > 100*time.Millisecond {
				late = append(late, a.at-a.sent)
			}
		}
		if len(late) > 0 || n < 600 {
			t.Errorf("%d datagrams arrived, %d late after the stall: %v", n, len(late), late)
		}
		if dropped := client.Datagrams.(*socket).Stats().Stale; n+int(dropped) != 1000 || dropped < 150 {
			t.Errorf("%d arrived, %d dropped of 1000", n, dropped)
		}
	})
}

func TestAFirstMessageThatIsTooLongGetsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		client, err := w.try(t.Context(), w.network.Line(lossy(0), lossy(0), 1), WebSocket)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close("")
		if err := client.WriteControl(Hello{Type: TypeHello, Name: strings.Repeat("x", 5000)}); err != nil {
			t.Fatal(err)
		}
		server := <-w.accepted
		if _, err := server.ReadControl(MaxHello); !errors.Is(err, ErrMessageTooLong) {
			t.Errorf("%v", err)
		}
		if err := server.WriteControl(Bye{Type: TypeBye}); err != nil {
			t.Error(err)
		}
		if m, err := client.ReadControl(MaxControl); err != nil || m.Type != TypeBye {
			t.Errorf("%s %v", m.JSON, err)
		}
	})
}

func TestWhatIsNoMessageEndsTheSession(t *testing.T) {
	for name, say := range map[string]func(context.Context, *websocket.Conn) error{
		"text": func(ctx context.Context, c *websocket.Conn) error {
			return c.Write(ctx, websocket.MessageText, []byte("\x00abc"))
		},
		"empty": func(ctx context.Context, c *websocket.Conn) error { return c.Write(ctx, websocket.MessageBinary, nil) },
		"kind": func(ctx context.Context, c *websocket.Conn) error {
			return c.Write(ctx, websocket.MessageBinary, []byte{2, 1})
		},
		"too big": func(ctx context.Context, c *websocket.Conn) error {
			return c.Write(ctx, websocket.MessageBinary, make([]byte, 1<<20))
		},
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan error, 1)
			server := httptest.NewServer(WebSocketHandler(nil, func(ctx context.Context, s *Session) {
				<-ctx.Done()
				ended <- context.Cause(ctx)
			}))
			defer server.Close()
			conn, _, err := websocket.Dial(t.Context(), server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.CloseNow()
			_ = say(t.Context(), conn)
			if err := <-ended; !errors.Is(err, errFrame) {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

func TestOnlyKnownPagesOpenAWebSocket(t *testing.T) {
	server := httptest.NewTLSServer(WebSocketHandler(nil, func(ctx context.Context, s *Session) { _ = s.WriteControl(Bye{Type: TypeBye}); <-ctx.Done() }))
	defer server.Close()
	config := server.Client().Transport.(*http.Transport).TLSClientConfig
	s, err := Dialer{TLS: config}.WebSocket(t.Context(), "wss"+strings.TrimPrefix(server.URL, "https"))
	if err != nil {
		t.Fatal(err)
	}
	if m, err := s.ReadControl(MaxControl); err != nil || m.Type != TypeBye || s.Kind != WebSocket {
		t.Errorf("%s %v", m.JSON, err)
	}
	_ = s.Close("")
	for origin, want := range map[string]int{
		"":                       http.StatusUpgradeRequired,
		server.URL:               http.StatusUpgradeRequired,
		"https://evil.test":      http.StatusForbidden,
		"null":                   http.StatusForbidden,
		server.URL + ".evil.com": http.StatusForbidden,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		response, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("origin %q: %d, want %d", origin, response.StatusCode, want)
		}
	}
	server.Client().CloseIdleConnections()
}

func TestTheShelfKeepsTheNewest(t *testing.T) {
	q := newShelf()
	now := time.Unix(1e9, 0)
	for i := range socketQueue + 5 {
		q.put([]byte{byte(i)}, now.Add(time.Duration(i)*time.Millisecond))
	}
	now = now.Add(socketPatience + 20*time.Millisecond)
	var got []int
	for b := q.take(now); b != nil; b = q.take(now) {
		got = append(got, int(b[0]))
	}
	if len(got) != socketQueue+5-20 || got[0] != 20 || !slices.IsSorted(got) || q.dropped.Load() != 20 {
		t.Errorf("%v, %d dropped", got, q.dropped.Load())
	}
}

func FuzzSocketMessage(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{kindDatagram})
	f.Add([]byte{kindControl, '{', '}'})
	f.Add(append([]byte{kindDatagram}, make([]byte, MaxDatagram+1)...))
	f.Add([]byte{2, 0})
	f.Fuzz(func(t *testing.T, message []byte) {
		kind, payload, err := parseSocketMessage(message)
		if err != nil {
			return
		}
		if kind > kindControl || !bytes.Equal(append([]byte{kind}, payload...), message) || kind == kindDatagram && len(payload) > MaxDatagram {
			t.Errorf("%d bytes of kind %d", len(payload), kind)
		}
	})
}
