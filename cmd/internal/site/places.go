package site

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"sync"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/data"
)

// maxPlaces is the longest file that is believed, in bytes.
const maxPlaces = 256 << 10

// Places remembers the relays of each server and the hashes of their certificates, of those to come, too: with them a site joins without TCP. The zero value keeps them
// in memory only. Its methods may be called from any goroutine.
type Places struct {
	path string

	mu sync.Mutex
	of map[string][]client.Relay // by server
}

// OpenPlaces reads what was remembered in a file. What cannot be read is forgotten: the server is asked again.
func OpenPlaces(path string) *Places {
	p := &Places{path: path, of: map[string][]client.Relay{}}
	if info, err := os.Stat(path); err != nil || info.Size() > maxPlaces {
		return p
	}
	if b, err := os.ReadFile(path); err == nil && json.Unmarshal(b, &p.of) != nil {
		p.of = map[string][]client.Relay{}
	}
	return p
}

// Of returns the relays of a server, none if they are not known.
func (p *Places) Of(server string) []client.Relay {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.of[server])
}

// Keep remembers the relays of a server. What cannot be written is remembered until the process ends.
func (p *Places) Keep(server string, relays []client.Relay) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if reflect.DeepEqual(p.of[server], relays) {
		return
	}
	if p.of == nil {
		p.of = map[string][]client.Relay{}
	}
	p.of[server] = slices.Clone(relays)
	if p.path == "" {
		return
	}
	if b, err := json.MarshalIndent(p.of, "", "\t"); err == nil {
		_ = data.WriteFile(p.path, b)
	}
}
