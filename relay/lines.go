package relay

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"

	"github.com/diemcau/diemcau/transport"
)

// lines finds participants by the secrets of their lines. The key is a hash, so that the time of a search tells nothing of a secret.
type lines struct {
	mu sync.Mutex
	of map[[sha256.Size]byte]*Participant
}

func newLines() *lines { return &lines{of: map[[sha256.Size]byte]*Participant{}} }

// newSecret makes the secret of a line.
func newSecret() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (l *lines) add(p *Participant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of[sha256.Sum256([]byte(p.secret))] = p
}

func (l *lines) remove(p *Participant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.of, sha256.Sum256([]byte(p.secret)))
}

// find returns nil if no line has this secret.
func (l *lines) find(secret string) *Participant {
	if len(secret) != transport.LineSecret {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of[sha256.Sum256([]byte(secret))]
}
