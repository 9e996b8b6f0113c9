package directory

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// What can be wrong with a cell or a head, beside what can be with an edit.
var (
	unknownColumn = sentence{
		"Bảng này không có cột nào tên như vậy: xin sửa tên cột ở dòng 1 hoặc xóa cột. Các cột có thể dùng: %s.",
		"This table has no such column: mend its name in row 1 or delete it. The columns are: %s.",
	}
	columnTwice = sentence{
		"Cột này có hai lần: xin xóa một cột.",
		"This column is there twice: delete one.",
	}
	noName = sentence{
		"Tệp thiếu cột “%s”: xin thêm cột đó ở dòng 1.",
		"The file lacks the column “%s”: add it in row 1.",
	}
	isFormula = sentence{
		"Ô này là công thức: trong Excel, chép ô rồi dán lại dạng giá trị (Paste Special → Values).",
		"This is a formula: in Excel copy the cell and paste it as a value (Paste Special → Values).",
	}
	isError = sentence{
		"Ô này báo lỗi công thức của Excel: xin gõ lại nội dung.",
		"This is an error of a formula in Excel: type the content again.",
	}
	ambiguous = sentence{
		"Có nhiều %s tên như vậy: xin ghi số hiệu, mã, hoặc tên đầy đủ từ trên xuống, ví dụ “Tỉnh A / Huyện B / Xã C”.",
		"More than one %s has this name: write the id, the code or the names from above, as in “Tỉnh A / Huyện B / Xã C”.",
	}
	overlong = sentence{
		"Dòng này có nhiều ô hơn dòng tên cột: xin xóa các ô thừa bên phải.",
		"This row has more cells than the heads: delete those on the right.",
	}
)

