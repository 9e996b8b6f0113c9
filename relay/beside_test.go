package relay

import (
	"context"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/beside"
)

// aside asks for a way beside QUIC and returns the client's end of it, running.
func (p *peer) aside() *beside.Channel {
	p.t.Helper()
	p.say(transport.Beside{Type: transport.TypeBeside})
	var said transport.Beside
	if err := p.next(transport.TypeBeside).Decode(&said); err != nil || said.Channel == 0 || said.Deaf {
		p.t.Fatalf("%+v %v", said, err)
	}
	port := beside.NewPort(p.session.Under())
	c, err := port.Join(said.Channel, p.session.ExportKeys, p.session.RemoteAddr())
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- port.Run(ctx) }()
	p.t.Cleanup(func() {
		cancel()
		<-done
	})
	return c
}

func TestAVoiceBesideQUIC(t *testing.T) {
	r := start(t, &memory.Log{})
	code, err := r.Create(context.Background(), "Họp")
	if err != nil {
		t.Fatal(err)
	}
	speaker := r.join(t, transport.Hello{Meeting: code, Name: "Chủ tọa"})
	listener := r.join(t, transport.Hello{Meeting: code, Name: "Xã"})
	for _, p := range []*peer{speaker, listener} {
		c := p.aside()
		for i := 0; !c.Ready(); i++ {
			c.Tick(time.Now())
			if i == 500 {
				t.Fatal("no answer beside QUIC")
			}
			<-time.After(10 * time.Millisecond)
		}
		p.line = transport.NewLine(c, time.Now())
		if err := p.line.Revive(time.Now()); err != nil { // tells the relay that packets arrive
			t.Fatal(err)
		}
	}
	if n := r.Stats().Beside; n != 2 {
		t.Errorf("%d channels", n)
	}
	heard := make(chan int, 1)
	go func() { heard <- len(listener.hear(50, 5*time.Second)) }()
	speaker.speak(0, 200)
	if n := <-heard; n < 50 {
		t.Errorf("%d packets heard beside QUIC", n)
	}
	if s := r.Stats(); s.Dropped["beside-forged"]+s.Dropped["beside-unknown"]+s.Dropped["beside-malformed"]+s.Dropped["beside-replayed"] != 0 {
		t.Errorf("%v", s.Dropped)
	}
}

// A session gets so many channels and no more, one at a time; what it says of others is not taken for its own.
func TestChannelsOfASession(t *testing.T) {
	r := start(t, &memory.Log{})
	code, err := r.Create(context.Background(), "Họp")
	if err != nil {
		t.Fatal(err)
	}
	p := r.join(t, transport.Hello{Meeting: code, Name: "Xã"})
	seen := map[uint64]bool{}
	for range maxSides {
		p.say(transport.Beside{Type: transport.TypeBeside})
		var said transport.Beside
		if err := p.next(transport.TypeBeside).Decode(&said); err != nil || said.Channel == 0 || seen[said.Channel] {
			t.Fatalf("%+v %v", said, err)
		}
		seen[said.Channel] = true
	}
	p.say(transport.Beside{Type: transport.TypeBeside})
	p.say(transport.Beside{Type: transport.TypeBeside, Channel: 1, Deaf: true})
	p.say(map[string]any{"type": "beside", "channel": "one"})
	var complaint transport.Error
	if err := p.next(transport.TypeError).Decode(&complaint); err != nil || complaint.Code != "bad-message" {
		t.Errorf("%+v %v", complaint, err)
	}
	if n := r.Stats().Beside; n != 1 {
		t.Errorf("%d channels are open", n)
	}
	_ = p.session.Close("")
	for i := 0; r.Stats().Beside != 0; i++ {
		if i == 500 {
			t.Fatal("the channel outlives its session")
		}
		<-time.After(10 * time.Millisecond)
	}
}
