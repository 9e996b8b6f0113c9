package directory

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

const crlf = "\r\n"

// imported is a Book after a file in which nothing is wrong.
func imported(t *testing.T, b Book, table Table, lines ...string) Book {
	t.Helper()
	out, rows, problems := b.Import(table, []byte(bom+strings.Join(lines, crlf)+crlf))
	if len(problems) > 0 {
		t.Fatalf("%d rows, %+v", rows, problems)
	}
	return out
}

// refused holds a file to a problem at a place, perhaps again further down, and to no change.
func refused(t *testing.T, b Book, table Table, file string, row int, column, vi string) {
	t.Helper()
	out, _, problems := b.Import(table, []byte(file))
	other := func(p Problem) bool {
		return !strings.Contains(p.Vi, vi) || p.En == "" || p.Row < row || p.Column != column
	}
	if len(problems) == 0 || problems[0].Row != row || slices.ContainsFunc(problems, other) {
		t.Errorf("%.200q: got %+v, want row %d column %q %q", file, problems, row, column, vi)
	}
	if !reflect.DeepEqual(out, b) {
		t.Errorf("%.200q: half imported", file)
	}
}

func TestImportUnits(t *testing.T) {
	b := imported(t, Start("x"), Units,
		"Tên đơn vị,Loại đơn vị,Cấp,Đơn vị cấp trên,Mã đơn vị",
		"Xã Ga Ry,Cấp xã,Xã,Huyện Tây Giang,", // below one that comes later
		"Xã Ga Ry,commune,xã,510,",
		"Huyện Tây Giang,Cấp huyện,Huyện,Tỉnh Quảng Nam,",
		"Huyện Nam Giang,Cấp huyện,Huyện,tỉnh  QUẢNG NAM,510",
		"Tỉnh Quảng Nam,Cấp tỉnh,province,,49",
		"Thôn A,Cấp xã,Xã,Huyện Nam Giang / Xã Ga Ry,",
		"Thôn A,Cấp xã,Xã,Tỉnh Quảng Nam/Huyện Tây Giang/Xã Ga Ry,",
	)
	if len(b.Units) != 7 {
		t.Fatalf("%+v", b.Units)
	}
	x := b.names()
	for i, want := range []string{
		"tỉnh quảng nam/huyện tây giang/xã ga ry", "tỉnh quảng nam/huyện nam giang/xã ga ry", "tỉnh quảng nam/huyện tây giang",
		"tỉnh quảng nam/huyện nam giang", "tỉnh quảng nam", "tỉnh quảng nam/huyện nam giang/xã ga ry/thôn a", "tỉnh quảng nam/huyện tây giang/xã ga ry/thôn a",
	} {
		if got := x.path(b.Units[i].ID); got != want {
			t.Errorf("unit %d: %q, want %q", i, got, want)
		}
	}
	// The same file again changes nothing, also from a keyboard that writes ễ as three characters, in other columns, without accents in the heads.
	again := imported(t, b, Units, "truc thuoc;MA;ten don vi", "49;;Huye\u0323\u0302n Ta\u0302y Giang", ";49;Tỉnh Quảng Nam")
	again.Last = b.Last
	if !reflect.DeepEqual(b, again) {
		t.Errorf("%+v\n%+v", b.Units, again.Units)
	}
	// A code finds a unit that has another name now.
	renamed := imported(t, b, Units, "name\tcode", "Thành phố Nam Giang\t510")
	if u, _ := renamed.Unit(b.Units[3].ID); u.Name != "Thành phố Nam Giang" || u.Kind != "district" || len(renamed.Units) != 7 {
		t.Errorf("%+v", renamed.Units)
	}
}

