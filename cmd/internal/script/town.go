package script

import (
	"fmt"
	"slices"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Sizes of the two scripts, in sites.
const (
	District = 22  // a district and 21 communes
	Province = 145 // a province, 8 districts and 136 communes
)

// place is a unit with its site and the computer there.
type place struct {
	id, name     string // of the site; the unit's id is that with a u before it
	tier, parent string // the parent is a unit's id
	invited      int    // its number in the plan
	key          key
	pass         string
}

func (p *place) unit() string { return "u" + p.id }

var districts = []string{"Nam Giang", "Tây Giang", "Đông Giang", "Phước Sơn", "Nam Trà My", "Bắc Trà My", "Hiệp Đức", "Tiên Phước"}

// town returns the places of a script, those who report first.
func town(sites int) ([]*place, error) {
	var all []*place
	add := func(id, name, tier, parent string) {
		all = append(all, &place{id: id, name: name, tier: tier, parent: parent, invited: len(all) + 1})
	}
	switch sites {
	case District:
		add("d1", "UBND huyện Nam Giang", "district", "")
		for i := 1; i < sites; i++ {
			add(fmt.Sprintf("x%02d", i), fmt.Sprintf("Xã thứ %d huyện Nam Giang", i), "commune", "ud1")
		}
	case Province:
		add("t1", "UBND tỉnh Quảng Nam", "province", "")
		for i, d := range districts {
			add(fmt.Sprintf("d%d", i+1), "UBND huyện "+d, "district", "ut1")
		}
		for i := range sites - 1 - len(districts) {
			d := i % len(districts)
			add(fmt.Sprintf("x%03d", i+1), fmt.Sprintf("Xã thứ %d huyện %s", i/len(districts)+1, districts[d]), "commune", fmt.Sprintf("ud%d", d+1))
		}
	default:
		return nil, fmt.Errorf("script: there is one of %d sites and one of %d", District, Province)
	}
	for _, p := range all {
		p.key = newKey()
	}
	return all, nil
}

// reporters are the places whose report is on the agenda: the communes of a district, the districts of a province.
func reporters(all []*place) []*place {
	tier := "commune"
	if len(all) == Province {
		tier = "district"
	}
	return slices.DeleteFunc(slices.Clone(all), func(p *place) bool { return p.tier != tier || absent(all, p) })
}

// absent says whether a place does not come: the last two communes.
func absent(all []*place, p *place) bool { return p.invited > len(all)-2 }

// edits puts the places into a directory that has the tiers and kinds of a new server.
func edits(all []*place) []map[string]any {
	var out []map[string]any
	for _, p := range all {
		unit := map[string]string{"id": p.unit(), "name": p.name, "kind": p.tier, "tier": p.tier, "parent": p.parent}
		site := map[string]string{"id": p.id, "name": p.name, "unit": p.unit()}
		out = append(out, map[string]any{"table": "units", "row": unit}, map[string]any{"table": "sites", "row": site})
	}
	return out
}

// plan is that of the meeting.
func plan(all []*place, chair, secretary string) meeting.Plan {
	p := meeting.Plan{
		Body: all[0].name, Place: "Hội trường " + all[0].name, Minutes: 90, Mode: meeting.ModeRoll, Lobby: true,
		Officers: []meeting.Officer{
			{Account: chair, Name: "Nguyễn Văn Chủ", Role: meeting.RoleChair},
			{Account: secretary, Name: "Trần Thị Thư", Role: meeting.RoleSecretary},
		},
		Script: []meeting.Rule{{When: meeting.WhenDropped, After: 60, Do: meeting.DoNextReturn}},
	}
	for _, at := range all {
		p.Invited = append(p.Invited, meeting.Invited{N: at.invited, Site: at.id, Name: at.name, Unit: at.unit(), Members: 5})
	}
	for i, at := range reporters(all) {
		p.Agenda = append(p.Agenda, meeting.Item{ID: i + 1, Title: "Báo cáo phòng, chống thiên tai: " + at.name, By: at.invited, Minutes: 5})
	}
	p.Agenda = append(p.Agenda, meeting.Item{ID: len(p.Agenda) + 1, Title: "Thảo luận, kết luận", Minutes: 15})
	return p
}
