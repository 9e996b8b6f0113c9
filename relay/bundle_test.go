package relay

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// pipe is a stream in memory; what the client's end reads after Abort is an error, not the end.
type pipe struct {
	net.Conn
	aborted chan struct{}
	abort   func()
}

func newPipe(c net.Conn) *pipe {
	p := &pipe{Conn: c, aborted: make(chan struct{})}
	p.abort = sync.OnceFunc(func() {
		close(p.aborted)
		_ = c.Close()
	})
	return p
}

func (p *pipe) Abort() { p.abort() }

// streams is a session whose streams a test opens.
type streams chan *pipe

func (s streams) AcceptFile(ctx context.Context) (transport.Stream, error) {
	select {
	case p := <-s:
		return p, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

var errAborted = errors.New("aborted")

// asked is a stream on which a client asks for something.
type asked struct {
	net.Conn
	far *pipe
}

// ask opens a stream and sends those bytes.
func (s streams) ask(t *testing.T, request []byte) *asked {
	t.Helper()
	near, far := net.Pipe()
	a := &asked{near, newPipe(far)}
	t.Cleanup(func() { _ = near.Close() })
	s <- a.far
	if _, err := near.Write(request); err != nil && len(request) <= maxFileRequest {
		t.Fatal(err)
	}
	return a
}

// read returns what comes until the stream ends.
func (a *asked) read() ([]byte, error) {
	b, err := io.ReadAll(a.Conn)
	select {
	case <-a.far.aborted:
		return b, errAborted
	default:
		return b, err
	}
}

func request(t *testing.T, v any) []byte {
	t.Helper()
	b, err := transport.AppendMessage(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func file(t *testing.T, name string, from int) []byte {
	return request(t, transport.FileRequest{Type: transport.TypeFile, Name: name, From: from})
}

var page = files{
	page: map[string][]byte{
		"bundle.json":   []byte("{}"),
		"index.html":    []byte("<!doctype html>"),
		"assets/app.js": bytes.Repeat([]byte("0123456789"), 1000),
	},
	hashes: func() []string { return []string{"YQ==", "Yg=="} },
}

func slow() transport.Pace { return transport.Pace{Rate: 2000, Chunk: 200} }

// serving runs f inside a bubble until the returned function is called, which returns what serve returned.
func serving(f files, pace func() transport.Pace) (streams, func() error) {
	s := make(streams, 8)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.serve(ctx, s, pace, nil) }()
	return s, func() error {
		cancel()
		return <-done
	}
}

func TestFilesAreSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := serving(page, slow)
		app := string(page.page["assets/app.js"])
		for _, c := range []struct {
			name string
			from int
			want string
		}{
			{"index.html", 0, "<!doctype html>"},
			{"assets/app.js", 0, app},
			{"assets/app.js", 9_993, app[9_993:]},
			{"assets/app.js", 10_000, ""},
			{"hashes.json", 0, `["YQ==","Yg=="]`},
			{"hashes.json", 9, `"Yg=="]`[1:]},
		} {
			if got, err := s.ask(t, file(t, c.name, c.from)).read(); err != nil || string(got) != c.want {
				t.Errorf("%s from %d: %d bytes %.40q, %v", c.name, c.from, len(got), got, err)
			}
		}
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Errorf("serve: %v", err)
		}
	})
}

func TestPublicCertificatesHaveNoHashes(t *testing.T) {
	if b, ok := (files{}).find(hashesName); !ok || string(b) != "[]" {
		t.Errorf("%s, %t", b, ok)
	}
}

func TestForeignRequestsGetNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := serving(page, slow)
		requests := map[string][]byte{
			"type":      request(t, transport.FileRequest{Type: "hello", Name: "index.html"}),
			"before":    file(t, "index.html", -1),
			"behind":    file(t, "index.html", 16),
			"no JSON":   {3, '{', 'x', '}'},
			"a number":  request(t, map[string]any{"type": "file", "name": 7}),
			"fraction":  request(t, map[string]any{"type": "file", "name": "index.html", "from": 0.5}),
			"huge":      request(t, map[string]any{"type": "file", "name": "index.html", "from": 1e30}),
			"too long":  file(t, strings.Repeat("x", maxFileRequest), 0),
			"length":    {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
			"cut short": file(t, "index.html", 0)[:10],
		}
		for _, name := range []string{
			"", "/", ".", "..", "/index.html", "./index.html", "assets", "assets/", "assets/../index.html", "../relay.go", "index.html\x00",
			"INDEX.HTML", "sw.js", "token-seed", "index.html.gz", `assets\app.js`, "%69ndex.html",
		} {
			requests["name "+name] = file(t, name, 0)
		}
		for name, r := range requests {
			a := s.ask(t, r)
			if got, err := a.read(); !errors.Is(err, errAborted) || len(got) != 0 {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
		if got, err := s.ask(t, file(t, "index.html", 0)).read(); err != nil || len(got) != 15 {
			t.Errorf("afterwards: %q, %v", got, err)
		}
		_ = stop()
	})
}

