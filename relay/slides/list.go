package slides

import (
	"bytes"
	"encoding/json"
	"io"
)

// MaxPages is the greatest number of pages of a list.
const MaxPages = 200

// File is a file by its name.
type File struct {
	Hash string
	Size int // bytes
}

// Page is one of a deck: in few bytes, and in its full quality, which may not be there (an empty Hash).
type Page struct {
	Lo, Hi        File
	Width, Height int // pixels of Hi
}

// MarshalJSON implements json.Marshaler: [lo, size, hi, size, width, height].
func (p Page) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{p.Lo.Hash, p.Lo.Size, p.Hi.Hash, p.Hi.Size, p.Width, p.Height})
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *Page) UnmarshalJSON(b []byte) error {
	row := []any{&p.Lo.Hash, &p.Lo.Size, &p.Hi.Hash, &p.Hi.Size, &p.Width, &p.Height}
	most := len(row)
	if err := json.Unmarshal(b, &row); err != nil {
		return err
	}
	if len(row) != most {
		return ErrList
	}
	return nil
}

// list is a deck's list as it is stored.
type list struct {
	Pages []Page `json:"pages"`
}

// ParseList reads the list of the pages of a deck that are there so far, from the first, or ErrList.
func ParseList(content []byte) ([]Page, error) {
	if len(content) > MaxDeck {
		return nil, ErrList
	}
	from := json.NewDecoder(bytes.NewReader(content))
	var l list
	if err := from.Decode(&l); err != nil {
		return nil, ErrList
	}
	if _, err := from.Token(); err != io.EOF {
		return nil, ErrList
	}
	if len(l.Pages) < 1 || len(l.Pages) > MaxPages {
		return nil, ErrList
	}
	for _, p := range l.Pages {
		if !p.Lo.valid() || p.Hi != (File{}) && !p.Hi.valid() || p.Width < 1 || p.Width > MaxWidth || p.Height < 1 || p.Height > MaxHeight {
			return nil, ErrList
		}
	}
	return l.Pages, nil
}

func (f File) valid() bool { return IsHash(f.Hash) && Slide.Fits(f.Size) == nil }

// FormatList writes what ParseList reads.
func FormatList(pages []Page) ([]byte, error) { return json.Marshal(list{pages}) }
