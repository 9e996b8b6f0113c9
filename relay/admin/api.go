package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"unicode"

	"golang.org/x/time/rate"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
)

// api holds what the handlers share; all of it is set once.
type api struct {
	Config
	metrics *metrics
	limits  *limits
	often   rate.Sometimes // lines in the log about requests that come too often
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
	*About         // for who asks for it: it is too long for a page that only joins
}

// hostKey says whether a request shows the host key. The error is a Refusal.
func (a *api) hostKey(w http.ResponseWriter, r *http.Request) error {
	key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	right, limited := a.limits.keys.Try(w, r, func() bool { return sameKey(key, a.HostKey) })
	switch {
	case limited || (right && a.limits.requests.Over(w, r, key)):
		return TooMany
	case !right:
		w.Header().Set("WWW-Authenticate", "Bearer")
		return HostKeyWrong
	}
	return nil
}

func (a *api) create(w http.ResponseWriter, r *http.Request) error {
	if err := a.hostKey(w, r); err != nil {
		return err
	}
	title, err := readTitle(w, r)
	if err != nil {
		return err
	}
	code, err := a.Meetings.Create(r.Context(), title)
	switch {
	case errors.Is(err, relay.ErrTooManyMeetings):
		return RelayFull
	case err != nil:
		return fmt.Errorf("a meeting could not be opened: %w", err)
	}
	link := a.Base(r.Host) + "/m/" + code
	w.Header().Set("Location", "/api/meetings/"+code)
	WriteJSON(w, http.StatusCreated, created{Code: code, Link: link, Title: title})
	return nil
}

// ReadJSON reads the body of a request, at most limit bytes of JSON, into in. The error is BadJSON, with status 413 for a body that is longer.
func ReadJSON(w http.ResponseWriter, r *http.Request, limit int64, in any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		wrong := BadJSON
		wrong.Status = http.StatusRequestEntityTooLarge
		return wrong
	}
	if err != nil || json.Unmarshal(body, in) != nil {
		return BadJSON
	}
	return nil
}

// readTitle reads the body of POST /api/meetings.
func readTitle(w http.ResponseWriter, r *http.Request) (string, error) {
	var in struct {
		Title string `json:"title"`
	}
	if err := ReadJSON(w, r, MaxBody, &in); err != nil {
		return "", err
	}
	title, err := meeting.ParseTitle(strings.Join(strings.FieldsFunc(in.Title, breaks), " "))
	if err != nil {
		return "", TitleTooLong
	}
	return title, nil
}

// breaks says whether a character parts words of a title: spaces, and what has no place in a line of text.
func breaks(c rune) bool {
	return unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)
}

func (a *api) lookup(w http.ResponseWriter, r *http.Request) error {
	code, malformed := meeting.ParseCode(r.PathValue("code"))
	if a.Find != nil && malformed == nil {
		return a.find(w, r, code)
	}
	var title string
	known, limited := a.limits.codes.Try(w, r, func() (ok bool) {
		if malformed == nil {
			title, ok = a.Meetings.Lookup(code)
		}
		return ok
	})
	switch {
	case limited || (known && a.limits.requests.Over(w, r, code)):
		return TooMany
	case malformed != nil:
		return CodeMalformed
	case !known:
		return MeetingUnknown
	}
	answer := found{Code: code, Title: title, Relays: a.Relays(r.Host)}
	if r.URL.Query().Get("about") != "" && a.Config.About != nil {
		if about, ok := a.Config.About(code); ok {
			answer.About = &about
		}
	}
	WriteJSON(w, http.StatusOK, answer)
	return nil
}

// find asks the relay above, which counts wrong codes itself.
func (a *api) find(w http.ResponseWriter, r *http.Request, code string) error {
	if a.limits.requests.Over(w, r, "") {
		return TooMany
	}
	title, err := a.Find(r.Context(), code)
	var notice relay.Notice
	switch {
	case err == nil:
		WriteJSON(w, http.StatusOK, found{Code: code, Title: title, Relays: a.Relays(r.Host)})
		return nil
	case errors.As(err, &notice) && notice.Code != MeetingUnknown.Code:
		return Refusal{http.StatusServiceUnavailable, notice.Code, notice.Vi, notice.En, nil}
	case errors.Is(err, relay.ErrUnknown) || errors.As(err, &notice):
		return MeetingUnknown
	case errors.Is(err, relay.ErrTooManyMeetings):
		return RelayFull
	}
	return noUpstream
}

// site answers what a site's start page shows.
func (a *api) site(w http.ResponseWriter, r *http.Request) error {
	WriteJSON(w, http.StatusOK, a.Site(Own(r)))
	return nil
}

func healthy(w http.ResponseWriter, _ *http.Request) error {
	_, _ = w.Write([]byte("ok\n"))
	return nil
}

// authority hands out the certificate that a room's PC installs once.
func (a *api) authority(w http.ResponseWriter, _ *http.Request) error {
	if a.CA == nil {
		return NotFound
	}
	w.Header().Set("Content-Type", "application/x-x509-ca-cert")
	w.Header().Set("Content-Disposition", `attachment; filename="diemcau-ca.crt"`)
	_, _ = w.Write(a.CA)
	return nil
}

// Own says whether a request comes from a page of this computer, addressed as such: a name that somebody has lead here is not believed.
func Own(r *http.Request) bool {
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
