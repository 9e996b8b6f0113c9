package script

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Run plays the script and checks what came of it. The report is that of the part that was played, also with an error.
func Run(ctx context.Context, c Config) (Report, error) {
	places, err := town(c.Sites)
	if err != nil {
		return Report{}, err
	}
	inner, stop := context.WithCancel(ctx)
	h := &hall{Config: c, places: places, seats: map[string]*seat{}, made: made{voted: map[int]meeting.Choice{}}}
	h.group, h.inner = errgroup.WithContext(inner)
	h.report.Sites = c.Sites
	for _, step := range []func(context.Context) error{
		h.prepare, h.join, h.open, h.rollCall, h.idle, h.reports, h.contest, h.ask, h.latency, h.burst, h.conclude, h.check,
	} {
		if err = step(h.inner); err != nil {
			break
		}
	}
	stop()
	h.report.Returns = h.returns.Load()
	return h.report, errors.Join(err, h.group.Wait())
}

func (h *hall) open(ctx context.Context) error {
	_, err := h.seats["chair"].do(ctx, "open", nil)
	return err
}

// rollCall lets every place say who is there, and the secretary confirm it.
func (h *hall) rollCall(ctx context.Context) error {
	secretary := h.seats["secretary"]
	if _, err := secretary.do(ctx, "roll", map[string]any{"open": true}); err != nil {
		return err
	}
	for _, p := range h.places {
		if absent(h.places, p) {
			continue
		}
		if _, err := h.seats[p.id].do(ctx, "present", map[string]any{"headcount": heads(p), "names": "Chủ tịch\nTrưởng công an"}); err != nil {
			return err
		}
		if _, err := secretary.do(ctx, "confirm", map[string]any{"invited": p.invited}); err != nil {
			return err
		}
	}
	n, err := secretary.do(ctx, "roll", map[string]any{"open": false})
	if err != nil {
		return err
	}
	return h.everybody(ctx, n)
}

// heads is how many sit at a place.
func heads(p *place) int { return 2 + p.invited%4 }

// reports lets the agenda be gone through. The second who reports loses the line, and is called again at the end.
func (h *hall) reports(ctx context.Context) error {
	chair := h.seats["chair"]
	all := reporters(h.places)
	for i, p := range all {
		if _, err := chair.do(ctx, "next", nil); err != nil {
			return err
		}
		h.made.spoke = append(h.made.spoke, p.invited)
		if i == 2 {
			if err := h.sit(ctx, all[1].id, entry{name: all[1].name, place: all[1], token: h.seats[all[1].id].who.token}); err != nil {
				return err
			}
		}
		if err := pause(ctx, h.Speak); err != nil {
			return err
		}
		if i == 1 { // until another one is called, it has the floor
			if err := h.drop(ctx, p); err != nil {
				return err
			}
			continue
		}
		if _, err := h.seats[p.id].do(ctx, "yield", nil); err != nil {
			return err
		}
	}
	if _, err := chair.do(ctx, "return", nil); err != nil {
		return err
	}
	if err := pause(ctx, h.Speak); err != nil {
		return err
	}
	_, err := h.seats[all[1].id].do(ctx, "yield", nil)
	return err
}

