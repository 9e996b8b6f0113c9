package relay

import "errors"

// placeholder until the registry is merged
var (
	ErrSiteToken   = errors.New("x")
	ErrSiteCluster = errors.New("x2")
	ErrSiteRevoked = errors.New("x3")
)

// Site is a site.
type Site struct{ ID, Name string }
