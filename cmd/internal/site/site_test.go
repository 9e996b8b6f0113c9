package site

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// A network that wants a login first.
func TestCaptivePortal(t *testing.T) {
	login := http.NewServeMux()
	login.HandleFunc("/login", func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, "<html>Xin đăng nhập</html>") })
	login.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/login", http.StatusFound) })
	for name, open := range map[string]func(*world){
		"a redirect to a page": func(w *world) { w.page(login, false) },
		"HTML where the answer is": func(w *world) {
			w.page(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, "<html>") }), false)
		},
		"HTTP where HTTPS is": func(w *world) { w.page(login, true) },
		"another certificate": func(w *world) {
			other, err := transporttest.Certificate()
			if err != nil {
				t.Fatal(err)
			}
			w.trust = other
			w.page(login, false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				open(w)
				w.wantCode("captive-portal", false)
			})
		})
	}
}

func TestNameIsNotFound(t *testing.T) {
	inWorld(t, func(w *world) {
		w.site.Servers = []string{"https://relay.test"}
		w.site.Client.Sockets.DialStream = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "relay.test", IsNotFound: true}}
		}
		w.wantCode("no-name", false)
	})
}

// The clock of the site is a month ahead: the certificate is over.
func TestClockRefused(t *testing.T) {
	inWorld(t, func(w *world) {
		w.relay()
		w.page(w.genuine(true), false)
		time.Sleep(30 * 24 * time.Hour)
		w.wantCode("clock-refused", false)
	})
}

// The relay says what time it is: the site's clock is wrong by a day, and the meeting goes on.
func TestClockIsWrong(t *testing.T) {
	for _, wrong := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		inWorld(t, func(w *world) {
			conn, err := w.network.ListenPacket(port)
			if err != nil {
				t.Fatal(err)
			}
			l := transport.NewListener(transport.ListenConfig{Conn: conn, TLS: w.trust}, func(ctx context.Context, s *transport.Session) {
				if _, err := s.ReadControl(transport.MaxHello); err != nil {
					return
				}
				_ = s.WriteControl(transport.Welcome{
					Type: transport.TypeWelcome, Protocol: transport.Protocol, Line: strings.Repeat("x", transport.LineSecret),
					Meeting: transport.MeetingInfo{Code: w.code, Title: "Họp"}, View: []byte(`{"n":1,"seats":[]}`),
					Site: &transport.SiteWelcome{Name: "Xã Ga Ry", Prefix: 4095, Now: time.Now().Add(wrong).UnixMilli()},
				})
				paths := transport.NewPaths()
				line := transport.NewLine(paths, time.Now())
				route := paths.Add(s, func() { _ = s.Close("") })
				ticker := time.NewTicker(200 * time.Millisecond)
				defer ticker.Stop()
				ctx, cancel := context.WithCancel(ctx)
				go func() { defer cancel(); _ = route.Carry(ctx) }()
				go func() {
					for ctx.Err() == nil {
						_, _ = line.Receive(ctx) // and report
					}
				}()
				for {
					select {
					case <-ctx.Done():
						return
					case now := <-ticker.C:
						_ = line.Tick(now)
					}
				}
			})
			w.run(l.Serve)
			w.page(w.genuine(false), false)
			w.wantCode("clock-wrong", true)
		})
	}
}

// A clock that was set since the relay told its time is right again.
func TestClockIsSet(t *testing.T) {
	now := time.Now()
	c := clock{theirs: now.Round(0).Add(24 * time.Hour), ours: now}
	for _, x := range []struct {
		after, set time.Duration
		wrong      bool
	}{{0, 0, true}, {time.Minute, 0, true}, {time.Minute, 24 * time.Hour, false}, {time.Minute, 25*time.Hour + time.Minute, true}, {time.Minute, 48 * time.Hour, true}} {
		at := now.Add(x.after)
		if got := c.wrong(at, at.Round(0).Add(x.set)); got != x.wrong {
			t.Errorf("after %v, set by %v: wrong %v", x.after, x.set, got)
		}
	}
}

// What the relay says of the token is what people read.
func TestTokensThatAreNotTaken(t *testing.T) {
	for code, spoil := range map[string]func(*world){
		"site-unknown": func(w *world) { w.token = w.token[:len(w.token)-20] },
		"site-elsewhere": func(w *world) {
			other, err := relay.OpenSites(&memory.Log{}, bytes.Repeat([]byte{5}, relay.SeedSize))
			if err == nil {
				_, w.token, err = other.Enrol("Xã Ga Ry")
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"site-revoked": func(w *world) {
			if err := w.sites.Revoke(w.sites.List()[0].ID); err != nil {
				t.Fatal(err)
			}
		},
		"no-token": func(w *world) {
			w.site.Token = func() (string, error) {
				_, err := os.ReadFile(filepath.Join(t.TempDir(), "gone"))
				return "", fmt.Errorf("%w: %w", ErrToken, err)
			}
		},
		"site-taken": func(w *world) {
			w.join()
			w.site.Instance = "another"
		},
	} {
		t.Run(code, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.relay()
				w.page(w.genuine(true), false)
				spoil(w)
				w.wantCode(code, false)
			})
		})
	}
}

// A token that is revoked and replaced in the middle of a meeting.
func TestTokenIsReplaced(t *testing.T) {
	inWorld(t, func(w *world) {
		w.relay()
		w.page(w.genuine(true), false)
		_, trunks, _ := w.join()
		_, next, err := w.sites.Enrol("Xã Ga Ry")
		if err != nil {
			t.Fatal(err)
		}
		wait(t, trunks, 15*time.Second, "site-revoked", false)
		w.mu.Lock()
		w.token = next // somebody writes it into the file
		w.mu.Unlock()
		wait(t, trunks, refusedFor+5*time.Second, "", true)
	})
}

