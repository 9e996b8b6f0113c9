package office

import (
	"errors"
	"net/http"
	"time"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/meeting"
)

// ErrPracticeFull says that there are as many practice rooms as may be.
var ErrPracticeFull = errors.New("office: all practice rooms are taken")

// How often somebody may open a practice room.
const (
	practiceBurst  = 6
	practiceWindow = 10 * time.Minute
)

var practiceFull = admin.Refusal{
	Status: http.StatusServiceUnavailable, Code: "practice-full",
	Vi: "Các phòng tập đều đang có người: xin thử lại sau ít phút.",
	En: "All practice rooms are taken: try again in a few minutes.",
}

// practice opens practice rooms. They cost the server CPU, so they are for those whom it knows: an account, a site, the host key, or
// somebody in front of the server itself.
type practice struct {
	*desk
	limit admin.Counter
}

func (p *practice) open(w http.ResponseWriter, r *http.Request) error {
	who, err := p.who(w, r)
	if err != nil {
		return err
	}
	if p.limit.Over(w, r, who) {
		return admin.TooMany
	}
	var in struct {
		Role meeting.Role `json:"role"` // what is practised: site, also if empty, or chair
	}
	if err := admin.ReadJSON(w, r, admin.MaxBody, &in); err != nil {
		return err
	}
	if in.Role != "" && in.Role != meeting.RoleSite && in.Role != meeting.RoleChair {
		return admin.BadJSON
	}
	code, pass, err := p.Practice(r.Context(), in.Role == meeting.RoleChair)
	switch {
	case errors.Is(err, ErrPracticeFull):
		return practiceFull
	case err != nil:
		return asked(err)
	}
	admin.WriteJSON(w, http.StatusCreated, map[string]string{"code": code, "link": p.frame.Base(r) + "/m/" + code + "#p=" + pass})
	return nil
}

// who names whom a request is from. The error is a Refusal.
func (p *practice) who(w http.ResponseWriter, r *http.Request) (string, error) {
	switch {
	case r.Header.Get("Authorization") != "":
		return "@" + byHost, p.frame.HostKey(w, r)
	case admin.Own(r):
		return "here", nil
	}
	if account, in := p.Who(r); in {
		return "@" + account.ID, nil
	}
	shown, err := p.Pass(w, r)
	switch {
	case err != nil:
		return "", err
	case shown.Site != "":
		return "#" + shown.Site, nil
	case shown.Account != "":
		return "@" + shown.Account, nil
	}
	return "", notYours
}
