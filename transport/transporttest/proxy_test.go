package transporttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// echo is a UDP server that answers with what came, twice a "2" in front, and tells who asked.
type echo struct {
	conn   *net.UDPConn
	askers chan string
}

func newEcho(t *testing.T, address string) *echo {
	t.Helper()
	local, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenUDP("udp", local)
	if err != nil {
		t.Fatal(err)
	}
	e, done := &echo{conn, make(chan string, 10_000)}, make(chan struct{})
	go func() {
		defer close(done)
		buffer := make([]byte, 2000)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buffer)
			if err != nil {
				return
			}
			e.askers <- from.String()
			_, _ = conn.WriteToUDPAddrPort(buffer[:n], from)
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return e
}

// start runs a proxy until the test ends.
func start(t *testing.T, c ProxyConfig) *Proxy {
	t.Helper()
	c.Listen = "127.0.0.1:0"
	p, err := NewProxy(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return p
}

type client struct {
	t    *testing.T
	conn net.Conn
}

func dial(t *testing.T, p *Proxy) *client {
	t.Helper()
	conn, err := net.Dial("udp", p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &client{t, conn}
}

func (c *client) send(payload string) {
	c.t.Helper()
	if _, err := c.conn.Write([]byte(payload)); err != nil {
		c.t.Fatal(err)
	}
}

// receive waits for a packet; none within the time is "".
func (c *client) receive(within time.Duration) string {
	c.t.Helper()
	if err := c.conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		c.t.Fatal(err)
	}
	buffer := make([]byte, 2000)
	n, err := c.conn.Read(buffer)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) && !strings.Contains(err.Error(), "timeout") {
		c.t.Fatal(err)
	}
	return string(buffer[:n])
}

func TestProxyForwardsAndCounts(t *testing.T) {
	e := newEcho(t, "127.0.0.1:0")
	p := start(t, ProxyConfig{To: e.conn.LocalAddr().String()})
	a, b := dial(t, p), dial(t, p)
	for n := range 20 {
		for name, c := range map[string]*client{"a": a, "b": b} {
			want := fmt.Sprint(name, n)
			c.send(want)
			if got := c.receive(5 * time.Second); got != want {
				t.Fatalf("%q came back as %q", want, got)
			}
		}
	}
	ports := map[string]int{}
	for range 40 {
		ports[<-e.askers]++
	}
	if len(ports) != 2 {
		t.Errorf("the server saw %v", ports)
	}
	var want Counters
	want.Packets, want.Delivered = 40, 40
	want.Bytes = 2 * (10*(2+ipUDP) + 10*(3+ipUDP))
	want.DeliveredBytes = want.Bytes
	if got := p.Counters(); got.Up != want || got.Down != want || got.Clients != 2 {
		t.Errorf("%+v", got)
	}
}

func TestProxyLosesByItsSeed(t *testing.T) {
	e := newEcho(t, "127.0.0.1:0")
	lossy := Impairment{Loss: .3, Burst: 2}
	p := start(t, ProxyConfig{To: e.conn.LocalAddr().String(), Up: lossy, Seed: 5})
	c, model := dial(t, p), NewChannel(lossy, 5*2)
	const last = 100
	for n := range last {
		c.send(fmt.Sprint(n))
	}
	for n := range last {
		if _, fate := model.Pass(0, 0); fate == Delivered {
			if got := c.receive(5 * time.Second); got != fmt.Sprint(n) {
				t.Fatalf("got %q, want %d", got, n)
			}
		}
	}
	if got, want := p.Counters().Up.Lost, model.Counters().Lost; got != want || want == 0 {
		t.Errorf("%d lost, want %d", got, want)
	}
}

func TestProxyDelaysAndChangesAlive(t *testing.T) {
	e := newEcho(t, "127.0.0.1:0")
	p := start(t, ProxyConfig{To: e.conn.LocalAddr().String(), Up: Impairment{Delay: 50 * ms}, Down: Impairment{Delay: 30 * ms}})
	c := dial(t, p)
	begin := time.Now()
	c.send("x")
	if got := c.receive(5 * time.Second); got != "x" || time.Since(begin) < 80*ms {
		t.Errorf("%q after %v", got, time.Since(begin))
	}
	if err := errors.Join(p.SetUp(Impairment{}), p.SetDown(Impairment{Outages: []Outage{{0, time.Hour}}})); err != nil {
		t.Fatal(err)
	}
	c.send("y")
	<-e.askers
	if <-e.askers; c.receive(100*ms) != "" {
		t.Error("something came through the outage")
	}
	if err := p.SetDown(Impairment{Loss: 1}); !errors.Is(err, ErrImpairment) {
		t.Errorf("impossible: %v", err)
	}
	if err := p.SetDown(Impairment{}); err != nil {
		t.Fatal(err)
	}
	c.send("z")
	if got := c.receive(5 * time.Second); got != "z" {
		t.Errorf("after the outage: %q", got)
	}
	if got := p.Counters().Down; got.CutOff != 1 || got.Delivered != 2 {
		t.Errorf("%+v", got)
	}
}

