package relay

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"aidanwoods.dev/go-paseto"
	"golang.org/x/text/unicode/norm"

	"github.com/diemcau/diemcau/relay/meeting"
)

// MaxSites is how many sites a registry has, those that are revoked included.
const MaxSites = 4000

// Lengths of site tokens, in bytes.
const (
	MaxSiteToken = 300 // of one that is issued

	maxSiteText = 1024 // of one that is looked at at all
	maxSiteName = 100  // of the name in a token, as JSON
)

// Errors of Sites.
var (
	ErrSiteToken    = errors.New("relay: the site's token is damaged or no site token")
	ErrSiteCluster  = errors.New("relay: the site's token is of another cluster")
	ErrSiteRevoked  = errors.New("relay: the site's token is revoked, or a newer one was issued")
	ErrSiteUnknown  = errors.New("relay: no site has this id")
	ErrTooManySites = errors.New("relay: too many sites")
)

var errSites = errors.New("relay: a record of the registry of sites cannot be read")

// siteDomain is the implicit assertion of site tokens: one key signs them and session tokens, and neither passes for the other.
var siteDomain = []byte("diemcau site token")

// Site is a room that may join by a token.
type Site struct {
	ID         string // 12 letters and digits, never given twice
	Name       string // as meeting.ParseName returns it
	Generation int    // of the one token that is good, from 1
	Revoked    bool   // no token is good
	Since      time.Time
}

// siteRecord is a Site as it is stored, with the number of the change, from 1, that made it so.
type siteRecord struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Generation int    `json:"generation"`
	Revoked    bool   `json:"revoked,omitempty"`
	Since      int64  `json:"since"` // Unix ms: when the generation was issued
	Change     int    `json:"change"`

	key string // of the name, to compare it
}

// subject is of this change alone: the first event of a subject is the one that a store keeps through a power cut.
func (r *siteRecord) subject() string { return fmt.Sprintf("%s.%d", r.ID, r.Change) }

func (r *siteRecord) site() Site {
	return Site{r.ID, r.Name, r.Generation, r.Revoked, time.UnixMilli(r.Since).UTC()}
}

// Sites is the registry of a cluster's sites: it issues their tokens, checks and revokes them. Its methods may be called from any
// goroutine.
type Sites struct {
	log     Log
	tokens  tokens
	cluster []byte // tells tokens of this cluster from those of others

	changing sync.Mutex // held while a change is stored

	mu    sync.RWMutex
	sites map[string]siteRecord // by id; changed by who also holds changing
}

// OpenSites reads the registry from its own log. Tokens are signed by the key of the seed, SeedSize bytes, kept over restarts.
func OpenSites(log Log, seed []byte) (*Sites, error) {
	signer, err := newTokens(seed)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(signer.public.ExportBytes())
	s := &Sites{log: log, tokens: signer, cluster: sum[:8], sites: map[string]siteRecord{}}
	subjects, err := log.Subjects()
	if err != nil {
		return nil, fmt.Errorf("relay: the store of sites: %w", err)
	}
	for _, subject := range subjects {
		if err := log.Read(subject, 0, s.fold); err != nil {
			return nil, fmt.Errorf("relay: the store of sites: %w", err)
		}
	}
	for _, subject := range subjects {
		id, _, _ := strings.Cut(subject, ".")
		if r := s.sites[id]; r.subject() != subject {
			_ = log.Remove(subject) // superseded: it does no harm where it is
		}
	}
	return s, nil
}

// Learn takes a record that another relay of the cluster has written. What makes no sense is passed over: it is looked at again at the next start.
func (s *Sites) Learn(event []byte) {
	s.changing.Lock()
	defer s.changing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.fold(event)
}

// fold takes one record; of several about a site the last change holds. A record that makes no sense may be a revocation, so it
// is not passed over.
func (s *Sites) fold(event []byte) error {
	var r siteRecord
	if err := json.Unmarshal(event, &r); err != nil {
		return fmt.Errorf("%w: %w", errSites, err)
	}
	if r.ID == "" || r.Name == "" || r.Generation < 1 || r.Change < 1 {
		return errSites
	}
	if r.Change > s.sites[r.ID].Change {
		r.key = nameKey(r.Name)
		s.sites[r.ID] = r
	}
	return nil
}

