package main

import (
	"slices"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/meeting"
)

// about is what everybody with a meeting's code may know of it.
func (s *server) about(code string) (about admin.About, ok bool) {
	err := s.relay.State(code, func(m *meeting.State) {
		p := &m.Plan
		about = admin.About{Starts: p.Starts, Minutes: p.Minutes, Place: p.Place, Body: p.Body, Agenda: slices.Clone(p.Agenda)}
		if m.Opened != 0 {
			about.Opened = m.Began + m.Opened
		}
		if m.Closed != 0 {
			about.Closed = m.Began + m.Closed
		}
	})
	return about, err == nil
}
