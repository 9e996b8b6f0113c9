package office

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
)

// listed is a meeting in GET /api/meetings.
type listed struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	Starts  int64  `json:"starts,omitempty"` // Unix ms, as all times here
	Minutes int    `json:"minutes,omitempty"`
	Body    string `json:"body,omitempty"`
	Opened  int64  `json:"opened,omitempty"`
	Closed  int64  `json:"closed,omitempty"`
	Final   bool   `json:"final,omitempty"`
	Invited int    `json:"invited"` // how many sites
	Open    int    `json:"open"`    // conclusions that somebody is not done with
	Overdue int    `json:"overdue"` // those past their day
}

// list answers the meetings of an account; an administrator's are all.
func (o *office) list(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	digests, err := o.Meetings.Meetings()
	if err != nil {
		o.Log.Error("some meetings cannot be read", "error", err)
	}
	today := o.Now().In(place).Format(time.DateOnly)
	meetings := []listed{} // [], never null
	for i := range digests {
		if d := &digests[i]; mine(by, d) {
			meetings = append(meetings, listedOf(d, today))
		}
	}
	writePacked(w, r, map[string][]listed{"meetings": meetings})
	return nil
}

// mine says whether an account has to do with a meeting.
func mine(by directory.Account, d *relay.Digest) bool {
	_, officer := d.Plan.Officer(by.ID)
	return officer || by.Role == directory.Admin
}

func listedOf(d *relay.Digest, today string) listed {
	l := listed{
		Code: d.Code, Title: d.Title, Starts: d.Plan.Starts, Minutes: d.Plan.Minutes, Body: d.Plan.Body,
		Opened: unix(d, d.Opened), Closed: unix(d, d.Closed), Final: d.Final, Invited: len(d.Plan.Invited),
	}
	for i := range d.Conclusions {
		if c := &d.Conclusions[i]; c.Open() {
			l.Open++
			if c.Due != "" && c.Due < today {
				l.Overdue++
			}
		}
	}
	return l
}

// unix returns meeting milliseconds as Unix ms, 0 for what has not been.
func unix(d *relay.Digest, ms int64) int64 {
	if ms == 0 {
		return 0
	}
	return d.Began + ms
}

// maxPlan is the longest body with a plan, in bytes: the longest plan, with every character escaped in JSON.
const maxPlan = 2*meeting.MaxEvent + admin.MaxBody

// wanted is the body of POST /api/meetings.
type wanted struct {
	Title    string        `json:"title"`
	Plan     *meeting.Plan `json:"plan"`
	Template string        `json:"template"` // id; for who gives no plan
	Starts   int64         `json:"starts"`   // Unix ms, of the template's plan
	Sites    []string      `json:"sites"`    // ids, invited beside those of the template
}

// openedMeeting answers it.
type openedMeeting struct {
	Code  string `json:"code"`
	Link  string `json:"link"`
	Title string `json:"title"`
	Chair string `json:"chair"`
}

// create opens a meeting, for who has the host key, an administrator, a chair or a secretary.
func (o *office) create(w http.ResponseWriter, r *http.Request) error {
	if _, in := o.desk.Who(r); in && r.Header.Get("Authorization") == "" {
		return o.as(o.open, directory.Admin, directory.Chair, directory.Secretary)(w, r)
	}
	if err := o.frame.HostKey(w, r); err != nil {
		return err
	}
	return o.open(w, r, directory.Account{})
}

// open opens a meeting; the empty account is who has the host key.
func (o *office) open(w http.ResponseWriter, r *http.Request, account directory.Account) error {
	var in wanted
	if err := admin.ReadJSON(w, r, maxPlan, &in); err != nil {
		return err
	}
	title, plan, err := o.planned(in, account)
	if err != nil {
		return err
	}
	ctx, cancel := steady(r)
	defer cancel()
	var code string
	if plan == nil {
		code, err = o.Meetings.Create(ctx, title)
	} else {
		code, err = o.Meetings.Prepare(ctx, title, *plan, byOf(account))
	}
	switch {
	case errors.Is(err, relay.ErrTooManyMeetings):
		return admin.RelayFull
	case err != nil:
		return asked(err)
	}
	o.Log.Info("a meeting was prepared", "by", byOf(account).Account, "planned", plan != nil)
	base := o.frame.Base(r)
	w.Header().Set("Location", "/api/meetings/"+code)
	admin.WriteJSON(w, http.StatusCreated, openedMeeting{code, base + "/m/" + code, title, o.ChairLink(base, code, account.ID)})
	return nil
}

