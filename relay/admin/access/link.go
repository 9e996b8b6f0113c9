package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/diemcau/diemcau/relay/admin"
)

// How long a link is good.
const (
	SetupLife     = 30 * time.Minute
	EnrolmentLife = 7 * 24 * time.Hour
)

// link is something that may be done once by who has the token, under whose hash it is kept.
type link struct {
	Site       string `json:"site,omitempty"` // whose PC it enrols; "" for the link that sets the server up
	Generation int    `json:"generation,omitempty"`
	Until      int64  `json:"until"` // Unix ms
}

// newLink makes a link and returns its token, which is kept nowhere. It takes the place of those for the same.
func (a *Access) newLink(ctx context.Context, l link) (token string, err error) {
	a.dropLinks(ctx, func(other link) bool { return other.Site == l.Site || other.Until <= time.Now().UnixMilli() })
	token = strings.ToLower(rand.Text()) // 130 bits
	return token, a.links.put(ctx, linkID(token), l, 0)
}

// dropLinks removes links; one that it cannot remove has just been used or expires by itself.
func (a *Access) dropLinks(ctx context.Context, which func(link) bool) {
	for id, l := range a.links.all() {
		if _, revision := a.links.get(id); revision > 0 && which(l) {
			_ = a.links.remove(ctx, id, revision)
		}
	}
}

// find returns the link whose token this is. The error is linkUsed or admin.TooMany.
func (a *Access) find(w http.ResponseWriter, r *http.Request, token string, setup bool) (l link, id string, err error) {
	good, limited := a.limits.links.Try(w, r, func() bool {
		id = linkID(token)
		var revision uint64
		l, revision = a.links.get(id)
		return revision > 0 && time.Now().UnixMilli() < l.Until && (l.Site == "") == setup
	})
	switch {
	case limited:
		return l, id, admin.TooMany
	case !good:
		return l, id, linkUsed
	}
	return l, id, nil
}

// use takes a link away. Of two at once one gets linkUsed.
func (a *Access) use(ctx context.Context, id string) error {
	_, revision := a.links.get(id)
	if revision == 0 {
		return linkUsed
	}
	if err := a.links.remove(ctx, id, revision); err != nil {
		if errors.Is(err, a.Conflict) {
			return linkUsed
		}
		return err
	}
	return nil
}

func linkID(token string) string {
	sum := sha256.Sum256([]byte("diemcau link\n" + strings.ToLower(strings.TrimSpace(token))))
	return hex.EncodeToString(sum[:])
}
