package transporttest

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestMTU(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := NewNetwork()
		server, err := n.ListenPacket("10.0.0.1:443")
		if err != nil {
			t.Fatal(err)
		}
		line := n.Line(Impairment{}, Impairment{}, 1)
		client, err := line.ListenPacket()
		if err != nil {
			t.Fatal(err)
		}
		line.MTU(1280)
		for _, size := range []int{1253, 1252, 1300} {
			if _, err := client.WriteTo(make([]byte, size), server.LocalAddr()); err != nil {
				t.Errorf("%d bytes: %v", size, err)
			}
		}
		if err := server.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 2000)
		if size, _, err := server.ReadFrom(b); size != 1252 || err != nil {
			t.Errorf("%d bytes arrive: %v", size, err)
		}
		if size, _, err := server.ReadFrom(b); err == nil {
			t.Errorf("%d bytes arrive, too", size)
		}
		line.MTU(0)
		_, _ = client.WriteTo(b[:1300], server.LocalAddr())
		_ = server.SetReadDeadline(time.Now().Add(time.Second))
		if size, _, err := server.ReadFrom(b); size != 1300 || err != nil {
			t.Errorf("%d bytes arrive where nothing is too long: %v", size, err)
		}
		_, _ = client.Close(), server.Close()
	})
}
