package directory

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// resolve puts ids in the place of what the file calls rows, and finds out which row each entry is.
func (im *importer) resolve(entries []*entry) {
	parent := im.column("parent")
	for _, e := range entries {
		im.row = e.row
		for i, c := range im.columns {
			if c.to != "" && e.cells[i] != "" && i != parent {
				e.cells[i] = im.one(c, e.cells[i], "")
			}
		}
	}
	if im.table == Units {
		im.resolveUnits(entries, parent)
		return
	}
	for _, e := range entries {
		im.row = e.row
		e.id = im.identify(e)
	}
}

// column returns where the file has a member, -1 if it has not.
func (im *importer) column(member string) int {
	return slices.IndexFunc(im.columns, func(c column) bool { return c.member == member })
}

func (im *importer) cell(e *entry, member string) string {
	if i := im.column(member); i >= 0 {
		return e.cells[i]
	}
	return ""
}

// one returns the id of the one row that a cell means.
func (im *importer) one(c column, cell, self string) string {
	found := im.found(c.to, cell, self)
	switch len(found) {
	case 0:
		im.add(c.member, unknown.about(c.to))
		return ""
	case 1:
		return found[0]
	}
	im.add(c.member, ambiguous.about(c.to))
	return ""
}

// found are the rows that a cell may mean and whose ids are known.
func (im *importer) found(table Table, cell, self string) []string {
	return slices.DeleteFunc(im.names.find(table, cell, self), isOpen)
}

// identify returns the id of the row that an entry is: the one in the file, or that of the row with its code, or with its name in the same
// place, or a new one.
func (im *importer) identify(e *entry) string {
	if id := im.certain(e); id != "" {
		return id
	}
	var same []string
	for _, row := range im.called[alike(im.cell(e, nameMember(im.table)))] {
		member, scope := scopeOf(row)
		if im.column(member) < 0 || im.cell(e, member) == scope {
			same = append(same, row.Key())
		}
	}
	switch {
	case len(same) == 0:
		return im.draw(im.lists[im.table], im.table)
	case len(same) > 1:
		im.add(nameMember(im.table), ambiguous.about(im.table))
	}
	return same[0]
}

// certain returns the id of an entry that does not hang on its name, "" if there is none.
func (im *importer) certain(e *entry) string {
	if id := im.cell(e, "id"); id != "" {
		return id
	}
	return im.coded[alike(im.cell(e, "code"))]
}

// A unit whose row is not yet known has an id that none can have.
const open = "?"

func isOpen(id string) bool { return strings.HasPrefix(id, open) }

// resolveUnits finds the parents of units, which may be in the same file, in any order, and known only by their place: from above down, as
// far as it goes. What was found is looked at again when all is known, for then another may have turned out to be called the same.
func (im *importer) resolveUnits(entries []*entry, parent int) {
	waiting := map[*entry]string{} // what they call their parents
	for i, e := range entries {
		im.row = e.row
		above := ""
		if parent >= 0 && e.cells[parent] != "" {
			waiting[e], above = e.cells[parent], open
		}
		switch e.id = im.certain(e); {
		case e.id != "":
		case above == "":
			e.id = im.identify(e)
		default:
			e.id = open + strconv.Itoa(i)
		}
		if parent < 0 {
			above = im.names.parent[e.id]
		}
		im.place(e, above)
	}
	cells := maps.Clone(waiting)
	for progress := true; progress; {
		progress = false
		for _, e := range entries {
			if cell, ok := waiting[e]; ok && im.settle(e, cell, parent) {
				delete(waiting, e)
				progress = true
			}
		}
	}
	for _, e := range entries {
		if cell, ok := cells[e]; ok {
			im.row = e.row
			e.cells[parent] = im.one(im.columns[parent], cell, e.id)
		}
	}
}

// place takes an entry in among the names.
func (im *importer) place(e *entry, parent string) {
	unit := Unit{ID: e.id, Name: line(im.cell(e, "name")), Parent: parent, Code: line(im.cell(e, "code"))}
	if before, ok := im.known[e.id]; ok {
		if im.column("name") < 0 {
			unit.Name = nameOf(before)
		}
		if im.column("code") < 0 {
			unit.Code = before.(Unit).Code
		}
	}
	im.names.add(unit)
}

// settle finds the parent of an entry and then which unit it is, if that can be said by now.
func (im *importer) settle(e *entry, cell string, parent int) bool {
	found := im.found(Units, cell, e.id)
	if len(found) != 1 {
		return false
	}
	e.cells[parent] = found[0]
	if isOpen(e.id) {
		im.names.forget(Unit{ID: e.id, Name: line(im.cell(e, "name")), Code: line(im.cell(e, "code"))})
		im.row = e.row
		e.id = im.identify(e)
	}
	im.place(e, found[0])
	return true
}
