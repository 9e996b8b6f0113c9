package transport

import (
	"bytes"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

var (
	aPiece  = append([]byte{0xf8}, make([]byte, 999)...)
	aReport = []byte{0xf9, 0, 1, 0, 0, 0, 0, 1, 0, 0}
)

func TestAsideNeverReachesTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFork(1)
		defer f.end()
		if err := f.far[0].SendDatagram(aPiece); err != nil { // nobody takes it yet
			t.Fatal(err)
		}
		synctest.Wait()
		var got [][]byte
		f.paths.OnAside(func(b []byte) { got = append(got, b) })
		for _, b := range [][]byte{aPiece, {0xf7}, aReport, {0xfa}, {0x01, 0, 0}} {
			if err := f.far[0].SendDatagram(b); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if len(got) != 2 || !bytes.Equal(got[0], aPiece) || !bytes.Equal(got[1], aReport) {
			t.Errorf("%d came aside", len(got))
		}
		for _, first := range []byte{0xf7, 0xfa, 0x01} {
			if b, err := f.paths.ReceiveDatagram(t.Context()); err != nil || b[0] != first {
				t.Errorf("%x %v", b, err)
			}
		}
	})
}

// narrowWay is a session whose library tells of its window.
type narrowWay struct {
	way
	sent, window uint64
}

func (w *narrowWay) Window() (received, sent, window uint64) { return w.received, w.sent, w.window }

func TestAsideLeavesRoomForTheVoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPaths()
		if p.SendAside(aPiece) {
			t.Error("sent without a path")
		}
		narrow, wide := &narrowWay{window: 2400}, &narrowWay{window: 12000}
		p.Add(narrow, func() {})
		if !p.SendAside(aPiece) || p.SendAside(aPiece) || !p.SendAside(aReport) {
			t.Error("of the least window one piece has all but what the voice needs")
		}
		if _, room := (*p.all.Load())[0].room(250); !room {
			t.Error("pieces that wait for the library's goroutine keep the voice out")
		}
		p.Add(wide, func() {})
		sent := 0
		for p.SendAside(aPiece) {
			sent++
			wide.way.took()
			wide.sent += 1000 + 40 // it left at once, and nothing came back
		}
		if sent != 5 {
			t.Errorf("%d pieces in a window of 12000 bytes", sent)
		}
		if _, room := (*p.all.Load())[1].room(250); !room {
			t.Error("no room is left for the voice")
		}
		wide.received++
		for sent = 0; p.SendAside(aPiece); sent++ { // none of these leaves
		}
		if sent != 5 {
			t.Errorf("%d pieces wait in the library", sent)
		}
		wide.sent += 6000
		(*p.all.Load())[1].Retire()
		if p.SendAside(aPiece) {
			t.Error("sent on a path that is to be closed")
		}
	})
}

func TestAsideGoesBesideQUICOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, session, aside, _, beside := besides()
		aside.ready = true
		beside.Mirror()
		if !p.SendAside(aPiece) || aside.took() != 1 || session.took() != 0 {
			t.Error("it goes once")
		}
		time.Sleep(silentFor)
		if p.SendAside(aPiece) || aside.took() != 0 || session.took() != 0 {
			t.Error("nothing goes beside the voice while the way is in doubt")
		}
		p.arrived(beside, time.Now().UnixNano())
		if !p.SendAside(aPiece) || aside.took() != 1 {
			t.Error("the way answers again")
		}
	})
}

func TestAsideTakesTheMainUplink(t *testing.T) {
	forkedLine(t, func(p *pairOfLines) {
		p.speak(12 * time.Second)
		over := p.voice()
		if len(over) != 1 || over[0] != 0 {
			t.Fatalf("the voice goes over %v", over)
		}
		before, sent, came := p.sent(1), 0, 0
		p.paths[1].OnAside(func([]byte) { came++ })
		for range 50 {
			if p.paths[0].SendAside(aPiece) { // else the voice has just left, and its bytes wait
				sent++
			}
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Second)
		if n := p.sent(1) - before; sent < 40 || came != sent || n > 6 {
			t.Errorf("%d sent, %d came, %d packets over the uplink that rests", sent, came, n)
		}
		if s := p.paths[0].Uplinks(time.Now())[0]; s.Loss > .01 || s.Loss < -.01 {
			t.Errorf("what went aside is held for lost: %v", s.Loss)
		}
	}, calmLine, poorLine)
}

// TestAsideNeverWaitsInAWebSocket: while TCP stalls only the voice waits, and what of it is new leaves first when TCP goes on.
func TestAsideNeverWaitsInAWebSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		down := transporttest.Impairment{Delay: 75 * time.Millisecond, Outages: []transporttest.Outage{{From: 2 * time.Second, For: 3 * time.Second}}}
		client, server := w.dial(w.network.Line(lossy(0), down, 1), WebSocket)
		paths := NewPaths()
		route := paths.Add(server, func() { _ = server.Close("") })
		var tasks sync.WaitGroup
		tasks.Go(func() { _ = route.Carry(t.Context()) })
		pieces := 0
		tasks.Go(func() {
			for {
				b, err := client.ReceiveDatagram(t.Context())
				if err != nil {
					return
				}
				if IsAside(b) {
					pieces++
				}
			}
		})
		taken := 0
		for i := range byte(200) {
			if paths.SendAside(aPiece[:350]) {
				taken++
			}
			if err := client.SendDatagram(aReport); err != nil {
				t.Fatal(err)
			}
			if err := paths.SendDatagram([]byte{1, 0, i}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if taken > 150 || taken < 80 {
			t.Errorf("%d pieces were taken in 2 s, before and while TCP stalls", taken)
		}
		out := server.Datagrams.(*socket).out
		out.mu.Lock()
		for _, waits := range out.items {
			if len(waits.b) > 0 && IsAside(waits.b[1:]) {
				t.Error("a piece waits with the voice")
			}
		}
		out.mu.Unlock()
		time.Sleep(5 * time.Second)
		_ = server.Close("")
		_ = client.Close("")
		tasks.Wait()
		if pieces != taken { // TCP brings what it took
			t.Errorf("%d of %d pieces came", pieces, taken)
		}
	})
}

// FuzzAside: what goes beside the voice is nothing else, and a hop datagram never goes there.
func FuzzAside(f *testing.F) {
	f.Add(aPiece)
	f.Add(aReport)
	f.Add(nudge)
	f.Add((&echo{}).append(nil))
	f.Add([]byte{trialMark, 1, 2})
	f.Add(appendDatagram(nil, 7, true, nil, []byte{1, 2, 3}, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := parseDatagram(b)
		_, isEcho := parseEcho(b)
		if IsAside(b) && (err == nil || isEcho || isTrial(b) || bytes.Equal(b, nudge)) {
			t.Fatalf("%x goes beside the voice, and is something else", b)
		}
		if err == nil && b[0] >= 0x20 {
			t.Fatalf("a hop datagram that begins with %x", b[0])
		}
	})
}
