package office

import (
	"encoding/json"
	"net/http"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/meeting"
)

// stated answers GET /api/meetings/CODE/state.
type stated struct {
	meeting.View
	Plan *meeting.Plan `json:"plan"` // the whole, in the place of the view's
	Role meeting.Role  `json:"role"` // of who asks
}

// state answers what an officer may see of a meeting.
func (d *desk) state(w http.ResponseWriter, _ *http.Request, code string, by meeting.By) error {
	var text []byte
	var err error
	if failed := d.Records.State(code, func(s *meeting.State) {
		text, err = json.Marshal(stated{View: s.ViewAs(by.Role), Plan: &s.Plan, Role: by.Role})
	}); failed != nil {
		return asked(failed)
	}
	if err != nil {
		return err
	}
	admin.WriteJSON(w, http.StatusOK, json.RawMessage(text))
	return nil
}

// siteActs are what an invited site may do from outside the meeting.
var siteActs = map[string]bool{"acknowledge": true, "progress": true, "answer": true}

// maxDo is the longest body of POST …/do, in bytes: the longest minutes, with every character escaped in JSON.
const maxDo = 2*meeting.MaxAction + admin.MaxBody

// do does what an officer, an administrator or an invited site asks for.
func (d *desk) do(w http.ResponseWriter, r *http.Request) error {
	code, err := meeting.ParseCode(r.PathValue("code"))
	if err != nil {
		return admin.CodeMalformed
	}
	by, err := d.by(w, r, code)
	if err != nil {
		return err
	}
	var in json.RawMessage
	if err := admin.ReadJSON(w, r, maxDo, &in); err != nil {
		return err
	}
	var named struct {
		Act string `json:"act"`
	}
	if json.Unmarshal(in, &named) != nil {
		return admin.BadJSON
	}
	if by.Role == "" || by.Role == meeting.RoleSite && !siteActs[named.Act] {
		return answerOf(meeting.NotYours)
	}
	action, err := meeting.ParseAction(named.Act, in)
	if err != nil {
		return asked(err)
	}
	n, err := d.act(r, code, by, action)
	if err != nil {
		return asked(err)
	}
	admin.WriteJSON(w, http.StatusOK, map[string]uint64{"n": n})
	return nil
}

// act does an action. Who makes minutes final that nobody has edited means those that the log gives.
func (d *desk) act(r *http.Request, code string, by meeting.By, action meeting.Action) (uint64, error) {
	if _, final := action.(meeting.Finalise); final {
		edited := false
		if err := d.Records.State(code, func(s *meeting.State) { edited = s.Minutes.Text != "" || s.Minutes.Final != "" }); err != nil {
			return 0, err
		}
		if !edited {
			m, err := d.folded(code)
			if err != nil {
				return 0, err
			}
			if _, err := d.Records.Do(r.Context(), code, by, meeting.Minute{Text: m.Generated(d.options(r))}); err != nil {
				return 0, err
			}
		}
	}
	return d.Records.Do(r.Context(), code, by, action)
}
