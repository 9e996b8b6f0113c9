package directory

import "github.com/diemcau/diemcau/relay/meeting"

// Start returns the Book of a new server: three tiers, four kinds of unit and two templates. The seed, any text that no other server
// has, makes its ids.
func Start(seed string) Book {
	return Book{
		Seed: seed,
		Tiers: []Tier{
			{"province", 1, "Tỉnh", "Province"},
			{"district", 2, "Huyện", "District"},
			{"commune", 3, "Xã", "Commune"},
		},
		Kinds: []Kind{
			{"province", "Cấp tỉnh", "Province", 0},
			{"department", "Sở, ban, ngành", "Department", 1},
			{"district", "Cấp huyện", "District", 2},
			{"commune", "Cấp xã", "Commune", 1},
		},
		Units: []Unit{}, Sites: []Site{}, Rooms: []Room{},
		Templates: []Template{briefing(), urgent()},
	}
}

// briefing is the meeting of every week: all report in turn, the chair concludes.
func briefing() Template {
	return Template{"briefing", "Họp giao ban", "Họp giao ban tuần {tuần}, ngày {ngày}", meeting.Plan{
		Minutes: 90,
		Agenda: []meeting.Item{
			{ID: 1, Title: "Ổn định tổ chức, điểm danh các điểm cầu", Minutes: 5},
			{ID: 2, Title: "Khai mạc, nêu nội dung và yêu cầu của cuộc họp", Minutes: 5},
			{ID: 3, Title: "Kiểm điểm việc thực hiện kết luận của cuộc họp trước", Minutes: 10},
			{ID: 4, Title: "Các điểm cầu báo cáo tình hình, kết quả thực hiện nhiệm vụ và kiến nghị", Minutes: 40},
			{ID: 5, Title: "Thảo luận, giải đáp kiến nghị", Minutes: 15},
			{ID: 6, Title: "Kết luận và giao nhiệm vụ tuần tới", Minutes: 15},
		},
		Script: []meeting.Rule{
			{When: "dropped", After: 10, Do: "next-return", Auto: false},
			{When: "no-video", After: 15, Do: "voice-only", Auto: true},
			{When: "late", After: 30, Do: "warn", Auto: true},
		},
		Lobby: true, Mode: "moderated",
	}}
}

// urgent is a meeting within the hour: storm, flood, fire.
func urgent() Template {
	return Template{"urgent", "Họp khẩn", "Họp khẩn ngày {ngày}", meeting.Plan{
		Minutes: 45,
		Agenda: []meeting.Item{
			{ID: 1, Title: "Thông báo tình hình khẩn cấp và yêu cầu của cuộc họp", Minutes: 5},
			{ID: 2, Title: "Các điểm cầu báo cáo nhanh: tình hình, thiệt hại, lực lượng, vật tư tại chỗ", Minutes: 20},
			{ID: 3, Title: "Bàn phương án ứng phó, phân công theo phương châm bốn tại chỗ", Minutes: 10},
			{ID: 4, Title: "Kết luận, mệnh lệnh thực hiện và chế độ báo cáo", Minutes: 10},
		},
		Script: []meeting.Rule{
			{When: "dropped", After: 5, Do: "next-return", Auto: true},
			{When: "no-video", After: 5, Do: "voice-only", Auto: true},
			{When: "late", After: 0, Do: "warn", Auto: true},
		},
		Lobby: true, Mode: "moderated",
	}}
}
