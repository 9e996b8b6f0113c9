package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/codec/ogg"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// certificate returns a relay's certificate and its SHA-256.
func certificate(t *testing.T) (*tls.Config, string) {
	t.Helper()
	config, err := transporttest.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(config.Certificates[0].Certificate[0])
	return config, base64.StdEncoding.EncodeToString(sum[:])
}

// background runs f until the test ends.
func background(t *testing.T, f func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// serve runs a real relay and its API on loopback, behind a line, and opens a meeting.
func serve(t *testing.T, line transporttest.Impairment) client.Config {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config, hash := certificate(t)
	server, err := relay.New(relay.Config{Conn: conn, TLS: config, Seed: make([]byte, relay.SeedSize), Log: &memory.Log{}, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	background(t, server.Run)
	proxy, err := transporttest.NewProxy(transporttest.ProxyConfig{Listen: "127.0.0.1:0", To: conn.LocalAddr().String(), Up: line, Down: line, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	background(t, proxy.Run)
	handler, err := admin.Handler(admin.Config{
		Meetings: server, Page: http.NotFoundHandler(), HostKey: "key", Log: quiet,
		Base: func(host string) string { return "http://" + host },
		Relays: func(string) []admin.Relay {
			return []admin.Relay{{URL: "https://" + proxy.Addr().String() + transport.Path, Hashes: []string{hash}}}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(handler)
	t.Cleanup(api.Close)
	code, err := server.Create(context.Background(), "Họp giao ban")
	if err != nil {
		t.Fatal(err)
	}
	return client.Config{Server: api.URL, Meeting: code}
}

// converse lets one bot speak while two listen and one of these records. It returns the listeners' report and the recording.
func converse(t *testing.T, line transporttest.Impairment, stay time.Duration) (Report, []ogg.Packet) {
	t.Helper()
	config := serve(t, line)
	speech := load(t, "speech-a.ogg")
	speaking := config
	speaking.Name = "Xã Ga Ry"
	background(t, func(ctx context.Context) error {
		r, err := Run(ctx, Config{Client: speaking, Play: speech, Count: 1})
		if err == nil && (r.Sent == 0 || r.BytesUp < 50*r.Sent) {
			t.Errorf("the speaker counts %+v", r)
		}
		return err
	})
	s := &shelf{files: map[string]*book{}}
	config.Name = "nghe"
	r, err := Run(context.Background(), Config{Client: config, Count: 2, For: stay, Create: s.create})
	if err != nil {
		t.Fatal(err)
	}
	return r, s.packets(t, "Xã Ga Ry")
}

// matches counts the packets of a recording, from a time on, that are of the speech and stand where they belong; and the silences that fill holes.
func matches(t *testing.T, s *Speech, heard []ogg.Packet, from int64) (right, holes int) {
	t.Helper()
	shift := int64(-1)
	for _, p := range heard {
		if len(p.Data) == 3 {
			if at := (p.Start + shift) % s.length / 960; p.Start >= from && shift >= 0 && s.frames[at].send {
				holes++
			}
			continue
		}
		if shift < 0 {
			for _, f := range s.frames {
				if bytes.Equal(f.payload, p.Data) {
					shift = f.start - p.Start + s.length
				}
			}
		}
		f := s.frames[min((p.Start+shift)%s.length/960, int64(len(s.frames)-1))]
		if !bytes.Equal(f.payload, p.Data) {
			t.Fatalf("the packet at %d is not what was said there", p.Start)
		}
		if p.Start >= from {
			right++
		}
	}
	return right, holes
}

func TestVoiceFromFileToFile(t *testing.T) {
	t.Parallel()
	r, heard := converse(t, transporttest.Impairment{}, 4*time.Second)
	right, holes := matches(t, load(t, "speech-a.ogg"), heard, 0)
	if right < 120 || holes > 2 {
		t.Errorf("%d packets in their place, %d holes", right, holes)
	}
	if r.Bots != 2 || len(r.Each) != 2 || r.Lost > 0 || r.Received < 300 || r.FirstSound == nil || *r.FirstSound > 3000 {
		t.Errorf("%+v", r)
	}
	for i, f := range r.Each {
		if name := []string{"nghe", "nghe-2"}[i]; f.Name != name || len(f.Speakers) != 1 || f.Speakers[0].Name != "Xã Ga Ry" || f.Speakers[0].Packets != f.Received {
			t.Errorf("%+v", f)
		}
		if rate := float64(f.BytesDown) * 8 / f.Seconds; rate < 20e3 || rate > 60e3 {
			t.Errorf("%.0f bit/s down", rate)
		}
	}
	var text bytes.Buffer
	r.Print(&text)
	if !bytes.Contains(text.Bytes(), []byte("bots               2")) {
		t.Errorf("%s", &text)
	}
}

func TestVoiceOverALossyLine(t *testing.T) {
	t.Parallel()
	r, heard := converse(t, transporttest.Impairment{Loss: 0.1, Delay: 30 * time.Millisecond}, 14*time.Second)
	// Up and down lose 10 % each: without repair a fifth would be missing. It takes some seconds until the loss is known, more on a busy machine.
	right, holes := matches(t, load(t, "speech-a.ogg"), heard, 8*48000)
	if right < 150 || holes > right/8 {
		t.Errorf("%d packets in their place, %d holes", right, holes)
	}
	if r.Recovered < 5 {
		t.Errorf("%+v", r.Figures)
	}
}

func TestNoSuchMeeting(t *testing.T) {
	config := serve(t, transporttest.Impairment{})
	config.Name, config.Meeting = "nghe", "000-000-000"
	for _, count := range []int{1, 3} {
		r, err := Run(context.Background(), Config{Client: config, Count: count})
		if err == nil || r.Bots != 0 {
			t.Errorf("%d bots: %+v %v", count, r, err)
		}
	}
}

// Bots that film see each other, over real sockets.
func TestPicturesOverLoopback(t *testing.T) {
	config := serve(t, transporttest.Impairment{})
	config.Name = "quay phim"
	r, err := Run(context.Background(), Config{Client: config, Count: 2, For: 6 * time.Second, Pictures: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.Shown == 0 || r.Seen == 0 {
		t.Errorf("%d frames shown, %d seen", r.Shown, r.Seen)
	}
	var out bytes.Buffer
	if r.Print(&out); !bytes.Contains(out.Bytes(), []byte("pictures")) {
		t.Errorf("%s", out.Bytes())
	}
}