func TestImportNamesThatAreAlike(t *testing.T) {
	// Communes that are called as their district is, in two provinces, all new and known by place only.
	lines := []string{
		"Tên,Loại,Cấp,Trực thuộc", "C,Cấp xã,Xã,A / C", "C,Cấp xã,Xã,B / C", "X,Cấp xã,Xã,A / C", "C,Cấp huyện,Huyện,A", "C,Cấp huyện,Huyện,B", "A,Cấp tỉnh,Tỉnh,", "B,Cấp tỉnh,Tỉnh,",
	}
	b := imported(t, Start("x"), Units, lines...)
	x := b.names()
	for i, want := range []string{"a/c/c", "b/c/c", "a/c/x", "a/c", "b/c"} {
		if got := x.path(b.Units[i].ID); got != want {
			t.Errorf("unit %d: %q, want %q", i, got, want)
		}
	}
	slices.Reverse(lines[1:])
	again := imported(t, b, Units, lines...)
	if !reflect.DeepEqual(again.Units, b.Units) {
		t.Errorf("%+v", again.Units)
	}
	refused(t, b, Units, "Tên,Loại,Cấp,Trực thuộc\nY,Cấp xã,Xã,C\n", 2, "D · Trực thuộc", "Có nhiều đơn vị")
	refused(t, b, Units, "Tên,Loại,Cấp,Trực thuộc\nY,Cấp xã,Xã,C / C\n", 2, "D · Trực thuộc", "Có nhiều đơn vị")
	refused(t, b, Units, "Tên,Mã\nC,77\n", 2, "A · Tên", "Có nhiều đơn vị")
	refused(t, b, Units, "Tên,Loại,Cấp,Trực thuộc\nY,Cấp xã,Xã,Z\nZ,Cấp xã,Xã,Y\nA,Cấp tỉnh,Tỉnh,", 2, "D · Trực thuộc", "Không có đơn vị")
}

func TestImportUnitBelowItsNamesake(t *testing.T) {
	b := imported(t, Start("x"), Units, "Tên,Loại,Cấp,Trực thuộc", "C,Cấp xã,Xã,C", "C,Cấp huyện,Huyện,A", "A,Cấp tỉnh,Tỉnh,")
	if path := b.names().path(b.Units[0].ID); path != "a/c/c" {
		t.Errorf("%q", path)
	}
	if file, _ := b.Export(Units, ','); !strings.Contains(string(file), ",C,Cấp xã,Xã,C,") {
		t.Errorf("%s", file)
	}
}

func TestImportSitesAndRooms(t *testing.T) {
	b := namGiangBook
	b = imported(t, b, Sites,
		`Ghi chú;Điện thoại;Tên điểm cầu;Đơn vị;Phòng họp;Thiết bị`,
		`"Gọi trước`+crlf+`khi họp; hỏi ""anh Ba""";'+84905123456;UBND xã La Bê;Xã La Bê;;`,
		`;;;;;`,
		`;0905 123 456;UBND xã Ga Ry;Xã Ga Ry;Phòng họp xã Ga Ry;'- TV`,
	)
	s, _ := find(b.Sites, b.Sites[3].ID)
	if s.Note != "Gọi trước\nkhi họp; hỏi \"anh Ba\"" || s.Phone != "+84905123456" || s.Unit != "lb" {
		t.Errorf("%+v", s)
	}
	if s, _ := b.Site("s3"); s.Equipment != "- TV" || s.Technician != "Hiên Thị Ngọc" || s.Note != "" {
		t.Errorf("columns that the file has are written, others stay: %+v", s)
	}
	b = imported(t, b, Sites, "Điểm cầu,SĐT", "UBND xã Ga Ry,113")
	if s, _ := b.Site("s3"); s.Phone != "113" || s.Unit != "gr" || len(b.Sites) != 4 {
		t.Errorf("%+v", s)
	}
	b = imported(t, b, Rooms, "sep=;", "Phòng họp;Số chỗ;Cơ quan dùng chung", `HỘI TRƯỜNG A;120;"Huyện ủy; UBND huyện`+crlf+`HĐND"`)
	if m, _ := b.Room("r1"); m.Seats != 120 || !reflect.DeepEqual(m.Bodies, []string{"Huyện ủy", "UBND huyện", "HĐND"}) || m.Name != "HỘI TRƯỜNG A" {
		t.Errorf("%+v", m)
	}
	b = imported(t, b, Kinds, "Tên loại,Số điểm cầu", "Cấp xã,2", "Cấp huyện,Không giới hạn", "Bệnh viện,")
	if b.Kinds[3].Quota != 2 || b.Kinds[2].Quota != 0 || b.Kinds[4].Vi != "Bệnh viện" || b.Kinds[3].En != "Commune" {
		t.Errorf("%+v", b.Kinds)
	}
	b = imported(t, b, Tiers, "Cấp,Bậc", "Thôn,4")
	if len(b.Tiers) != 4 {
		t.Errorf("%+v", b.Tiers)
	}
}

