package admin

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"unicode"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
)

// api holds what the handlers share; all of it is set once.
type api struct {
	Config
	metrics *metrics
	limits  *limits
}

// created answers POST /api/meetings.
type created struct {
	Code  string `json:"code"`
	Link  string `json:"link"`
	Title string `json:"title"`
}

// found answers GET /api/meetings/CODE.
type found struct {
	Code   string  `json:"code"`
	Title  string  `json:"title"`
	Relays []Relay `json:"relays"`
}

// host says whether a request shows the host key; if not, it refuses it.
func (a *api) host(w http.ResponseWriter, r *http.Request) bool {
	key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	right, limited := a.limits.keys.try(w, r, func() bool { return sameKey(key, a.HostKey) })
	switch {
	case limited || (right && a.limits.requests.over(w, r, key)):
		a.refuse(w, tooMany)
		return false
	case !right:
		w.Header().Set("WWW-Authenticate", "Bearer")
		a.refuse(w, hostKeyWrong)
		return false
	}
	return true
}

func (a *api) create(w http.ResponseWriter, r *http.Request) {
	if !a.host(w, r) {
		return
	}
	title, wrong := readTitle(w, r)
	if wrong != nil {
		a.refuse(w, *wrong)
		return
	}
	code, err := a.Meetings.Create(r.Context(), title)
	switch {
	case errors.Is(err, relay.ErrTooManyMeetings):
		a.refuse(w, relayFull)
		return
	case err != nil:
		a.Log.Error("a meeting could not be opened", "error", err)
		a.refuse(w, broken)
		return
	}
	link := a.Base(r.Host) + "/m/" + code
	w.Header().Set("Location", "/api/meetings/"+code)
	writeJSON(w, http.StatusCreated, created{Code: code, Link: link, Title: title})
}

// readJSON reads the body of a request into in, at most MaxBody bytes.
func readJSON(w http.ResponseWriter, r *http.Request, in any) *refusal {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		wrong := badJSON
		wrong.status = http.StatusRequestEntityTooLarge
		return &wrong
	}
	if err != nil || json.Unmarshal(body, in) != nil {
		return &badJSON
	}
	return nil
}

// readTitle reads the body of POST /api/meetings.
func readTitle(w http.ResponseWriter, r *http.Request) (string, *refusal) {
	var in struct {
		Title string `json:"title"`
	}
	if wrong := readJSON(w, r, &in); wrong != nil {
		return "", wrong
	}
	title, err := meeting.ParseTitle(strings.Join(strings.FieldsFunc(in.Title, breaks), " "))
	if err != nil {
		return "", &titleTooLong
	}
	return title, nil
}

// breaks says whether a character parts words of a title: spaces, and what has no place in a line of text.
func breaks(c rune) bool {
	return unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)
}

func (a *api) lookup(w http.ResponseWriter, r *http.Request) {
	code, malformed := meeting.ParseCode(r.PathValue("code"))
	if a.Find != nil && malformed == nil {
		a.find(w, r, code)
		return
	}
	var title string
	known, limited := a.limits.codes.try(w, r, func() (ok bool) {
		if malformed == nil {
			title, ok = a.Meetings.Lookup(code)
		}
		return ok
	})
	switch {
	case limited || (known && a.limits.requests.over(w, r, code)):
		a.refuse(w, tooMany)
	case malformed != nil:
		a.refuse(w, codeMalformed)
	case !known:
		a.refuse(w, meetingUnknown)
	default:
		writeJSON(w, http.StatusOK, found{Code: code, Title: title, Relays: a.Relays(r.Host)})
	}
}

// find asks the relay above, which counts wrong codes itself.
func (a *api) find(w http.ResponseWriter, r *http.Request, code string) {
	if a.limits.requests.over(w, r, "") {
		a.refuse(w, tooMany)
		return
	}
	title, err := a.Find(r.Context(), code)
	var notice relay.Notice
	switch {
	case err == nil:
		writeJSON(w, http.StatusOK, found{Code: code, Title: title, Relays: a.Relays(r.Host)})
	case errors.As(err, &notice) && notice.Code != meetingUnknown.Code:
		a.refuse(w, refusal{http.StatusServiceUnavailable, notice.Code, notice.Vi, notice.En})
	case errors.Is(err, relay.ErrUnknown) || errors.As(err, &notice):
		a.refuse(w, meetingUnknown)
	case errors.Is(err, relay.ErrTooManyMeetings):
		a.refuse(w, relayFull)
	default:
		a.refuse(w, noUpstream)
	}
}

// authority hands out the certificate that a room's PC installs once.
func (a *api) authority(w http.ResponseWriter, _ *http.Request) {
	if a.CA == nil {
		a.refuse(w, notFound)
		return
	}
	w.Header().Set("Content-Type", "application/x-x509-ca-cert")
	w.Header().Set("Content-Disposition", `attachment; filename="diemcau-ca.crt"`)
	_, _ = w.Write(a.CA)
}

// own says whether a request comes from a page of this computer, addressed as such: a name that somebody has lead here is not believed.
func own(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	from, _, _ := net.SplitHostPort(r.RemoteAddr)
	return loopback(host) && loopback(from)
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
