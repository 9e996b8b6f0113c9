package office

import (
	"net/http"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/meeting"
)

// invitedSite is who asks in GET /api/invited.
type invitedSite struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Unit string `json:"unit"` // its name
	Room string `json:"room,omitempty"`
}

// duty is a conclusion that is a site's to do.
type duty struct {
	Code         string `json:"code"`
	Title        string `json:"title"` // of the meeting
	ID           string `json:"id"`
	Text         string `json:"text"`
	Due          string `json:"due,omitempty"`          // YYYY-MM-DD
	Acknowledged int64  `json:"acknowledged,omitempty"` // Unix ms
	Progress     string `json:"progress,omitempty"`
	Done         bool   `json:"done,omitempty"`
}

// invited answers what an enrolled site has to do with: its meetings and its duties.
func (o *office) invited(w http.ResponseWriter, r *http.Request) error {
	shown, err := o.desk.Pass(w, r)
	if err != nil {
		return err
	}
	if shown.Site == "" {
		return siteNeeded
	}
	if o.limit.Over(w, r, shown.Site) {
		return admin.TooMany
	}
	book, _ := o.Directory.Book()
	site, there := book.Site(shown.Site)
	if !there {
		return siteNeeded
	}
	room, _ := book.Room(site.Room)
	digests, err := o.Meetings.Meetings()
	if err != nil {
		o.Log.Error("some meetings cannot be read", "error", err)
	}
	meetings, duties := []listed{}, []duty{} // [], never null
	for i := range digests {
		d := &digests[i]
		as, ok := d.Plan.Of(site.ID)
		if !ok {
			continue
		}
		meetings = append(meetings, listedOf(d, ""))
		duties = append(duties, dutiesOf(d, as.N)...)
	}
	admin.WriteJSON(w, http.StatusOK, struct {
		Site        invitedSite `json:"site"`
		Meetings    []listed    `json:"meetings"`
		Conclusions []duty      `json:"conclusions"`
	}{invitedSite{site.ID, site.Name, o.Directory.UnitName(site.Unit), room.Name}, meetings, duties})
	return nil
}

// dutiesOf returns the conclusions of a meeting that are those of an invited site.
func dutiesOf(d *relay.Digest, n int) []duty {
	var out []duty
	for i := range d.Conclusions {
		c := &d.Conclusions[i]
		if !assigned(c, n) {
			continue
		}
		progress := c.Progress[n]
		out = append(out, duty{
			Code: d.Code, Title: d.Title, ID: c.ID, Text: c.Text, Due: c.Due,
			Acknowledged: unix(d, c.Acknowledged[n]), Progress: progress.Text, Done: progress.Done,
		})
	}
	return out
}

func assigned(c *meeting.Conclusion, n int) bool {
	for _, unit := range c.Units {
		if unit == n {
			return true
		}
	}
	return false
}