func TestImportTellsRowAndColumn(t *testing.T) {
	b := namGiangBook
	sites := "Tên điểm cầu,Đơn vị,Điện thoại,Ghi chú\r\n"
	good := "UBND xã Ga Ry,Xã Ga Ry,0905123456,\"hai\r\ndòng\"\r\n"
	refused(t, b, Sites, sites+good+"\r\n,,,\r\nUBND xã La Bê,Xã La Bê,905123456,\r\n", 5, "C · Điện thoại", "thiếu số 0")
	refused(t, b, Sites, sites+"A,Xã Không Có,,\r\n", 2, "B · Đơn vị", "Không có đơn vị")
	refused(t, b, Sites, sites+good+"\"a\"b,Xã La Bê,,\r\n", 3, "", "ngoặc kép")
	refused(t, b, Sites, sites+good+"a,Xã La Bê,,\"mở", 3, "", "ngoặc kép")
	refused(t, b, Sites, sites+good+"a,Xã La Bê,,,,thừa", 3, "", "nhiều ô hơn")
	refused(t, b, Sites, sites+good+"ubnd xã ga ry,Xã Ga Ry,,", 3, "", "dòng 2")
	refused(t, b, Sites, sites+good+"Một,Xã La Bê,,\nHai,Xã La Bê,,", 3, "B · Đơn vị", "chỉ được 1")
	refused(t, b, Sites, sites+",Xã La Bê,,", 2, "A · Tên điểm cầu", "trống")
	refused(t, b, Sites, "Tên điểm cầu,Đơn vị,Lương\r\n", 1, "C · Lương", "không có cột")
	refused(t, b, Sites, "Tên điểm cầu,Đơn vị,don vi\r\n", 1, "C · don vi", "hai lần")
	refused(t, b, Sites, "Đơn vị,Điện thoại\r\n", 1, "", "Tên điểm cầu")
	refused(t, b, Sites, "Tên điểm cầu,,Đơn vị\r\nA,b,Xã La Bê\r\n", 2, "B", "không có cột")
	refused(t, b, Sites, "Tên điểm cầu\r\nMới\r\n", 2, "Đơn vị", "Không có đơn vị")
	refused(t, b, Sites, "Tên điểm cầu,Đơn vị,Phòng họp\r\nA,Xã La Bê,Phòng Z\r\n", 2, "C · Phòng họp", "Không có phòng họp")
	refused(t, b, Rooms, "Tên phòng,Số chỗ\r\nA,nhiều\r\n", 2, "B · Số chỗ", "số từ 0")
	refused(t, b, Rooms, "Tên phòng,Số chỗ\r\nA,-3\r\n", 2, "B · Số chỗ", "số từ 0")
	refused(t, b, Rooms, "id,Tên phòng\r\nR 1,A\r\n", 2, "A · id", "Số hiệu")
	refused(t, b, Templates, "Tên\r\nA\r\n", 0, "", "bảng nào")
	refused(t, b, Rooms, "Tên phòng,\u202e"+strings.Repeat("á", 500)+"\r\n", 1, "B · "+strings.Repeat("á", 40)+"…", "không có cột")
	if columnLetter(0) != "A" || columnLetter(25) != "Z" || columnLetter(26) != "AA" || columnLetter(701) != "ZZ" || columnLetter(702) != "AAA" {
		t.Error("letters of columns")
	}
}

