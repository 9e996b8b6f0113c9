package directory

import (
	"cmp"
	"fmt"
	"slices"
)

// MaxProblems is how many problems are told at once; who mends a hundred will ask again.
const MaxProblems = 100

// Problem says what is wrong with an edit, or with a cell of a file, and what to do.
type Problem struct {
	Table  Table  `json:"table"`
	Row    int    `json:"row"`              // the edit's number, from 1; in a file the row as a spreadsheet counts them, heads are 1; 0: all of it
	Column string `json:"column,omitempty"` // the member of the row's JSON; in a file the column's letter and head, as in "C · Điện thoại"
	Vi     string `json:"vi"`
	En     string `json:"en"`
}

// sentence is what a problem says; both forms take the same arguments.
type sentence struct{ vi, en string }

// about fills in what the rows of a table are called, and more.
func (s sentence) about(table Table, more ...any) sentence {
	word := words[table]
	return sentence{fmt.Sprintf(s.vi, append([]any{word.vi}, more...)...), fmt.Sprintf(s.en, append([]any{word.en}, more...)...)}
}

// words are what a row of a table is called.
var words = map[Table]sentence{
	Tiers: {"cấp", "tier"}, Kinds: {"loại đơn vị", "kind of unit"}, Units: {"đơn vị", "unit"},
	Rooms: {"phòng họp", "room"}, Sites: {"điểm cầu", "site"}, Templates: {"mẫu cuộc họp", "template"},
}

// report collects problems of one row after another.
type report struct {
	table    Table
	row      int
	problems []Problem
}

// add tells a problem with a member of the row that the report is at; of several with one member only the first is told.
func (r *report) add(member string, s sentence, args ...any) {
	r.at(r.table, r.row, member, s, args...)
}

func (r *report) at(table Table, row int, member string, s sentence, args ...any) {
	if len(r.problems) > 4*MaxProblems {
		return
	}
	if len(args) > 0 {
		s = sentence{fmt.Sprintf(s.vi, args...), fmt.Sprintf(s.en, args...)}
	}
	r.problems = append(r.problems, Problem{table, row, member, s.vi, s.en})
}

// all returns the problems by row, each place once; those of rows that nobody touched only if there are no others.
func (r *report) all() []Problem {
	if slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Row > 0 }) {
		r.problems = slices.DeleteFunc(r.problems, func(p Problem) bool { return p.Row == 0 })
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column)) })
	out := slices.CompactFunc(r.problems, func(a, b Problem) bool { return a.Row == b.Row && a.Column == b.Column })
	if len(out) <= MaxProblems {
		return slices.Clip(out)
	}
	more := Problem{Table: r.table, Vi: "Còn nhiều lỗi nữa chưa liệt kê: sửa các lỗi này rồi kiểm tra lại.", En: "There are more problems than are listed: mend these and check again."}
	return append(out[:MaxProblems-1:MaxProblems-1], more)
}

