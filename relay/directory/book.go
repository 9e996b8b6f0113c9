package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Limits of a Book.
const (
	MaxBook  = 4 << 20 // bytes of its JSON
	MaxEdits = 20_000  // at once
	MaxTier  = 9       // the lowest tier's level
	MaxQuota = 1000    // sites of one unit
	MaxSeats = 100_000 // of a room
)

// ErrBook says that bytes are not a Book, or that one is too long to be stored.
var ErrBook = errors.New("directory: not a directory of at most 4 MiB")

// Table names a part of a Book.
type Table string

// The tables.
const (
	Tiers     Table = "tiers"
	Kinds     Table = "kinds"
	Units     Table = "units"
	Sites     Table = "sites"
	Rooms     Table = "rooms"
	Templates Table = "templates"
)

// Tables are all of them, each after those that it refers to, except that units refer to units.
var Tables = []Table{Tiers, Kinds, Units, Rooms, Sites, Templates}

// Book is the whole directory. It is a value: Edit and Import return another one and leave it as it was; its slices are only read.
// The ids of rows are 1 to 32 of a–z, 0–9 and the hyphen; one that Edit gives away is never given twice.
type Book struct {
	Tiers     []Tier     `json:"tiers"`
	Kinds     []Kind     `json:"kinds"`
	Units     []Unit     `json:"units"`
	Sites     []Site     `json:"sites"`
	Rooms     []Room     `json:"rooms"`
	Templates []Template `json:"templates"`

	Seed string `json:"seed,omitempty"` // makes the ids of this book others than those of another server's
	Last uint64 `json:"last,omitempty"` // how many ids were drawn
}

// Tier is a level of administration: tỉnh, huyện, xã.
type Tier struct {
	ID    string `json:"id"`
	Level int    `json:"level"` // 1 is the highest
	Vi    string `json:"vi"`    // 1–64 characters, as all names here
	En    string `json:"en,omitempty"`
}

// Kind is a kind of unit.
type Kind struct {
	ID    string `json:"id"`
	Vi    string `json:"vi"`
	En    string `json:"en,omitempty"`
	Quota int    `json:"quota,omitempty"` // how many sites such a unit may have; 0: any number
}

// Unit is an organisation (đơn vị): a province, one of its departments, a commune.
type Unit struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Tier   string `json:"tier"`
	Parent string `json:"parent,omitempty"`
	Code   string `json:"code,omitempty"` // its official number; no two units have the same
}

// Site is a place of a unit where people sit in front of a screen (điểm cầu).
type Site struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Unit       string `json:"unit"`
	Room       string `json:"room,omitempty"`
	Equipment  string `json:"equipment,omitempty"`  // ≤ 500 characters, lines
	Technician string `json:"technician,omitempty"` // a name
	Phone      string `json:"phone,omitempty"`
	Note       string `json:"note,omitempty"` // ≤ 1000 characters, lines
}

// Room is a room that meetings are held in.
type Room struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Address string   `json:"address,omitempty"` // ≤ 200 characters
	Seats   int      `json:"seats,omitempty"`   // 0: not known
	Bodies  []string `json:"bodies,omitempty"`  // who shares it, names; at most MaxBodies
}

// Template is a meeting to begin from.
type Template struct {
	ID    string       `json:"id"`
	Name  string       `json:"name"`
	Title string       `json:"title"` // of the meeting, with fields as TitleAt fills them in
	Plan  meeting.Plan `json:"plan"`
}

// Row is a row of a table: a Tier, Kind, Unit, Site, Room or Template.
type Row interface {
	// Key returns the row's id.
	Key() string
	// Table returns the table that such rows are in.
	Table() Table
	withKey(id string) Row
	tidied(r *report) Row // texts in their written form; what cannot be is reported
}

// Key returns the id.
func (t Tier) Key() string { return t.ID }

// Key returns the id.
func (k Kind) Key() string { return k.ID }

// Key returns the id.
func (u Unit) Key() string { return u.ID }

// Key returns the id.
func (s Site) Key() string { return s.ID }

// Key returns the id.
func (r Room) Key() string { return r.ID }

// Key returns the id.
func (t Template) Key() string { return t.ID }

// Table returns Tiers.
func (Tier) Table() Table { return Tiers }

// Table returns Kinds.
func (Kind) Table() Table { return Kinds }

// Table returns Units.
func (Unit) Table() Table { return Units }

// Table returns Sites.
func (Site) Table() Table { return Sites }

// Table returns Rooms.
func (Room) Table() Table { return Rooms }

// Table returns Templates.
func (Template) Table() Table { return Templates }

func (t Tier) withKey(id string) Row     { t.ID = id; return t }
func (k Kind) withKey(id string) Row     { k.ID = id; return k }
func (u Unit) withKey(id string) Row     { u.ID = id; return u }
func (s Site) withKey(id string) Row     { s.ID = id; return s }
func (r Room) withKey(id string) Row     { r.ID = id; return r }
func (t Template) withKey(id string) Row { t.ID = id; return t }

// Encode returns the Book as JSON, or ErrBook if it has more than MaxBook bytes.
func (b Book) Encode() ([]byte, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBook, err)
	}
	if len(text) > MaxBook {
		return nil, fmt.Errorf("%w: it has %d bytes", ErrBook, len(text))
	}
	return text, nil
}

// Decode reads what Encode wrote; anything else is ErrBook.
func Decode(text []byte) (Book, error) {
	if len(text) > MaxBook {
		return Book{}, fmt.Errorf("%w: it has %d bytes", ErrBook, len(text))
	}
	var b Book
	if err := json.Unmarshal(text, &b); err != nil {
		return Book{}, fmt.Errorf("%w: %w", ErrBook, err)
	}
	return b, nil
}

// Unit returns the unit with an id.
func (b *Book) Unit(id string) (Unit, bool) { return find(b.Units, id) }

// Site returns the site with an id.
func (b *Book) Site(id string) (Site, bool) { return find(b.Sites, id) }

// Room returns the room with an id.
func (b *Book) Room(id string) (Room, bool) { return find(b.Rooms, id) }

// Template returns the template with an id.
func (b *Book) Template(id string) (Template, bool) { return find(b.Templates, id) }

// Invited returns a site as a meeting's plan lists it, with no number yet; false if there is no such site.
func (b *Book) Invited(site string) (meeting.Invited, bool) {
	s, ok := b.Site(site)
	return meeting.Invited{Site: s.ID, Name: s.Name, Unit: s.Unit, Room: s.Room}, ok
}

func find[R Row](rows []R, id string) (r R, ok bool) {
	if i := slices.IndexFunc(rows, func(r R) bool { return r.Key() == id }); i >= 0 && id != "" {
		return rows[i], true
	}
	return r, false
}
