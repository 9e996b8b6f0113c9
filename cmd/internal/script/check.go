package script

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/meeting/minutes"
)

// Report is what a script showed.
type Report struct {
	Sites           int     `json:"sites"`
	Seats           int     `json:"seats"`
	JoinBytes       int64   `json:"join_bytes"` // of control messages, both ways, until a place that comes last knows all
	IdleKbit        float64 `json:"idle_kbit"`  // of control messages, kbit/s for each seat
	EventP50Ms      float64 `json:"event_p50_ms"`
	EventP99Ms      float64 `json:"event_p99_ms"`      // from a command to all
	Told            int     `json:"told"`              // how many times that was measured
	EventsPerSecond float64 `json:"events_per_second"` // of the burst, until the last one has come to all
	Events          int     `json:"events"`            // of the log
	FoldMs          float64 `json:"fold_ms"`           // of the log, to minutes
	Contested       int     `json:"contested"`         // how often two called somebody at once
	Returns         int64   `json:"returns"`           // sessions that were lost, because too much waited for them, and came back
	Checked         bool    `json:"checked"`           // the log, the live state and the minutes say what was done
}

// check compares what was done with what the log, the state and the minutes say.
func (h *hall) check(ctx context.Context) error {
	log, err := h.export(ctx)
	if err != nil {
		return err
	}
	f, err := h.fold(log)
	if err != nil {
		return err
	}
	if err := h.same(ctx, f); err != nil {
		return err
	}
	var got struct {
		Minutes minutes.Minutes
		Final   string
		Intact  bool
	}
	if err := h.secretary.call(ctx, http.MethodGet, "/api/meetings/"+h.code+"/minutes", nil, &got); err != nil {
		return err
	}
	m := &got.Minutes
	h.report.Contested = h.made.contested
	err = errors.Join(h.speeches(m), h.attendance(m), h.polls(m))
	if !got.Intact || got.Final == "" || len(m.Conclusions) != 1 || len(m.Conclusions[0].Acks) != 1 || len(m.Rings) != 1 || len(m.Rings[0].Answered) != 1 || len(m.Notes) != h.Notes {
		err = errors.Join(err, fmt.Errorf("script: the minutes are not whole: %v %q, %d conclusions, %d rings, %d notes", got.Intact, got.Final, len(m.Conclusions), len(m.Rings), len(m.Notes)))
	}
	h.report.Checked = err == nil
	return err
}

// fold reads the log; nobody has the floor who should not.
func (h *hall) fold(log []byte) (*minutes.Fold, error) {
	var f minutes.Fold
	var took time.Duration
	for line := range bytes.Lines(log) {
		e, err := meeting.Decode(bytes.TrimSpace(line))
		if err != nil {
			return nil, err
		}
		if g, ok := e.Body.(meeting.Granted); ok && f.State().Floor.Holder != "" {
			return nil, fmt.Errorf("script: event %d gives the floor to %s (%+v) while %s has it", e.N, e.Seat, g, f.State().Floor.Holder)
		}
		begun := time.Now()
		if err := f.Apply(e); err != nil {
			return nil, err
		}
		took += time.Since(begun)
		h.report.Events++
	}
	h.report.FoldMs = float64(took.Microseconds()) / 1000
	return &f, nil
}

// same compares the fold with the live state.
func (h *hall) same(ctx context.Context, f *minutes.Fold) error {
	live, err := h.state(ctx)
	if err != nil {
		return err
	}
	text, err := json.Marshal(f.State().ViewAs(meeting.RoleSecretary))
	if err != nil {
		return err
	}
	var folded map[string]json.RawMessage
	if err := json.Unmarshal(text, &folded); err != nil {
		return err
	}
	delete(folded, "plan")
	for name := range live {
		if string(live[name]) != string(folded[name]) {
			return fmt.Errorf("script: the fold of the log has another %q than the state: %.300s and %.300s", name, folded[name], live[name])
		}
	}
	if len(live) != len(folded) {
		return fmt.Errorf("script: the fold of the log has %d members, the state %d", len(folded), len(live))
	}
	return nil
}

// speeches says whether the minutes have those who spoke, in order.
func (h *hall) speeches(m *minutes.Minutes) error {
	var spoke []int
	for i, s := range m.Speeches {
		spoke = append(spoke, s.Invited)
		broken := i == 1
		if h.made.contested > 0 && i >= len(reporters(h.places)) {
			continue // chair and secretary, and the floor taken back at once
		}
		if s.Ms(m.Closed) < h.Speak.Milliseconds() || s.End != meeting.WhyBack || (len(s.Spans) == 2) != broken {
			return fmt.Errorf("script: the speech of %s is %+v", s.Name, s)
		}
	}
	if !reflect.DeepEqual(spoke, h.made.spoke) {
		return fmt.Errorf("script: the minutes let %v speak, it was %v", spoke, h.made.spoke)
	}
	return nil
}

// attendance says whether the minutes know who was there.
func (h *hall) attendance(m *minutes.Minutes) error {
	if len(m.Sites) != len(h.places) {
		return fmt.Errorf("script: %d sites of %d", len(m.Sites), len(h.places))
	}
	for i, s := range m.Sites {
		p := h.places[i]
		if s.Name != p.name || s.Absent != absent(h.places, p) {
			return fmt.Errorf("script: the attendance of %s is %+v", p.name, s)
		}
		if !s.Absent && (s.Headcount != heads(p) || s.Confirmed == "" || s.Present <= 0) {
			return fmt.Errorf("script: the attendance of %s is %+v", p.name, s)
		}
	}
	return nil
}

// polls says whether the minutes have all votes, and none of a secret one with its voter.
func (h *hall) polls(m *minutes.Minutes) error {
	var want [3]int
	for _, c := range h.made.voted {
		want[slices.Index([]meeting.Choice{meeting.For, meeting.Against, meeting.Other}, c)]++
	}
	for i, p := range m.Polls {
		if got := [3]int{p.For, p.Against, p.Other}; got != want || p.ID != h.made.polls[i] || (len(p.Votes) == 0) != p.Secret {
			return fmt.Errorf("script: the votes are %v and %d by name, they were %v", got, len(p.Votes), want)
		}
	}
	if len(m.Polls) != 2 {
		return fmt.Errorf("script: there are %d polls", len(m.Polls))
	}
	return nil
}
