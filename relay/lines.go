package relay

import (
	"crypto/sha256"
	"sync"

	"github.com/diemcau/diemcau/transport"
)

// lines finds participants by the secrets of their lines. The key is a hash, so that the time of a search tells nothing of a secret.
type lines struct {
	begins sync.Mutex // held while a line begins whose secret its client chose

	mu sync.Mutex // guards all below
	of map[[sha256.Size]byte]*Participant
}

func newLines() *lines { return &lines{of: map[[sha256.Size]byte]*Participant{}} }

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
