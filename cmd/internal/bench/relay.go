package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// Relay says what to measure: so many listeners and speakers in one meeting, for so long.
type Relay struct {
	Program   string        // path of the diemcau binary that is measured
	Listeners int           // 1 to 199
	Speakers  int           // 1 to 3
	Payload   int           // bytes of a voice packet, 16 to 400
	Duration  time.Duration // of the measured part
	Beside    bool          // media goes beside QUIC, not inside it
}

// RelayResult is what one run showed. Delays are from a speaker's send call to a listener's packet, with the loopback and the peers' own share in them.
type RelayResult struct {
	Listeners, Speakers int
	Beside              bool
	Forwarded           uint64             `json:"forwarded"` // packets that listeners got
	ExpectedPct         float64            `json:"expected_pct"`
	ForwardUs           float64            `json:"forward_us"` // CPU of the relay for one of them, µs
	PlainUs             float64            `json:"plain_us"`   // CPU of a plain UDP WriteTo of the same bytes, µs
	SealedUs            float64            `json:"sealed_us"`  // CPU of a channel's SendDatagram of the same bytes, µs; 0: media goes inside QUIC
	Ratio               float64            `json:"ratio"`
	DelayP50Ms          float64            `json:"delay_p50_ms"`
	DelayP99Ms          float64            `json:"delay_p99_ms"`
	ParticipantKB       float64            `json:"participant_kb"` // resident memory of the relay for each participant
	RelayCPUPct         float64            `json:"relay_cpu_pct"`  // of one core
	Dropped             map[string]float64 `json:"dropped"`
}

const (
	warmUp   = 3 * time.Second
	plainFor = 4 * time.Second
)

// Run measures. It starts and stops the relay process itself.
func (r Relay) Run(ctx context.Context) (RelayResult, error) {
	plain, err := plainUDP(ctx, r.Listeners, r.Payload, plainFor)
	if err != nil {
		return RelayResult{}, err
	}
	sealed := 0.0
	if r.Beside {
		if sealed, err = sealedUDP(ctx, r.Listeners, r.Payload, plainFor); err != nil {
			return RelayResult{}, err
		}
	}
	relay, err := startRelay(ctx, r.Program)
	if err != nil {
		return RelayResult{}, err
	}
	defer relay.stop()
	peers, few, err := r.dial(ctx, relay)
	if err != nil {
		return RelayResult{}, err
	}
	before, after, heard, err := r.measure(ctx, relay, peers)
	if err != nil {
		return RelayResult{}, err
	}
	cpu := after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]
	result := RelayResult{
		Listeners: r.Listeners, Speakers: r.Speakers, Beside: r.Beside, Forwarded: heard,
		ForwardUs: cpu * 1e6 / float64(max(heard, 1)), PlainUs: plain, SealedUs: sealed,
		ParticipantKB: (after[resident] - few[resident]) / 1024 / float64(len(peers)-min(firstPeers, len(peers)-1)),
		RelayCPUPct:   100 * cpu / r.Duration.Seconds(),
		Dropped:       dropped(after),
	}
	expected := float64(r.Speakers*(r.Listeners+r.Speakers-1)) * r.Duration.Seconds() * 50
	result.ExpectedPct = 100 * float64(heard) / expected
	result.Ratio = result.ForwardUs / plain
	result.DelayP50Ms, result.DelayP99Ms = delays(peers, warmUp.Seconds()/(warmUp+r.Duration).Seconds())
	return result, nil
}

// firstPeers come before memory is read for the first time: what the process needs once is not a participant's.
const (
	firstPeers = 10
	resident   = "process_resident_memory_bytes"
)

// dial seats all peers; few is what the relay's metrics were with the first ones.
func (r Relay) dial(ctx context.Context, relay *process) (peers []*peer, few map[string]float64, err error) {
	code, url, err := relay.meeting(ctx)
	if err != nil {
		return nil, nil, err
	}
	epoch := time.Now()
	peers = make([]*peer, r.Listeners+r.Speakers)
	dial := func(from, to int) error {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(8)
		for i := from; i < to; i++ {
			group.Go(func() (err error) {
				peers[i], err = dialPeer(ctx, url, code, fmt.Sprintf("điểm cầu %d", i+1), epoch, !r.Beside)
				return err
			})
		}
		return group.Wait()
	}
	first := min(firstPeers, len(peers)-1)
	if err := dial(0, first); err != nil {
		return nil, nil, err
	}
	if few, err = relay.metrics(ctx); err != nil {
		return nil, nil, err
	}
	return peers, few, dial(first, len(peers))
}

// measure runs the peers and reads the relay's metrics at both ends of the measured part.
func (r Relay) measure(ctx context.Context, relay *process, peers []*peer) (before, after map[string]float64, heard uint64, err error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	group, running := errgroup.WithContext(running)
	for i, p := range peers {
		phase := time.Duration(i) * 7 * time.Millisecond
		group.Go(func() error { return p.run(running, i < r.Speakers, r.Payload, phase) })
	}
	group.Go(func() (err error) {
		defer stop()
		if err := wait(running, warmUp); err != nil {
			return err
		}
		start := total(peers)
		if before, err = relay.metrics(running); err != nil {
			return err
		}
		if err := wait(running, r.Duration); err != nil {
			return err
		}
		heard = total(peers) - start
		after, err = relay.metrics(running)
		return err
	})
	err = group.Wait()
	if err == nil && after == nil {
		err = errors.New("bench: the peers lost the relay")
	}
	return before, after, heard, err
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func total(peers []*peer) (n uint64) {
	for _, p := range peers {
		n += p.heard.Load()
	}
	return n
}

// delays returns the median and the 99th percentile in ms, without the first part of each peer's packets.
func delays(peers []*peer, skip float64) (p50, p99 float64) {
	var all []time.Duration
	for _, p := range peers {
		all = append(all, p.delays[int(skip*float64(len(p.delays))):]...)
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	at := func(q float64) float64 { return float64(all[int(q*float64(len(all)-1))]) / 1e6 }
	return at(0.5), at(0.99)
}

func dropped(metrics map[string]float64) map[string]float64 {
	out := map[string]float64{}
	for name, n := range metrics {
		if n > 0 && len(name) > len(droppedMetric) && name[:len(droppedMetric)] == droppedMetric {
			out[name[len(droppedMetric):]] = n
		}
	}
	return out
}

const droppedMetric = "diemcau_dropped_total"