func TestImportRefusesFiles(t *testing.T) {
	b := namGiangBook
	file := "Tên phòng,Địa chỉ\r\nHội trường Đảng ủy,Thạnh Mỹ\r\n"
	units := utf16.Encode([]rune(bom + file))
	little := make([]byte, 0, 2*len(units))
	for _, u := range units {
		little = binary.LittleEndian.AppendUint16(little, u)
	}
	refused(t, b, Rooms, string(little), 0, "", "CSV UTF-8")
	refused(t, b, Rooms, "T\xean ph\xf2ng\r\nH\xf4\xcci tr\xfd\xf2\xeeng\r\n", 0, "", "CSV UTF-8") // Windows-1258
	refused(t, b, Rooms, "T\xaan ph\xdfng\r\nH\xe9i tr\xad\xeang\r\n", 0, "", "CSV UTF-8")         // TCVN 5712
	refused(t, b, Rooms, file+"a\x00b,\r\n", 0, "", "CSV UTF-8")
	refused(t, b, Rooms, "PK\x03\x04\x14\x00", 0, "", "bảng tính")
	refused(t, b, Rooms, "T?n ph?ng\r\nH?i tr??ng\r\n", 1, "A · T?n ph?ng", "dấu hỏi")
	refused(t, b, Rooms, "name\r\nH?i tr??ng\r\n", 2, "A · name", "dấu hỏi")
	refused(t, b, Rooms, "", 0, "", "không có gì")
	refused(t, b, Rooms, bom+"\r\n,,\r\n", 0, "", "không có gì")
	refused(t, b, Rooms, file+strings.Repeat("x", MaxFile), 0, "", "2 MiB")
	refused(t, b, Rooms, "name\n"+strings.Repeat("x\n", MaxRows+1), 0, "", "20.000")
	if out, rows, problems := b.Import(Rooms, []byte(bom+"Tên phòng\r\n")); rows != 0 || len(problems) > 0 || !reflect.DeepEqual(out, b) {
		t.Errorf("heads alone: %d rows, %+v", rows, problems)
	}
}

func TestFormulas(t *testing.T) {
	b := namGiangBook
	for _, cell := range []string{"=1+1", `"=HYPERLINK(""http://x"",""y"")"`, "@SUM(A1)", " =cmd|'/c calc'!A1"} {
		refused(t, b, Rooms, "Tên phòng,Địa chỉ\r\nA,"+cell+"\r\n", 2, "B · Địa chỉ", "công thức")
	}
	refused(t, b, Sites, "Tên điểm cầu,Đơn vị,Điện thoại\r\nA,Xã La Bê,#NAME?\r\n", 2, "C · Điện thoại", "lỗi công thức")
	b = edited(t, b, put(Room{ID: "r2", Name: "=cmd|'/c calc'!A1", Address: "''@x", Bodies: []string{"-1", "+2"}})...)
	for _, separator := range []rune{',', ';'} {
		file, err := b.Export(Rooms, separator)
		if err != nil {
			t.Fatal(err)
		}
		for cell := range bytes.FieldsFuncSeq(file, func(c rune) bool { return c == separator || c == '\n' }) {
			if cell = bytes.Trim(cell, "\r\""); len(cell) > 0 && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a spreadsheet would compute %q", cell)
			}
		}
		back, _, problems := Book{Seed: b.Seed, Last: b.Last}.Import(Rooms, file)
		if len(problems) > 0 || !reflect.DeepEqual(back.Rooms, b.Rooms) {
			t.Errorf("%+v %+v", problems, back.Rooms)
		}
	}
	sites, _ := b.Export(Sites, ',')
	if !bytes.HasPrefix(sites, []byte(bom+"Số hiệu,Tên điểm cầu,Đơn vị,Phòng họp,Thiết bị,Cán bộ kỹ thuật,Điện thoại,Ghi chú\r\n")) ||
		!bytes.Contains(sites, []byte("'+84 235 3792 211")) || bytes.Count(sites, []byte("\n")) != bytes.Count(sites, []byte("\r\n")) {
		t.Errorf("%q", sites)
	}
	if _, err := b.Export(Templates, ','); !errors.Is(err, ErrTable) {
		t.Error(err)
	}
}
