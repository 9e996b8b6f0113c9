package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"time"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/admin/office"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store"
)

// openOffice opens the directory, the documents, and what is shown in meetings.
func (s *server) openOffice(ctx context.Context) error {
	table, err := s.state.store.Table(ctx, "directory")
	if err != nil {
		return err
	}
	if s.state.directory, err = office.OpenDirectory(ctx, table, store.ErrConflict, rand.Text()); err != nil {
		return err
	}
	if s.state.files, err = s.state.store.Files(ctx, "documents"); err != nil {
		return err
	}
	s.state.slides, err = s.state.store.Files(ctx, "slides")
	return err
}

// book is the directory as it is now.
func (s *state) book() directory.Book {
	book, _ := s.directory.Book()
	return book
}

// office serves who prepares meetings, looks after the directory or leads meetings from outside of them.
func (s *server) office() office.Office {
	return office.Office{
		Desk:      office.Desk{Records: s.relay, Who: s.state.access.Who, Pass: s.shown, Practice: s.practise},
		Meetings:  s.relay,
		Directory: s.state.directory,
		Files:     s.state.files,
		ChairLink: s.state.access.ChairLink,
		Now:       time.Now,
		Log:       s.log,
	}
}

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

// shown is who a request comes from by its pass.
func (s *server) shown(w http.ResponseWriter, r *http.Request) (office.Shown, error) {
	bearer, err := s.state.access.Bearer(w, r)
	return office.Shown{Identity: bearer.Identity, Meeting: bearer.Meeting}, err
}
