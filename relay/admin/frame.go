package admin

import (
	"errors"
	"net/http"
	"net/url"
)

// Frame is where the packages below this one put their handlers: they get its limits, refusals, headers and checks of origins.
// It is for Config.Routes and for the handlers that those mount; its methods may be called concurrently, but for Handle.
type Frame struct {
	api    *api
	routes map[string]http.Handler
}

// Handle mounts a handler at a pattern of http.ServeMux; one that was there already, also of this package, is replaced. The
// handler answers, or returns an error: a Refusal is sent as it is, any other error is logged and answered by Broken.
func (f *Frame) Handle(pattern string, h func(http.ResponseWriter, *http.Request) error) {
	f.routes[pattern] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		var refused Refusal
		switch {
		case err == nil:
		case errors.As(err, &refused):
			f.api.denied(r, pattern, refused)
			f.api.refuse(w, refused)
		default:
			f.api.Log.Error("a request failed", "method", r.Method, "route", pattern, "error", err)
			f.api.refuse(w, Broken)
		}
	})
}

// denied logs that somebody was not let in, by the route, because paths and logins may hold secrets. What comes too often is logged
// once a second, so that it does not fill the disk.
func (a *api) denied(r *http.Request, route string, why Refusal) {
	tell := func() { a.Log.Warn("a request was denied", "code", why.Code, "route", route, "address", Address(r)) }
	switch why.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusGone:
		tell()
	case http.StatusTooManyRequests:
		a.often.Do(tell)
	}
}

// HostKey says whether a request shows the host key. The error is a Refusal: HostKeyWrong, or TooMany.
func (f *Frame) HostKey(w http.ResponseWriter, r *http.Request) error { return f.api.hostKey(w, r) }

// Base returns the address of the page, "https://host[:port]", for a request.
func (f *Frame) Base(r *http.Request) string { return f.api.Base(r.Host) }

// SameOrigin says whether a request comes from one of the server's own pages, or from no page at all: only then a cookie is believed.
func SameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}
