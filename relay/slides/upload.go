package slides

import "slices"

// Upload collects the chunks of a file.
type Upload struct {
	hash    string
	kind    Kind
	size    int
	parts   [][]byte // chunks that came
	content []byte   // of all of them
	left    int      // chunks
}

// NewUpload begins to collect a file of size bytes, or ErrKind, ErrSize or ErrHash. Memory is taken as chunks come.
func NewUpload(hash string, kind Kind, size int) (*Upload, error) {
	if err := kind.Fits(size); err != nil {
		return nil, err
	}
	if !IsHash(hash) {
		return nil, ErrHash
	}
	n := Chunks(size)
	return &Upload{hash: hash, kind: kind, size: size, parts: make([][]byte, n), left: n}, nil
}

// Collect begins to collect a file of size bytes of which nothing else is known yet, or ErrSize: its chunks came before the word of it.
func Collect(size int) (*Upload, error) {
	if err := Report.Fits(size); err != nil {
		return nil, err
	}
	n := Chunks(size)
	return &Upload{size: size, parts: make([][]byte, n), left: n}, nil
}

// Whole returns the file when all of it came, unchecked, else nil. Nobody may change it.
func (u *Upload) Whole() []byte {
	if u.left > 0 {
		return nil
	}
	return u.content
}

// Size returns how long the file is, in bytes.
func (u *Upload) Size() int { return u.size }

// Put takes a chunk, and copies it; one that there cannot be, or that came already, is passed over. It says whether the file is whole now.
func (u *Upload) Put(chunk int, content []byte) (whole bool) {
	if chunk < 0 || chunk >= len(u.parts) || u.left == 0 || u.parts[chunk] != nil || len(content) != min(Chunk, u.size-chunk*Chunk) {
		return false
	}
	u.parts[chunk] = slices.Clone(content)
	if u.left--; u.left > 0 {
		return false
	}
	u.content = slices.Concat(u.parts...)
	clear(u.parts)
	return true
}

// Missing returns the ranges [from, to) of chunks that have not come, in ascending order; nil if it is all of them.
func (u *Upload) Missing() [][2]int {
	if u.left == len(u.parts) {
		return nil
	}
	out := [][2]int{}
	for i, part := range u.parts {
		switch n := len(out); {
		case part != nil, u.left == 0:
		case n > 0 && out[n-1][1] == i:
			out[n-1][1]++
		default:
			out = append(out, [2]int{i, i + 1})
		}
	}
	return out
}

// Content returns the whole file, which nobody may change, or why it is not what was announced, as Kind.Check says. Call it when Put has said that it is whole.
func (u *Upload) Content() ([]byte, error) {
	if u.left > 0 {
		return nil, ErrHash
	}
	if err := u.kind.Check(u.hash, u.content); err != nil {
		return nil, err
	}
	return u.content, nil
}