// Enrol makes a site and its token, which is kept nowhere. A site of the same name, also one that was revoked, gets its next
// generation instead: a lost PC is replaced by enrolling again. The change is on the disk when Enrol returns. The error may be
// meeting.ErrName or ErrTooManySites.
func (s *Sites) Enrol(name string) (Site, string, error) {
	name, err := meeting.ParseName(name)
	if err != nil {
		return Site{}, "", err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	r, known := s.named(name)
	if !known {
		if len(s.sites) >= MaxSites {
			return Site{}, "", ErrTooManySites
		}
		r = siteRecord{ID: strings.ToLower(rand.Text()[:12]), key: nameKey(name)}
	}
	r.Name, r.Revoked, r.Since = name, false, time.Now().UnixMilli()
	r.Generation++
	if err := s.change(r); err != nil {
		return Site{}, "", err
	}
	return r.site(), s.issue(r), nil
}

// named finds a site by its name. The caller holds changing.
func (s *Sites) named(name string) (siteRecord, bool) {
	want := nameKey(name)
	for _, r := range s.sites {
		if r.key == want {
			return r, true
		}
	}
	return siteRecord{}, false
}

// nameKey is what names have in common that a person takes for the same: keyboards write ễ as one character or as three.
func nameKey(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFC.String(name)), " "))
}

// change stores a record before it takes effect. The caller holds changing.
func (s *Sites) change(r siteRecord) error {
	before, known := s.sites[r.ID]
	r.Change++
	event, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("relay: a site was not stored: %w", err)
	}
	if err := s.log.Append(r.subject(), 0, event); err != nil {
		return fmt.Errorf("relay: a site was not stored: %w", err)
	}
	s.mu.Lock()
	s.sites[r.ID] = r
	s.mu.Unlock()
	if known {
		_ = s.log.Remove(before.subject()) // superseded: OpenSites tries again
	}
	return nil
}

// Revoke ends the tokens of a site for good, or returns ErrSiteUnknown. Revoking again does nothing. It is on the disk when Revoke
// returns.
func (s *Sites) Revoke(id string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	r, known := s.sites[id]
	switch {
	case !known:
		return ErrSiteUnknown
	case r.Revoked:
		return nil
	}
	r.Revoked = true
	return s.change(r)
}

// List returns all sites by name, those that are revoked included.
func (s *Sites) List() []Site {
	s.mu.RLock()
	out := make([]Site, 0, len(s.sites))
	for _, r := range s.sites {
		out = append(out, r.site())
	}
	s.mu.RUnlock()
	slices.SortFunc(out, func(a, b Site) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID)) })
	return out
}

// Check returns the site whose token this is. The error is ErrSiteToken, ErrSiteCluster, or ErrSiteRevoked, which comes with the
// site if it is known. No clock has a part in it.
func (s *Sites) Check(token string) (Site, error) {
	id, generation, err := s.read(token)
	if err != nil {
		return Site{}, err
	}
	s.mu.RLock()
	r, known := s.sites[id]
	s.mu.RUnlock()
	switch {
	case !known:
		return Site{}, ErrSiteRevoked
	case r.Revoked || r.Generation != generation:
		return r.site(), ErrSiteRevoked
	}
	return r.site(), nil
}

func (s *Sites) issue(r siteRecord) string {
	token := paseto.NewToken()
	token.SetString("s", r.ID)
	token.SetString("n", beginning(r.Name))
	_ = token.Set("g", r.Generation) // a number always becomes JSON
	token.SetFooter(s.cluster)
	return token.V4Sign(s.tokens.secret, siteDomain)
}

// beginning is as much of a name as a token has room for, in whole characters: mostly all of it.
func beginning(name string) string {
	for {
		if text, err := json.Marshal(name); err != nil || len(text) <= maxSiteName {
			return name
		}
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
}

// read says what a genuine token names.
func (s *Sites) read(text string) (id string, generation int, err error) {
	if len(text) > maxSiteText {
		return "", 0, ErrSiteToken
	}
	parser := paseto.NewParserWithoutExpiryCheck()
	footer, err := parser.UnsafeParseFooter(paseto.V4Public, text)
	switch {
	case err != nil || len(footer) != len(s.cluster):
		return "", 0, ErrSiteToken
	case !bytes.Equal(footer, s.cluster):
		return "", 0, ErrSiteCluster
	}
	token, err := parser.ParseV4Public(s.tokens.public, text, siteDomain)
	if err != nil {
		return "", 0, ErrSiteToken
	}
	if id, err = token.GetString("s"); err != nil {
		return "", 0, ErrSiteToken
	}
	if err := token.Get("g", &generation); err != nil {
		return "", 0, ErrSiteToken
	}
	return id, generation, nil
}
