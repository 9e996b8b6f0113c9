package slides

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// Kind is what a file is.
type Kind string

// The kinds.
const (
	Slide  Kind = "slide"  // a page of slides, a WebP
	Deck   Kind = "deck"   // the list of the pages of a deck
	Report Kind = "report" // recorded beforehand
)

// Limits of files.
const (
	Chunk     = 8192 // bytes of a file that travel as one frame; the last one may be shorter
	MaxSlide  = 64 << 10
	MaxDeck   = 128 << 10
	MaxReport = 8 << 20
	MaxWidth  = 1920 // pixels of a page
	MaxHeight = 1080
)

// Errors of files.
var (
	ErrKind  = errors.New("slides: no such kind of file")
	ErrSize  = errors.New("slides: a file of that kind is never so long, or empty")
	ErrHash  = errors.New("slides: not the file that was announced")
	ErrImage = errors.New("slides: not a still WebP picture of at most 1920x1080")
	ErrList  = errors.New("slides: not a list of pages")
)

// Fits says whether a file of a kind may have a size in bytes: nil, ErrKind or ErrSize.
func (k Kind) Fits(size int) error {
	var most int
	switch k {
	case Slide:
		most = MaxSlide
	case Deck:
		most = MaxDeck
	case Report:
		most = MaxReport
	default:
		return ErrKind
	}
	if size < 1 || size > most {
		return ErrSize
	}
	return nil
}

// Check says whether content is a file of this kind under a hash: nil, ErrKind, ErrSize, ErrHash, ErrImage, ErrList or ErrReport.
func (k Kind) Check(hash string, content []byte) error {
	if err := k.Fits(len(content)); err != nil {
		return err
	}
	if Hash(content) != hash {
		return ErrHash
	}
	switch k {
	case Slide:
		return CheckWebP(content)
	case Deck:
		_, err := ParseList(content)
		return err
	case Report:
		_, err := ParseReport(content)
		return err
	}
	return nil
}

// Hash names a file: base64url of its SHA-256, without padding.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// IsHash says whether a text can be the name of a file.
func IsHash(text string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(b) == sha256.Size && len(text) == 43 // line ends are passed over by the decoder
}

// Chunks returns how many chunks a file of a size has.
func Chunks(size int) int { return (size + Chunk - 1) / Chunk }

// Part returns a chunk of content; nil if there is no such chunk. It shares its memory.
func Part(content []byte, chunk int) []byte {
	if chunk < 0 || chunk >= Chunks(len(content)) {
		return nil
	}
	return content[chunk*Chunk : min((chunk+1)*Chunk, len(content))]
}
