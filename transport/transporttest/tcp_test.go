package transporttest

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestProxyBlocksTCP(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p := start(t, ProxyConfig{To: server.Addr().String(), TCP: true})
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", p.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	passes := func() net.Conn {
		conn := dial()
		if _, err := io.WriteString(conn, "x"); err != nil {
			t.Fatal(err)
		}
		served, err := server.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = served.Close() })
		if _, err := io.ReadFull(served, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	ends := func(conn net.Conn) {
		t.Helper()
		n, err := conn.Read(make([]byte, 1))
		if late, ok := err.(net.Error); n > 0 || err == nil || ok && late.Timeout() {
			t.Errorf("a blocked connection goes on: %d bytes, %v", n, err)
		}
	}
	before := passes()
	p.BlockTCP(true)
	ends(before)
	ends(dial())
	p.BlockTCP(false)
	passes()
}

func TestProxyImpairsTCP(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 20_000))
	}))
	defer server.Close()
	const delay = 40 * time.Millisecond
	p := start(t, ProxyConfig{To: server.Listener.Addr().String(), TCP: true, Up: Impairment{Delay: delay}, Down: Impairment{Delay: delay, Loss: .3}, Seed: 3})
	p.ImpairTCP(true)
	began := time.Now()
	answer, err := http.Get("http://" + p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || len(body) != 20_000 {
		t.Fatalf("%d bytes, %v", len(body), err)
	}
	if took := time.Since(began); took < 6*delay { // a handshake, a request, and more than a window
		t.Errorf("it took %v", took)
	}
	http.DefaultClient.CloseIdleConnections()
	if down := p.Counters().Down; down.DeliveredBytes < 20_000 || down.Lost == 0 {
		t.Errorf("%+v", down)
	}
}
