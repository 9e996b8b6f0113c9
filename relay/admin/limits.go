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
	requests counter
	keys     *guard
	codes    *guard
}

func newLimits() *limits {
	return &limits{
		requests: newCounter(requestBurst, requestWindow),
		keys:     &guard{counter: newCounter(wrongKeys, failureWindow)},
		codes:    &guard{counter: newCounter(wrongCodes, failureWindow)},
	}
}

// counter counts by address and something else over a sliding window.
type counter struct {
	rate  *httprate.RateLimiter
	limit int
}

func newCounter(limit int, window time.Duration) counter {
	quiet := httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"})
	return counter{rate: httprate.NewRateLimiter(limit, window, quiet), limit: limit}
}

// over counts one more, or says that the limit is reached.
func (c counter) over(w http.ResponseWriter, r *http.Request, credential string) bool {
	return c.rate.OnLimit(w, r, address(r)+" "+credential)
}

// guard lets an address try a secret until it was wrong too often; then it does not even look, so that guessing learns
// nothing from the answers.
type guard struct {
	counter
	mu sync.Mutex // makes looking and counting one step, or parallel guesses would slip through
}

// try calls attempt unless the address is over its limit, and counts it if it fails. The attempt must be quick.
func (g *guard) try(w http.ResponseWriter, r *http.Request, attempt func() bool) (right, limited bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, n, _ := g.rate.Status(address(r) + " "); int(n+0.5) >= g.limit {
		w.Header().Set("Retry-After", "60")
		return false, true
	}
	if attempt() {
		return true, false
	}
	return false, g.over(w, r, "")
}

// address is whom a request is counted for: an IPv4 address or an IPv6 /64. Forwarding headers are not believed.
func address(r *http.Request) string {
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
