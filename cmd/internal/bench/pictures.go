package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/transport"
)

// Pictures says what to measure: one camera, and so many who watch it at one of some heights, for so long.
type Pictures struct {
	Program  string        // path of the diemcau binary that is measured
	Watchers int           // 1 to 199
	Heights  []int         // px of the large picture, in turns: 180, 360, 720
	Beside   bool          // all goes beside QUIC, not inside it
	Duration time.Duration // of the measured part
}

// PicturesResult is what one run showed. Delays are from a frame's push at the camera to its last needed piece at a watcher.
type PicturesResult struct {
	Watchers   int
	Beside     bool
	Layers     []transport.LayerPlan `json:"layers"`     // that the camera was to send at the end
	UpKbps     float64               `json:"up_kbps"`    // what it sent, with all headers
	Pieces     uint64                `json:"pieces"`     // that watchers got
	Frames     uint64                `json:"frames"`     // that were whole there
	WholePct   float64               `json:"whole_pct"`  // of those that the watchers' layers had
	ForwardUs  float64               `json:"forward_us"` // CPU of the relay for a piece at a watcher, µs
	PlainUs    float64               `json:"plain_us"`   // CPU of a plain UDP WriteTo of as many bytes, µs
	Ratio      float64               `json:"ratio"`
	DelayP50Ms float64               `json:"delay_p50_ms"`
	DelayP99Ms float64               `json:"delay_p99_ms"`
	RelayPct   float64               `json:"relay_cpu_pct"` // of one core
	Dropped    map[string]float64    `json:"dropped"`
}

// picturesWarmUp is what lines need until they show all that there is room for.
const picturesWarmUp = 20 * time.Second

// Run measures. It starts and stops the relay process itself.
func (p Pictures) Run(ctx context.Context) (PicturesResult, error) {
	plain, err := plainUDP(ctx, p.Watchers, pieceBytes, plainFor)
	if err != nil {
		return PicturesResult{}, err
	}
	relay, err := startRelay(ctx, p.Program)
	if err != nil {
		return PicturesResult{}, err
	}
	defer relay.stop()
	camera, watchers, err := p.dial(ctx, relay)
	if err != nil {
		return PicturesResult{}, err
	}
	from, to, err := p.measure(ctx, relay, camera, watchers)
	if err != nil {
		return PicturesResult{}, err
	}
	cpu := to.cpu - from.cpu
	r := PicturesResult{
		Watchers: p.Watchers, Beside: p.Beside, Layers: camera.layers(), PlainUs: plain,
		UpKbps: float64(to.sent-from.sent) * 8 / 1000 / p.Duration.Seconds(),
		Pieces: to.pieces - from.pieces, Frames: to.frames - from.frames,
		RelayPct: 100 * cpu / p.Duration.Seconds(), Dropped: to.dropped,
	}
	r.ForwardUs = cpu * 1e6 / float64(max(r.Pieces, 1))
	r.Ratio = r.ForwardUs / plain
	r.WholePct = 100 * float64(r.Frames) / float64(max(r.Frames+to.missing-from.missing, 1))
	r.DelayP50Ms, r.DelayP99Ms = frameDelays(watchers)
	return r, nil
}

// reading is what was counted up to a moment.
type reading struct {
	dropped                       map[string]float64
	cpu                           float64 // s
	sent, pieces, frames, missing uint64
}

func (p Pictures) dial(ctx context.Context, relay *process) (*camera, []*watcher, error) {
	code, url, err := relay.meeting(ctx)
	if err != nil {
		return nil, nil, err
	}
	epoch := time.Now()
	base, err := dialPictured(ctx, url, code, "camera", epoch, !p.Beside)
	if err != nil {
		return nil, nil, err
	}
	shows := newCamera(base)
	watchers := make([]*watcher, p.Watchers)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i := range watchers {
		group.Go(func() error {
			base, err := dialPictured(ctx, url, code, fmt.Sprintf("điểm cầu %d", i+1), epoch, !p.Beside)
			if err == nil {
				watchers[i] = newWatcher(base, p.Heights[i%len(p.Heights)])
			}
			return err
		})
	}
	return shows, watchers, group.Wait()
}

// measure runs the peers and reads all counts at both ends of the measured part.
func (p Pictures) measure(ctx context.Context, relay *process, shows *camera, watchers []*watcher) (from, to reading, err error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	group, running := errgroup.WithContext(running)
	group.Go(func() error { return shows.run(running) })
	for _, w := range watchers {
		group.Go(func() error { return w.run(running) })
	}
	done := false
	group.Go(func() (err error) {
		defer stop()
		if err := wait(running, picturesWarmUp); err != nil {
			return err
		}
		for _, w := range watchers {
			w.forget()
		}
		if from, err = read(running, relay, shows, watchers); err != nil {
			return err
		}
		if err := wait(running, p.Duration); err != nil {
			return err
		}
		to, err = read(running, relay, shows, watchers)
		done = err == nil
		return err
	})
	if err = group.Wait(); err == nil && !done {
		err = errors.New("bench: the peers lost the relay")
	}
	return from, to, err
}

func read(ctx context.Context, relay *process, shows *camera, watchers []*watcher) (r reading, err error) {
	metrics, err := relay.metrics(ctx)
	r.cpu, r.sent, r.dropped = metrics["process_cpu_seconds_total"], shows.sent(), dropped(metrics)
	for _, w := range watchers {
		pieces, frames, missing := w.counts()
		r.pieces, r.frames, r.missing = r.pieces+pieces, r.frames+frames, r.missing+missing
	}
	return r, err
}

// frameDelays returns the median and the 99th percentile in ms.
func frameDelays(watchers []*watcher) (p50, p99 float64) {
	var all []time.Duration
	for _, w := range watchers {
		all = append(all, w.delays()...)
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	at := func(q float64) float64 { return float64(all[int(q*float64(len(all)-1))]) / 1e6 }
	return at(0.5), at(0.99)
}
