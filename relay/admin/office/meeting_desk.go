package office

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
)

// Records is what a Desk needs of a relay; *relay.Server satisfies it. It is called concurrently. Errors are relay.ErrUnknown, a meeting.Refusal, or
// those of the store.
type Records interface {
	// Do does a command of somebody outside the meeting and returns the number of its last event.
	Do(ctx context.Context, code string, by meeting.By, action meeting.Action) (n uint64, err error)
	// State shows a meeting's state to see, which is quick and keeps nothing.
	State(code string, see func(*meeting.State)) error
	// Events calls each with all events of a meeting, oldest first, until it fails.
	Events(code string, each func(meeting.Event) error) error
}

// Shown is who a request comes from by the pass that it shows.
type Shown struct {
	meeting.Identity
	Meeting string // the only meeting that the pass is for; "": for all
}

// Desk serves a meeting to who leads it or has to do with its conclusions, from outside of it: its state, what is done in it, its
// minutes and its attendance. Nothing in it may change once Routes was called; its functions are called concurrently and are quick.
type Desk struct {
	Records Records
	// Who returns the account that a request's cookie is of.
	Who func(*http.Request) (directory.Account, bool)
	// Pass returns who a request comes from by its pass. The error is an admin.Refusal, also if it shows none.
	Pass func(http.ResponseWriter, *http.Request) (Shown, error)
	// Practice opens a practice room and returns its code and the pass of who practises, as a site or as the chair. The error may be ErrPracticeFull. nil: there
	// are none here.
	Practice func(ctx context.Context, asChair bool) (code, pass string, err error)
	// Unit returns the name of a unit of the directory, "" for one that it has not.
	Unit func(id string) string
}

// deskBurst is how often one credential may ask in deskWindow: a page, and a person who presses everything.
const (
	deskBurst  = 100
	deskWindow = 10 * time.Second
)

// Routes mounts the API.
func (d Desk) Routes(f *admin.Frame) {
	s := &desk{Desk: d, frame: f, limit: admin.NewCounter(deskBurst, deskWindow)}
	if d.Practice != nil {
		p := &practice{desk: s, limit: admin.NewCounter(practiceBurst, practiceWindow)}
		f.Handle("POST /api/practice", p.open)
	}
	f.Handle("GET /api/meetings/{code}/state", s.led(s.state))
	f.Handle("POST /api/meetings/{code}/do", s.do)
	f.Handle("GET /api/meetings/{code}/minutes", s.led(s.minutes))
	f.Handle("GET /api/meetings/{code}/attendance", s.led(s.attendance))
}

// desk is a Desk in its frame.
type desk struct {
	Desk
	frame *admin.Frame
	limit admin.Counter
}

// Who outside a meeting wanted something, where no account says it.
const (
	byHost = "host" // who has the host key
	byLink = "link" // who has the link of the chair that a meeting was opened with
)

// by returns who a request comes from, with the role in this meeting; the role is empty for who has none. The error is an admin.Refusal or the store's.
func (d *desk) by(w http.ResponseWriter, r *http.Request, code string) (meeting.By, error) {
	by, err := d.credential(w, r, code)
	if err != nil {
		return by, err
	}
	if d.limit.Over(w, r, by.Actor()) {
		return by, admin.TooMany
	}
	err = d.Records.State(code, func(s *meeting.State) {
		// An administrator who only helps in this meeting stays one.
		if o, ok := s.Plan.Officer(by.Account); ok && (by.Role != meeting.RoleAdmin || o.Role == meeting.RoleChair || o.Role == meeting.RoleSecretary) {
			by.Role = o.Role
		}
		if _, ok := s.Plan.Of(by.Site); ok {
			by.Role = meeting.RoleSite
		}
	})
	return by, asked(err)
}

// credential returns who a request comes from, as what it shows says.
func (d *desk) credential(w http.ResponseWriter, r *http.Request, code string) (meeting.By, error) {
	if r.Header.Get("Authorization") != "" {
		return meeting.By{Account: byHost, Role: meeting.RoleAdmin}, d.frame.HostKey(w, r)
	}
	if account, in := d.Who(r); in {
		by := meeting.By{Account: account.ID}
		if account.Role == directory.Admin {
			by.Role = meeting.RoleAdmin
		}
		return by, nil
	}
	pass, err := d.Pass(w, r)
	if err != nil {
		return meeting.By{}, err
	}
	by := meeting.By{Account: pass.Account, Site: pass.Site}
	switch {
	case pass.Meeting != "" && pass.Meeting != code:
		return meeting.By{}, answerOf(meeting.NotYours)
	case pass.Role == meeting.RoleChair && pass.Meeting == code:
		by.Role = meeting.RoleChair
		if by.Account == "" {
			by.Account = byLink
		}
	}
	return by, nil
}

// led lets only the officers of a meeting and administrators do something.
func (d *desk) led(do func(http.ResponseWriter, *http.Request, string, meeting.By) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		code, err := meeting.ParseCode(r.PathValue("code"))
		if err != nil {
			return admin.CodeMalformed
		}
		by, err := d.by(w, r, code)
		if err != nil {
			return err
		}
		if !by.Role.Officer() && by.Role != meeting.RoleAdmin {
			return answerOf(meeting.NotYours)
		}
		return do(w, r, code, by)
	}
}

// asked turns an error of Records into an answer.
func asked(err error) error {
	var refused meeting.Refusal
	switch {
	case errors.As(err, &refused):
		return answerOf(refused)
	case errors.Is(err, relay.ErrUnknown) || errors.Is(err, meeting.ErrUnknown):
		return admin.MeetingUnknown
	}
	return err
}

// answerOf is a refusal as HTTP has it.
func answerOf(r meeting.Refusal) admin.Refusal {
	status := http.StatusConflict // the meeting is not so that this can be done
	switch r {
	case meeting.NotYours, meeting.NoSeat, meeting.NotAssigned, meeting.NotInvited, meeting.NotYourself:
		status = http.StatusForbidden
	case meeting.TooLong:
		status = http.StatusRequestEntityTooLarge
	case meeting.UnknownAct, meeting.BadAction, meeting.BadText, meeting.BadMode, meeting.BadRole, meeting.BadChoice, meeting.BadNumber,
		meeting.BadDate, meeting.BadPlan:
		status = http.StatusBadRequest
	case meeting.NoSuchItem, meeting.NoSuchSite, meeting.NoSuchThing:
		status = http.StatusNotFound
	}
	return admin.Refusal{Status: status, Code: r.Code, Vi: r.Vi, En: r.En}
}