// What can be wrong with a text.
var (
	empty = sentence{
		"Ô này còn trống: xin nhập vào.",
		"This is empty: fill it in.",
	}
	tooLong = sentence{
		"Ô này dài quá %d ký tự: xin rút ngắn lại.",
		"This has more than %d characters: shorten it.",
	}
	controls = sentence{
		"Ô này có ký tự điều khiển không nhìn thấy: xin xóa đi và gõ lại bằng bàn phím.",
		"This holds invisible control characters: delete it and type it again.",
	}
	badPhone = sentence{
		"Số điện thoại chỉ gồm chữ số, ví dụ 0905 123 456 hoặc +84 905 123 456: xin nhập một số, số khác ghi ở ô ghi chú.",
		"A telephone number has digits only, as in 0905 123 456 or +84 905 123 456: type one, and put others into the note.",
	}
	lostZero = sentence{
		"Số điện thoại thiếu số 0 ở đầu, có lẽ Excel đã bỏ mất: xin thêm số 0 (trong Excel: đặt cột thành kiểu Text rồi nhập lại).",
		"The telephone number lacks its leading 0, perhaps a spreadsheet dropped it: add it (in Excel: make the column Text and type it again).",
	}
	badID = sentence{
		"Số hiệu gồm 1 đến 32 chữ thường không dấu, chữ số và dấu gạch nối: xin để trống, máy chủ sẽ tự đặt.",
		"An id has 1 to 32 of a–z, 0–9 and hyphens: leave it empty and the server makes one.",
	}
	badNumber = sentence{
		"Ô này phải là một số từ %d đến %d: xin nhập lại.",
		"This must be a number from %d to %d: type it again.",
	}
	tooMany = sentence{
		"Chỉ ghi được nhiều nhất %d mục ở đây: xin bớt đi.",
		"There may be at most %d entries here: take some away.",
	}
	badField = sentence{
		"Tên cuộc họp chỉ có các trường {ngày}, {tuần}, {tháng}, {năm}: xin sửa phần %s.",
		"The title has only the fields {ngày}, {tuần}, {tháng}, {năm}: mend %s.",
	}
)

// What can be wrong with an edit.
var (
	gone = sentence{
		"Dòng này đã bị người khác xóa hoặc chưa từng có: xin tải lại trang.",
		"This row was removed by somebody else, or never was: reload the page.",
	}
	twice = sentence{
		"Mục này đã có ở dòng %d: xin bỏ một trong hai.",
		"This one is in row %d already: take one of the two away.",
	}
	wrongTable = sentence{
		"Không có bảng nào tên như vậy, hoặc dòng không đúng dạng của bảng: xin tải lại trang.",
		"There is no such table, or the row is not of its form: reload the page.",
	}
	tooManyEdits = sentence{
		"Mỗi lần chỉ sửa được nhiều nhất %d dòng: xin chia thành nhiều lần.",
		"At most %d rows can be edited at once: do it in several steps.",
	}
	tooBig = sentence{
		"Danh bạ sẽ lớn quá 4 MiB: xin xóa bớt những gì không dùng nữa.",
		"The directory would have more than 4 MiB: remove what is no longer used.",
	}
	sameName = sentence{
		"Tên “%s” đã có ở cùng chỗ này: xin đặt tên khác.",
		"The name “%s” is taken in the same place: choose another.",
	}
	sameCode = sentence{
		"Mã “%s” đã được đơn vị “%s” dùng: xin kiểm tra lại mã.",
		"The code “%s” is that of the unit “%s”: check it.",
	}
	sameLevel = sentence{
		"Bậc %d đã là của cấp “%s”: xin chọn bậc khác.",
		"Level %d is that of the tier “%s”: choose another.",
	}
	unknown = sentence{
		"Không có %s nào như vậy trong danh bạ: xin chọn trong danh sách, hoặc thêm vào trước.",
		"The directory has no such %s: choose from the list, or add it first.",
	}
	inUse = sentence{
		"Còn %s “%s” dùng mục này: xin sửa hoặc xóa %[1]s đó trước.",
		"The %s “%s” still uses this: change or remove that first.",
	}
	circle = sentence{
		"Đơn vị này sẽ trực thuộc chính nó: xin chọn đơn vị cấp trên khác.",
		"This unit would be under itself: choose another parent.",
	}
	aboveParent = sentence{
		"Đơn vị “%s” ở cấp cao hơn đơn vị cấp trên của nó: xin chọn lại cấp hoặc đơn vị cấp trên.",
		"The unit “%s” is of a higher tier than its parent: choose another tier or parent.",
	}
	overQuota = sentence{
		"Đơn vị “%s” thuộc loại “%s” chỉ được %d điểm cầu: xin xóa bớt điểm cầu, đổi loại đơn vị hoặc nâng số điểm cầu của loại này.",
		"The unit “%s” is a “%s”, which may have %d site(s): remove a site, change the unit's kind or raise the kind's quota.",
	}
)
