package directory

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
)

// put makes edits of rows.
func put(rows ...Row) []Edit {
	var edits []Edit
	for _, row := range rows {
		edits = append(edits, Edit{Table: row.Table(), Row: row})
	}
	return edits
}

func remove(table Table, id string) Edit { return Edit{Table: table, Remove: id} }

// edited is a Book after edits in which nothing is wrong.
func edited(t *testing.T, b Book, edits ...Edit) Book {
	t.Helper()
	out, problems := b.Edit(edits)
	if len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	return out
}

// namGiangBook is a district with two communes, three sites and two rooms.
var namGiangBook = func() Book {
	b, problems := Start("a seed").Edit(put(
		Unit{ID: "qn", Name: "Tỉnh Quảng Nam", Kind: "province", Tier: "province", Code: "49"},
		Unit{ID: "ng", Name: "Huyện Nam Giang", Kind: "district", Tier: "district", Parent: "qn", Code: "510"},
		Unit{ID: "gr", Name: "Xã Ga Ry", Kind: "commune", Tier: "commune", Parent: "ng"},
		Unit{ID: "lb", Name: "Xã La Bê", Kind: "commune", Tier: "commune", Parent: "ng"},
		Room{ID: "r1", Name: "Hội trường A", Address: "Thạnh Mỹ", Seats: 80, Bodies: []string{"Huyện ủy", "UBND huyện"}},
		Room{ID: "r2", Name: "Phòng họp xã Ga Ry"},
		Site{ID: "s1", Name: "Hội trường UBND huyện", Unit: "ng", Room: "r1", Phone: "+84 235 3792 211"},
		Site{ID: "s2", Name: "Huyện ủy", Unit: "ng", Room: "r1"},
		Site{ID: "s3", Name: "UBND xã Ga Ry", Unit: "gr", Room: "r2", Equipment: "- TV 65 inch\n- camera", Technician: "Hiên Thị Ngọc", Phone: "0905 123 456", Note: "=4G"},
	))
	if len(problems) > 0 {
		panic(problems)
	}
	return b
}()

// wants holds an edit to one problem at a place, and to no change.
func wants(t *testing.T, b Book, edits []Edit, row int, column, vi string) {
	t.Helper()
	out, problems := b.Edit(edits)
	if len(problems) != 1 || problems[0].Row != row || problems[0].Column != column || !strings.Contains(problems[0].Vi, vi) || problems[0].En == "" {
		t.Errorf("%+v: got %+v, want row %d column %q %q", edits, problems, row, column, vi)
	}
	if !reflect.DeepEqual(out, b) {
		t.Errorf("%+v: half done", edits)
	}
}

