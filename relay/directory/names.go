package directory

import "strings"

// names finds rows by what people write in a cell: the id, the unit's code, the name, or the names of the units above and its own, as in
// "Tỉnh Quảng Nam / Huyện Nam Giang".
type names struct {
	rows   map[ref]Row
	named  map[mark][]string // ids
	coded  map[string]string // ids of units
	parent map[string]string // of units
}

// mark is a name in a table, as alike writes it.
type mark struct {
	table Table
	name  string
}

func (b *Book) names() *names {
	x := &names{map[ref]Row{}, map[mark][]string{}, map[string]string{}, map[string]string{}}
	for _, row := range b.rows(Tiers, Kinds, Units, Rooms, Sites, Templates) {
		x.add(row)
	}
	return x
}

// rows returns the rows of some tables.
func (b *Book) rows(tables ...Table) []Row {
	var out []Row
	for _, table := range tables {
		switch table {
		case Tiers:
			out = appendRows(out, b.Tiers)
		case Kinds:
			out = appendRows(out, b.Kinds)
		case Units:
			out = appendRows(out, b.Units)
		case Rooms:
			out = appendRows(out, b.Rooms)
		case Sites:
			out = appendRows(out, b.Sites)
		case Templates:
			out = appendRows(out, b.Templates)
		}
	}
	return out
}

func appendRows[R Row](out []Row, rows []R) []Row {
	for _, row := range rows {
		out = append(out, row)
	}
	return out
}

// add takes a row in, in the place of the one with its id.
func (x *names) add(row Row) {
	at := ref{row.Table(), row.Key()}
	if old, ok := x.rows[at]; ok {
		x.forget(old)
	}
	x.rows[at] = row
	for _, name := range namesOf(row) {
		m := mark{row.Table(), alike(name)}
		x.named[m] = append(x.named[m], row.Key())
	}
	if unit, ok := row.(Unit); ok {
		x.parent[unit.ID] = unit.Parent
		if unit.Code != "" {
			x.coded[alike(unit.Code)] = unit.ID
		}
	}
}

func (x *names) forget(row Row) {
	delete(x.rows, ref{row.Table(), row.Key()})
	for _, name := range namesOf(row) {
		m := mark{row.Table(), alike(name)}
		var rest []string
		for _, id := range x.named[m] {
			if id != row.Key() {
				rest = append(rest, id)
			}
		}
		x.named[m] = rest
	}
	if unit, ok := row.(Unit); ok && unit.Code != "" && x.coded[alike(unit.Code)] == unit.ID {
		delete(x.coded, alike(unit.Code))
	}
}

// namesOf returns the names of a row in both languages.
func namesOf(row Row) []string {
	var en string
	switch r := row.(type) {
	case Tier:
		en = r.En
	case Kind:
		en = r.En
	}
	if en == "" || alike(en) == alike(nameOf(row)) {
		return []string{nameOf(row)}
	}
	return []string{nameOf(row), en}
}

// find returns the ids of the rows that a cell may mean. Self, the id of a unit, is not among them.
func (x *names) find(table Table, cell, self string) []string {
	if _, ok := x.rows[ref{table, cell}]; ok {
		return []string{cell}
	}
	if id, ok := x.coded[alike(cell)]; ok && table == Units {
		return []string{id}
	}
	found := x.others(mark{table, alike(cell)}, self)
	if table != Units || len(found) > 0 {
		return found
	}
	path := writtenPath(cell)
	for _, id := range x.others(mark{table, path[strings.LastIndexByte(path, '/')+1:]}, self) {
		if strings.HasSuffix("/"+x.path(id), "/"+path) {
			found = append(found, id)
		}
	}
	return found
}

// manyAlike is how many rows of one name are looked at; who has more writes ids.
const manyAlike = 100

func (x *names) others(m mark, self string) []string {
	var out []string
	for _, id := range x.named[m] {
		if id != self {
			out = append(out, id)
		}
		if len(out) == manyAlike {
			break
		}
	}
	return out
}

// path returns the names from the highest unit down to one.
func (x *names) path(id string) string {
	path := ""
	for range maxDepth {
		row, ok := x.rows[ref{Units, id}]
		if !ok {
			break
		}
		path = nameOf(row) + "/" + path
		id = x.parent[id]
	}
	return writtenPath(strings.TrimSuffix(path, "/"))
}

func writtenPath(cell string) string {
	parts := strings.Split(cell, "/")
	for i := range parts {
		parts[i] = alike(parts[i])
	}
	return strings.Join(parts, "/")
}

// write returns the cell that find takes for a row, as people would write it if they can.
func (x *names) write(table Table, id, self string) string {
	row, ok := x.rows[ref{table, id}]
	if !ok {
		return id
	}
	cells := []string{nameOf(row)}
	if unit, ok := row.(Unit); ok {
		above, there := x.rows[ref{Units, unit.Parent}]
		for range maxDepth {
			if !there {
				break
			}
			cells = append(cells, nameOf(above)+" / "+cells[len(cells)-1])
			above, there = x.rows[ref{Units, x.parent[above.Key()]}]
		}
	}
	for _, cell := range cells {
		if found := x.find(table, cell, self); len(found) == 1 && found[0] == id {
			return cell
		}
	}
	return id
}
