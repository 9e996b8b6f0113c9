package directory

import (
	"slices"
	"strconv"
	"strings"
)

// column is a column of a table's file: a member of its rows.
type column struct {
	member string   // in JSON
	vi, en string   // heads
	also   []string // other heads, as plain writes them
	to     Table    // which table the member refers to; "" if none
	get    func(Row) string
	set    func(Row, string) Row
}

// sheets are the columns of the tables that can be files.
var sheets = map[Table][]column{
	Tiers: {
		text("id", "Số hiệu", "ID", func(t *Tier) *string { return &t.ID }),
		number("level", "Bậc", "Level", func(t *Tier) *int { return &t.Level }),
		text("vi", "Tên cấp", "Name", func(t *Tier) *string { return &t.Vi }, "ten", "cap"),
		text("en", "Tên tiếng Anh", "English name", func(t *Tier) *string { return &t.En }),
	},
	Kinds: {
		text("id", "Số hiệu", "ID", func(k *Kind) *string { return &k.ID }),
		text("vi", "Tên loại", "Name", func(k *Kind) *string { return &k.Vi }, "ten", "loai", "loai don vi"),
		text("en", "Tên tiếng Anh", "English name", func(k *Kind) *string { return &k.En }),
		number("quota", "Số điểm cầu", "Quota", func(k *Kind) *int { return &k.Quota }, "so diem cau toi da", "sites"),
	},
	Units: {
		text("id", "Số hiệu", "ID", func(u *Unit) *string { return &u.ID }),
		text("name", "Tên đơn vị", "Name", func(u *Unit) *string { return &u.Name }, "ten", "don vi", "unit"),
		reference("kind", "Loại đơn vị", "Kind", Kinds, func(u *Unit) *string { return &u.Kind }, "loai"),
		reference("tier", "Cấp", "Tier", Tiers, func(u *Unit) *string { return &u.Tier }, "cap hanh chinh"),
		reference("parent", "Đơn vị cấp trên", "Parent", Units, func(u *Unit) *string { return &u.Parent }, "truc thuoc", "cap tren"),
		text("code", "Mã đơn vị", "Code", func(u *Unit) *string { return &u.Code }, "ma", "ma so"),
	},
	Rooms: {
		text("id", "Số hiệu", "ID", func(m *Room) *string { return &m.ID }),
		text("name", "Tên phòng", "Name", func(m *Room) *string { return &m.Name }, "ten", "phong", "phong hop", "ten phong hop", "room"),
		text("address", "Địa chỉ", "Address", func(m *Room) *string { return &m.Address }),
		number("seats", "Số chỗ", "Seats", func(m *Room) *int { return &m.Seats }, "so cho ngoi"),
		bodies("Cơ quan dùng chung", "Bodies"),
	},
	Sites: {
		text("id", "Số hiệu", "ID", func(s *Site) *string { return &s.ID }),
		text("name", "Tên điểm cầu", "Name", func(s *Site) *string { return &s.Name }, "ten", "diem cau", "site"),
		reference("unit", "Đơn vị", "Unit", Units, func(s *Site) *string { return &s.Unit }, "ten don vi", "thuoc don vi"),
		reference("room", "Phòng họp", "Room", Rooms, func(s *Site) *string { return &s.Room }, "phong"),
		text("equipment", "Thiết bị", "Equipment", func(s *Site) *string { return &s.Equipment }),
		text("technician", "Cán bộ kỹ thuật", "Technician", func(s *Site) *string { return &s.Technician }, "ky thuat", "nguoi phu trach", "phu trach"),
		text("phone", "Điện thoại", "Phone", func(s *Site) *string { return &s.Phone }, "so dien thoai", "sdt", "telephone"),
		text("note", "Ghi chú", "Note", func(s *Site) *string { return &s.Note }, "notes"),
	},
}

func text[R Row](member, vi, en string, field func(*R) *string, also ...string) column {
	return column{
		member: member, vi: vi, en: en, also: also,
		get: func(row Row) string { r := row.(R); return *field(&r) },
		set: func(row Row, cell string) Row { r := row.(R); *field(&r) = cell; return r },
	}
}

func reference[R Row](member, vi, en string, to Table, field func(*R) *string, also ...string) column {
	c := text(member, vi, en, field, also...)
	c.to = to
	return c
}

// unlimited are the words for no limit, beside an empty cell.
var unlimited = []string{"khong gioi han", "unlimited"}

// number is a column of numbers, of which 0 is an empty cell.
func number[R Row](member, vi, en string, field func(*R) *int, also ...string) column {
	return column{
		member: member, vi: vi, en: en, also: also,
		get: func(row Row) string {
			r := row.(R)
			if n := *field(&r); n != 0 {
				return strconv.Itoa(n)
			}
			return ""
		},
		set: func(row Row, cell string) Row {
			r := row.(R)
			n, err := strconv.Atoi(cell)
			switch {
			case cell == "" || slices.Contains(unlimited, plain(cell)):
				n = 0
			case err != nil:
				n = -1 // which no number may be
			}
			*field(&r) = n
			return r
		},
	}
}

func bodies(vi, en string) column {
	return column{
		member: "bodies", vi: vi, en: en,
		get: func(row Row) string { return strings.Join(row.(Room).Bodies, "; ") },
		set: func(row Row, cell string) Row {
			r := row.(Room)
			r.Bodies = strings.FieldsFunc(cell, func(c rune) bool { return c == ';' || c == '\n' })
			return r
		},
	}
}

// named says whether a head means the column.
func (c column) named(head string) bool {
	head = plain(head)
	return head == plain(c.vi) || head == plain(c.en) || head == plain(c.member) || slices.Contains(c.also, head)
}

// nameOf returns what a person calls a row.
func nameOf(row Row) string {
	switch r := row.(type) {
	case Tier:
		return r.Vi
	case Kind:
		return r.Vi
	case Unit:
		return r.Name
	case Site:
		return r.Name
	case Room:
		return r.Name
	case Template:
		return r.Name
	}
	return ""
}

// scopeOf returns where a row's name is its own: the unit's parent, the site's unit.
func scopeOf(row Row) (member, id string) {
	switch r := row.(type) {
	case Unit:
		return "parent", r.Parent
	case Site:
		return "unit", r.Unit
	}
	return "", ""
}
