package office

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

// readBook answers the whole directory.
func (o *office) readBook(w http.ResponseWriter, r *http.Request, _ directory.Account) error {
	slow(w)
	book, revision := o.Directory.Book()
	book.Seed, book.Last = "", 0 // nobody's business
	writePacked(w, r, struct {
		Revision uint64         `json:"revision"`
		Book     directory.Book `json:"book"`
	}{revision, book})
	return nil
}

// editBook does edits of rows.
func (o *office) editBook(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	var in struct {
		Revision uint64           `json:"revision"`
		Edits    []directory.Edit `json:"edits"`
	}
	if err := admin.ReadJSON(w, r, directory.MaxBook, &in); err != nil {
		return err
	}
	book, revision := o.Directory.Book()
	if in.Revision != revision {
		return changed
	}
	next, problems := book.Edit(in.Edits)
	if len(problems) > 0 {
		return wrongForm(problems)
	}
	revision, err := o.replace(r, by, book, next, revision)
	if err != nil {
		return err
	}
	o.Log.Info("the directory was edited", "by", by.ID, "edits", len(in.Edits), "revision", revision)
	admin.WriteJSON(w, http.StatusOK, map[string]uint64{"revision": revision})
	return nil
}

// replace stores a book in the place of another, if the account may make that change.
func (o *office) replace(r *http.Request, by directory.Account, before, after directory.Book, revision uint64) (uint64, error) {
	if err := mayReplace(by.Role, before, after); err != nil {
		o.denied(r, by)
		return 0, err
	}
	if reflect.DeepEqual(before, after) {
		return revision, nil
	}
	ctx, cancel := steady(r)
	defer cancel()
	revision, err := o.Directory.put(ctx, after, revision)
	if errors.Is(err, errChanged) {
		return 0, changed
	}
	return revision, err
}

// mayReplace says whether a role may make a change: technicians look after sites, who prepares meetings has the templates.
func mayReplace(role directory.Role, before, after directory.Book) error {
	switch role {
	case directory.Admin:
		return nil
	case directory.Technician:
		if !technical(before, after) {
			return notTechnicians
		}
		return nil
	case directory.Chair, directory.Secretary:
		if onlyTemplates(before, after) {
			return nil
		}
	}
	return notYours
}

// onlyTemplates says whether two books differ only in their templates.
func onlyTemplates(before, after directory.Book) bool {
	after.Templates, after.Last = before.Templates, before.Last
	return reflect.DeepEqual(before, after)
}

// technical says whether two books differ only in what a technician looks after.
func technical(before, after directory.Book) bool {
	if len(before.Sites) != len(after.Sites) {
		return false
	}
	after.Sites = slices.Clone(after.Sites)
	for i := range after.Sites {
		now, was := &after.Sites[i], before.Sites[i]
		now.Equipment, now.Technician, now.Phone, now.Note = was.Equipment, was.Technician, was.Phone, was.Note
	}
	return reflect.DeepEqual(before, after)
}

// tableOf returns the table that a path names, as in "units.csv".
func tableOf(r *http.Request) (directory.Table, error) {
	name, file := strings.CutSuffix(r.PathValue("file"), ".csv")
	table := directory.Table(name)
	if !file || table == directory.Templates || !slices.Contains(directory.Tables, table) {
		return "", tableUnknown
	}
	return table, nil
}

// fileNames are what tables are called when they are saved.
var fileNames = map[directory.Table]string{
	directory.Tiers: "cap-hanh-chinh", directory.Kinds: "loai-don-vi", directory.Units: "don-vi", directory.Rooms: "phong-hop", directory.Sites: "diem-cau",
}

func (o *office) exportTable(w http.ResponseWriter, r *http.Request, _ directory.Account) error {
	table, err := tableOf(r)
	if err != nil {
		return err
	}
	separator := ','
	if r.URL.Query().Get("separator") == "semicolon" {
		separator = ';'
	}
	book, _ := o.Directory.Book()
	file, err := book.Export(table, separator)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+fileNames[table]+`.csv"`)
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(file)
	return nil
}

// importedRows answers an import.
type importedRows struct {
	Revision uint64              `json:"revision"`
	Rows     int                 `json:"rows"`
	Problems []directory.Problem `json:"problems"`
}

// importTable puts a file into the directory, or with dry=1 only says what is wrong with it.
func (o *office) importTable(w http.ResponseWriter, r *http.Request, by directory.Account) error {
	table, err := tableOf(r)
	if err != nil {
		return err
	}
	book, revision := o.Directory.Book()
	if seen := r.URL.Query().Get("revision"); seen != "" && seen != strconv.FormatUint(revision, 10) {
		return changed
	}
	slow(w)
	// One byte more tells a file that is too large from one that is not; the import says so.
	file, err := io.ReadAll(io.LimitReader(r.Body, directory.MaxFile+1))
	if err != nil {
		return fileEmpty
	}
	next, rows, problems := book.Import(table, file)
	switch dry := r.URL.Query().Get("dry") != ""; {
	case dry && len(problems) == 0 && mayReplace(by.Role, book, next) != nil:
		return mayReplace(by.Role, book, next)
	case dry:
		admin.WriteJSON(w, http.StatusOK, importedRows{revision, rows, append([]directory.Problem{}, problems...)})
		return nil
	case len(problems) > 0:
		return wrongForm(problems)
	}
	if revision, err = o.replace(r, by, book, next, revision); err != nil {
		return err
	}
	o.Log.Info("a file was imported into the directory", "by", by.ID, "table", table, "rows", rows, "revision", revision)
	admin.WriteJSON(w, http.StatusOK, importedRows{revision, rows, []directory.Problem{}})
	return nil
}
