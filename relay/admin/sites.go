package admin

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
)

// Sites is what admin needs of a registry of sites; *relay.Sites satisfies it. It is called concurrently.
type Sites interface {
	// Enrol makes a site, or the next generation of the one that has this name, and its token.
	Enrol(name string) (site relay.Site, token string, err error)
	// Revoke ends the tokens of a site. It may be relay.ErrSiteUnknown.
	Revoke(id string) error
	// List returns all sites.
	List() []relay.Site
}

// enrolled answers POST /api/sites.
type enrolled struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Generation int    `json:"generation"`
	Token      string `json:"token"`
}

// listed answers GET /api/sites.
type listed struct {
	Sites []site `json:"sites"`
}

// site is one of them.
type site struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Generation int    `json:"generation"`
	Revoked    bool   `json:"revoked,omitempty"`
	Since      int64  `json:"since"` // Unix ms
}

func (a *api) enrol(w http.ResponseWriter, r *http.Request) error {
	if err := a.hostKey(w, r); err != nil {
		return err
	}
	var in struct {
		Name string `json:"name"`
	}
	if err := ReadJSON(w, r, MaxBody, &in); err != nil {
		return err
	}
	s, token, err := a.Sites.Enrol(in.Name)
	switch {
	case errors.Is(err, meeting.ErrName):
		return NameInvalid
	case errors.Is(err, relay.ErrTooManySites):
		return sitesFull
	case err != nil:
		return fmt.Errorf("a site could not be enrolled: %w", err)
	}
	a.Log.Info("a site was enrolled", "site", s.ID, "name", s.Name, "generation", s.Generation)
	WriteJSON(w, http.StatusCreated, enrolled{ID: s.ID, Name: s.Name, Generation: s.Generation, Token: token})
	return nil
}

func (a *api) sites(w http.ResponseWriter, r *http.Request) error {
	if err := a.hostKey(w, r); err != nil {
		return err
	}
	out := listed{[]site{}} // [], never null
	for _, s := range a.Sites.List() {
		out.Sites = append(out.Sites, site{ID: s.ID, Name: s.Name, Generation: s.Generation, Revoked: s.Revoked, Since: s.Since.UnixMilli()})
	}
	WriteJSON(w, http.StatusOK, out)
	return nil
}

func (a *api) revoke(w http.ResponseWriter, r *http.Request) error {
	if err := a.hostKey(w, r); err != nil {
		return err
	}
	id := r.PathValue("id")
	switch err := a.Sites.Revoke(id); {
	case errors.Is(err, relay.ErrSiteUnknown):
		return SiteUnknown
	case err != nil:
		return fmt.Errorf("a site could not be revoked: %w", err)
	}
	a.Log.Info("a site's tokens were revoked", "site", id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
