package lines

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/opus"
	"github.com/diemcau/diemcau/relay/store/memory"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// good is the line of a building at its best.
var good = impaired(512, rtt150, 0, 0)

// town is a meeting with pages and buildings, in the time of a bubble.
type town struct {
	*world
	t         *testing.T
	villagers []*villager
	buildings []*building
}

// inTown runs f, then lets everybody leave.
func inTown(t *testing.T, f func(*town)) {
	t.Helper()
	bubble(t, func(t *testing.T) {
		w, err := newWorld(*seed, true)
		if err != nil {
			t.Fatal(err)
		}
		k := &town{world: w, t: t}
		defer func() {
			if err := w.close(); err != nil {
				t.Error(err)
			}
		}()
		defer k.leaveAll()
		f(k)
	})
}

func (k *town) leaveAll() {
	for _, v := range slices.Backward(k.villagers) {
		if err := v.gone(); err != nil {
			k.t.Error(err)
		}
	}
	for _, b := range k.buildings {
		if err := b.close(); err != nil {
			k.t.Error(err)
		}
	}
}

// building opens a site behind a line.
func (k *town) building(line *transporttest.Line) *building {
	k.t.Helper()
	b, err := k.build(context.Background(), []*transporttest.Line{line}, k.code)
	if err != nil {
		k.t.Fatal(err)
	}
	k.buildings = append(k.buildings, b)
	time.Sleep(time.Second)
	return b
}

// villager is a page: it hears everybody, and speaks when asked to.
type villager struct {
	person
	name string
	id   string // of the seat
	note notes
	eyes
}

// visit lets somebody join in a building, nil: at the relay above, on a line that is near.
func (k *town) visit(name string, b *building) *villager {
	k.t.Helper()
	return k.visitOn(k.line(near), name, b)
}

func (k *town) visitOn(line *transporttest.Line, name string, b *building) *villager {
	k.t.Helper()
	v := &villager{name: name}
	v.line, v.begun = line, time.Now()
	v.ctx, v.leave = context.WithCancel(context.Background())
	config := client.Config{
		Server: "https://" + relayAddress, Meeting: k.code, Name: name, Insecure: true, Way: client.Way{NoBeside: true, Sockets: sockets(line)},
		Found: &client.Meeting{Code: k.code, Relays: []client.Relay{{URL: "https://" + relayAddress + transport.Path}}}, Led: k.led,
	}
	k.led = client.Led{}
	config.Hooks = v.hooks()
	if b != nil {
		config = b.config(config, line)
	}
	var err error
	if v.Client, err = client.Dial(v.ctx, config); err != nil {
		k.t.Fatalf("%s: %v", name, err)
	}
	v.Subscribe(v.note.take)
	v.tasks.Go(func() { v.err = v.Run(v.ctx) })
	k.villagers = append(k.villagers, v)
	for _, s := range v.Seats() {
		if s.Name == name {
			v.id = s.ID
		}
	}
	return v
}

// talk lets somebody speak without a pause until stop is called.
func (v *villager) talk(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(v.ctx)
	mouth := &Mouth{Loop: loop(t), Begun: time.Now(), Restless: true}
	done := make(chan struct{})
	v.tasks.Go(func() {
		defer close(done)
		mouth.run(ctx, v.Client)
	})
	return func() { cancel(); <-done }
}

// publication is what somebody speaks as now, as those see it who sit with v.
func (v *villager) publication(of *villager) uint32 {
	for _, s := range v.Seats() {
		if s.ID == of.id {
			return s.Publication
		}
	}
	return 0
}

// seatOf is how v sees somebody's seat.
func (v *villager) seatOf(of *villager) (transport.Seat, bool) {
	for _, s := range v.Seats() {
		if s.ID == of.id {
			return s, true
		}
	}
	return transport.Seat{}, false
}

