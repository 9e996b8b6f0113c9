package office

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
)

// Meetings is what an Office needs of a relay beside Records; *relay.Server satisfies it. It is called concurrently.
type Meetings interface {
	// Create opens a meeting without a plan and returns its code in the printed form.
	Create(ctx context.Context, title string) (code string, err error)
	// Prepare opens one with a plan. The error may be a meeting.Refusal of the plan.
	Prepare(ctx context.Context, title string, plan meeting.Plan, by meeting.By) (code string, err error)
	// Meetings returns what is known of all meetings, the latest first.
	Meetings() ([]relay.Digest, error)
}

// Files keeps large things by name; one of store's satisfies it. It is called concurrently.
type Files interface {
	// Put keeps what it reads, at most limit bytes, all or nothing.
	Put(ctx context.Context, name string, content io.Reader, limit int64) error
	// Get opens a file, or returns an error if there is none. The caller closes it.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
}

// Office serves who prepares meetings and who looks after the directory. Nothing in it may change once Routes was called; its functions are
// called concurrently and are quick.
type Office struct {
	Desk      Desk // who asks, and each meeting; Unit may be nil
	Meetings  Meetings
	Directory *Directory
	Files     Files
	// ChairLink returns the link by which who opened a meeting comes as its chair, for a page at base; account may be "".
	ChairLink func(base, code, account string) string
	Now       func() time.Time
	Log       *slog.Logger
}

// place is where the people of this country are, all year: for days in titles and due dates.
var place = time.FixedZone("+07", 7*60*60)

// office is an Office in its frame.
type office struct {
	Office
	desk  *desk
	frame *admin.Frame
	limit admin.Counter
	files chan struct{} // as many as are sent up at once
	sent  admin.Counter // documents of a meeting
}

// Routes mounts the API, also that of the Desk.
func (o Office) Routes(f *admin.Frame) {
	if o.Desk.Unit == nil {
		o.Desk.Unit = o.Directory.UnitName
	}
	o.Desk.Routes(f)
	counter := admin.NewCounter(deskBurst, deskWindow)
	s := &office{o, &desk{Desk: o.Desk, frame: f, limit: counter}, f, counter, make(chan struct{}, maxUploads), admin.NewCounter(maxSent, time.Hour)}
	all := []directory.Role{directory.Admin, directory.Chair, directory.Secretary, directory.Technician}
	f.Handle("GET /api/directory", s.as(s.readBook, all...))
	f.Handle("POST /api/directory", s.as(s.editBook, all...))
	f.Handle("GET /api/directory/{file}", s.as(s.exportTable, all...))
	f.Handle("POST /api/directory/{file}", s.as(s.importTable, directory.Admin, directory.Technician))
	f.Handle("GET /api/meetings", s.as(s.list, all...))
	f.Handle("POST /api/meetings", s.create)
	f.Handle("POST /api/conflicts", s.as(s.foresee, directory.Admin, directory.Chair, directory.Secretary))
	f.Handle("GET /api/meetings/{code}/conflicts", s.desk.led(s.conflicts))
	f.Handle("POST /api/meetings/{code}/documents", s.desk.led(s.upload))
	f.Handle("GET /api/meetings/{code}/documents/{hash}", s.download)
	f.Handle("GET /api/invited", s.invited)
}

// as lets only accounts of some roles do something.
func (o *office) as(do func(http.ResponseWriter, *http.Request, directory.Account) error, roles ...directory.Role) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		account, in := o.desk.Who(r)
		switch {
		case !in:
			return loginNeeded
		case !slices.Contains(roles, account.Role):
			o.denied(r, account)
			return notYours
		case o.limit.Over(w, r, account.ID):
			return admin.TooMany
		}
		return do(w, r, account)
	}
}

// denied tells the log of an account that wanted what it may not. The pattern of the route has no code in it.
func (o *office) denied(r *http.Request, account directory.Account) {
	o.Log.Warn("an account was denied", "by", account.ID, "role", account.Role, "route", r.Pattern)
}

// slow gives a request the time that a few megabytes take over a thin line; those of admin.Server are for small ones.
func slow(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(onTheWay)) // a connection that knows no deadlines needs none
	_ = control.SetWriteDeadline(time.Now().Add(onTheWay + time.Minute))
}

// writePacked answers with JSON, packed for who can unpack it: some hundred kilobytes that say the same again and again.
func writePacked(w http.ResponseWriter, r *http.Request, v any) {
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		admin.WriteJSON(w, http.StatusOK, v)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Encoding", "gzip")
	h.Add("Vary", "Accept-Encoding")
	packed := gzip.NewWriter(w)
	_ = json.NewEncoder(packed).Encode(v) // a reader that is gone is nobody's error
	_ = packed.Close()
}

// steps is how long a change may take; who has asked for it may be gone meanwhile.
const steps = 10 * time.Second

func steady(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.Context()), steps)
}
