package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/httprate"
)

// How often one network address may do what. A whole district may sit behind one address, so what is done with a good
// credential is counted for each credential and generously; failures are counted for the address alone.
const (
	requestBurst = 200 // by (address, credential) in requestWindow
	wrongKeys    = 10  // host keys that were wrong, by address in failureWindow
	wrongCodes   = 200 // meeting codes that were wrong, by address in failureWindow

	requestWindow = 10 * time.Second
	failureWindow = time.Minute
)

type limits struct {
	requests Counter
	keys     *Guard
	codes    *Guard
}

func newLimits() *limits {
	return &limits{
		requests: NewCounter(requestBurst, requestWindow),
		keys:     NewGuard(wrongKeys, failureWindow),
		codes:    NewGuard(wrongCodes, failureWindow),
	}
}

// Counter counts by address and something else over a sliding window. NewCounter makes one.
type Counter struct {
	rate  *httprate.RateLimiter
	limit int
}

// NewCounter returns a counter that allows limit in a window.
func NewCounter(limit int, window time.Duration) Counter {
	quiet := httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"})
	return Counter{rate: httprate.NewRateLimiter(limit, window, quiet), limit: limit}
}

// Over counts one more for the address of a request and a credential, or says that the limit is reached and tells w when to come again.
func (c Counter) Over(w http.ResponseWriter, r *http.Request, credential string) bool {
	return c.rate.OnLimit(w, r, Address(r)+" "+credential)
}

// OverAll is as Over, but from whatever address: for what one person may do.
func (c Counter) OverAll(w http.ResponseWriter, r *http.Request, credential string) bool {
	return c.rate.OnLimit(w, r, credential)
}

// Guard lets an address try a secret until it was wrong too often; then it does not even look, so that guessing learns
// nothing from the answers.
type Guard struct {
	counter Counter
	mu      sync.Mutex // makes looking and counting one step, or parallel guesses would slip through
}

// NewGuard returns a guard that allows limit failures in a window.
func NewGuard(limit int, window time.Duration) *Guard {
	return &Guard{counter: NewCounter(limit, window)}
}

// Try calls attempt unless the address is over its limit, and counts it if it fails. The attempt must be quick.
func (g *Guard) Try(w http.ResponseWriter, r *http.Request, attempt func() bool) (right, limited bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, n, _ := g.counter.rate.Status(Address(r) + " "); int(n+0.5) >= g.counter.limit {
		w.Header().Set("Retry-After", "60")
		return false, true
	}
	if attempt() {
		return true, false
	}
	return false, g.counter.Over(w, r, "")
}

// Address is whom a request is counted for: an IPv4 address or an IPv6 /64. Forwarding headers are not believed.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return httprate.CanonicalizeIP(host)
}

// sameKey compares in a time that tells nothing of either key, not even its length. Case, hyphens and spaces do not matter:
// people type what they read.
func sameKey(a, b string) bool {
	x, y := sha256.Sum256([]byte(plainKey(a))), sha256.Sum256([]byte(plainKey(b)))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func plainKey(key string) string {
	return strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(key))
}
