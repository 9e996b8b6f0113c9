package main

import (
	"net/http"

	"github.com/diemcau/diemcau/relay/admin/office"
)

// desk serves meetings to who leads them, from outside of them.
func (s *server) desk() office.Desk {
	return office.Desk{
		Records: s.relay, Who: s.state.access.Who,
		Pass: func(w http.ResponseWriter, r *http.Request) (office.Shown, error) {
			b, err := s.state.access.Bearer(w, r)
			return office.Shown{Identity: b.Identity, Meeting: b.Meeting}, err
		},
		Unit: func(id string) string {
			book := s.state.book()
			unit, _ := book.Unit(id)
			return unit.Name
		},
	}
}
