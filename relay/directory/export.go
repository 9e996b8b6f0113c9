package directory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"regexp"
)

// ErrTable says that a table cannot be a file.
var ErrTable = errors.New("directory: no such table, or none that can be a file")

// bom begins a file in UTF-8 for spreadsheets, which else take it for something older.
const bom = "\ufeff"

// formula is how a cell begins that a spreadsheet would compute, and how one begins that was kept from it by an apostrophe.
var (
	formula     = regexp.MustCompile(`^'*[=+\-@\t\r]`)
	neutralised = regexp.MustCompile(`^'+[=+\-@\t\r]`)
)

// Export returns a table as a CSV file for spreadsheets: UTF-8 with a byte order mark, lines ended by CR LF, Vietnamese heads, cells parted by the
// separator, a comma or a semicolon. A cell that would be a formula gets an apostrophe in front, which Import takes off again. Templates
// cannot be a file: ErrTable.
func (b Book) Export(table Table, separator rune) ([]byte, error) {
	columns := sheets[table]
	if columns == nil {
		return nil, ErrTable
	}
	var out bytes.Buffer
	out.WriteString(bom)
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = separator, true
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = c.vi
	}
	if err := w.Write(heads); err != nil {
		return nil, err
	}
	x := b.names()
	for _, row := range b.rows(table) {
		cells := make([]string, len(columns))
		for i, c := range columns {
			if cells[i] = c.get(row); c.to != "" && cells[i] != "" {
				cells[i] = x.write(c.to, cells[i], selfOf(row, c))
			}
			if formula.MatchString(cells[i]) {
				cells[i] = "'" + cells[i]
			}
		}
		_ = w.Write(cells) // into memory
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// selfOf returns the id that a cell of a row cannot mean.
func selfOf(row Row, c column) string {
	if row.Table() == c.to {
		return row.Key()
	}
	return ""
}
