package directory

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"slices"
)

// Edit is one change of a Book: a row is put in the place of the one with its id, or added if there is none or the id is empty; or
// a row is removed.
type Edit struct {
	Table  Table
	Row    Row    // nil: Remove is removed
	Remove string // an id
	Number int    // of the edit in problems; 0: its place among the edits, from 1
}

// ref names a row.
type ref struct {
	table Table
	id    string
}

// editor is a Book in the course of being edited.
type editor struct {
	report
	book    Book
	lists   map[Table]list
	touched map[ref]int // by which edit a row was put or removed
}

// Edit returns the Book with all the edits, or, if anything is wrong with them, b as it was and what is wrong. Rows may refer to
// others that come later among the edits.
func (b Book) Edit(edits []Edit) (Book, []Problem) {
	e := b.editor()
	if len(edits) > MaxEdits {
		e.at("", 0, "", tooManyEdits, MaxEdits)
		return b, e.all()
	}
	for i, edit := range edits {
		e.table, e.row = edit.Table, edit.Number
		if e.row == 0 {
			e.row = i + 1
		}
		e.edit(edit)
	}
	return e.done(b)
}

func (b Book) editor() *editor {
	e := &editor{book: b, touched: map[ref]int{}}
	e.lists = map[Table]list{
		Tiers: listOf(&e.book.Tiers), Kinds: listOf(&e.book.Kinds), Units: listOf(&e.book.Units),
		Rooms: listOf(&e.book.Rooms), Sites: listOf(&e.book.Sites), Templates: listOf(&e.book.Templates),
	}
	return e
}

func (e *editor) edit(edit Edit) {
	rows := e.lists[edit.Table]
	switch {
	case rows == nil || edit.Row != nil && edit.Row.Table() != edit.Table:
		e.add("", wrongTable)
	case edit.Row != nil:
		e.put(rows, edit.Row)
	case !rows.remove(edit.Remove):
		e.add("", gone)
	default:
		e.touched[ref{edit.Table, edit.Remove}] = e.row
	}
}

func (e *editor) put(rows list, row Row) {
	row = row.tidied(&e.report)
	id := row.Key()
	if id == "" {
		id = e.draw(rows, row.Table())
		row = row.withKey(id)
	}
	if !isID(id) {
		e.add("id", badID)
		return
	}
	at := ref{row.Table(), id}
	if before, ok := e.touched[at]; ok {
		e.add("", twice, before)
		return
	}
	e.touched[at] = e.row
	rows.put(row)
}

// draw returns an id that no row of this book ever had.
func (e *editor) draw(rows list, table Table) string {
	for {
		e.book.Last++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", e.book.Seed, table, e.book.Last))
		id := string(table[:1]) + idDigits.EncodeToString(sum[:5])
		if !rows.has(id) {
			return id
		}
	}
}

var idDigits = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// done returns the edited Book, or the one before and what is wrong.
func (e *editor) done(before Book) (Book, []Problem) {
	e.finish()
	if len(e.problems) > 0 {
		return before, e.all()
	}
	return e.book, nil
}

// finish checks the whole, for an edit may break what refers to its row.
func (e *editor) finish() {
	for _, rows := range e.lists {
		rows.close()
	}
	e.check()
	if len(e.problems) == 0 {
		if _, err := e.book.Encode(); err != nil {
			e.at("", 0, "", tooBig)
		}
	}
}

// list is a table in the course of being edited.
type list interface {
	put(row Row)
	remove(id string) bool
	has(id string) bool
	close()
}

type rowList[R Row] struct {
	rows  *[]R
	place map[string]int // of a row by its id
}

// listOf takes a copy of the rows.
func listOf[R Row](rows *[]R) list {
	*rows = slices.Clone(*rows)
	l := rowList[R]{rows, make(map[string]int, len(*rows))}
	for i, row := range *rows {
		l.place[row.Key()] = i
	}
	return l
}

func (l rowList[R]) has(id string) bool { _, ok := l.place[id]; return ok }

func (l rowList[R]) put(row Row) {
	if i, ok := l.place[row.Key()]; ok {
		(*l.rows)[i] = row.(R)
		return
	}
	l.place[row.Key()] = len(*l.rows)
	*l.rows = append(*l.rows, row.(R))
}

func (l rowList[R]) remove(id string) bool {
	i, ok := l.place[id]
	if ok {
		var none R
		(*l.rows)[i] = none // close takes it out
		delete(l.place, id)
	}
	return ok
}

func (l rowList[R]) close() {
	*l.rows = slices.DeleteFunc(*l.rows, func(r R) bool { return r.Key() == "" })
}

// UnmarshalJSON reads an edit as the API has it: {"table","row"} or {"table","remove"}. It fails if the row is not of the table's form.
func (e *Edit) UnmarshalJSON(text []byte) error {
	var in struct {
		Table  Table           `json:"table"`
		Row    json.RawMessage `json:"row"`
		Remove string          `json:"remove"`
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	*e = Edit{Table: in.Table, Remove: in.Remove}
	if in.Remove != "" {
		return nil
	}
	read := map[Table]func([]byte) (Row, error){
		Tiers: readRow[Tier], Kinds: readRow[Kind], Units: readRow[Unit], Rooms: readRow[Room], Sites: readRow[Site], Templates: readRow[Template],
	}[in.Table]
	if read == nil {
		return fmt.Errorf("directory: no table %.20q", in.Table)
	}
	var err error
	e.Row, err = read(in.Row)
	return err
}

func readRow[R Row](text []byte) (Row, error) {
	var r R
	err := json.Unmarshal(text, &r)
	return r, err
}
