package slides

// Upload collects the chunks of a file.
type Upload struct {
	hash    string
	kind    Kind
	content []byte
	came    []bool
	left    int // chunks
}

// NewUpload begins to collect a file of size bytes, or ErrKind or ErrSize. The memory is taken at once.
func NewUpload(hash string, kind Kind, size int) (*Upload, error) {
	if err := kind.Fits(size); err != nil {
		return nil, err
	}
	if !IsHash(hash) {
		return nil, ErrHash
	}
	n := Chunks(size)
	return &Upload{hash: hash, kind: kind, content: make([]byte, size), came: make([]bool, n), left: n}, nil
}

// Collect begins to collect a file of size bytes of which nothing else is known yet, or ErrSize: its chunks came before the word of it.
func Collect(size int) (*Upload, error) {
	if err := Report.Fits(size); err != nil {
		return nil, err
	}
	n := Chunks(size)
	return &Upload{content: make([]byte, size), came: make([]bool, n), left: n}, nil
}

// Whole returns the file when all of it came, unchecked, else nil. Nobody may change it.
func (u *Upload) Whole() []byte {
	if u.left > 0 {
		return nil
	}
	return u.content
}

// Size returns how long the file is, in bytes.
func (u *Upload) Size() int { return len(u.content) }

// Put takes a chunk; one that there cannot be, or that came already, is passed over. It says whether the file is whole now.
func (u *Upload) Put(chunk int, content []byte) (whole bool) {
	if chunk < 0 || chunk >= len(u.came) || u.came[chunk] || len(content) != len(Part(u.content, chunk)) {
		return false
	}
	copy(u.content[chunk*Chunk:], content)
	u.came[chunk] = true
	u.left--
	return u.left == 0
}

// Missing returns the ranges [from, to) of chunks that have not come, in ascending order; nil if it is all of them.
func (u *Upload) Missing() [][2]int {
	if u.left == len(u.came) {
		return nil
	}
	out := [][2]int{}
	for i, came := range u.came {
		switch n := len(out); {
		case came:
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