func TestStart(t *testing.T) {
	b := Start("seed")
	again := edited(t, b, put(b.rows(Tables...)...)...)
	if !reflect.DeepEqual(b, again) {
		t.Errorf("the start book is not as Edit writes it:\n%+v\n%+v", b, again)
	}
	if quotas := []int{b.Kinds[0].Quota, b.Kinds[1].Quota, b.Kinds[2].Quota, b.Kinds[3].Quota}; !reflect.DeepEqual(quotas, []int{0, 1, 2, 1}) {
		t.Errorf("quotas %v", quotas)
	}
	hour := time.FixedZone("", 7*3600)
	if title := b.Templates[0].TitleAt(time.Date(2026, 1, 1, 8, 0, 0, 0, hour)); title != "Họp giao ban tuần 1, ngày 01/01/2026" {
		t.Error(title)
	}
	text, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Decode(text); err != nil || !reflect.DeepEqual(back, b) {
		t.Errorf("%v\n%+v", err, back)
	}
	for _, bad := range []string{"", "[]", `{"units":3}`, strings.Repeat(" ", MaxBook) + "{}"} {
		if _, err := Decode([]byte(bad)); !errors.Is(err, ErrBook) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}

func TestEditAddsChangesRemoves(t *testing.T) {
	b := namGiangBook
	if s, _ := b.Site("s3"); s.Equipment != "- TV 65 inch\n- camera" || s.Note != "=4G" {
		t.Errorf("%+v", s)
	}
	// Rows may refer to rows that come later, and whole branches leave in any order.
	moved := edited(t, b, append(put(Unit{ID: "gr", Name: "Xã Ga Ry", Kind: "commune", Tier: "commune", Parent: "new"},
		Unit{ID: "new", Name: "Huyện Tây Giang", Kind: "district", Tier: "district", Parent: "qn"}),
		remove(Units, "ng"), remove(Units, "lb"), remove(Sites, "s2"), remove(Sites, "s1"))...)
	if len(moved.Units) != 3 || len(moved.Sites) != 1 || len(b.Units) != 4 || len(b.Sites) != 3 {
		t.Errorf("%+v", moved)
	}
	if u, _ := moved.Unit("gr"); u.Parent != "new" {
		t.Errorf("%+v", u)
	}
	// Texts are kept in NFC, without what nobody sees.
	tidy := edited(t, b, put(Unit{ID: "lb", Name: " Xa\u0303\u00a0 La\u200b  Be\u0302\ufeff", Kind: "commune", Tier: "commune", Parent: "ng"})...)
	if u, _ := tidy.Unit("lb"); u.Name != "Xã La Bê" {
		t.Errorf("%q", u.Name)
	}
	if i, ok := b.Invited("s3"); !ok || i != (meeting.Invited{Site: "s3", Name: "UBND xã Ga Ry", Unit: "gr", Room: "r2"}) {
		t.Errorf("%+v", i)
	}
}

func TestIdsAreNeverGivenTwice(t *testing.T) {
	b := namGiangBook
	seen := map[string]bool{}
	for range 300 {
		b = edited(t, b, put(Room{Name: "Phòng mới"})...)
		room := b.Rooms[len(b.Rooms)-1]
		if seen[room.ID] || !isID(room.ID) || room.ID[0] != 'r' {
			t.Fatalf("id %q", room.ID)
		}
		seen[room.ID] = true
		b = edited(t, b, remove(Rooms, room.ID))
	}
	other := edited(t, Start("another"), put(Room{Name: "Phòng mới"})...)
	if seen[other.Rooms[0].ID] {
		t.Error("two servers give the same ids")
	}
}

func TestEditRefusesTexts(t *testing.T) {
	b := namGiangBook
	room := func(name string) []Edit { return put(Room{ID: "r2", Name: name}) }
	wants(t, b, room(""), 1, "name", "trống")
	wants(t, b, room(" \u200b\u00a0"), 1, "name", "trống")
	wants(t, b, room("\u0301"), 1, "name", "trống")
	wants(t, b, room(strings.Repeat("ệ", 65)), 1, "name", "64")
	wants(t, b, room(strings.Repeat("e\u0323\u0302", 1<<20)), 1, "name", "64")
	wants(t, b, room("a\u202eb"), 1, "name", "điều khiển")
	wants(t, b, room("a\x00b"), 1, "name", "điều khiển")
	wants(t, b, room("a\rb"), 1, "name", "điều khiển")
	wants(t, b, room("a\xffb"), 1, "name", "điều khiển")
	wants(t, b, put(Site{ID: "s3", Name: "x", Unit: "gr", Note: strings.Repeat("a ", 250) + "\u2067" + strings.Repeat("b", 50)}), 1, "note", "điều khiển")
	wants(t, b, put(Site{ID: "s3", Name: "x", Unit: "gr", Note: strings.Repeat("a\n", 501) + "a"}), 1, "note", "1000")
	wants(t, b, put(Room{ID: "R!", Name: "x"}), 1, "id", "Số hiệu")
	wants(t, b, put(Room{ID: "r2", Name: "x", Seats: -1}), 1, "seats", "từ 0 đến 100000")
	wants(t, b, put(Room{ID: "r2", Name: "x", Bodies: make([]string, 21)}), 1, "bodies", "20")
	wants(t, b, put(Tier{ID: "commune", Level: 10, Vi: "Xã"}), 1, "level", "từ 1 đến 9")
	wants(t, b, put(Kind{ID: "commune", Vi: "Xã", Quota: 1001}), 1, "quota", "1000")
	wants(t, b, put(Template{ID: "urgent", Name: "Họp khẩn", Title: "Họp {hôm nay}"}), 1, "title", "{hôm nay}")
	wants(t, b, put(Template{ID: "urgent", Name: "Họp khẩn", Title: "x", Plan: meeting.Plan{Agenda: []meeting.Item{{ID: 1}}}}), 1, "plan", "Nội dung")
	wants(t, b, put(Template{ID: "urgent", Name: "Họp khẩn", Title: "x", Plan: meeting.Plan{Script: []meeting.Rule{{When: "always"}}}}), 1, "plan", "")
	markup := edited(t, b, room(`<script>alert("x")</script> & %s {{.}}`)...)
	if m, _ := markup.Room("r2"); m.Name != `<script>alert("x")</script> & %s {{.}}` {
		t.Errorf("markup is text like any other: %q", m.Name)
	}
	shared := edited(t, b, put(Room{ID: "r2", Name: "x", Bodies: []string{" UBND; HĐND", "", "ubnd, hđnd"}})...)
	if m, _ := shared.Room("r2"); !reflect.DeepEqual(m.Bodies, []string{"UBND, HĐND"}) {
		t.Errorf("%q", m.Bodies)
	}
}

func TestPhones(t *testing.T) {
	b := namGiangBook
	for _, phone := range []string{"", "0905123456", "0905 123 456", "+84905123456", "(0235) 3.792.211", "+84 (235) 379-2211", "113", "1234", "1900 1234", "18001091"} {
		b = edited(t, b, put(Site{ID: "s3", Name: "x", Unit: "gr", Phone: phone})...)
		if s, _ := b.Site("s3"); s.Phone != phone {
			t.Errorf("%q became %q", phone, s.Phone)
		}
	}
	for phone, vi := range map[string]string{
		"905123456": "thiếu số 0", "235 3792211": "thiếu số 0", "8.4905E+10": "chỉ gồm chữ số", "abc": "chỉ gồm", "12": "chỉ gồm", "+84": "chỉ gồm",
		"0905123456 / 0905123457": "chỉ gồm", "0905123+456": "chỉ gồm", "09051234567890123": "chỉ gồm", "+": "chỉ gồm", "٠٩٠٥١٢٣٤٥٦": "chỉ gồm",
		strings.Repeat("0", 25): "24",
	} {
		wants(t, b, put(Site{ID: "s3", Name: "x", Unit: "gr", Phone: phone}), 1, "phone", vi)
	}
}

func TestReferencesHold(t *testing.T) {
	b := namGiangBook
	gr := Unit{ID: "gr", Name: "Xã Ga Ry", Kind: "commune", Tier: "commune", Parent: "ng"}
	with := func(change func(*Unit)) []Edit { u := gr; change(&u); return put(u) }
	wants(t, b, with(func(u *Unit) { u.Parent = "no" }), 1, "parent", "Không có đơn vị")
	wants(t, b, with(func(u *Unit) { u.Kind = "" }), 1, "kind", "Không có loại đơn vị")
	wants(t, b, with(func(u *Unit) { u.Tier = "ward" }), 1, "tier", "Không có cấp")
	wants(t, b, with(func(u *Unit) { u.Parent = "gr" }), 1, "parent", "chính nó")
	wants(t, b, put(Unit{ID: "ng", Name: "Huyện", Kind: "district", Tier: "commune", Parent: "gr"}), 1, "parent", "chính nó")
	wants(t, b, put(Unit{ID: "x", Name: "X", Kind: "district", Tier: "district", Parent: "gr"}), 1, "tier", "cấp cao hơn")
	wants(t, b, put(Tier{ID: "commune", Level: 4, Vi: "Xã"}, Tier{ID: "province", Level: 3, Vi: "Tỉnh"}), 2, "", "cấp cao hơn")
	wants(t, b, []Edit{remove(Units, "ng")}, 1, "", "Còn đơn vị “Xã Ga Ry” dùng mục này")
	wants(t, b, []Edit{remove(Units, "gr")}, 1, "", "Còn điểm cầu “UBND xã Ga Ry”")
	wants(t, b, []Edit{remove(Rooms, "r2")}, 1, "", "Còn điểm cầu")
	wants(t, b, []Edit{remove(Kinds, "commune")}, 1, "", "Còn đơn vị")
	wants(t, b, []Edit{remove(Tiers, "commune")}, 1, "", "Còn đơn vị")
	wants(t, b, []Edit{remove(Rooms, "no")}, 1, "", "người khác xóa")
	wants(t, b, []Edit{{Table: "no"}}, 1, "", "bảng nào")
	wants(t, b, []Edit{{Table: Rooms, Row: gr}}, 1, "", "bảng nào")
	wants(t, b, put(Room{ID: "r2", Name: "a"}, Room{ID: "r2", Name: "b"}), 2, "", "dòng 1")
	wants(t, b, put(Site{Name: "Mới", Unit: "lb", Room: "no"}), 1, "room", "Không có phòng họp")
	plan := meeting.Plan{Invited: []meeting.Invited{{N: 1, Site: "s3", Name: "Ga Ry"}}}
	invites := edited(t, b, put(Template{ID: "weekly", Name: "Tuần", Title: "Tuần {tuần}", Plan: plan})...)
	wants(t, invites, []Edit{remove(Sites, "s3")}, 1, "", "Còn mẫu cuộc họp “Tuần”")
}

func TestNamesAndCodesAreUnique(t *testing.T) {
	b := namGiangBook
	wants(t, b, put(Unit{Name: "XÃ  GA RY", Kind: "commune", Tier: "commune", Parent: "ng"}), 1, "name", "đã có")
	wants(t, b, put(Unit{Name: "Xa\u0303 Ga Ry", Kind: "commune", Tier: "commune", Parent: "ng"}), 1, "name", "đã có")
	edited(t, b, put(Unit{Name: "Xã Ga Ry", Kind: "commune", Tier: "commune", Parent: "qn"})...)
	wants(t, b, put(Unit{Name: "Khác", Kind: "commune", Tier: "commune", Parent: "ng", Code: "510"}), 1, "code", "Huyện Nam Giang")
	wants(t, b, put(Room{Name: "hội trường a"}), 1, "name", "đã có")
	wants(t, b, put(Site{ID: "s2", Name: "Hội trường UBND huyện", Unit: "ng"}), 1, "name", "đã có")
	wants(t, b, put(Tier{ID: "ward", Level: 3, Vi: "Phường"}), 1, "level", "Xã")
	wants(t, b, put(Kind{ID: "ward", Vi: "Phường", En: "commune"}), 1, "en", "đã có")
	wants(t, b, put(Template{Name: "họp khẩn", Title: "x"}), 1, "name", "đã có")
	// A row that gives its name up makes room for another in the same step.
	edited(t, b, put(Room{ID: "r1", Name: "Phòng họp xã Ga Ry"}, Room{ID: "r2", Name: "Hội trường A"})...)
}

func TestQuotas(t *testing.T) {
	b := namGiangBook
	wants(t, b, put(Site{Name: "Thứ hai", Unit: "gr"}), 1, "unit", "chỉ được 1 điểm cầu")
	wants(t, b, put(Site{Name: "Thứ ba", Unit: "ng"}), 1, "unit", "chỉ được 2 điểm cầu")
	wants(t, b, put(Kind{ID: "district", Vi: "Cấp huyện", En: "District", Quota: 1}), 1, "", "Huyện Nam Giang")
	wants(t, b, put(Unit{ID: "ng", Name: "Huyện Nam Giang", Kind: "department", Tier: "district", Parent: "qn"}), 1, "kind", "Sở, ban, ngành")
	many := make([]Row, 40)
	for i := range many {
		many[i] = Site{Name: "Điểm " + strings.Repeat("I", i+1), Unit: "qn"}
	}
	edited(t, b, put(many...)...)
	edited(t, b, put(Kind{ID: "commune", Vi: "Cấp xã", En: "Commune", Quota: 2}, Site{Name: "Thứ hai", Unit: "gr"})...)
}

func TestManyProblemsAreBounded(t *testing.T) {
	b := Start("")
	_, problems := b.Edit(put(make([]Row, 0)...))
	if len(problems) != 0 {
		t.Errorf("%+v", problems)
	}
	bad := make([]Row, 5000)
	for i := range bad {
		bad[i] = Unit{Name: "x", Kind: "?", Tier: "?", Parent: "?", Code: "1"}
	}
	if _, problems = b.Edit(put(bad...)); len(problems) != MaxProblems || problems[0].Row != 1 || !strings.Contains(problems[MaxProblems-1].Vi, "nhiều lỗi") {
		t.Errorf("%d problems, last %+v", len(problems), problems[len(problems)-1])
	}
	if _, problems = b.Edit(make([]Edit, MaxEdits+1)); len(problems) != 1 || problems[0].Row != 0 {
		t.Errorf("%+v", problems)
	}
	big := make([]Row, 3000)
	for i := range big {
		big[i] = Room{Name: "p" + strings.Repeat("h", i%50) + string(rune('一'+i)), Bodies: []string{strings.Repeat("ệ", 60), strings.Repeat("ễ", 60), strings.Repeat("ể", 60), strings.Repeat("ế", 60), strings.Repeat("ề", 60), strings.Repeat("ê", 60), strings.Repeat("ạ", 60), strings.Repeat("ậ", 60)}}
	}
	if _, problems = b.Edit(put(big...)); len(problems) != 1 || !strings.Contains(problems[0].En, "4 MiB") {
		t.Errorf("%d problems", len(problems))
	}
}

func TestEditsAsJSON(t *testing.T) {
	var edits []Edit
	text := `[{"table":"rooms","row":{"name":"Phòng","seats":3}},{"table":"units","remove":"u1"},{"table":"templates","row":{"name":"M","title":"T","plan":{"minutes":5}}}]`
	if err := json.Unmarshal([]byte(text), &edits); err != nil {
		t.Fatal(err)
	}
	want := []Edit{
		{Table: Rooms, Row: Room{Name: "Phòng", Seats: 3}},
		{Table: Units, Remove: "u1"},
		{Table: Templates, Row: Template{Name: "M", Title: "T", Plan: meeting.Plan{Minutes: 5}}},
	}
	if !reflect.DeepEqual(edits, want) {
		t.Errorf("%+v", edits)
	}
	for _, bad := range []string{`{"table":"no","row":{}}`, `{"table":"rooms"}`, `{"table":"rooms","row":{"seats":"many"}}`, `3`} {
		if err := json.Unmarshal([]byte(bad), new(Edit)); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