// byOf is an account as it prepares a meeting; the empty one is who has the host key.
func byOf(account directory.Account) meeting.By {
	switch account.Role {
	case "":
		return meeting.By{Account: byHost, Role: meeting.RoleAdmin}
	case directory.Admin:
		return meeting.By{Account: account.ID, Role: meeting.RoleAdmin}
	}
	return meeting.By{Account: account.ID, Role: meeting.Role(account.Role)}
}

// planned returns the title and the plan of a meeting that is wanted; nil is a meeting without one, as who has only the host key opens it.
func (o *office) planned(in wanted, by directory.Account) (title string, plan *meeting.Plan, err error) {
	book, _ := o.Directory.Book()
	title, plan = in.Title, in.Plan
	if plan == nil && in.Template != "" {
		template, there := book.Template(in.Template)
		if !there {
			return "", nil, templateUnknown
		}
		plan = &template.Plan
		plan.Starts = in.Starts
		begins := o.Now()
		if in.Starts != 0 {
			begins = time.UnixMilli(in.Starts)
		}
		if title == "" {
			title = template.TitleAt(begins.In(place))
		}
	}
	if title, err = meeting.ParseTitle(strings.Join(strings.FieldsFunc(title, parts), " ")); err != nil {
		return "", nil, admin.TitleTooLong
	}
	if plan == nil && by.ID == "" && len(in.Sites) == 0 {
		return title, nil, nil
	}
	if plan == nil {
		plan = &meeting.Plan{Starts: in.Starts}
	}
	whole := withOfficer(*plan, by)
	if problems := invite(&whole, &book, in.Sites); len(problems) > 0 {
		return "", nil, wrongForm(problems)
	}
	return title, &whole, nil
}

// parts says whether a character parts words of a title.
func parts(c rune) bool {
	return unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)
}

// withOfficer makes sure that who prepares a meeting has to do with it, unless it is an administrator, who may do all.
func withOfficer(plan meeting.Plan, by directory.Account) meeting.Plan {
	if _, there := plan.Officer(by.ID); there || by.ID == "" || by.Role == directory.Admin {
		return plan
	}
	own := meeting.Officer{Account: by.ID, Name: by.Name, Role: meeting.Role(by.Role)}
	plan.Officers = append(append([]meeting.Officer{}, plan.Officers...), own)
	return plan
}

// invite adds sites to a plan and fills in what the directory knows of those that are there already.
func invite(plan *meeting.Plan, book *directory.Book, sites []string) []directory.Problem {
	invited := append([]meeting.Invited{}, plan.Invited...)
	last := 0
	for _, i := range invited {
		last = max(last, i.N)
	}
	for _, site := range sites {
		if !slices.ContainsFunc(invited, func(i meeting.Invited) bool { return i.Site == site }) {
			last++
			invited = append(invited, meeting.Invited{N: last, Site: site})
		}
	}
	var problems []directory.Problem
	for k := range invited {
		i := &invited[k]
		known, there := book.Invited(i.Site)
		switch {
		case i.Site == "":
		case !there:
			problems = append(problems, directory.Problem{
				Row: k + 1, Column: "invited",
				Vi: "Điểm cầu này không còn trong danh bạ: xin bỏ khỏi danh sách mời hoặc chọn điểm cầu khác.",
				En: "This site is no longer in the directory: take it off the list, or choose another.",
			})
		case i.Name == "":
			known.N, known.Members = i.N, i.Members
			*i = known
		}
	}
	plan.Invited = invited
	return problems
}
