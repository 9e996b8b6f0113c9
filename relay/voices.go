package relay

import (
	"slices"
	"sync/atomic"
	"time"
)

// voices are the publications of a participant. They change under Room.mu; any goroutine may read.
type voices struct {
	all atomic.Pointer[[]*Publication]
}

func (v *voices) list() []*Publication {
	if all := v.all.Load(); all != nil {
		return *all
	}
	return nil
}

func (v *voices) set(all []*Publication) { v.all.Store(&all) }

// find returns the publication with an id, nil if there is none.
func (v *voices) find(id uint32) *Publication {
	for _, p := range v.list() {
		if p.ID == id {
			return p
		}
	}
	return nil
}

func (v *voices) add(p *Publication) { v.set(append(slices.Clone(v.list()), p)) }

func (v *voices) drop(p *Publication) {
	v.set(slices.DeleteFunc(slices.Clone(v.list()), func(o *Publication) bool { return o == p }))
}

func (v *voices) attach(s Sink) {
	for _, p := range v.list() {
		p.attach(s)
	}
}

func (v *voices) remove(s Sink) {
	for _, p := range v.list() {
		p.remove(s)
	}
}

// spoke says whether anything came lately.
func (v *voices) spoke(now time.Time) bool {
	return slices.ContainsFunc(v.list(), func(p *Publication) bool { return p.spoke(now) })
}