func TestProxyRebinds(t *testing.T) {
	e := newEcho(t, "127.0.0.1:0")
	p := start(t, ProxyConfig{To: e.conn.LocalAddr().String()})
	c := dial(t, p)
	var askers []string
	for range 2 {
		c.send("x")
		if got := c.receive(5 * time.Second); got != "x" {
			t.Fatalf("%q", got)
		}
		askers = append(askers, <-e.askers)
		p.Rebind()
	}
	if askers[0] == askers[1] {
		t.Errorf("the server saw %v", askers)
	}
}

func TestProxyForgetsSilentClients(t *testing.T) {
	e := newEcho(t, "127.0.0.1:0")
	p := start(t, ProxyConfig{To: e.conn.LocalAddr().String(), Idle: 100 * ms})
	c := dial(t, p)
	c.send("x")
	if got := c.receive(5 * time.Second); got != "x" || p.Counters().Clients != 1 {
		t.Fatalf("%q, %+v", got, p.Counters())
	}
	ticker := time.NewTicker(10 * ms)
	defer ticker.Stop()
	for begin := time.Now(); p.Counters().Clients > 0; <-ticker.C {
		if time.Since(begin) > 10*time.Second {
			t.Fatal("the mapping stays")
		}
	}
	c.send("y")
	if got := c.receive(5 * time.Second); got != "y" {
		t.Errorf("after the silence: %q", got)
	}
}

func TestProxyOutlivesItsServer(t *testing.T) {
	e := newEcho(t, "127.0.0.1:0")
	address := e.conn.LocalAddr().String()
	p := start(t, ProxyConfig{To: address})
	c := dial(t, p)
	c.send("1")
	if got := c.receive(5 * time.Second); got != "1" {
		t.Fatalf("%q", got)
	}
	_ = e.conn.Close()
	for range 5 {
		c.send("lost")
		if got := c.receive(20 * ms); got != "" {
			t.Fatalf("%q from no server", got)
		}
	}
	newEcho(t, address)
	c.send("2")
	if got := c.receive(5 * time.Second); got != "2" {
		t.Errorf("from the new server: %q", got)
	}
}

func TestProxyForwardsTCP(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, ProxyConfig{To: server.Addr().String(), TCP: true, Up: Impairment{Loss: .9}, Down: Impairment{Loss: .9}})
	served := make(chan error, 1)
	go func() {
		conn, err := server.Accept()
		if err == nil {
			_, err = io.Copy(conn, conn)
			err = errors.Join(err, conn.Close())
		}
		served <- err
	}()
	conn, err := net.Dial("tcp", p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sent := bytes.Repeat([]byte("page "), 100_000)
	go func() {
		_, _ = conn.Write(sent)
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	got, err := io.ReadAll(conn)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d of %d bytes, %v", len(got), len(sent), err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	_ = server.Close()
	refused, err := net.Dial("tcp", p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer refused.Close()
	if got, err := io.ReadAll(refused); len(got) > 0 {
		t.Errorf("no server: %q, %v", got, err)
	}
}

// TestProxyStopsInTheMiddle ends Run with a packet and a connection on their way; TestMain finds what it leaves behind.
func TestProxyStopsInTheMiddle(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p, err := NewProxy(ProxyConfig{Listen: "127.0.0.1:0", To: server.Addr().String(), TCP: true, Up: Impairment{Delay: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	dial(t, p).send("never arrives")
	conn, err := net.Dial("tcp", p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	accepted, err := server.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got, err := io.ReadAll(conn); len(got) > 0 {
		t.Errorf("%q, %v", got, err)
	}
	again, err := NewProxy(ProxyConfig{Listen: p.Addr().String(), To: server.Addr().String(), TCP: true})
	if err != nil {
		t.Fatalf("the ports are still taken: %v", err)
	}
	cancel()
	if err := again.Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestProxyRefuses(t *testing.T) {
	taken := newEcho(t, "127.0.0.1:0").conn.LocalAddr().String()
	for name, c := range map[string]ProxyConfig{
		"a port that is taken":     {Listen: taken, To: taken},
		"no such server":           {Listen: "127.0.0.1:0", To: "127.0.0.1"},
		"no such address":          {Listen: "nowhere", To: taken},
		"an impossible impairment": {Listen: "127.0.0.1:0", To: taken, Up: Impairment{Rate: -1}},
	} {
		if p, err := NewProxy(c); err == nil {
			t.Errorf("%s: %v", name, p.Addr())
		}
	}
}