// waitFor lets time pass until something is so, and returns how long that took.
func (k *town) waitFor(most time.Duration, what string, is func() bool) time.Duration {
	k.t.Helper()
	begun := time.Now()
	for !is() {
		if time.Since(begun) > most {
			k.t.Errorf("not within %v: %s", most, what)
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return time.Since(begun)
}

// state is how a building's line is.
func (b *building) state() (state transport.Upstream) {
	b.trunks.Each(func(_ string, s transport.Upstream, _ *client.Client) { state = s })
	return state
}

// cut lets nothing through for a time that begins now.
func cutOff(t *testing.T, l *transporttest.Line, i transporttest.Impairment, d time.Duration) {
	t.Helper()
	i.Outages = []transporttest.Outage{{For: d}}
	if err := l.Set(i, i); err != nil {
		t.Error(err)
	}
}

// powerCut ends a site without a farewell: nothing crosses its line or is stored any more. The power is back with open, on a new line.
func (k *town) powerCut(b *building) {
	k.t.Helper()
	kept := &memory.Log{}
	subjects, _ := b.log.Subjects()
	for _, s := range subjects {
		n := uint64(0)
		if err := b.log.Read(s, 0, func(e []byte) error { n++; return kept.Append(s, n-1, e) }); err != nil {
			k.t.Fatal(err)
		}
	}
	cutOff(k.t, b.line, good, 24*time.Hour)
	if err := b.close(); err != nil {
		k.t.Error(err)
	}
	b.log, b.line = kept, k.line(good)
	b.over = []*transporttest.Line{b.line}
}

// powerBack starts the site again.
func (k *town) powerBack(b *building) {
	k.t.Helper()
	if err := k.open(b); err != nil {
		k.t.Fatal(err)
	}
}

// restart stops the relay above and starts it again.
func (k *town) restart(d time.Duration) {
	k.t.Helper()
	if err := k.close(); err != nil {
		k.t.Error(err)
	}
	time.Sleep(d)
	if err := k.start(); err != nil {
		k.t.Fatal(err)
	}
}

// notes is what somebody heard, packet by packet.
type notes struct {
	mu  sync.Mutex
	all []noted
}

type noted struct {
	at      time.Time
	of      uint32
	layer   codec.Layer
	seq     uint32
	time    int64
	samples int
}

func (n *notes) take(p *transport.Packet, at time.Time) {
	samples, err := opus.Duration(p.Payload)
	if err != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, noted{at, p.SSRC, p.Layer, p.Sequence, int64(p.Timestamp), samples})
}

// of returns what was heard of a publication since a moment.
func (n *notes) of(publication uint32, since time.Time) (out []noted) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, x := range n.all {
		if x.of == publication && !x.at.Before(since) {
			out = append(out, x)
		}
	}
	return out
}

// voices returns how many packets were heard of whom since a moment.
func (n *notes) voices(since time.Time) map[uint32]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	of := map[uint32]int{}
	for _, x := range n.all {
		if !x.at.Before(since) {
			of[x.of]++
		}
	}
	return of
}

// twice returns how many frames came more than once.
func (n *notes) twice() (count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	type key struct {
		of    uint32
		layer codec.Layer
		seq   uint32
	}
	seen := map[key]bool{}
	for _, x := range n.all {
		k := key{x.of, x.layer, x.seq}
		if seen[k] {
			count++
		}
		seen[k] = true
	}
	return count
}

// gaps returns how much of what was spoken between the first and the last of these frames is in none of them.
func gaps(heard []noted) (missing time.Duration) {
	heard = slices.Clone(heard)
	slices.SortFunc(heard, func(a, b noted) int { return cmp.Compare(a.time, b.time) })
	for i, end := 0, int64(0); i < len(heard); i++ {
		if i > 0 && heard[i].time > end {
			missing += time.Duration(heard[i].time-end) * time.Second / codec.ClockRate
		}
		end = max(end, heard[i].time+int64(heard[i].samples))
	}
	return missing
}

// silence returns the longest time between two of these frames.
func silence(heard []noted) (longest time.Duration) {
	for i := 1; i < len(heard); i++ {
		longest = max(longest, heard[i].at.Sub(heard[i-1].at))
	}
	return longest
}

// hears fails the test unless v hears somebody within some time from now on.
func (k *town) hears(v, of *villager, within time.Duration, when string) {
	k.t.Helper()
	from := time.Now()
	k.waitFor(within, when+": "+v.name+" hears "+of.name, func() bool {
		p := v.publication(of)
		return p != 0 && len(v.note.of(p, from)) > 0
	})
}
