package relay

import (
	"slices"
	"testing"
	"time"

	"github.com/diemcau/diemcau/fec"
	"github.com/diemcau/diemcau/transport"
)

func TestLayers(t *testing.T) {
	for _, x := range []struct {
		wanted []int
		lo, hi int
	}{
		{nil, 0, 0},
		{[]int{16000}, 16000, 0},
		{[]int{16000, 20000, 24000}, 16000, 0}, // one serves all
		{[]int{24000, 6000, 12000, 16000}, 6000, 12000},
		{[]int{6000, 24000, 24000}, 6000, 24000},
	} {
		if lo, hi := layers(x.wanted); lo != x.lo || hi != x.hi {
			t.Errorf("%v: %d and %d", x.wanted, lo, hi)
		}
	}
}

func TestVoicesOfALine(t *testing.T) {
	for _, x := range []struct {
		line transport.SenderStats
		want int
	}{
		{transport.SenderStats{Rate: 20e3}, 1},
		{transport.SenderStats{Rate: 50e3}, 2},
		{transport.SenderStats{Rate: 300e3}, MaxVoices},
		{transport.SenderStats{Rate: 300e3, Broken: true}, 0},
	} {
		if n := voicesOn(x.line); n != x.want {
			t.Errorf("%+v: %d", x.line, n)
		}
	}
}

// TestAnOpenBreakerStopsTheVoice gives a subscription a line whose circuit breaker has opened.
func TestAnOpenBreakerStopsTheVoice(t *testing.T) {
	speakers := NewSpeakers()
	p := NewPublication(1)
	s := NewSubscription(Only(2), speakers, transport.NewLine(nil, time.Now()))
	pkt := voicePacket(1)
	speakers.Observe(p, pkt, time.Now())
	p.setRates(6000, 0)
	s.Deliver(pkt)
	if got := s.Stats(); got.NotRanked != 0 || len(s.queue) != 1 {
		t.Fatalf("before: %+v, %d wait", got, len(s.queue))
	}
	s.carriage.Store(&carriage{voices: voicesOn(transport.SenderStats{Rate: 300e3, Broken: true}), bitrate: 6000, interval: 40 * time.Millisecond})
	s.Deliver(pkt)
	if got := s.Stats(); got.NotRanked != 1 || len(s.queue) != 1 {
		t.Errorf("while it is open: %+v, %d wait", got, len(s.queue))
	}
}

// TestSilentSpeakerMakesWay gives a line of one voice two who speak in turn: it hears whoever does.
func TestSilentSpeakerMakesWay(t *testing.T) {
	speakers, now := NewSpeakers(), time.Now()
	a, b := NewPublication(1), NewPublication(2)
	speakers.Observe(a, voicePacket(1), now)
	speakers.Observe(b, voicePacket(2), now.Add(release/2)) // before a's place is free
	if rank, _, _, _ := speakers.Rank(2, Only(3)); rank != 1 {
		t.Fatalf("while both speak the second has place %d", rank)
	}
	speakers.Observe(b, voicePacket(2), now.Add(release+time.Millisecond))
	if rank, _, others, _ := speakers.Rank(2, Only(3)); rank != 0 || others != 1 {
		t.Errorf("when the first is silent the second has place %d of %d", rank, others)
	}
}

func voicePacket(publication uint32) *transport.Packet {
	const voice, silk40 = 0x80 | 20, 2 << 3
	return transport.NewVoice(publication, 0, 1, 0, voice, []byte{silk40, 1, 2, 3})
}

func TestWhatIsToldAgain(t *testing.T) {
	base := transport.Plan{Voice: transport.VoicePlan{
		Lo: 12000, Frame: 40, Interval: 40, Protection: fec.Protection{Window: 9, Age: 5, Gap: 4, Rate: 40000},
	}, Listen: transport.ListenPlan{Budget: 420}}
	same := []func(*transport.Plan){
		func(p *transport.Plan) { p.Voice.Protection.Rate = 42000 },
		func(p *transport.Plan) { p.Voice.Protection.Age = 6 },
		func(p *transport.Plan) { p.Listen.Budget = 430 },
	}
	news := []func(*transport.Plan){
		func(p *transport.Plan) { p.Voice.Protection.Rate = 30000 },
		func(p *transport.Plan) { p.Voice.Protection.Window = 8 },
		func(p *transport.Plan) { p.Voice.Lo = 10000 },
		func(p *transport.Plan) { p.Voice.Interval = 80 },
		func(p *transport.Plan) { p.Listen.Budget = 0 },
		func(p *transport.Plan) { p.Listen.Budget = 500 },
	}
	for i, change := range slices.Concat(same, news) {
		plan := base
		change(&plan)
		if alike(plan, base) != (i < len(same)) {
			t.Errorf("change %d: %+v", i, plan)
		}
	}
}

func TestLimitsOfARoom(t *testing.T) {
	talk, listen := limits(true, false), limits(false, false)
	if talk.Most != mostTalking || listen.Most != mostListened || talk.Rate != voiceRate {
		t.Errorf("%+v, %+v", talk, listen)
	}
	s, now := NewSpeakers(), time.Unix(1e9, 0)
	for i := range 50 {
		s.Observe(NewPublication(1), voicePacket(1), now.Add(time.Duration(i)*40*time.Millisecond))
		s.Observe(NewPublication(2), voicePacket(2), now.Add(time.Duration(i)*40*time.Millisecond))
	}
	if now = now.Add(2 * time.Second); !s.Talking(now) || s.Talking(now.Add(talkingFor)) {
		t.Error("two who speak talk with each other, for a while")
	}
}

func TestATCPLineIsWaitedFor(t *testing.T) {
	for _, kind := range []transport.Kind{transport.WebTransport, transport.WebSocket} {
		alone(t, func(t *testing.T, w *world, a *guest) {
			b := w.join("B", kind)
			defer b.quit()
			time.Sleep(5 * time.Second)
			r := w.room(w.code)
			r.mu.Lock()
			defer r.mu.Unlock()
			for _, p := range r.participants {
				want := time.Duration(0)
				if kind == transport.WebSocket && p.id == b.welcome.You {
					want = mostListened
				}
				if got := p.stalls(0, mostListened); got != want {
					t.Errorf("%s: %v of stalls for %s", kind, got, p.id)
				}
				if got := r.listen(p, mostListened); time.Duration(got)*time.Millisecond < want {
					t.Errorf("%s: %s holds what it hears for %d ms", kind, p.id, got)
				}
			}
		})
	}
}

// Two lines in a row delay as much as both, but one of which nothing is known yet adds nothing to a longer one.
func TestDelayOfTwoLines(t *testing.T) {
	const long, short = 600 * time.Millisecond, 200 * time.Millisecond
	for _, x := range []struct {
		own, next delay
		want      time.Duration
	}{
		{delay{short, true}, delay{long, true}, long + short},
		{delay{short, false}, delay{long, true}, long},
		{delay{short, true}, delay{long, false}, long},
		{delay{long, false}, delay{short, false}, long},
		{delay{0, true}, delay{short, false}, short},
	} {
		if got := x.own.and(x.next); got != x.want {
			t.Errorf("%v and %v: %v, not %v", x.own, x.next, got, x.want)
		}
	}
}
