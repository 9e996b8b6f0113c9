package office

import (
	"net/http"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
)

// conflict is another meeting that uses a room at the same time.
type conflict struct {
	Room    string `json:"room"`           // its name
	Code    string `json:"code,omitempty"` // only for who has to do with that meeting
	Title   string `json:"title"`
	Starts  int64  `json:"starts"` // Unix ms
	Minutes int    `json:"minutes,omitempty"`
	Body    string `json:"body"`
}

// conflicts answers which rooms a meeting shares with others.
func (o *office) conflicts(w http.ResponseWriter, r *http.Request, code string, by meeting.By) error {
	var plan meeting.Plan
	if err := o.Desk.Records.State(code, func(s *meeting.State) { plan = s.Plan }); err != nil {
		return asked(err)
	}
	account, _ := o.desk.Who(r)
	if by.Role == meeting.RoleAdmin {
		account.Role = directory.Admin
	}
	return o.answerConflicts(w, account, code, plan)
}

// foresee answers the same for a plan that is not yet stored.
func (o *office) foresee(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	var in struct {
		Code string       `json:"code"` // of the meeting, if it is there already
		Plan meeting.Plan `json:"plan"`
	}
	if err := admin.ReadJSON(w, r, maxPlan, &in); err != nil {
		return err
	}
	return o.answerConflicts(w, by, in.Code, in.Plan)
}

func (o *office) answerConflicts(w http.ResponseWriter, by directory.Account, code string, plan meeting.Plan) error {
	digests, err := o.Meetings.Meetings()
	if err != nil {
		o.Log.Error("some meetings cannot be read", "error", err)
	}
	bookings := []directory.Booking{{Code: code, Plan: plan}}
	others := []*relay.Digest{nil}
	for i := range digests {
		if d := &digests[i]; d.Code != code && d.Closed == 0 {
			bookings = append(bookings, directory.Booking{Code: d.Code, Title: d.Title, Plan: d.Plan})
			others = append(others, d)
		}
	}
	book, _ := o.Directory.Book()
	out := []conflict{} // [], never null
	for _, c := range directory.Conflicts(book, bookings) {
		if c.A != 0 && c.B != 0 {
			continue
		}
		d := others[c.A+c.B]
		room, _ := book.Room(c.Room)
		met := conflict{Room: room.Name, Title: d.Title, Starts: d.Plan.Starts, Minutes: d.Plan.Minutes, Body: d.Plan.Body}
		if mine(by, d) {
			met.Code = d.Code
		}
		out = append(out, met)
	}
	admin.WriteJSON(w, http.StatusOK, map[string][]conflict{"conflicts": out})
	return nil
}
