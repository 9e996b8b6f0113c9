package slides

import "slices"

// Prefix is how many characters of a hash say that a file is kept from earlier.
const Prefix = 8

// Wish is a file that a watcher shall have. Size may be 0 as long as it is not known.
type Wish struct {
	File
	Kind Kind
	Now  bool // it is shown: it goes before everything else
}

// Send is a chunk to be sent. ID names the transfer: new when its file is, or when what was under way of it was taken back.
type Send struct {
	Wish
	ID    uint32
	Chunk int
	Begin bool // the first of the transfer
}

// Sending is what one watcher has, is sent and shall have next. The zero Sending has nothing.
type Sending struct {
	have   map[string]bool // prefixes of what it says that it keeps from earlier,
	given  map[string]bool // and of what was delivered
	files  map[string]*outgoing
	wishes []Wish
	last   uint32 // id of the last transfer
}

// outgoing is a file of which something is sent.
type outgoing struct {
	id    uint32
	now   bool
	state []state // of chunks
	left  int     // chunks that have not arrived
}

type state uint8

const (
	waiting state = iota
	under         // way
	arrived
)

// Have notes what the watcher keeps from earlier, by the beginnings of the hashes, in the place of what it said before; none: that holds.
func (s *Sending) Have(prefixes []string) {
	if len(prefixes) == 0 {
		return
	}
	s.have = map[string]bool{}
	for _, p := range prefixes {
		if len(p) == Prefix {
			s.have[p] = true
		}
	}
}

// Has says whether the watcher has a file.
func (s *Sending) Has(hash string) bool {
	return len(hash) >= Prefix && (s.have[hash[:Prefix]] || s.given[hash[:Prefix]])
}

// Want replaces what the watcher shall have, in this order, and returns the transfers under way that are to be taken back: those that are not urgent any more,
// and those that are now, but for the one that goes first now, which is to go on as urgent; 0: none. What has arrived of them is not sent again.
func (s *Sending) Want(wishes []Wish) (back []uint32, urgent uint32) {
	s.wishes = wishes
	first := slices.IndexFunc(wishes, func(w Wish) bool { return w.Now && !s.Has(w.Hash) })
	for hash, f := range s.files {
		i := slices.IndexFunc(wishes, func(w Wish) bool { return w.Hash == hash })
		if i >= 0 && wishes[i].Now == f.now || !f.busy() {
			continue
		}
		if i >= 0 && i == first {
			f.now, urgent = true, f.id
			continue
		}
		back = append(back, f.id)
		f.recall()
	}
	slices.Sort(back)
	return back, urgent
}

// Restart forgets what arrived of files that are not whole: the watcher may not know whose chunks those were. It returns the transfers to be taken back.
func (s *Sending) Restart() (back []uint32) {
	for _, f := range s.files {
		if f.busy() {
			back = append(back, f.id)
		}
	}
	s.files = nil
	slices.Sort(back)
	return back
}

// busy says whether anything of the file is under way.
func (f *outgoing) busy() bool { return slices.Contains(f.state, under) }

// recall makes what is under way wait again, for another transfer.
func (f *outgoing) recall() {
	f.id = 0
	for i, st := range f.state {
		if st == under {
			f.state[i] = waiting
		}
	}
}

// Next returns the chunk to be sent next, of urgent files or of others. size tells how long a file is, 0: it is not there (yet), and the next one has its turn.
func (s *Sending) Next(now bool, size func(hash string) int) (send Send, ok bool) {
	for _, w := range s.wishes {
		if w.Now != now || s.Has(w.Hash) {
			continue
		}
		f := s.files[w.Hash]
		if f == nil {
			if w.Size = size(w.Hash); w.Size == 0 {
				continue
			}
			n := Chunks(w.Size)
			f = &outgoing{state: make([]state, n), left: n}
			if s.files == nil {
				s.files = map[string]*outgoing{}
			}
			s.files[w.Hash] = f
		} else {
			w.Size = size(w.Hash)
		}
		i := slices.Index(f.state, waiting)
		if i < 0 || Chunks(w.Size) != len(f.state) {
			continue
		}
		begin := f.id == 0
		if begin {
			s.last++
			f.id, f.now = s.last, now
		}
		f.state[i] = under
		return Send{Wish: w, ID: f.id, Chunk: i, Begin: begin}, true
	}
	return Send{}, false
}

// Done notes what became of a chunk. Of a transfer that was taken back only an arrival counts.
func (s *Sending) Done(send Send, delivered bool) {
	f := s.files[send.Hash]
	if f == nil || send.Chunk >= len(f.state) || f.state[send.Chunk] == arrived {
		return
	}
	switch {
	case delivered:
		f.state[send.Chunk] = arrived
		if f.left--; f.left == 0 {
			if s.given == nil {
				s.given = map[string]bool{}
			}
			s.given[send.Hash[:Prefix]] = true
			delete(s.files, send.Hash)
		}
	case send.ID == f.id:
		f.state[send.Chunk] = waiting
	}
}
