package main

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/practice"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin/office"
	"github.com/diemcau/diemcau/relay/meeting"
)

// openPractice makes the practice rooms, whose bots reach the relay over this computer.
func (s *server) openPractice() {
	host := s.addresses.listen.Addr().Unmap()
	reached := host.String()
	if host.IsUnspecified() {
		reached = "127.0.0.1"
	}
	s.state.practice = practice.New(practice.Config{
		Prepare: func(ctx context.Context, title string, plan meeting.Plan, by meeting.By) (string, error) {
			return s.relay.Prepare(ctx, title, plan, by)
		},
		Forget: func(code string) { s.relay.Forget(code) },
		Relay:  net.JoinHostPort(reached, strconv.Itoa(int(s.addresses.listen.Port()))),
		Hashes: func() []string { return s.certs.Hashes(time.Now()) },
		Logger: s.log,
	})
}

// practise opens a practice room.
func (s *server) practise(ctx context.Context, asChair bool) (code, pass string, err error) {
	code, pass, err = s.state.practice.Open(ctx, asChair)
	if errors.Is(err, practice.ErrFull) {
		err = office.ErrPracticeFull
	}
	return code, pass, err
}

// passes lets in who shows a pass of a practice room, or any that is good elsewhere.
type passes struct {
	practice *practice.Practice
	relay.PassChecker
}

// Check implements relay.PassChecker.
func (p passes) Check(shown relay.Shown) (who meeting.Identity, name string, err error) {
	if who, name, ok := p.practice.Check(shown.Meeting, shown.Pass); ok {
		return who, name, nil
	}
	return p.PassChecker.Check(shown)
}
