package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func parse(t *testing.T, args ...string) (flags, error) {
	t.Helper()
	var f flags
	k, err := kong.New(&f)
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.Parse(args)
	return f, err
}

func TestFlags(t *testing.T) {
	f, err := parse(t, "--loss", "10", "--burst=3", "--delay", "75ms", "--rate", "256", "--outage", "10s+6s", "--outage=30s+1s",
		"--down", `{"loss":50,"outages":["1s+2s"]}`, "--no-tcp", "--seed", "7")
	if err != nil {
		t.Fatal(err)
	}
	up, down := f.Line.impairment(), f.Down.impairment()
	if up.Loss != .1 || up.Burst != 3 || up.Delay != 75*time.Millisecond || up.Rate != 256 || len(up.Outages) != 2 ||
		up.Outages[0] != (transporttest.Outage{From: 10 * time.Second, For: 6 * time.Second}) {
		t.Errorf("up %+v", up)
	}
	if down.Loss != .5 || down.Delay != 0 || len(down.Outages) != 1 || f.Up != nil || f.TCP || f.Seed != 7 {
		t.Errorf("down %+v of %+v", down, f)
	}
	for _, bad := range []string{"--outage=10s", "--outage=x+1s", "--outage=1s+x", "--delay=5", `--up={"los":5}`, `--up={}{}`, "--loss=x", "--what"} {
		if _, err := parse(t, bad); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// session is a running command and its two pipes.
type session struct {
	t   *testing.T
	in  *io.PipeWriter
	out *bufio.Scanner
}

func (s *session) ask(line string) map[string]any {
	s.t.Helper()
	if line != "" {
		if _, err := io.WriteString(s.in, line+"\n"); err != nil {
			s.t.Fatal(err)
		}
	}
	if !s.out.Scan() {
		s.t.Fatalf("no answer to %s: %v", line, s.out.Err())
	}
	var answer map[string]any
	if err := json.Unmarshal(s.out.Bytes(), &answer); err != nil {
		s.t.Fatalf("%s: %v", s.out.Bytes(), err)
	}
	return answer
}

func TestConsole(t *testing.T) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	f, err := parse(t, "--listen=127.0.0.1:0", "--to", server.LocalAddr().String(), "--attached", "--outage=0s+1h")
	if err != nil {
		t.Fatal(err)
	}
	inRead, inWrite := io.Pipe()
	outRead, outWrite := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(context.Background(), f, inRead, outWrite) }()
	s := &session{t, inWrite, bufio.NewScanner(outRead)}

	client, err := net.Dial("udp", s.ask("")["listen"].(string))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, line := range []string{"", "[]", `{"up":{"los":5}}`, `{"both":{"loss":100}}`, `{"up":{"delay":"5"}}`, `{"what":1}`} {
		if answer := s.ask(line + " "); answer["error"] == nil {
			t.Errorf("%s: %v", line, answer)
		}
	}
	for _, line := range []string{`{"both":{"loss":20,"burst":2}}`, `{"up":{}}`, `{"rebind":true}`, `{"tcp":false}`, `{"tcp":true}`, `{}`} {
		if answer := s.ask(line); answer["ok"] != true {
			t.Errorf("%s: %v", line, answer)
		}
	}
	if _, err := client.Write([]byte("through")); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 100)
	if n, from, err := server.ReadFrom(buffer); err != nil || string(buffer[:n]) != "through" {
		t.Fatalf("%q from %v, %v", buffer[:n], from, err)
	}
	up := s.ask(`{"counters":true}`)["up"].(map[string]any)
	if up["delivered"] != 1.0 || up["bytes"] != float64(len("through")+28) {
		t.Errorf("up %v", up)
	}
	_ = inWrite.Close()
	if last := s.ask(""); last["down"] == nil {
		t.Errorf("at the end: %v", last)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRunRefuses(t *testing.T) {
	f, err := parse(t, "--listen=127.0.0.1:0", "--loss=100")
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), f, strings.NewReader(""), io.Discard); err == nil {
		t.Error("a line that loses everything was made")
	}
}
