package directory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of a file that is imported.
const (
	MaxFile = 2 << 20 // bytes
	MaxRows = 20_000  // without the heads
)

// What can be wrong with a file.
var (
	badEncoding = sentence{
		"Tệp không ở bảng mã UTF-8: trong Excel, chọn File → Save As → “CSV UTF-8 (Comma delimited)” rồi tải lên lại.",
		"The file is not in UTF-8: in Excel choose File → Save As → “CSV UTF-8 (Comma delimited)” and upload it again.",
	}
	spreadsheet = sentence{
		"Đây là tệp bảng tính, chưa phải CSV: trong Excel, chọn File → Save As → “CSV UTF-8 (Comma delimited)” rồi tải lên lại.",
		"This is a workbook, not CSV: in Excel choose File → Save As → “CSV UTF-8 (Comma delimited)” and upload it again.",
	}
	lostAccents = sentence{
		"Chữ có dấu đã biến thành dấu hỏi: trong Excel, chọn File → Save As → “CSV UTF-8 (Comma delimited)” rồi tải lên lại.",
		"Accented letters have become question marks: in Excel choose File → Save As → “CSV UTF-8 (Comma delimited)” and upload it again.",
	}
	bigFile = sentence{
		"Tệp lớn quá 2 MiB hoặc có hơn 20.000 dòng: xin chia thành nhiều tệp.",
		"The file has more than 2 MiB or 20,000 rows: split it into several.",
	}
	emptyFile = sentence{
		"Tệp không có gì: dòng 1 phải là tên các cột, từ dòng 2 là dữ liệu. Xin tải tệp mẫu về xem.",
		"The file is empty: row 1 has the names of the columns, data begins in row 2. Download the table to see how.",
	}
	badQuotes = sentence{
		"Dấu ngoặc kép ở dòng này không đóng mở đúng: xin xóa dấu ngoặc kép rồi lưu lại.",
		"The quotation marks of this row do not match: delete them and save the file again.",
	}
)

// record is a row of a file.
type record struct {
	row   int // as a spreadsheet counts
	cells []string
}

// readFile returns the rows of a file that are not empty, the first of which is the heads; of a bad file, what it reports of it.
func readFile(r *report, file []byte) []record {
	text, ok := r.decode(file)
	if !ok {
		return nil
	}
	separator, text := separatorOf(text)
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord = separator, -1
	var records []record
	within := 0 // line ends inside cells so far, and a line that says what the separator is
	for {
		cells, err := in.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if len(records) == 0 {
				r.add("", emptyFile)
			}
			return records
		case errors.As(err, &bad):
			r.row = bad.StartLine - within
			r.add("", badQuotes)
			return nil
		case len(records) > MaxRows:
			r.add("", bigFile)
			return nil
		}
		line, _ := in.FieldPos(0)
		row := line - within
		within += strings.Count(strings.Join(cells, ""), "\n")
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			records = append(records, record{row, cells})
		}
	}
}

// decode returns the text of a file without its byte order mark.
func (r *report) decode(file []byte) (string, bool) {
	switch {
	case len(file) > MaxFile:
		r.add("", bigFile)
	case bytes.HasPrefix(file, []byte("PK\x03\x04")) || bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		r.add("", spreadsheet)
	case bytes.IndexByte(file, 0) >= 0 || !utf8.Valid(file):
		r.add("", badEncoding)
	default:
		return strings.TrimPrefix(string(file), bom), true
	}
	return "", false
}

// separatorOf returns what parts the cells of the first line, and the text without the line "sep=;" that spreadsheets understand.
func separatorOf(text string) (rune, string) {
	first, rest, _ := strings.Cut(text, "\n")
	first = strings.TrimSuffix(first, "\r")
	if mark, ok := strings.CutPrefix(strings.ToLower(first), "sep="); ok && len(mark) == 1 && strings.Contains(";,\t", mark) {
		return rune(mark[0]), rest
	}
	best, most := ',', 0
	for _, separator := range ",;\t" {
		n, quoted := 0, false
		for _, c := range first {
			switch {
			case c == '"':
				quoted = !quoted
			case c == separator && !quoted:
				n++
			}
		}
		if n > most {
			best, most = separator, n
		}
	}
	return best, text
}
