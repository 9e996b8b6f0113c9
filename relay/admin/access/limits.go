package access

import (
	"slices"
	"time"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

// How often what may be tried. A whole district may sit behind one address; a login is tried from many addresses by who attacks it, and
// is not to be closed to its owner by that before it must.
const (
	triesFrom     = 30  // sign-ins from an address in a minute
	triesOf       = 10  // sign-ins from an address with one login in 5 minutes
	triesOfAll    = 100 // sign-ins with one login from anywhere in an hour
	linksFrom     = 20  // links that were wrong, from an address in a minute
	passesFrom    = 60  // passes that were wrong, from an address in a minute
	noncesFrom    = 200 // from an address in 10 seconds
	requestsOfOne = 200 // of an account from an address in 10 seconds
)

type limits struct {
	from, of, ofAll  admin.Counter // sign-ins
	links, passes    *admin.Guard
	nonces, requests admin.Counter
}

func newLimits() limits {
	return limits{
		from: admin.NewCounter(triesFrom, time.Minute), of: admin.NewCounter(triesOf, 5*time.Minute), ofAll: admin.NewCounter(triesOfAll, time.Hour),
		links: admin.NewGuard(linksFrom, time.Minute), passes: admin.NewGuard(passesFrom, time.Minute),
		nonces: admin.NewCounter(noncesFrom, 10*time.Second), requests: admin.NewCounter(requestsOfOne, 10*time.Second),
	}
}

func has(roles []directory.Role, role directory.Role) bool { return slices.Contains(roles, role) }