// errorValues are what spreadsheets write in the place of a result.
var errorValues = []string{"#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}

// blanks are rows of which nothing is known.
var blanks = map[Table]Row{Tiers: Tier{}, Kinds: Kind{}, Units: Unit{}, Rooms: Room{}, Sites: Site{}}

// importer reads a file into a Book.
type importer struct {
	*editor
	names   *names            // of the Book, and of units as the file has them
	known   map[string]Row    // of the table, by id
	called  map[string][]Row  // and by name, as alike writes it
	coded   map[string]string // ids of units by code, as alike writes it
	columns []column          // in the file's order; those without a member are empty
	heads   map[string]string // what problems call a member's column
	ascii   bool              // the file has no other letters, as when a spreadsheet has lost them
}

// entry is a row of a file on its way.
type entry struct {
	record
	id string // of the row that it is, once that is known
}

// Import puts the rows of a CSV file into a table: in UTF-8, cells parted by a comma, a semicolon or a tabulator, heads in either language.
// Rows are known by id, unit's code, or name and place; columns and rows that the file does not have stay as they are. It returns the
// Book and how many rows the file has, or, if anything is wrong, b as it was and what is wrong. Whoever only wants to know drops the Book.
func (b Book) Import(table Table, file []byte) (Book, int, []Problem) {
	im := b.importer(table, file)
	if sheets[table] == nil {
		im.add("", wrongTable)
		return b, 0, im.all()
	}
	records := readFile(&im.report, file)
	if len(records) == 0 || !im.readHeads(records[0]) {
		return b, 0, im.all()
	}
	entries := make([]*entry, 0, len(records)-1)
	for _, r := range records[1:] {
		entries = append(entries, im.read(r))
	}
	if len(im.problems) == 0 {
		im.resolve(entries)
	}
	if len(im.problems) == 0 {
		for _, e := range entries {
			im.row = e.row
			im.put(im.lists[table], im.apply(e))
		}
		im.finish()
	}
	if len(im.problems) > 0 {
		return b, len(entries), im.told()
	}
	return im.book, len(entries), nil
}

func (b *Book) importer(table Table, file []byte) *importer {
	im := &importer{editor: b.editor(), names: b.names(), known: map[string]Row{}, called: map[string][]Row{}, heads: map[string]string{}}
	im.table, im.coded = table, map[string]string{}
	im.ascii = !bytes.ContainsFunc(file, func(c rune) bool { return c >= utf8.RuneSelf })
	for _, row := range b.rows(table) {
		im.known[row.Key()] = row
		if unit, ok := row.(Unit); ok && unit.Code != "" {
			im.coded[alike(unit.Code)] = unit.ID
		}
		for _, name := range namesOf(row) {
			im.called[alike(name)] = append(im.called[alike(name)], row)
		}
	}
	return im
}

// told are the problems with columns as the file has them.
func (im *importer) told() []Problem {
	for i := range im.problems {
		p := &im.problems[i]
		if head, ok := im.heads[p.Column]; ok {
			p.Column = head
		}
	}
	return im.all()
}

func (im *importer) readHeads(heads record) bool {
	im.row = heads.row
	seen := map[string]bool{}
	for _, c := range sheets[im.table] {
		im.heads[c.member] = c.vi
	}
	for i, head := range heads.cells {
		at := slices.IndexFunc(sheets[im.table], func(c column) bool { return c.named(head) })
		place := columnLetter(i) + " · " + excerpt(head)
		switch {
		case line(head) == "":
			im.columns = append(im.columns, column{})
			continue
		case at < 0 && im.ascii && strings.Contains(head, "?"):
			im.add(place, lostAccents)
		case at < 0:
			im.add(place, unknownColumn, im.possible())
		case seen[sheets[im.table][at].member]:
			im.add(place, columnTwice)
		default:
			c := sheets[im.table][at]
			seen[c.member], im.heads[c.member] = true, place
			im.columns = append(im.columns, c)
		}
	}
	if member := nameMember(im.table); !seen["id"] && !seen[member] && len(im.problems) == 0 {
		im.add("", noName, im.heads[member])
	}
	return len(im.problems) == 0
}

func nameMember(table Table) string {
	if table == Tiers || table == Kinds {
		return "vi"
	}
	return "name"
}

// columnLetter returns what a spreadsheet calls a column, 0 is A.
func columnLetter(i int) string {
	letters := ""
	for i++; i > 0; i = (i - 1) / 26 {
		letters = string(rune('A'+(i-1)%26)) + letters
	}
	return letters
}

// excerpt makes a head fit to be shown.
func excerpt(head string) string {
	head = strings.Map(func(c rune) rune {
		if controlled(string(c)) {
			return -1
		}
		return c
	}, line(head[:min(len(head), 400)]))
	if runes := []rune(head); len(runes) > 40 {
		head = string(runes[:40]) + "…"
	}
	return strings.ToValidUTF8(head, "")
}

// read cleans the cells of a row.
func (im *importer) read(r record) *entry {
	im.row = r.row
	e := &entry{record{r.row, make([]string, len(im.columns))}, ""}
	for i, cell := range r.cells {
		cell = strings.TrimSpace(cell)
		switch {
		case cell == "":
		case i >= len(im.columns):
			im.add("", overlong)
		case im.columns[i].member == "":
			im.add(columnLetter(i), unknownColumn, im.possible())
		default:
			e.cells[i] = im.clean(im.columns[i], cell)
		}
	}
	return e
}

func (im *importer) possible() string {
	var heads []string
	for _, c := range sheets[im.table] {
		heads = append(heads, c.vi)
	}
	return strings.Join(heads, ", ")
}

// clean takes off the apostrophe that Export put in front, and refuses what a spreadsheet made of a cell.
func (im *importer) clean(c column, cell string) string {
	switch {
	case neutralised.MatchString(cell):
		return cell[1:]
	case cell[0] == '=' || cell[0] == '@':
		im.add(c.member, isFormula)
	case slices.Contains(errorValues, cell):
		im.add(c.member, isError)
	case im.ascii && c.member == nameMember(im.table) && strings.Contains(cell, "?"):
		im.add(c.member, lostAccents)
	case c.to != "" && utf8.RuneCountInString(cell) > maxNote:
		im.add(c.member, tooLong, maxNote)
	}
	return cell
}

// apply returns the row that an entry makes: the one with its id, with the file's columns.
func (im *importer) apply(e *entry) Row {
	row := blanks[im.table]
	if before, ok := im.known[e.id]; ok {
		row = before
	}
	for i, c := range im.columns {
		if c.member != "" {
			row = c.set(row, e.cells[i])
		}
	}
	return row.withKey(e.id)
}
