package transport

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quic-go/quic-go"
)

// watched counts what acks send again.
type watched struct {
	*acks
	to    *net.UDPAddr
	at    []time.Duration // since the first packet of a test, in the order of sending
	first []byte          // the first bytes of them
	since time.Time
}

// newWatched starts acks with one remote; the test's function ends it.
func newWatched() (w *watched, stop func()) {
	w = &watched{acks: newAcks(ackQueue), to: &net.UDPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}, since: time.Now()}
	w.write = func(b, _ []byte, _ *net.UDPAddr) {
		w.at, w.first = append(w.at, time.Since(w.since)), append(w.first, b[1])
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.run(ctx)
	}()
	return w, func() {
		cancel()
		<-done
	}
}

// ack makes a packet that may be an acknowledgement.
func ack(n byte) []byte { return append([]byte{0x40, n}, make([]byte, 30)...) }

func TestAcknowledgementsToALossyRemoteAreRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := newWatched()
		defer stop()
		w.sent(ack(0), nil, w.to)
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if len(w.at) > 0 {
			t.Fatal("repeated to a remote that loses nothing")
		}
		w.mark(unmapped(w.to), time.Now())
		w.since = time.Now()
		w.sent(ack(1), nil, w.to)
		w.sent(append([]byte{0xc0}, ack(2)...), nil, w.to)                       // a handshake
		w.sent(make([]byte, ackMost+1), nil, w.to)                               // media
		w.sent(ack(3), nil, &net.UDPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 443}) // somebody else
		w.sent(ack(4), make([]byte, maxOOB+1), w.to)                             // cannot be kept whole
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if len(w.at) != 2 || w.at[0] != ackSpacing || w.at[1] != 2*ackSpacing || w.first[0] != 1 || w.first[1] != 1 {
			t.Errorf("%v at %v", w.first, w.at)
		}
		w.at, w.first, w.since = nil, nil, time.Now()
		w.sent(ack(5), nil, w.to)
		time.Sleep(20 * time.Millisecond) // after its first repetition a newer one says more
		synctest.Wait()
		w.sent(ack(6), nil, w.to)
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if string(w.first) != "\x05\x06\x06" {
			t.Errorf("%v at %v", w.first, w.at)
		}
		if n := w.packets.Load(); n != 5 || w.bytes.Load() != 5*32 {
			t.Errorf("%d packets, %d bytes counted", n, w.bytes.Load())
		}
		time.Sleep(acksFor)
		synctest.Wait()
		w.sent(ack(7), nil, w.to)
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if w.packets.Load() != 5 {
			t.Error("repeated to a remote that was not marked again")
		}
	})
}

func TestRepeatingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := newWatched()
		defer stop()
		w.mark(unmapped(w.to), time.Now())
		for i := range 4000 { // 4 s
			w.sent(ack(byte(i)), nil, w.to)
			time.Sleep(time.Millisecond)
			synctest.Wait()
			if i%17 == 0 {
				time.Sleep(20 * time.Millisecond)
				synctest.Wait()
			}
		}
		if spent, most := float64(w.bytes.Load()), ackBurst+ackRate*time.Since(w.since).Seconds(); spent > most || spent < most/8 {
			t.Errorf("%.0f bytes, at most %.0f", spent, most)
		}
		for i := range 2 * ackRemotes {
			w.mark(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 1), time.Now())
		}
		for i := range 2 * ackRemotes {
			w.sent(ack(0), nil, &net.UDPAddr{IP: net.IPv4(10, 0, byte(i>>8), byte(i)), Port: 1})
		}
		w.mu.Lock()
		if len(w.remotes) > ackRemotes || w.n > ackQueue {
			t.Errorf("%d remotes, %d packets", len(w.remotes), w.n)
		}
		w.mu.Unlock()
		time.Sleep(2 * acksFor)
		synctest.Wait()
		w.mark(unmapped(w.to), time.Now())
		if len(w.remotes) != 1 {
			t.Errorf("%d remotes after a while", len(w.remotes))
		}
	})
}

func TestAWatchedSocketIsAsGoodAsItself(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	seen := newAcks(ackQueue).watch(conn)
	if _, ok := seen.(quic.OOBCapablePacketConn); !ok {
		t.Error("no control messages, no batches")
	}
	if _, ok := seen.(net.Conn); !ok { // quic-go reads batches through it
		t.Error("not a net.Conn")
	}
	if _, ok := seen.(interface{ SetWriteBuffer(int) error }); !ok {
		t.Error("no SetWriteBuffer")
	}
}

// TestRepeatedAcknowledgementsOnASession has the real library acknowledge an uplink.
func TestRepeatedAcknowledgementsOnASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		bad := lossy(.3)
		client, server := w.dial(w.network.Line(bad, bad, 1), WebTransport)
		for range 50 {
			server.RepeatAcks()
			if err := client.SendDatagram(make([]byte, 100)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(40 * time.Millisecond)
			synctest.Wait()
		}
		packets, bytes := w.listener.Repeated()
		if packets < 20 || packets > 100 || bytes > 100*ackMost {
			t.Errorf("%d packets of %d bytes repeated", packets, bytes)
		}
	})
}
