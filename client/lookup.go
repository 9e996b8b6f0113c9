package client

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/diemcau/diemcau/transport"
)

const (
	lookupTimeout = 10 * time.Second
	lookupGap     = 2 * time.Second // until the next uplink is asked
	maxLookup     = 64 << 10        // bytes of an answer
)

// ErrForeign means that somebody else answers in the server's place, as networks do that want a login first.
var ErrForeign = errors.New("is it a Điểm Cầu server?")

// Meeting is what the server tells about a meeting before one joins it.
type Meeting struct {
	Code   string  `json:"code"`
	Title  string  `json:"title"`
	Relays []Relay `json:"relays"`
}

// Relay is where a meeting takes place.
type Relay struct {
	URL    string   `json:"url"`
	Hashes []string `json:"hashes"` // of its certificates, base64 SHA-256; none: the system knows whom to trust
}

// Refusal is the server's or the relay's own word on why it does not go on.
type Refusal struct {
	Code  string `json:"code"` // PROTOCOL.md section 6
	Vi    string `json:"vi"`
	En    string `json:"en"`
	Again bool   `json:"-"` // coming back makes sense
}

// Error returns the English sentence.
func (r *Refusal) Error() string {
	if r.En == "" {
		return "refused: " + r.Code
	}
	return r.En
}

// Lookup asks the server where a meeting takes place, over the uplinks one after another, each 2 s after the one before or when that has failed. The error, that
// of the last to fail, may be a *Refusal.
func Lookup(ctx context.Context, c Config) (*Meeting, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	var asking sync.WaitGroup
	defer asking.Wait()
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	all := newUplinks(c)
	results := make(chan looked, len(all))
	next := time.NewTimer(0)
	defer next.Stop()
	for asked, failed := 0, 0; ; {
		select {
		case <-next.C:
			if asked == len(all) {
				continue
			}
			over := all[asked].Sockets
			asking.Go(func() {
				m, err := lookup(ctx, c, over)
				results <- looked{m, err}
			})
			asked++
			next.Reset(lookupGap)
		case r := <-results:
			if _, refused := refusedBy(r.err); r.err == nil || refused {
				return r.meeting, r.err
			}
			if failed++; failed == len(all) {
				return nil, r.err
			}
			next.Reset(0)
		}
	}
}

// looked is what a lookup gave.
type looked struct {
	meeting *Meeting
	err     error
}

// lookup asks over one uplink.
func lookup(ctx context.Context, c Config, over transport.Dialer) (*Meeting, error) {
	base, err := c.base()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base.JoinPath("api", "meetings", c.code()).String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	httpTransport := &http.Transport{TLSClientConfig: TLSConfig(base.Hostname(), c.Insecure, c.Hashes), DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment}
	dial := (&net.Dialer{}).DialContext
	if over.DialStream != nil {
		dial, httpTransport.Proxy = over.DialStream, nil
	}
	httpTransport.DialContext = func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address) // the context that it is given goes on after the request, and with it the dial
		if err == nil {
			context.AfterFunc(ctx, func() { _ = conn.Close() }) // a handshake would, too
		}
		return conn, err
	}
	response, err := (&http.Client{Transport: httpTransport}).Do(request)
	if err != nil {
		return nil, unanswered(base, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxLookup))
	if err != nil {
		return nil, fmt.Errorf("the server's answer broke off: %w", err)
	}
	return readLookup(response.StatusCode, body)
}

// unanswered says why there was no answer; the request is named in the sentence already.
func unanswered(server *url.URL, err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	switch {
	case errors.Is(err, ErrCertificate):
		return err
	case badCertificate(err):
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("%w: it speaks HTTP where HTTPS is", ErrForeign)
	}
	return fmt.Errorf("%s does not answer (%w); is the address right, and the server running?", server, err)
}

func readLookup(status int, body []byte) (*Meeting, error) {
	if status != http.StatusOK {
		refusal := &Refusal{Again: status == http.StatusTooManyRequests || status >= 500}
		if json.Unmarshal(body, refusal) != nil || refusal.Code == "" {
			return nil, fmt.Errorf("%w: it answers %d %s", ErrForeign, status, http.StatusText(status))
		}
		return nil, refusal
	}
	m := &Meeting{}
	if err := json.Unmarshal(body, m); err != nil || len(m.Relays) == 0 {
		return nil, fmt.Errorf("%w: its answer names no relay", ErrForeign)
	}
	for _, r := range m.Relays {
		for _, h := range r.Hashes {
			if _, err := ParseHash(h); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// tls returns how to check the relay: by the hashes that were configured and those that the server names. Nobody could have put his
// own there on the way, see Config.base. Over plain HTTP a configured hash did not meet a certificate yet: then it alone counts.
func (r Relay) tls(c Config) *tls.Config {
	hashes := slices.Clone(c.Hashes)
	named := r.Hashes
	if len(c.Hashes) > 0 && strings.HasPrefix(c.Server, "http://") {
		named = nil
	}
	for _, s := range named {
		if h, err := ParseHash(s); err == nil {
			hashes = append(hashes, h)
		}
	}
	host := ""
	if u, err := url.Parse(r.URL); err == nil {
		host = u.Hostname()
	}
	return TLSConfig(host, c.Insecure, hashes)
}
