package client

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// ErrUplink says that no uplink has this name.
var ErrUplink = errors.New("client: no such uplink")

// Uplink is one of the ways in which a client reaches the internet: ADSL, 4G.
type Uplink struct {
	Name    string           // in sentences and in Client.Uplinks; all differ
	Sockets transport.Dialer // opens its sockets, see transport.Bound; its TLS, Heard and Traffic are not used
	Cost    int              // of two that work control, files and pictures take the one of less; equal: the one named first
	// LastResort lets a suspended uplink be used as long as no other one works.
	LastResort bool
}

// UplinkStats is what a client knows of one uplink.
type UplinkStats struct {
	Name      string
	Alive     bool          // something came over it in the last seconds
	Voice     bool          // the own voice goes over it
	Control   bool          // what is said, and files, go over it
	Suspended bool          // by Suspend
	RTT       time.Duration // 0: not measured
	Loss      float64       // share of what leaves, 0 to 1; 0 where there is but one
	LossHere  float64       // share of what comes
	Sent      uint64        // bytes of IP packets of all sockets, since the client was made: handshakes and acknowledgements too
	Received  uint64
}

// uplinkOf is one uplink of a client.
type uplinkOf struct {
	Uplink
	traffic   transport.Traffic
	suspended atomic.Bool
}

// newUplinks orders the uplinks of a Config by cost: their places are their numbers on the wire. There is at least one.
func newUplinks(c Config) []*uplinkOf {
	configured := slices.Clone(c.Uplinks)
	if len(configured) == 0 {
		configured = []Uplink{{Sockets: c.Sockets}}
	}
	slices.SortStableFunc(configured, func(a, b Uplink) int { return cmp.Compare(a.Cost, b.Cost) })
	all := make([]*uplinkOf, len(configured))
	for i, u := range configured {
		all[i] = &uplinkOf{Uplink: u}
		all[i].Sockets.Traffic = &all[i].traffic
	}
	return all
}

// checkUplinks is the part of Validate that is about uplinks.
func (c Config) checkUplinks() error {
	if len(c.Uplinks) > transport.MaxUplinks {
		return fmt.Errorf("%w: %d uplinks; use at most %d", ErrConfig, len(c.Uplinks), transport.MaxUplinks)
	}
	for i, u := range c.Uplinks {
		if u.Name == "" {
			return fmt.Errorf("%w: uplink %d has no name", ErrConfig, i+1)
		}
		if slices.ContainsFunc(c.Uplinks[:i], func(o Uplink) bool { return o.Name == u.Name }) {
			return fmt.Errorf("%w: two uplinks are named %q", ErrConfig, u.Name)
		}
	}
	return nil
}

// several says whether the client may have several uplinks.
func (c *Client) several() bool { return len(c.uplinks) > 1 }

// usable returns the numbers of the uplinks that may be used, the cheapest first; alone: no other works, so those of last resort, too.
func (c *Client) usable(alone bool) []int {
	var all []int
	for i, u := range c.uplinks {
		if u.usable(alone) {
			all = append(all, i)
		}
	}
	return all
}

func (u *uplinkOf) usable(alone bool) bool { return !u.suspended.Load() || alone && u.LastResort }

// Suspend takes an uplink out, as when its volume of the month is used up, or puts it back. Its sessions end within a second or two, when another uplink has taken over or
// at once if none does; one with LastResort is used while no other works. ErrUplink: there is none of this name.
func (c *Client) Suspend(name string, suspended bool) error {
	for _, u := range c.uplinks {
		if u.Name == name {
			u.suspended.Store(suspended)
			return nil
		}
	}
	return fmt.Errorf("%w: %q", ErrUplink, name)
}

// Uplinks returns what is known of the uplinks, in the order of their cost; one without a name if the Config has none.
func (c *Client) Uplinks() []UplinkStats {
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	all := make([]UplinkStats, len(c.uplinks))
	var states [transport.MaxUplinks]transport.UplinkState
	var control *attachment
	if l != nil {
		states, control = l.paths.Uplinks(time.Now()), l.control.Load()
	}
	for i, u := range c.uplinks {
		s := states[i]
		all[i] = UplinkStats{
			Name: u.Name, Alive: s.Alive, Voice: s.Voice, Control: control != nil && control.uplink == i, Suspended: u.suspended.Load(),
			RTT: s.RTT, Loss: s.Loss, LossHere: s.LossHere, Sent: u.traffic.Sent(), Received: u.traffic.Received(),
		}
	}
	if !c.several() && l != nil {
		all[0].Alive, all[0].Voice = l.line.Silence(time.Now()) < deadAfter, true
		all[0].RTT = l.line.Sender.Stats().RTT
	}
	return all
}
