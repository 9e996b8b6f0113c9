package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/meeting"
)

var _ relay.PassChecker = (*Access)(nil)

// Check implements relay.PassChecker: it says whose pass a session shows. The name is that of the site in the directory, of the account, or of
// the guest, which may be "". The error is ErrPass, ErrPassRevoked, ErrPassElsewhere or ErrProof.
func (a *Access) Check(shown relay.Shown) (who meeting.Identity, name string, err error) {
	c, err := a.signer.read(shown.Pass, time.Now())
	if err != nil {
		return meeting.Identity{}, "", err
	}
	if c.Meeting != "" && c.Meeting != shown.Meeting {
		return meeting.Identity{}, "", ErrPassElsewhere
	}
	return a.holder(c, shown.Proof, func() (string, bool) { return helloText(shown.Meeting, shown.Line), shown.Line != "" })
}

// holder returns who a pass is of, if it is good still and the proof is one of the text.
func (a *Access) holder(c claims, proof string, text func() (string, bool)) (who meeting.Identity, name string, err error) {
	who, name = meeting.Identity{Account: c.Account, Site: c.Site, Role: c.Role}, c.Name
	if c.Account != "" {
		account, good := a.current(c.Account, c.Generation)
		if !good {
			return meeting.Identity{}, "", ErrPassRevoked
		}
		name = account.Name
	}
	if c.Site == "" {
		return who, name, nil
	}
	site, there := a.Site(c.Site)
	room, _ := a.rooms.get(c.Site)
	key, enrolled := room.key(c.Key)
	if !there || !enrolled || room.Generation != c.Generation {
		return meeting.Identity{}, "", ErrPassRevoked
	}
	if over, fresh := text(); !fresh || !key.signed(proof, over) {
		return meeting.Identity{}, "", ErrProof
	}
	return who, site.Name, nil
}

// The headers by which a request shows a pass.
const (
	passHeader  = "Diemcau-Pass"
	proofHeader = "Diemcau-Proof"
	nonceHeader = "Diemcau-Nonce"
)

// Bearer is who shows a pass.
type Bearer struct {
	meeting.Identity
	Name    string
	Meeting string // the code of the only meeting that the pass is for; "": for all
}

// Bearer returns who a request comes from by the pass in its headers. The error is an admin.Refusal.
func (a *Access) Bearer(w http.ResponseWriter, r *http.Request) (b Bearer, err error) {
	pass := r.Header.Get(passHeader)
	if pass == "" {
		return b, loginNeeded
	}
	_, limited := a.limits.passes.Try(w, r, func() bool {
		b, err = a.bearer(r, pass)
		return err == nil
	})
	var notice relay.Notice
	switch {
	case limited:
		return b, admin.TooMany
	case errors.As(err, &notice):
		return b, refusal(http.StatusUnauthorized, notice.Code, notice.Vi, notice.En)
	}
	return b, err
}

func (a *Access) bearer(r *http.Request, pass string) (Bearer, error) {
	now := time.Now()
	c, err := a.signer.read(pass, now)
	if err != nil {
		return Bearer{}, err
	}
	nonce := r.Header.Get(nonceHeader)
	who, name, err := a.holder(c, r.Header.Get(proofHeader), func() (string, bool) {
		return requestText(r.Method, r.URL.EscapedPath(), nonce), a.nonces.genuine(nonce, now)
	})
	if err == nil && c.Site != "" && !a.nonces.use(nonce, now) {
		err = ErrProof
	}
	if err != nil {
		return Bearer{}, err
	}
	return Bearer{who, name, c.Meeting}, nil
}

// nonceLife is how long a nonce is good.
const nonceLife = time.Minute

// A nonce is the time, something random and a code over both: one that is given away costs no memory, only one that was used, and only
// an enrolled site can use one.
const (
	nonceTime   = 8
	nonceRandom = 8
	nonceCode   = 16
)

// nonces gives nonces away and takes each once.
type nonces struct {
	key []byte
	mu  *sync.Mutex
	// used holds when each ends; guarded by mu.
	used map[string]time.Time
}

func newNonces() nonces {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails
	return nonces{key, &sync.Mutex{}, map[string]time.Time{}}
}

func (n nonces) issue(now time.Time) string {
	b := make([]byte, nonceTime+nonceRandom)
	binary.BigEndian.PutUint64(b, uint64(now.UnixMilli()))
	_, _ = rand.Read(b[nonceTime:]) // never fails
	return b64.EncodeToString(append(b, n.code(b)...))
}

func (n nonces) code(b []byte) []byte {
	mac := hmac.New(sha256.New, n.key)
	mac.Write(b)
	return mac.Sum(nil)[:nonceCode]
}

// genuine says whether a nonce was issued here in the last minute.
func (n nonces) genuine(text string, now time.Time) bool {
	b, err := b64.Strict().DecodeString(text)
	if err != nil || len(b) != nonceTime+nonceRandom+nonceCode || !hmac.Equal(b[nonceTime+nonceRandom:], n.code(b[:nonceTime+nonceRandom])) {
		return false
	}
	age := now.Sub(time.UnixMilli(int64(binary.BigEndian.Uint64(b))))
	return age >= 0 && age < nonceLife || age < 0 && age > -time.Second // the clock was set
}

// use says whether a genuine nonce is used for the first time.
func (n nonces) use(text string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for old, ends := range n.used {
		if now.After(ends) {
			delete(n.used, old)
		}
	}
	if _, again := n.used[text]; again {
		return false
	}
	n.used[text] = now.Add(nonceLife + time.Second)
	return true
}

func (a *Access) nonce(w http.ResponseWriter, r *http.Request) error {
	if a.limits.nonces.Over(w, r, "") {
		return admin.TooMany
	}
	admin.WriteJSON(w, http.StatusOK, map[string]string{"nonce": a.nonces.issue(time.Now())})
	return nil
}
