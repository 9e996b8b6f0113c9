package access

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

// MaxKeys is how many computers of one site may be enrolled.
const MaxKeys = 4

// enrolPath is where the page takes the token from its fragment.
const enrolPath = "/enrol#"

// room is what is known of a site of the directory: which computers may come as it.
type room struct {
	Generation int   `json:"generation"` // of the passes that are good, from 1
	Keys       []jwk `json:"keys,omitempty"`
	Since      int64 `json:"since"` // Unix ms: when the last one was enrolled, or the generation began
}

// key finds a key by its thumbprint.
func (r room) key(thumbprint string) (jwk, bool) {
	for _, k := range r.Keys {
		if k.thumbprint() == thumbprint {
			return k, true
		}
	}
	return jwk{}, false
}

// enrolments binds computers to sites.
type enrolments struct {
	*Access
	frame *admin.Frame
}

// begin makes the link by which a computer is enrolled, and with renew ends those of before.
func (e enrolments) begin(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	var in struct{ Renew bool }
	if err := admin.ReadJSON(w, r, admin.MaxBody, &in); err != nil {
		return err
	}
	site, there := e.Site(r.PathValue("id"))
	if !there {
		return admin.SiteUnknown
	}
	now, revision := e.rooms.get(site.ID)
	ctx, cancel := steady(r)
	defer cancel()
	switch {
	case in.Renew || revision == 0:
		now = room{Generation: now.Generation + 1, Since: time.Now().UnixMilli()}
		if err := e.rooms.put(ctx, site.ID, now, revision); err != nil {
			return e.written(err)
		}
	case len(now.Keys) >= MaxKeys:
		return keysFull
	}
	until := time.Now().Add(EnrolmentLife).UnixMilli()
	token, err := e.newLink(ctx, link{Site: site.ID, Generation: now.Generation, Until: until})
	if err != nil {
		return err
	}
	e.Log.Info("a link that enrols a site was made", "site", site.ID, "generation", now.Generation, "renew", in.Renew, "by", by.ID)
	text := e.frame.Base(r) + enrolPath + token
	admin.WriteJSON(w, http.StatusCreated, struct {
		Link  string `json:"link"`
		QR    string `json:"qr"`    // an SVG image as a data URL
		Until int64  `json:"until"` // Unix ms
	}{text, qrImage(text), until})
	return nil
}

// revoke ends the passes of a site, and its link if there is one.
func (e enrolments) revoke(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	id := r.PathValue("id")
	ctx, cancel := steady(r)
	defer cancel()
	e.dropLinks(ctx, func(l link) bool { return l.Site == id })
	now, revision := e.rooms.get(id)
	if revision == 0 {
		return admin.SiteUnknown
	}
	next := room{Generation: now.Generation + 1, Since: time.Now().UnixMilli()}
	if err := e.rooms.put(ctx, id, next, revision); err != nil {
		return e.written(err)
	}
	e.Log.Info("a site's passes were revoked", "site", id, "by", by.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// enrolled is a site in the list of enrolments.
type enrolled struct {
	ID         string `json:"id"`
	Generation int    `json:"generation"`
	Computers  int    `json:"computers"`
	Since      int64  `json:"since"`          // Unix ms
	Link       int64  `json:"link,omitempty"` // until when a link is open, Unix ms
}

func (e enrolments) list(w http.ResponseWriter, _ *http.Request, _ directory.Account) error {
	open := map[string]int64{}
	for _, l := range e.links.all() {
		if l.Site != "" && l.Until > time.Now().UnixMilli() {
			open[l.Site] = l.Until
		}
	}
	sites := []enrolled{} // [], never null
	for id, r := range e.rooms.all() {
		sites = append(sites, enrolled{id, r.Generation, len(r.Keys), r.Since, open[id]})
	}
	slices.SortFunc(sites, func(x, y enrolled) int {
		if x.ID < y.ID {
			return -1
		}
		return 1
	})
	admin.WriteJSON(w, http.StatusOK, map[string][]enrolled{"sites": sites})
	return nil
}

// enrol registers the key of a computer and gives it its pass.
func (e enrolments) enrol(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Token string
		Key   jwk
	}
	if err := admin.ReadJSON(w, r, admin.MaxBody, &in); err != nil {
		return err
	}
	l, id, err := e.find(w, r, in.Token, false)
	if err != nil {
		return err
	}
	if _, good := in.Key.public(); !good {
		return keyInvalid
	}
	site, there := e.Site(l.Site)
	if !there {
		return linkUsed
	}
	ctx, cancel := steady(r)
	defer cancel()
	if err := e.use(ctx, id); err != nil {
		return err
	}
	if err := e.register(ctx, l, in.Key); err != nil {
		return err
	}
	e.Log.Info("a site's computer was enrolled", "site", site.ID, "generation", l.Generation, "address", admin.Address(r))
	admin.WriteJSON(w, http.StatusCreated, struct {
		Pass string `json:"pass"`
		Site Site   `json:"site"`
	}{e.signer.issue(claims{Site: site.ID, Generation: l.Generation, Key: in.Key.thumbprint()}), site})
	return nil
}

// register adds a key to the site of a link, unless its generation is over.
func (a *Access) register(ctx context.Context, l link, key jwk) error {
	now, revision := a.rooms.get(l.Site)
	if _, again := now.key(key.thumbprint()); again {
		return nil
	}
	switch {
	case now.Generation != l.Generation:
		return linkUsed
	case len(now.Keys) >= MaxKeys:
		return keysFull
	}
	now.Keys = append(slices.Clone(now.Keys), key)
	now.Since = time.Now().UnixMilli()
	return a.written(a.rooms.put(ctx, l.Site, now, revision))
}