// drop cuts a place off that speaks, and waits until the relay has noticed.
func (h *hall) drop(ctx context.Context, p *place) error {
	before, chair := h.seats[p.id], h.seats["chair"]
	before.left.Store(true)
	seen := chair.last.Load()
	_ = before.now.session.Close("")
	for deadline := time.Now().Add(10 * time.Second); chair.last.Load() == seen; {
		if time.Now().After(deadline) {
			return fmt.Errorf("script: the relay has not noticed that %s is gone", p.name)
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// contests is how often chair and secretary call somebody at the same moment.
const contests = 20

// contest lets chair and secretary both call while nobody speaks: one of them gets through.
func (h *hall) contest(ctx context.Context) error {
	chair, secretary := h.seats["chair"], h.seats["secretary"]
	if _, err := chair.do(ctx, "mode", map[string]any{"mode": meeting.ModeModerated}); err != nil {
		return err
	}
	districts := h.places[:8]
	for i := range contests {
		both, inner := errgroup.WithContext(ctx)
		var won [2]bool
		for k, s := range []*seat{chair, secretary} {
			called := districts[(i+k)%len(districts)]
			both.Go(func() error {
				_, err := s.do(inner, "call", map[string]any{"invited": called.invited, "from": ""})
				won[k] = err == nil
				var why *refused
				if errors.As(err, &why) && why.Code == meeting.FloorTaken.Code {
					return nil
				}
				return err
			})
		}
		if err := both.Wait(); err != nil {
			return err
		}
		if won[0] == won[1] {
			return fmt.Errorf("script: chair and secretary both called somebody, and %v got through", won)
		}
		k := 0
		if won[1] {
			k = 1
		}
		h.made.spoke = append(h.made.spoke, districts[(i+k)%len(districts)].invited)
		h.made.contested++
		if _, err := chair.do(ctx, "take", nil); err != nil {
			return err
		}
	}
	return nil
}

// ask holds an open poll and a secret one, in which everybody votes at once.
func (h *hall) ask(ctx context.Context) error {
	secretary := h.seats["secretary"]
	for i := range 2 {
		n, err := secretary.do(ctx, "poll", map[string]any{"question": "Thống nhất phương án sơ tán?", "secret": i == 1})
		if err != nil {
			return err
		}
		id := fmt.Sprint(n)
		h.made.polls[i] = id
		voting, inner := errgroup.WithContext(ctx)
		for _, p := range h.places {
			if absent(h.places, p) {
				continue
			}
			choice := []meeting.Choice{meeting.For, meeting.For, meeting.Against, meeting.Other}[p.invited%4]
			h.made.voted[p.invited] = choice
			voting.Go(func() error {
				_, err := h.seats[p.id].do(inner, "vote", map[string]any{"poll": id, "choice": choice})
				return err
			})
		}
		if err := voting.Wait(); err != nil {
			return err
		}
		if _, err := secretary.do(ctx, "end-poll", map[string]any{"poll": id}); err != nil {
			return err
		}
	}
	return nil
}

// noteEvery is the time between two lines of the secretary.
const noteEvery = 100 * time.Millisecond

// latency measures from the secretary's pressing a key until each page has the line.
func (h *hall) latency(ctx context.Context) error {
	var all []time.Duration
	for i := range h.Notes {
		begun := time.Now()
		n, err := h.seats["secretary"].do(ctx, "note", map[string]any{"text": fmt.Sprintf("Ý kiến thứ %d: đề nghị hỗ trợ lương thực, thuốc men", i+1)})
		if err != nil {
			return err
		}
		if err := h.everybody(ctx, n); err != nil {
			return err
		}
		for _, s := range h.seats {
			if at, ok := s.heard(n); ok {
				all = append(all, at.Sub(begun))
			}
		}
		if err := pause(ctx, noteEvery); err != nil {
			return err
		}
	}
	slices.Sort(all)
	h.report.EventP50Ms, h.report.EventP99Ms, h.report.Told = at(all, .5), at(all, .99), len(all)
	return nil
}

func at(sorted []time.Duration, q float64) float64 {
	return math.Round(float64(sorted[int(q*float64(len(sorted)-1))])/1e5) / 10
}

// talkers is how many write in the burst.
const talkers = 20

// burst lets many write at the wanted rate, and measures how soon they are answered and when all have it.
func (h *hall) burst(ctx context.Context) error {
	begun := time.Now()
	var last atomic.Uint64
	asking, inner := errgroup.WithContext(ctx)
	for i := range h.Burst {
		due := begun.Add(time.Duration(i) * time.Second / time.Duration(h.Rate))
		if err := pause(inner, time.Until(due)); err != nil {
			break
		}
		p := h.places[i%talkers]
		asking.Go(func() error {
			n, err := h.seats[p.id].do(inner, "say", map[string]any{"to": meeting.ToAll, "text": fmt.Sprintf("Ý kiến %d của %s", i, p.name)})
			for seen := last.Load(); n > seen && !last.CompareAndSwap(seen, n); seen = last.Load() {
			}
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return err
	}
	if err := h.everybody(ctx, last.Load()); err != nil {
		return err
	}
	h.report.EventsPerSecond = math.Round(float64(h.Burst) / time.Since(begun).Seconds())
	return nil
}

// conclude ends the meeting and makes its minutes final.
func (h *hall) conclude(ctx context.Context) error {
	chair := h.seats["chair"]
	first := reporters(h.places)[0]
	concluded, err := chair.do(ctx, "conclude", map[string]any{"text": "Sơ tán các hộ ở vùng nguy hiểm", "units": []int{first.invited}, "due": "2030-01-31"})
	if err != nil {
		return err
	}
	n, err := chair.do(ctx, "close", nil)
	if err != nil {
		return err
	}
	if err := h.everybody(ctx, n); err != nil {
		return err
	}
	c := newClerk(h.Base)
	c.place = first
	if err := h.post(ctx, h.secretary, "finalise", nil); err != nil {
		return err
	}
	return h.post(ctx, c, "acknowledge", map[string]any{"conclusion": fmt.Sprint(concluded)})
}
