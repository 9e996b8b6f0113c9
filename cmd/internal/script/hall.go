package script

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Config says which script is played, and against whom.
type Config struct {
	Base    string        // of the page of a server on this computer, without a slash at its end
	HostKey string        // of it
	Sites   int           // District or Province
	Speak   time.Duration // how long each report takes
	Idle    time.Duration // how long nothing happens, to be measured
	Burst   int           // events in the burst
	Rate    int           // of the burst, in events a second
	Notes   int           // lines of the secretary, one every 100 ms, while it is measured how soon all read them
	Settle  time.Duration // how long the relay may take until nothing more is to be said of those who came
}

// hall is a meeting that is played.
type hall struct {
	Config
	places    []*place
	code, url string
	chair     *clerk
	secretary *clerk

	group  *errgroup.Group // runs the seats
	inner  context.Context
	joinAt sync.Mutex       // guards seats while many come
	seats  map[string]*seat // by name: "chair", "secretary", or a place's id
	made   made
	report Report

	returns atomic.Int64
}

// made is what the script did, to be found again in the minutes.
type made struct {
	spoke     []int // invited, in order of their speeches; one that was cut off stands once
	voted     map[int]meeting.Choice
	polls     [2]string // ids
	contested int
}

// prepare sets a server up, enrols the sites and opens the meeting.
func (h *hall) prepare(ctx context.Context) error {
	root, err := admin(ctx, h.Base, h.HostKey)
	if err != nil {
		return err
	}
	var book struct{ Revision uint64 }
	if err := root.call(ctx, http.MethodGet, "/api/directory", nil, &book); err != nil {
		return err
	}
	if err := root.call(ctx, http.MethodPost, "/api/directory", map[string]any{"revision": book.Revision, "edits": edits(h.places)}, nil); err != nil {
		return err
	}
	var chairID, secretaryID string
	if h.chair, chairID, err = root.person(ctx, "chu.toa", "Nguyễn Văn Chủ", "chair"); err != nil {
		return err
	}
	if h.secretary, secretaryID, err = root.person(ctx, "thu.ky", "Trần Thị Thư", "secretary"); err != nil {
		return err
	}
	for _, p := range h.places {
		if err := root.enrol(ctx, p); err != nil {
			return err
		}
	}
	var opened struct{ Code string }
	in := map[string]any{"title": "Họp giao ban phòng, chống thiên tai", "plan": plan(h.places, chairID, secretaryID)}
	if err := h.secretary.call(ctx, http.MethodPost, "/api/meetings", in, &opened); err != nil {
		return err
	}
	h.code = opened.Code
	var found struct{ Relays []struct{ URL string } }
	if err := h.chair.call(ctx, http.MethodGet, "/api/meetings/"+h.code, nil, &found); err != nil {
		return err
	}
	if len(found.Relays) == 0 {
		return errors.New("script: the meeting has no relay")
	}
	h.url = found.Relays[0].URL
	return h.invited(ctx)
}

// invited rings, and lets one place look and answer.
func (h *hall) invited(ctx context.Context) error {
	c := newClerk(h.Base)
	c.place = reporters(h.places)[0]
	var got struct{ Meetings []struct{ Code string } }
	if err := c.call(ctx, http.MethodGet, "/api/invited", nil, &got); err != nil {
		return err
	}
	if len(got.Meetings) != 1 || got.Meetings[0].Code != h.code {
		return fmt.Errorf("script: %s is invited to %v, not to %s", c.place.name, got.Meetings, h.code)
	}
	if err := h.post(ctx, h.secretary, "ring", map[string]any{"text": "Mời các điểm cầu vào họp"}); err != nil {
		return err
	}
	return h.post(ctx, c, "answer", nil)
}

// post does something from outside the meeting.
func (h *hall) post(ctx context.Context, c *clerk, act string, members map[string]any) error {
	in := map[string]any{"act": act}
	for k, v := range members {
		in[k] = v
	}
	return c.call(ctx, http.MethodPost, "/api/meetings/"+h.code+"/do", in, nil)
}

// join seats the officers and all places that come; the last of them alone, so that what it costs can be counted.
func (h *hall) join(ctx context.Context) error {
	for name, c := range map[string]*clerk{"chair": h.chair, "secretary": h.secretary} {
		var got struct{ Pass string }
		if err := c.call(ctx, http.MethodPost, "/api/meetings/"+h.code+"/pass", nil, &got); err != nil {
			return err
		}
		if err := h.sit(ctx, name, entry{name: name, pass: got.Pass}); err != nil {
			return err
		}
	}
	come := slices.DeleteFunc(slices.Clone(h.places), func(p *place) bool { return absent(h.places, p) })
	joining, inner := errgroup.WithContext(ctx)
	joining.SetLimit(8)
	for _, p := range come[:len(come)-1] {
		joining.Go(func() error { return h.sit(inner, p.id, entry{name: p.name, place: p}) })
	}
	if err := joining.Wait(); err != nil {
		return err
	}
	if err := pause(ctx, h.Settle); err != nil { // until those who came are told of each other
		return err
	}
	last := come[len(come)-1]
	if err := h.sit(ctx, last.id, entry{name: last.name, place: last}); err != nil {
		return err
	}
	if err := pause(ctx, h.Settle); err != nil {
		return err
	}
	h.report.Seats = len(h.seats)
	h.report.JoinBytes = h.seats[last.id].bytes.Load()
	return nil
}

// sit joins and runs a seat until the script ends.
func (h *hall) sit(ctx context.Context, name string, who entry) error {
	s := &seat{who: who, code: h.code, wishes: map[string]*wish{}, told: map[uint64]time.Time{}}
	if err := s.sit(ctx, h.url); err != nil {
		return fmt.Errorf("script: %s: %w", who.name, err)
	}
	h.joinAt.Lock()
	h.seats[name] = s
	h.joinAt.Unlock()
	h.group.Go(func() error {
		if err := s.run(h.inner, h.url, func() { h.returns.Add(1) }); err != nil {
			return fmt.Errorf("script: %s lost the relay: %w", who.name, err)
		}
		return nil
	})
	return nil
}

// idle counts what a meeting costs in which nothing happens.
func (h *hall) idle(ctx context.Context) error {
	before := map[*seat]int64{}
	for _, s := range h.seats {
		before[s] = s.bytes.Load()
	}
	if err := pause(ctx, h.Idle); err != nil {
		return err
	}
	sum := int64(0)
	for s, n := range before {
		sum += s.bytes.Load() - n
	}
	h.report.IdleKbit = float64(8*sum) / 1000 / h.Idle.Seconds() / float64(len(before))
	return nil
}

// everybody waits until all have been told of an event.
func (h *hall) everybody(ctx context.Context, n uint64) error {
	for deadline := time.Now().Add(20 * time.Second); ; {
		late := ""
		for name, s := range h.seats {
			if s.last.Load() < n && !s.left.Load() {
				late = name
			}
		}
		if late == "" {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("script: %s was not told of event %d", late, n)
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
}

// export reads the log.
func (h *hall) export(ctx context.Context) ([]byte, error) {
	var text []byte
	err := h.secretary.call(ctx, http.MethodGet, "/api/meetings/"+h.code+"/minutes?format=jsonl", nil, &text)
	return text, err
}

// state reads what the secretary's page may see, without what only the API adds.
func (h *hall) state(ctx context.Context) (map[string]json.RawMessage, error) {
	var got map[string]json.RawMessage
	err := h.secretary.call(ctx, http.MethodGet, "/api/meetings/"+h.code+"/state", nil, &got)
	delete(got, "plan")
	delete(got, "role")
	return got, err
}
