package relay

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

const (
	rankEvery  = 400 * time.Millisecond // between two looks at who speaks
	mainAfter  = 3 * time.Second        // of who speaks first, until its picture takes the large place where the floor is free
	heardMost  = 8                      // that are remembered to have spoken
	maxSources = 200                    // of a room
)

// rights are what a publication may show.
type rights struct{ camera, screen bool }

// roles say who is who in a meeting, by publications, 0: nobody.
type roles struct {
	chair, holder, next uint32
	free                bool // anybody may speak
	may                 map[uint32]rights
}

// ranking are the sources that may be shown, by who comes first as the large picture, and as a small one. It is not changed.
type ranking struct{ large, small []*source }

// pictures are those of a room: who shows what, and who watches. Its lock is taken after Room.mu, and before those of sources and asides.
type pictures struct {
	speakers *Speakers
	looked   func() // somebody wants to see something else, or can show it; nil: nobody asks. It never blocks

	mu       sync.Mutex // guards all below
	sources  map[sourceID]*source
	watchers map[*watcher]struct{}
	number   int
	roles    roles
	talk     talk
	ranks    ranking
	rankedAt time.Time // zero: something has changed since
}

// talk is who speaks, as pictures follow it.
type talk struct {
	heard []uint32 // publications, the last one first
	main  uint32   // whose picture is large where the floor is free
	rival uint32   // who speaks instead
	since time.Time
}

func newPictures(speakers *Speakers) *pictures {
	return &pictures{speakers: speakers, sources: map[sourceID]*source{}, watchers: map[*watcher]struct{}{}}
}

// watched adds one who watches, or takes it away.
func (h *pictures) watched(w *watcher, watches bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if watches {
		h.watchers[w] = struct{}{}
	} else {
		delete(h.watchers, w)
	}
	for _, s := range h.sources { // there may be a better codec now
		s.from.replan()
	}
	h.tellAbove()
}

// tellAbove has the relay above told, if there is one.
func (h *pictures) tellAbove() {
	if h.looked != nil {
		h.looked()
	}
}

// stir has everybody choose anew.
func (h *pictures) stir() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changed()
}

// add shows a source. It is false if there are too many.
func (h *pictures) add(s *source) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.sources) >= maxSources {
		return false
	}
	h.number++
	s.number = h.number
	h.sources[s.sourceID] = s
	s.open.Store(h.roles.may[s.publication].of(s.screen))
	h.changed()
	return true
}

// remove ends a source.
func (h *pictures) remove(s *source) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.open.Store(false)
	if h.sources[s.sourceID] == s {
		delete(h.sources, s.sourceID)
		h.changed()
	}
}

// find returns a source, nil if there is none.
func (h *pictures) find(id sourceID) *source {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sources[id]
}

// idle says whether nobody shows anything.
func (h *pictures) idle() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.sources) == 0
}

// follow takes who is who now, and has it take effect at once.
func (h *pictures) follow(r roles) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.roles = r
	for _, s := range h.sources {
		s.open.Store(r.may[s.publication].of(s.screen))
	}
	h.changed()
}

func (r rights) of(screen bool) bool {
	if screen {
		return r.screen
	}
	return r.camera
}

// changed has everybody choose anew. mu is held.
func (h *pictures) changed() {
	h.rankedAt = time.Time{}
	for w := range h.watchers {
		w.aside.changed()
	}
}

// decoders returns what those decode who would see a source.
func (h *pictures) decoders(s *source) (all [][]string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.watchers {
		if w.wants(s) {
			all = append(all, w.watch.Load().Decodes)
		}
	}
	return all
}

// ranked returns the sources that may be shown, by their ranks.
func (h *pictures) ranked(now time.Time) ranking {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.rankedAt.IsZero() && now.Sub(h.rankedAt) < rankEvery {
		return h.ranks
	}
	if p := h.speakers.Main(); p != 0 {
		h.talk.hear(p, now)
	}
	h.rankedAt, h.ranks = now, ranking{}
	for _, s := range h.sources {
		if s.open.Load() {
			h.ranks.large = append(h.ranks.large, s)
			if !s.screen {
				h.ranks.small = append(h.ranks.small, s)
			}
		}
	}
	by := func(rank func(*source) int) func(a, b *source) int {
		return func(a, b *source) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.number, b.number)) }
	}
	slices.SortFunc(h.ranks.large, by(h.largeRank))
	slices.SortFunc(h.ranks.small, by(h.smallRank))
	return h.ranks
}

// hear takes who speaks now before all others.
func (t *talk) hear(publication uint32, now time.Time) {
	if len(t.heard) == 0 || t.heard[0] != publication {
		t.heard = slices.DeleteFunc(t.heard, func(o uint32) bool { return o == publication })
		t.heard = slices.Insert(t.heard, 0, publication)
		t.heard = t.heard[:min(len(t.heard), heardMost)]
	}
	if publication != t.rival {
		t.rival, t.since = publication, now
	}
	if t.main == 0 || now.Sub(t.since) >= mainAfter {
		t.main = publication
	}
}

// The ranks of sources.
const (
	rankFirst = iota
	rankSecond
	rankThird
	rankCamera // the large picture of cameras begins here
	rankHeard  = 10
	rankNext   = rankHeard + heardMost
	rankOther  = rankNext + 1
)

// largeRank is the place of a source among those that may be the large picture: screens first, then who has the floor, who speaks where it is free, the chair.
func (h *pictures) largeRank(s *source) int {
	from := rankFirst
	if !s.screen {
		from = rankCamera
	}
	switch {
	case s.publication == h.roles.holder:
		return from
	case !s.screen && h.roles.free && s.publication == h.talk.main:
		return from + 1
	case s.publication == h.roles.chair:
		return from + 2
	case s.screen:
		return rankThird
	}
	return h.laterRank(s)
}

// smallRank is its place among the small ones.
func (h *pictures) smallRank(s *source) int {
	switch s.publication {
	case h.roles.chair:
		return rankFirst
	case h.roles.holder:
		return rankSecond
	}
	return h.laterRank(s)
}

// laterRank is the place of a camera that nothing asks for but who spoke and who is next.
func (h *pictures) laterRank(s *source) int {
	if i := slices.Index(h.talk.heard, s.publication); i >= 0 {
		return rankHeard + i
	}
	if s.publication == h.roles.next {
		return rankNext
	}
	return rankOther
}
