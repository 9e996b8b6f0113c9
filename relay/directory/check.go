package directory

// maxDepth is how many units may be above one.
const maxDepth = 32

// check reports what does not hold between rows. What held before and does no more is told of the edit that broke it.
func (e *editor) check() {
	e.checkTiers()
	e.checkKinds()
	e.checkUnits()
	e.checkRooms()
	e.checkSites()
	e.checkTemplates()
}

// blame reports a problem with a member of a row: at the row, if it was edited, else at the first of the others that was.
func (e *editor) blame(row ref, member string, others []ref, s sentence, args ...any) {
	if number, ok := e.touched[row]; ok {
		e.at(row.table, number, member, s, args...)
		return
	}
	for _, other := range others {
		if number, ok := e.touched[other]; ok {
			e.at(other.table, number, "", s, args...)
			return
		}
	}
	e.at(row.table, 0, member, s, args...)
}

// taken finds out which row has a name, or another mark that is one row's only.
type taken map[string]ref

func (t taken) by(mark string, row ref) (other ref, again bool) {
	if other, again = t[mark]; !again {
		t[mark] = row
	}
	return other, again
}

// unique reports a name that another row has in the same place.
func (e *editor) unique(t taken, place, name string, row ref, member string) {
	if alike(name) == "" {
		return
	}
	if other, again := t.by(place+"\x00"+alike(name), row); again {
		e.blame(row, member, []ref{other}, sameName, name)
	}
}

// holds reports a reference to a row that is not there.
func (e *editor) holds(from ref, name, member string, to ref) bool {
	if e.lists[to.table].has(to.id) {
		return true
	}
	if _, edited := e.touched[from]; edited {
		e.blame(from, member, nil, unknown.about(to.table))
		return false
	}
	e.blame(to, "", nil, inUse.about(from.table, name))
	return false
}

func (e *editor) checkTiers() {
	names, levels := taken{}, taken{}
	for _, tier := range e.book.Tiers {
		row := ref{Tiers, tier.ID}
		e.unique(names, "vi", tier.Vi, row, "vi")
		e.unique(names, "en", tier.En, row, "en")
		if other, again := levels.by(string(rune(tier.Level)), row); again {
			first, _ := find(e.book.Tiers, other.id)
			e.blame(row, "level", []ref{other}, sameLevel, tier.Level, first.Vi)
		}
	}
}

func (e *editor) checkKinds() {
	names := taken{}
	for _, kind := range e.book.Kinds {
		row := ref{Kinds, kind.ID}
		e.unique(names, "vi", kind.Vi, row, "vi")
		e.unique(names, "en", kind.En, row, "en")
	}
}

func (e *editor) checkRooms() {
	names := taken{}
	for _, room := range e.book.Rooms {
		e.unique(names, "", room.Name, ref{Rooms, room.ID}, "name")
	}
}

func (e *editor) checkUnits() {
	names, codes := taken{}, taken{}
	units, levels := map[string]Unit{}, map[string]int{}
	for _, tier := range e.book.Tiers {
		levels[tier.ID] = tier.Level
	}
	for _, unit := range e.book.Units {
		units[unit.ID] = unit
	}
	for _, unit := range e.book.Units {
		row := ref{Units, unit.ID}
		e.unique(names, unit.Parent, unit.Name, row, "name")
		if other, again := codes.by(alike(unit.Code), row); again && unit.Code != "" {
			e.blame(row, "code", []ref{other}, sameCode, unit.Code, units[other.id].Name)
		}
		e.holds(row, unit.Name, "kind", ref{Kinds, unit.Kind})
		tiered := e.holds(row, unit.Name, "tier", ref{Tiers, unit.Tier})
		if unit.Parent == "" || !e.holds(row, unit.Name, "parent", ref{Units, unit.Parent}) {
			continue
		}
		parent := units[unit.Parent]
		if tiered && levels[unit.Tier] < levels[parent.Tier] {
			e.blame(row, "tier", []ref{{Units, parent.ID}, {Tiers, unit.Tier}, {Tiers, parent.Tier}}, aboveParent, unit.Name)
		}
		if inCircle(units, unit) {
			e.blame(row, "parent", nil, circle)
		}
	}
}

// inCircle says whether a unit is above itself, or deeper than any administration.
func inCircle(units map[string]Unit, unit Unit) bool {
	at := unit.Parent
	for range maxDepth {
		if at == "" || at == unit.ID {
			return at != ""
		}
		at = units[at].Parent
	}
	return true
}

func (e *editor) checkSites() {
	names := taken{}
	count := map[string]int{}
	for _, site := range e.book.Sites {
		row := ref{Sites, site.ID}
		e.unique(names, site.Unit, site.Name, row, "name")
		if site.Room != "" {
			e.holds(row, site.Name, "room", ref{Rooms, site.Room})
		}
		if !e.holds(row, site.Name, "unit", ref{Units, site.Unit}) {
			continue
		}
		count[site.Unit]++
	}
	e.checkQuotas(count)
}

// checkQuotas tells of units with too many sites: at the sites that were edited, else at what made them too many.
func (e *editor) checkQuotas(count map[string]int) {
	kinds, over := map[string]Kind{}, map[string]Kind{}
	for _, kind := range e.book.Kinds {
		kinds[kind.ID] = kind
	}
	names := map[string]string{}
	for _, unit := range e.book.Units {
		kind := kinds[unit.Kind]
		if kind.Quota == 0 || count[unit.ID] <= kind.Quota {
			continue
		}
		over[unit.ID], names[unit.ID] = kind, unit.Name
	}
	told := map[string]bool{}
	for _, site := range e.book.Sites {
		kind, ok := over[site.Unit]
		if _, edited := e.touched[ref{Sites, site.ID}]; ok && edited {
			told[site.Unit] = true
			e.blame(ref{Sites, site.ID}, "unit", nil, overQuota, names[site.Unit], kind.Vi, kind.Quota)
		}
	}
	for _, unit := range e.book.Units {
		if kind, ok := over[unit.ID]; ok && !told[unit.ID] {
			e.blame(ref{Units, unit.ID}, "kind", []ref{{Kinds, kind.ID}}, overQuota, unit.Name, kind.Vi, kind.Quota)
		}
	}
}

func (e *editor) checkTemplates() {
	names := taken{}
	for _, template := range e.book.Templates {
		row := ref{Templates, template.ID}
		e.unique(names, "", template.Name, row, "name")
		for _, invited := range template.Plan.Invited {
			if invited.Site != "" {
				e.holds(row, template.Name, "plan", ref{Sites, invited.Site})
			}
		}
	}
}
