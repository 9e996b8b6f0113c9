package practice

import (
	"context"
	"encoding/json"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// heard is what a bot needs of an event.
type heard struct {
	kind meeting.Kind
	seat string
	ID   string `json:"id"`
	Open bool   `json:"open"`
}

// ear keeps the events that a bot has not looked at. One that does not look for long misses the oldest.
type ear struct{ events chan heard }

func newEar() *ear { return &ear{make(chan heard, 256)} }

// heard takes an event; it never blocks.
func (e *ear) heard(event transport.Event) {
	h := heard{kind: meeting.Kind(event.Kind), seat: event.Seat}
	_ = json.Unmarshal(event.Body, &h) // bodies without these members have nothing to tell
	for {
		select {
		case e.events <- h:
			return
		default:
		}
		select {
		case <-e.events:
		default:
		}
	}
}

// next returns the next event. The error is that of ctx.
func (e *ear) next(ctx context.Context) (heard, error) {
	select {
	case <-ctx.Done():
		return heard{}, ctx.Err()
	case h := <-e.events:
		return h, nil
	}
}

// until looks at events until one is wanted, for a while at most; ok says whether one was. The error is that of ctx.
func (e *ear) until(ctx context.Context, limit time.Duration, wanted func(heard) bool) (ok bool, err error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-timer.C:
			return false, nil
		case h := <-e.events:
			if wanted(h) {
				return true, nil
			}
		}
	}
}
