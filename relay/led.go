package relay

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Digest is what is known of a meeting without reading its log. It is the caller's own.
type Digest struct {
	Code, Title string
	Began       int64  // Unix time of meeting millisecond 0, in ms
	Ms          int64  // of the last event
	N           uint64 // of the last event
	Plan        meeting.Plan
	Opened      int64 // meeting milliseconds at which the meeting proper began, 0: not yet
	Closed      int64 // and ended
	Final       bool  // the minutes are
	Conclusions []meeting.Conclusion
}

// Prepare opens a meeting with a plan and returns its code in the printed form. The error may be meeting.ErrTitle, ErrTooManyMeetings or a *meeting.Refusal of the plan: then there is no meeting.
func (s *Server) Prepare(ctx context.Context, title string, plan meeting.Plan, by meeting.By) (code string, err error) {
	code, err = s.Create(ctx, title)
	if err != nil {
		return "", err
	}
	if _, err := s.Do(ctx, code, by, meeting.Prepare{Plan: plan}); err != nil {
		s.abolish(code)
		return "", err
	}
	return code, nil
}

// abolish takes back a meeting that nobody has heard of.
func (s *Server) abolish(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.rooms, code)
	if err := s.config.Log.Remove(code); err != nil {
		s.config.Logger.Error("a meeting that was not prepared stays in the store", "error", err)
	}
}

// Forget takes a meeting away of which no record is wanted, once nobody is in it.
func (s *Server) Forget(code string) {
	if r := s.room(code); r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.over = true
	}
}

// Do does a command of somebody outside the meeting, and returns the number of its last event, 0 if all was so already. The error is ErrUnknown, a *meeting.Refusal, or that of the store: then
// nothing has happened.
func (s *Server) Do(_ context.Context, code string, by meeting.By, action meeting.Action) (n uint64, err error) {
	r := s.room(code)
	if r == nil {
		return 0, ErrUnknown
	}
	o := &order{Command: meeting.Command{Origin: s.config.ID, By: by, Do: action}}
	r.order(o)
	return o.n(), o.err
}

// State shows the state of a meeting to see, which must neither keep nor change it, and must be quick: the meeting stands still meanwhile. The error is ErrUnknown or that of the store.
func (s *Server) State(code string, see func(*meeting.State)) error {
	r := s.room(code)
	if r == nil {
		return ErrUnknown
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.load(time.Now()); err != nil {
		return err
	}
	see(&r.state)
	return nil
}

// Events calls each with all events of a meeting, oldest first, until it fails, and returns its error, ErrUnknown or that of the store.
func (s *Server) Events(code string, each func(meeting.Event) error) error {
	if s.room(code) == nil {
		return ErrUnknown
	}
	return s.config.Log.Read(code, 0, func(line []byte) error {
		e, err := meeting.Decode(line)
		if err != nil {
			return err
		}
		return each(e)
	})
}

// Meetings returns the digests of all meetings, the latest first by their planned start, or else by when they were opened. The first call after a start reads their logs.
func (s *Server) Meetings() ([]Digest, error) {
	var all []Digest
	var errs error
	for _, r := range s.allRooms() {
		d, err := r.summary()
		if err != nil {
			errs = errors.Join(errs, err)
			continue
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b Digest) int {
		if a.starts() != b.starts() {
			return int(max(min(b.starts()-a.starts(), 1), -1))
		}
		return strings.Compare(a.Code, b.Code)
	})
	return all, errs
}

// record says whether a meeting was prepared or led: who talked in it without either leaves nothing that anybody asks for later.
func (d *Digest) record() bool {
	p := &d.Plan
	return len(p.Invited)+len(p.Officers)+len(p.Agenda)+len(d.Conclusions) > 0 || p.Starts != 0 || d.Opened != 0 || d.Final
}

func (d *Digest) starts() int64 {
	if d.Plan.Starts != 0 {
		return d.Plan.Starts
	}
	return d.Began
}