// TestPace holds every moment of a download to the pace of that moment.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		pace := func() transport.Pace {
			switch s := time.Since(began).Seconds(); {
			case s < 1:
				return transport.Pace{Rate: 2000, Chunk: 200}
			case s < 3:
				return transport.Pace{}
			default:
				return transport.Pace{Rate: 4000, Chunk: 100}
			}
		}
		s, stop := serving(page, pace)
		a := s.ask(t, file(t, "assets/app.js", 0))
		buffer, got := make([]byte, 4096), 0
		for {
			n, err := a.Read(buffer)
			if err != nil {
				break
			}
			got += n
			since := time.Since(began)
			if n > 200 || since > 3*time.Second && n > 100 {
				t.Fatalf("%d bytes at once after %v", n, since)
			}
			allowed := 2000*min(since.Seconds(), 1) + 4000*max(since.Seconds()-3, 0)
			if float64(got) > allowed+1 {
				t.Fatalf("%d bytes after %v, %.0f are allowed", got, since, allowed)
			}
		}
		if took := time.Since(began); got != 10_000 || took < 5*time.Second-time.Millisecond || took > 5200*time.Millisecond {
			t.Errorf("%d bytes in %v", got, took)
		}
		_ = stop()
	})
}

func TestOneStreamAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := serving(page, slow)
		began := time.Now()
		first := s.ask(t, file(t, "assets/app.js", 0))
		done := make(chan time.Duration, 1)
		go func() {
			second := s.ask(t, file(t, "index.html", 0)) // its request waits until the first one is served
			_, _ = second.read()
			done <- time.Since(began)
		}()
		if got, err := first.read(); err != nil || len(got) != 10_000 {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if took := <-done; took < 5*time.Second {
			t.Errorf("the second file came beside the first, after %v", took)
		}
		_ = stop()
	})
}

func TestIdleStreamsAreAborted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := serving(page, slow)
		began := time.Now()
		if _, err := s.ask(t, nil).read(); !errors.Is(err, errAborted) || time.Since(began) != fileRequestWait {
			t.Errorf("a stream without a request: %v after %v", err, time.Since(began))
		}
		began = time.Now()
		<-s.ask(t, file(t, "assets/app.js", 0)).far.aborted // nobody reads
		if took := time.Since(began); took < transport.BulkPatience || took > transport.BulkPatience+time.Second {
			t.Errorf("a stream that nobody reads ended after %v", took)
		}
		a := s.ask(t, file(t, "assets/app.js", 0))
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Errorf("serve: %v", err)
		}
		if got, err := a.read(); !errors.Is(err, errAborted) || len(got) == 10_000 {
			t.Errorf("after the end: %d bytes, %v", len(got), err)
		}
	})
}

func TestSessionWithoutStreams(t *testing.T) {
	session := transport.NewSession(nil, nopControl{}, "", nil)
	if err := page.serve(t.Context(), session, slow, nil); err != nil {
		t.Errorf("got %v", err)
	}
}

type nopControl struct{ transport.ControlStream }

// script is a stream that says something and takes no answer.
type script struct{ *bytes.Reader }

func (script) Write([]byte) (int, error)   { return 0, io.ErrClosedPipe }
func (script) SetDeadline(time.Time) error { return nil }
func (script) Close() error                { return nil }
func (script) Abort()                      {}

func FuzzFileRequest(f *testing.F) {
	for _, r := range []string{`{"type":"file","name":"index.html","from":3}`, `{"type":"file","name":"../x"}`, `{"type":"file"}`, `[]`, ``} {
		f.Add(append([]byte{byte(len(r))}, r...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := script{bytes.NewReader(b)}
		m, err := readRequest(s, bufio.NewReader(s))
		if err != nil {
			return
		}
		content, err := page.request(m)
		if err == nil && len(content) > 10_000 {
			t.Errorf("%q asks for %d bytes", b, len(content))
		}
	})
}
