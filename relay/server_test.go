package relay

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
)

func open(t *testing.T, r *running) string {
	t.Helper()
	code, err := r.Create(context.Background(), "Họp giao ban")
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestVoiceReachesTheOthersUnchanged(t *testing.T) {
	r := start(t, &memory.Log{})
	code := open(t, r)
	a := r.join(t, transport.Hello{Meeting: strings.ToUpper(code), Name: "Xã Ga Ry"})
	b := r.join(t, transport.Hello{Meeting: code, Name: "Xã A Xan"})
	if len(b.seats()) != 2 || b.welcome.Meeting.Title != "Họp giao ban" {
		t.Fatalf("%+v", b.welcome)
	}
	speaks := func(p transport.Plan) bool { return p.Voice.Lo+p.Voice.Hi > 0 }
	if speaks(a.welcome.Plan) || !speaks(b.welcome.Plan) {
		t.Errorf("alone nobody needs a voice, with a listener they do: %+v, %+v", a.welcome.Plan, b.welcome.Plan)
	}
	var plan transport.Plan
	if err := a.next(transport.TypePlan).Decode(&plan); err != nil || !speaks(plan) {
		t.Errorf("the first was not told to speak: %+v, %v", plan, err)
	}
	go a.speak(0, 50)
	heard := b.hear(50, 3*time.Second)
	if len(heard) != 50 {
		t.Fatalf("heard %d of 50", len(heard))
	}
	for i, pkt := range heard {
		want := a.voice(uint32(i))
		if pkt.Sequence != want.Sequence || string(pkt.Payload) != string(want.Payload) || pkt.SSRC != want.SSRC || pkt.Level != want.Level {
			t.Fatalf("frame %d is %+v", i, pkt)
		}
	}
	if own := a.hear(1, 200*time.Millisecond); len(own) > 0 {
		t.Error("the speaker hears its own voice")
	}
}

func TestSilenceIsNotForwardedAndTheFirstSyllableIs(t *testing.T) {
	s := NewSpeakers()
	p := NewPublication(1)
	now := time.Unix(1e9, 0)
	frame := func(i int, voice bool) *transport.Packet {
		return transport.NewVoice(1, codec.LayerHi, uint32(i), uint32(i)*960, codec.MakeLevel(voice, -30), []byte{0x48, 1})
	}
	forwarded := map[uint32]bool{}
	for i := range 100 {
		for _, out := range s.Observe(p, frame(i, i >= 50 && i < 60), now.Add(time.Duration(i)*20*time.Millisecond)) {
			forwarded[out.Sequence] = true
		}
	}
	for i := range uint32(100) {
		// 200 ms of what came before, and 400 ms of what came after: the ends of words are quiet.
		if want := i >= 40 && i < 80; forwarded[i] != want {
			t.Errorf("frame %d forwarded: %v", i, forwarded[i])
		}
	}
}

func TestAtMostThreeVoicesAndACoughTakesNoPlace(t *testing.T) {
	s := NewSpeakers()
	now := time.Unix(1e9, 0)
	var pubs []*Publication
	for id := range uint32(5) {
		pubs = append(pubs, NewPublication(id+1))
	}
	say := func(id, i int, level float64) int {
		pkt := transport.NewVoice(uint32(id+1), codec.LayerHi, uint32(i), 0, codec.MakeLevel(true, level), []byte{0x48, 1})
		return len(s.Observe(pubs[id], pkt, now.Add(time.Duration(i)*20*time.Millisecond)))
	}
	for i := range 50 {
		for id := range 3 {
			if say(id, i, -30) != 1 {
				t.Fatalf("voice %d has no place", id)
			}
		}
		if i >= 10 && i < 25 && say(3, i, -10) > 0 { // 300 ms, loud
			t.Fatal("a cough took a place")
		}
	}
	took := 0
	for i := 50; i < 100; i++ {
		say(0, i, -30)
		say(1, i, -30)
		say(2, i, -40)
		took += say(4, i, -15)
	}
	if took < 15 {
		t.Error("a voice that is louder for a second took no place")
	}
	if _, _, _, found := s.Rank(3, IDs{}); found {
		t.Error("the weakest kept its place")
	}
	if rank, _, others, _ := s.Rank(2, Only(1)); rank != 0 || others != 2 {
		t.Errorf("rank %d of %d: one's own voice does not count", rank, others)
	}
}

func TestWhoFellSilentIsNotRankedBeforeWhoSpeaks(t *testing.T) {
	s, now := NewSpeakers(), time.Unix(1e9, 0)
	say := func(id uint32, at time.Duration) { s.Observe(NewPublication(id), voicePacket(id), now.Add(at)) }
	say(1, 0)
	say(2, release/2) // a place beside the one that is not silent for long enough
	if rank, _, _, _ := s.Rank(2, IDs{}); rank != 1 {
		t.Errorf("rank %d: who pauses for breath lost the first place", rank)
	}
	say(2, release+time.Millisecond)
	if rank, _, others, found := s.Rank(2, IDs{}); rank != 0 || others != 1 || !found {
		t.Errorf("rank %d of %d: a line that carries one voice does not hear the one that there is", rank, others)
	}
}

func TestRefusals(t *testing.T) {
	r := start(t, &memory.Log{})
	code := open(t, r)
	good := transport.Hello{Type: transport.TypeHello, Protocol: 1, Meeting: code, Name: "A"}
	with := func(change func(*transport.Hello)) transport.Hello {
		h := good
		change(&h)
		return h
	}
	for _, c := range []struct {
		code  string
		hello any
	}{
		{"meeting-unknown", with(func(h *transport.Hello) { h.Meeting = "000-000-000" })},
		{"meeting-unknown", with(func(h *transport.Hello) { h.Meeting = "../../etc" })},
		{"name-invalid", with(func(h *transport.Hello) { h.Name = strings.Repeat("ê", 65) })},
		{"name-invalid", with(func(h *transport.Hello) { h.Name = " \t" })},
		{"token-invalid", with(func(h *transport.Hello) { h.Token = "v4.public.abcd" })},
		{"token-invalid", with(func(h *transport.Hello) { h.Token = r.tokens.issue(code, "00700001", time.Now().Add(-25*time.Hour)) })},
		{"token-invalid", with(func(h *transport.Hello) { h.Token = r.tokens.issue("aaa-aaa-aaa", "00700001", time.Now()) })},
		{"protocol", with(func(h *transport.Hello) { h.Protocol = 99 })},
		{"bad-hello", map[string]string{"type": "mute"}},
		{"bad-hello", []int{1, 2}},
		{"bad-hello", map[string]any{"type": "hello", "protocol": "one"}},
		{"message-too-long", with(func(h *transport.Hello) { h.Token = strings.Repeat("x", 3000) })},
	} {
		p := r.dial(t)
		p.say(c.hello)
		if b := p.bye(); b.Code != c.code || b.Again {
			t.Errorf("%v: bye %s again %v", c.hello, b.Code, b.Again)
		}
	}
	p := r.dial(t)
	if err := p.session.WriteEncoded([]byte{0x10}); err != nil { // a message of 16 bytes that never comes
		t.Fatal(err)
	}
	if b := p.bye(); b.Code != "too-slow" || !b.Again {
		t.Errorf("who says nothing gets %+v", b)
	}
}

func TestBadMessagesCostOneErrorAndNoMore(t *testing.T) {
	r := start(t, &memory.Log{})
	code := open(t, r)
	p := r.join(t, transport.Hello{Meeting: code, Name: "A"})
	other := r.join(t, transport.Hello{Meeting: code, Name: "B"})
	for want, message := range map[string]any{"unknown-type": map[string]string{"type": "dance"}, "bad-message": "not an object"} {
		p.say(message)
		var e transport.Error
		if err := p.next(transport.TypeError).Decode(&e); err != nil || e.Code != want || e.Vi == "" {
			t.Errorf("%v: %+v %v", message, e, err)
		}
	}
	p.say(transport.Mute{Type: transport.TypeMute, Muted: true})
	var e transport.Event
	for e.Kind != "muted" {
		if err := other.next(transport.TypeEvent).Decode(&e); err != nil {
			t.Fatal(err)
		}
	}
	if !other.seat(e.Seat).Muted || e.Seat != p.welcome.You {
		t.Errorf("%+v", e)
	}
	for range 300 {
		if p.session.WriteControl(map[string]string{"type": "dance"}) != nil {
			break
		}
	}
	if b := p.bye(); b.Code != "rate" {
		t.Errorf("a flood of messages ends in %s", b.Code)
	}
}

func TestMutedForeignAndFloodingVoicesGoNoFurther(t *testing.T) {
	r := start(t, &memory.Log{})
	code := open(t, r)
	yes := true
	a := r.join(t, transport.Hello{Meeting: code, Name: "A", Muted: &yes})
	b := r.join(t, transport.Hello{Meeting: code, Name: "B"})
	a.speak(0, 20)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for r.Stats().Dropped["muted"] < 20 && t.Context().Err() == nil {
		<-tick.C
	}
	a.say(transport.Mute{Type: transport.TypeMute})
	for e := (transport.Event{}); e.Kind != "muted"; {
		if err := a.next(transport.TypeEvent).Decode(&e); err != nil {
			t.Fatal(err)
		}
	}
	forged := a.voice(20)
	forged.SSRC = b.welcome.Publication
	if err := a.line.Send([]*transport.Packet{forged}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := a.next(transport.TypeError).Decode(&transport.Error{}); err != nil {
		t.Fatal(err)
	}
	for i := range uint32(3000) { // as fast as the socket takes them
		if err := a.line.Send([]*transport.Packet{a.voice(21 + i)}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	for _, pkt := range b.hear(3000, 500*time.Millisecond) {
		if pkt.Sequence < 20 || pkt.SSRC != a.welcome.Publication {
			t.Fatalf("heard %d of %x", pkt.Sequence, pkt.SSRC)
		}
	}
	for r.Stats().Dropped["flooded"] == 0 && t.Context().Err() == nil { // what the socket took was too little on a slow computer
		if err := a.session.SendDatagram([]byte("a flood")); err != nil {
			t.Fatal(err)
		}
	}
	d := r.Stats().Dropped
	if d["muted"] != 20 || d["foreign"] != 1 || d["flooded"] == 0 {
		t.Errorf("%v", d)
	}
}

func TestASeatIsKept(t *testing.T) {
	log := &memory.Log{}
	r := start(t, log)
	code := open(t, r)
	yes := true
	first := r.join(t, transport.Hello{Meeting: code, Name: "Xã Tr'Hy", Muted: &yes})
	again := r.join(t, transport.Hello{Meeting: code, Name: "x", Token: first.welcome.Token})
	if b := first.bye(); b.Code != "replaced" || b.Again {
		t.Errorf("the older session got %+v", b)
	}
	if again.welcome.You != first.welcome.You || again.welcome.Publication == first.welcome.Publication {
		t.Errorf("seat %s publication %x after %s %x", again.welcome.You, again.welcome.Publication, first.welcome.You, first.welcome.Publication)
	}
	if seat := again.seats()[0]; seat.Name != "Xã Tr'Hy" || !seat.Muted || !seat.Here {
		t.Errorf("%+v", seat)
	}

	go r.stop()
	if b := again.bye(); b.Code != "relay-stopping" || !b.Again {
		t.Errorf("%+v", b)
	}
	r.stop()
	r = start(t, log)
	back := r.join(t, transport.Hello{Meeting: code, Name: "x", Token: again.welcome.Token})
	if back.welcome.You != first.welcome.You || len(back.seats()) != 1 || !back.seats()[0].Muted {
		t.Errorf("after a restart: %+v", back.welcome)
	}
	if meeting.PublicationRelay(back.welcome.Publication) != 7 || back.welcome.Publication <= again.welcome.Publication {
		t.Errorf("publication %x after %x", back.welcome.Publication, again.welcome.Publication)
	}
	other := r.join(t, transport.Hello{Meeting: code, Name: "Khác"})
	back.say(transport.Bye{Type: transport.TypeBye})
	for e := (transport.Event{}); e.Kind != "left"; {
		if err := other.next(transport.TypeEvent).Decode(&e); err != nil {
			t.Fatal(err)
		}
	}
	fresh := r.join(t, transport.Hello{Meeting: code, Name: "Mới", Token: again.welcome.Token})
	if fresh.welcome.You == first.welcome.You || len(fresh.seats()) != 2 {
		t.Errorf("a seat that was given up came back: %+v", fresh.welcome)
	}
}

func TestTheMeetingIsFull(t *testing.T) {
	r := start(t, &memory.Log{})
	code := open(t, r)
	room := r.room(code)
	room.mu.Lock()
	for range meeting.MaxSeats {
		if _, err := room.do(meeting.Join{Name: "x"}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	room.mu.Unlock()
	p := r.dial(t)
	p.say(transport.Hello{Type: transport.TypeHello, Protocol: 1, Meeting: code, Name: "A"})
	if b := p.bye(); b.Code != "meeting-full" {
		t.Errorf("%+v", b)
	}
}
