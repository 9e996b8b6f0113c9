package admin

import (
	"errors"
	"net/http"
	"runtime/debug"
	"slices"
)

// recoverer turns a panic of a handler into one answer and one line in the log.
func (a *api) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			a.Log.Error("a request made the server panic", "method", r.Method, "panic", p, "stack", string(debug.Stack()))
			a.refuse(w, Broken)
		}()
		next.ServeHTTP(w, r)
	})
}

// headers sets what every answer carries.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // a link to a meeting is a secret of sorts
		next.ServeHTTP(w, r)
	})
}

// origins lets the pages of the server itself and of the configured origins use the API, and no other page. Whoever sends
// no Origin is no page.
func (a *api) origins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		if origin == "" || !isAPI(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		h.Add("Vary", "Origin")
		if !slices.Contains(a.Origins, origin) {
			if !SameOrigin(r) {
				a.denied(r, "", originRefused)
				a.refuse(w, originRefused)
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
			h.Set("Access-Control-Max-Age", "600")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isAPI(path string) bool { return len(path) >= 5 && path[:5] == "/api/" }