func TestMeetingIsUnknown(t *testing.T) {
	inWorld(t, func(w *world) {
		w.relay()
		w.page(w.genuine(true), false)
		w.code = "000-000-000"
		s, _, _ := w.open()
		if _, err := s.Find(context.Background(), w.code); err == nil || err != relay.ErrUnknown {
			t.Error(err)
		}
	})
}

// The server answers over TCP, and nothing else gets through.
func TestRelayIsSilent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.page(w.genuine(false), false)
		w.wantCode("relay-silent", false)
	})
}

func TestUDPIsBlocked(t *testing.T) {
	inWorld(t, func(w *world) {
		w.relay()
		w.page(w.genuine(true), false)
		w.line.BlockUDP(true)
		w.wantCode("udp-blocked", true)
	})
}

// The server refuses over HTTP.
func TestServerRefuses(t *testing.T) {
	inWorld(t, func(w *world) {
		w.page(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(rw, `{"code":"too-many","vi":"Quá nhiều.","en":"Too many."}`)
		}), false)
		w.wantCode("too-many", false)
	})
}

// The line is cut and comes back while the server is asked what is wrong: the state is told at once, and what the server says then is no news any more.
func TestStateWhileTheServerIsAsked(t *testing.T) {
	inWorld(t, func(w *world) {
		w.relay()
		asked, answer := make(chan struct{}, 10), make(chan struct{})
		w.page(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if w.dials() == 1 {
				w.genuine(true).ServeHTTP(rw, r)
				return
			}
			rw.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(rw, `{"code":"too-many","vi":"Quá nhiều.","en":"Too many."}`)
		}), false)
		tcp := w.site.Client.Sockets.DialStream
		w.site.Client.Sockets.DialStream = func(ctx context.Context, network, address string) (net.Conn, error) {
			if asked <- struct{}{}; len(asked) > 1 {
				select {
				case <-answer:
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			}
			return tcp(ctx, network, address)
		}
		w.site.Client.Transport = transport.WebTransport // the asking alone is TCP
		_, trunks, _ := w.join()
		out := transporttest.Impairment{Delay: 20 * time.Millisecond, Outages: []transporttest.Outage{{For: askAfter + silentAfter + 3*time.Second}}}
		if err := w.line.Set(out, out); err != nil {
			t.Fatal(err)
		}
		cut := time.Now()
		wait(t, trunks, silentAfter+time.Second, "upstream-away", false)
		time.Sleep(out.Outages[0].For - time.Since(cut))
		if len(asked) != 2 {
			t.Errorf("asked %d times", len(asked))
		}
		t.Logf("up again after %v", wait(t, trunks, 2*time.Second, "", true))
		close(answer)
		time.Sleep(time.Second)
		if w.dials() != 2 {
			t.Errorf("%d dials", w.dials())
		}
		out.Outages = []transporttest.Outage{{For: 12 * time.Second}}
		if err := w.line.Set(out, out); err != nil {
			t.Fatal(err)
		}
		time.Sleep(silentAfter + 6*time.Second) // nobody speaks: the line is quiet
		wait(t, trunks, 0, "upstream-away", false)
		wait(t, trunks, 5*time.Second, "", true)
	})
}

// The second time a site needs no TCP: it remembers where the relays are, whatever became of the file it does not stop.
func TestPlaces(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "relays.json")
	join := func(path string) (dials int) {
		inWorld(t, func(w *world) {
			w.relay()
			w.page(w.genuine(true), false)
			w.site.Places = OpenPlaces(path)
			w.join()
			dials = w.dials()
			if got := w.site.Places.Of(server); len(got) != 1 || got[0].URL != server+transport.Path || len(got[0].Hashes) != 1 {
				t.Errorf("remembers %+v", got)
			}
		})
		return dials
	}
	// The certificate of each world is another, so what is remembered of the last one does not fit: the server is asked.
	for i, text := range []string{"", "{", "null", `{"` + server + `":[{"url":""}]}`, `{"` + server + `":null}`, "[1]", strings.Repeat(" ", maxPlaces+1), `{"` + server + `":[{"url":"https://10.0.0.9:443/wt","hashes":["x"]}]}`} {
		if text != "" {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if n := join(file); n < 1 {
			t.Errorf("%d: %d TCP connections", i, n)
		}
	}
	half := `{"` + server + `":[{"url":"https://10.0.0.9:443/wt"}],"x":5}`
	if err := os.WriteFile(file, []byte(half), 0o600); err != nil || len(OpenPlaces(file).Of(server)) > 0 {
		t.Errorf("half of a file is believed, %v", err)
	}
	for _, path := range []string{filepath.Join(folder, "no folder", "relays.json"), folder, ""} {
		if n := join(path); n != 1 {
			t.Errorf("%q: %d TCP connections", path, n)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
}

func TestSecondTimeWithoutTCP(t *testing.T) {
	path := filepath.Join(t.TempDir(), "relays.json")
	inWorld(t, func(w *world) {
		w.relay()
		w.page(w.genuine(true), false)
		for i := range 3 {
			w.site.Places = OpenPlaces(path)
			_, _, stop := w.join()
			if n := w.dials(); n != 1 {
				t.Errorf("start %d: %d TCP connections", i, n)
			}
			stop()
		}
	})
}
