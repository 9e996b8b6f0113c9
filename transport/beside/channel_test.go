package beside

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

func TestDatagramsGoBesideQUIC(t *testing.T) {
	within(t, transporttest.Impairment{Delay: 75 * ms}, func(e *ends) {
		if e.channel[0].Ready() || e.channel[1].Ready() {
			t.Fatal("ready before anything was proven")
		}
		begun := time.Now()
		if !e.ready(time.Second) || time.Since(begun) > 300*ms {
			t.Fatalf("not ready after %v", time.Since(begun))
		}
		if e.channel[1].Ready() {
			t.Error("a relay takes a challenge for a sign that its own packets arrive")
		}
		for from := range 2 {
			if got := e.send(from, 0, 100); len(got) != 100 || got[99] != 99 {
				t.Errorf("%d: of 100 datagrams %d arrived: %v", from, len(got), got)
			}
		}
		if !e.channel[1].Ready() {
			t.Error("a relay that got datagrams is not ready")
		}
		if s := e.channel[1].Stats(); s.Received != 100 || s.Sent != 100 || s.Forged+s.Replayed+s.Malformed+s.Overflow != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// A datagram costs 50 bytes on the wire, and no acknowledgement comes back.
func TestTheOverheadIsWhatItSays(t *testing.T) {
	within(t, transporttest.Impairment{Delay: 20 * ms}, func(e *ends) {
		if !e.ready(time.Second) {
			t.Fatal("not ready")
		}
		time.Sleep(time.Second)
		up, down := e.line.Counters()
		for range 50 {
			if err := e.channel[0].SendDatagram(make([]byte, 100)); err != nil {
				t.Error(err)
			}
			time.Sleep(20 * ms)
		}
		up2, down2 := e.line.Counters()
		if bytes := up2.Bytes - up.Bytes; bytes != 50*(100+Overhead) || Overhead != 50 {
			t.Errorf("50 datagrams of 100 bytes were %d bytes on the wire", bytes)
		}
		if down2 != down {
			t.Errorf("something came back: %+v, before %+v", down2, down)
		}
	})
}

func TestHalfOfThePacketsIsLost(t *testing.T) {
	within(t, transporttest.Impairment{Delay: 75 * ms, Loss: .5}, func(e *ends) {
		if !e.ready(8 * time.Second) {
			t.Fatal("not ready in 8 s")
		}
		for from := range 2 {
			if got := e.send(from, 0, 2000); len(got) < 900 || len(got) > 1100 {
				t.Errorf("of 2000 datagrams %d arrived", len(got))
			}
		}
	})
}

// What arrives out of order is taken, each once.
func TestPacketsOvertakeEachOther(t *testing.T) {
	within(t, transporttest.Impairment{Delay: 20 * ms, Jitter: 500 * ms, Reorder: true}, func(e *ends) {
		got := e.send(0, 0, 300)
		seen := map[uint32]bool{}
		for _, n := range got {
			seen[n] = true
		}
		if len(got) != 300 || len(seen) != 300 {
			t.Errorf("%d datagrams, %d different ones", len(got), len(seen))
		}
	})
}

func TestASenderIsNeverBlocked(t *testing.T) {
	within(t, transporttest.Impairment{Delay: 20 * ms}, func(e *ends) {
		begun := time.Now()
		for range 1000 {
			if err := e.channel[0].SendDatagram(make([]byte, 100)); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("1000 datagrams took %v", took)
		}
		time.Sleep(100 * ms) // the library keeps some of them for the port's reader
		before := e.channel[1].Stats()
		for range 2 * queueSize {
			e.channel[1].put([]byte{1})
		}
		after := e.channel[1].Stats()
		if after.Received-before.Received != 2*queueSize || after.Overflow != after.Received-queueSize {
			t.Errorf("%+v, before %+v", after, before)
		}
		for _, n := range []int{0, transport.MaxDatagram + 1} {
			if err := e.channel[0].SendDatagram(make([]byte, n)); !errors.Is(err, transport.ErrMalformed) {
				t.Errorf("%d bytes: %v", n, err)
			}
		}
	})
}

func TestAClosedChannel(t *testing.T) {
	within(t, transporttest.Impairment{Delay: 20 * ms}, func(e *ends) {
		e.channel[1].Close()
		e.channel[1].Close()
		if _, err := e.channel[1].ReceiveDatagram(context.Background()); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if err := e.channel[1].SendDatagram([]byte{1}); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		_ = e.channel[0].SendDatagram([]byte{1})
		time.Sleep(100 * ms)
		if s := e.port[1].Stats(); s.Unknown == 0 || e.port[1].Channels() != 0 {
			t.Errorf("%+v, %d channels", s, e.port[1].Channels())
		}
	})
}

// An early server could export keys before the client has proved who it is: nobody gets any before the handshake is done, then both have the same.
func TestKeysOfBothEndsAreTheSame(t *testing.T) {
	within(t, transporttest.Impairment{Delay: 20 * ms}, func(e *ends) {
		var exported [2][]byte
		for i, s := range e.session {
			var err error
			if exported[i], err = s.ExportKeys(keyLabel, []byte{1, 2, 3}, 28); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(exported[0], exported[1]) {
			t.Error("the ends have different keys")
		}
		other, err := e.session[0].ExportKeys(keyLabel, []byte{1, 2, 4}, 28)
		if err != nil || bytes.Equal(other, exported[0]) {
			t.Errorf("another context gives the same key, or none: %v", err)
		}
		var none transport.Session
		if _, err := none.ExportKeys(keyLabel, nil, 28); !errors.Is(err, transport.ErrNoKeys) || none.Under() != nil {
			t.Errorf("a session without QUIC: %v", err)
		}
	})
}

func TestNumbersOfChannels(t *testing.T) {
	within(t, transporttest.Impairment{}, func(e *ends) {
		seen := map[uint64]bool{e.channel[1].Number(): true}
		e.port[1].mu.Lock()
		e.port[1].next = 1<<24*5 - 3 // its low bits wrap, and meet none that is in use
		e.port[1].mu.Unlock()
		for range 10 {
			c, err := e.port[1].Open(e.session[1].ExportKeys, e.session[1].RemoteAddr())
			if err != nil || seen[c.Number()] {
				t.Fatalf("number %v, %v", c.Number(), err)
			}
			seen[c.Number()] = true
		}
		for _, n := range []uint64{0, 1 << 53, e.channel[0].Number(), e.channel[0].Number() + 1<<24} {
			if _, err := e.port[0].Join(n, e.session[0].ExportKeys, e.session[0].RemoteAddr()); !errors.Is(err, ErrNumber) {
				t.Errorf("number %d: %v", n, err)
			}
		}
		for e.port[1].Channels() < maxChannels {
			if _, err := e.port[1].Open(e.session[1].ExportKeys, e.session[1].RemoteAddr()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := e.port[1].Open(e.session[1].ExportKeys, e.session[1].RemoteAddr()); !errors.Is(err, ErrFull) {
			t.Error(err)
		}
	})
}
