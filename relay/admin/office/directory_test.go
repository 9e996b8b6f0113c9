package office

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/diemcau/diemcau/relay/admin/admintest"
	"github.com/diemcau/diemcau/relay/directory"
)

// namGiang is what the directory of the tests is made of.
const namGiang = `{"revision":%d,"edits":[
	{"table":"units","row":{"id":"ng","name":"Huyện Nam Giang","kind":"district","tier":"district"}},
	{"table":"units","row":{"id":"gr","name":"Xã Ga Ry","kind":"commune","tier":"commune","parent":"ng"}},
	{"table":"rooms","row":{"id":"r1","name":"Hội trường A"}},
	{"table":"sites","row":{"id":"s1","name":"UBND huyện","unit":"ng","room":"r1"}},
	{"table":"sites","row":{"id":"s2","name":"Huyện ủy","unit":"ng","room":"r1"}},
	{"table":"sites","row":{"id":"s3","name":"UBND xã Ga Ry","unit":"gr","phone":"0905123456"}}]}`

func filled(t *testing.T) *desks {
	t.Helper()
	d := newDesks(t)
	w := ask(d, "root", "POST", "directory", fmt.Sprintf(namGiang, 0))
	if w.Code != 200 || w.Body.String() != "{\"revision\":1}\n" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return d
}

// answered reads a good answer.
func answered[T any](t *testing.T, w *httptest.ResponseRecorder, status int) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != status {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return out
}

type seenBook struct {
	Revision uint64
	Book     directory.Book
}

func TestDirectoryIsReadAndEdited(t *testing.T) {
	d := filled(t)
	for _, who := range []string{"root", "chair", "secretary", "technician"} {
		seen := answered[seenBook](t, ask(d, who, "GET", "directory", ""), 200)
		if seen.Revision != 1 || len(seen.Book.Sites) != 3 || len(seen.Book.Tiers) != 3 || seen.Book.Seed != "" {
			t.Errorf("%+v", seen)
		}
	}
	refusedAs(t, ask(d, "", "GET", "directory", ""), 401, "login-needed")
	refusedAs(t, ask(d, "site:s1", "GET", "directory", ""), 401, "login-needed")
	w := ask(d, "root", "POST", "directory", `{"revision":1,"edits":[{"table":"units","remove":"ng"},{"table":"rooms","row":{"id":"r1","name":"\u202e"}}]}`)
	refusedAs(t, w, 400, "form-invalid")
	bad := answered[struct{ Problems []directory.Problem }](t, w, 400)
	if len(bad.Problems) != 2 || bad.Problems[0].Row != 1 || bad.Problems[1].Row != 2 || bad.Problems[1].Column != "name" || bad.Problems[1].Table != "rooms" {
		t.Errorf("%+v", bad)
	}
	for _, body := range []string{"", "[]", `{"revision":1,"edits":[{"table":"users","row":{}}]}`, `{"edits":"` + strings.Repeat("x", directory.MaxBook) + `"}`} {
		if w := ask(d, "root", "POST", "directory", body); w.Code != 400 && w.Code != 413 {
			t.Errorf("%.60s: %d", body, w.Code)
		}
	}
	if _, revision := d.directory.Book(); revision != 1 {
		t.Error("something was stored")
	}
	if w := ask(d, "root", "POST", "directory", `{"revision":1,"edits":[]}`); w.Body.String() != "{\"revision\":1}\n" {
		t.Errorf("nothing to do: %s", w.Body)
	}
	if log := d.log.String(); !strings.Contains(log, "by=root edits=6 revision=1") || strings.Contains(log, "0905123456") {
		t.Error(log)
	}
}

func TestDirectoryTravelsPacked(t *testing.T) {
	d := filled(t)
	plain := ask(d, "root", "GET", "directory", "").Body.String()
	r := httptest.NewRequest("GET", "/api/directory", nil)
	r.Header.Set("Account", "root")
	r.Header.Set("Accept-Encoding", "br, gzip")
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	unpacked, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil || string(text) != plain || w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%v %v %s", err, w.Header(), text)
	}
}

func TestWhoEditsTheDirectory(t *testing.T) {
	d := filled(t)
	edit := func(row string) string { return `{"revision":1,"edits":[` + row + `]}` }
	phone := edit(`{"table":"sites","row":{"id":"s3","name":"UBND xã Ga Ry","unit":"gr","phone":"0905000000","technician":"Anh Ba","equipment":"TV","note":"x"}}`)
	for _, who := range []string{"chair", "secretary"} {
		refusedAs(t, ask(d, who, "POST", "directory", phone), 403, "not-yours")
		refusedAs(t, ask(d, who, "POST", "directory/sites.csv", "name\n"), 403, "not-yours")
	}
	for i, who := range []string{"chair", "secretary"} {
		template := `{"table":"templates","row":{"name":"Mẫu ` + who + `","title":"Họp {ngày}","plan":{"minutes":30}}}`
		w := ask(d, who, "POST", "directory", fmt.Sprintf(`{"revision":%d,"edits":[%s]}`, 1+i, template))
		if w.Code != 200 {
			t.Errorf("%s saves a template: %d %s", who, w.Code, w.Body)
		}
		both := fmt.Sprintf(`{"revision":%d,"edits":[%s,{"table":"rooms","row":{"name":"Mới"}}]}`, 2+i, strings.Replace(template, "Mẫu", "Mẫu khác", 1))
		refusedAs(t, ask(d, who, "POST", "directory", both), 403, "not-yours")
	}
	edit = func(row string) string { return `{"revision":3,"edits":[` + row + `]}` }
	phone = strings.Replace(phone, `"revision":1`, `"revision":3`, 1)
	refusedAs(t, ask(d, "", "POST", "directory", phone), 401, "login-needed")
	for _, row := range []string{
		`{"table":"sites","row":{"id":"s3","name":"Tên khác","unit":"gr","phone":"0905123456"}}`,
		`{"table":"sites","row":{"id":"s3","name":"UBND xã Ga Ry","unit":"gr","room":"r1","phone":"0905123456"}}`,
		`{"table":"sites","remove":"s3"}`, `{"table":"rooms","row":{"name":"Mới"}}`, `{"table":"tiers","row":{"level":4,"vi":"Thôn"}}`,
		`{"table":"units","row":{"id":"gr","name":"Xã Ga Ry","kind":"district","tier":"commune","parent":"ng"}}`,
	} {
		refusedAs(t, ask(d, "technician", "POST", "directory", edit(row)), 403, "not-yours")
	}
	refusedAs(t, ask(d, "technician", "POST", "directory/rooms.csv", "name\nMới\n"), 403, "not-yours")
	refusedAs(t, ask(d, "technician", "POST", "directory/rooms.csv?dry=1", "name\nMới\n"), 403, "not-yours")
	if w := ask(d, "technician", "POST", "directory", phone); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(d, "technician", "POST", "directory/sites.csv", "name,phone\nUBND xã Ga Ry,113\n"); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if log := d.log.String(); !strings.Contains(log, `by=technician role=technician route="POST /api/directory"`) || !strings.Contains(log, "by=chair") {
		t.Errorf("who was denied is not in the log: %s", log)
	}
	book, _ := d.directory.Book()
	if s, _ := book.Site("s3"); s.Phone != "113" || s.Technician != "Anh Ba" {
		t.Errorf("%+v", s)
	}
}

func TestEditsAtTheSameTime(t *testing.T) {
	d := filled(t)
	refusedAs(t, ask(d, "root", "POST", "directory", `{"revision":0,"edits":[]}`), 409, "changed")
	refusedAs(t, ask(d, "root", "POST", "directory/rooms.csv?revision=0", "name\nB\n"), 409, "changed")
	// Two relays that have not heard of each other yet.
	second, err := OpenDirectory(t.Context(), d.table, admintest.ErrConflict, "")
	if err != nil {
		t.Fatal(err)
	}
	other := d.serve(t, second)
	var done sync.WaitGroup
	codes := make([]int, 20)
	for i := range codes {
		done.Go(func() {
			h := []http.Handler{d, other}[i%2]
			codes[i] = ask(h, "root", "POST", "directory", fmt.Sprintf(`{"revision":1,"edits":[{"table":"rooms","row":{"name":"Phòng %d"}}]}`, i)).Code
		})
	}
	done.Wait()
	good := 0
	for _, code := range codes {
		if code == 200 {
			good++
		} else if code != 409 {
			t.Errorf("status %d", code)
		}
	}
	text, _, err := d.table.Get(t.Context(), bookKey)
	if err != nil {
		t.Fatal(err)
	}
	if book, err := directory.Decode(text); good != 1 || err != nil || len(book.Rooms) != 2 {
		t.Errorf("%d of 20 edits of one revision were taken, %d rooms", good, len(book.Rooms))
	}
	d.table.Break(errors.New("disk full"))
	_, before := d.directory.Book()
	refusedAs(t, ask(d, "root", "POST", "directory", fmt.Sprintf(`{"revision":%d,"edits":[{"table":"rooms","row":{"name":"Z"}}]}`, before)), 500, "internal")
	if book, revision := d.directory.Book(); revision != before || len(book.Rooms) > 2 {
		t.Error("half done")
	}
}

func TestRelaysSeeEditsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesks(t)
		second, err := OpenDirectory(t.Context(), d.table, admintest.ErrConflict, "")
		if err != nil {
			t.Fatal(err)
		}
		var running sync.WaitGroup
		running.Go(func() {
			if err := second.Run(t.Context()); err != nil {
				t.Error(err)
			}
		})
		t.Cleanup(running.Wait)
		if w := ask(d, "root", "POST", "directory", fmt.Sprintf(namGiang, 0)); w.Code != 200 {
			t.Fatal(w.Body)
		}
		synctest.Wait()
		here, revision := d.directory.Book()
		there, same := second.Book()
		a, _ := here.Encode()
		b, _ := there.Encode()
		if revision != 1 || same != 1 || !bytes.Equal(a, b) || second.UnitName("gr") != "Xã Ga Ry" {
			t.Errorf("%s\n%s", a, b)
		}
		_ = second.take(bookKey, []byte("{}"), 1) // told again
		second.set(directory.Book{}, 1)           // two that wrote, told out of order
		if book, _ := second.Book(); len(book.Units) != 2 {
			t.Error("an older revision was taken")
		}
	})
}

func TestDirectoryOfAnotherVersion(t *testing.T) {
	table := &admintest.Table{}
	if _, err := table.Put(t.Context(), bookKey, []byte(`{"units":7}`), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenDirectory(t.Context(), table, admintest.ErrConflict, ""); !errors.Is(err, directory.ErrBook) {
		t.Error(err)
	}
}

func TestTablesAsFiles(t *testing.T) {
	d := filled(t)
	w := ask(d, "secretary", "GET", "directory/sites.csv", "")
	h := w.Header()
	if w.Code != 200 || h.Get("Content-Type") != "text/csv; charset=utf-8" || h.Get("Content-Disposition") != `attachment; filename="diem-cau.csv"` ||
		h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(w.Body.String(), "\ufeffSố hiệu,Tên điểm cầu,") {
		t.Errorf("%d %v %s", w.Code, h, w.Body)
	}
	file := ask(d, "root", "GET", "directory/sites.csv?separator=semicolon", "").Body.String()
	if !strings.HasPrefix(file, "\ufeffSố hiệu;Tên điểm cầu;") {
		t.Error(file)
	}
	got := answered[importedRows](t, ask(d, "root", "POST", "directory/sites.csv", file), 200)
	if !reflect.DeepEqual(got, importedRows{1, 3, []directory.Problem{}}) {
		t.Errorf("the same again: %+v", got)
	}
	more := file + ";Điểm mới;Xã Không Có;;;;;\r\n"
	got = answered[importedRows](t, ask(d, "root", "POST", "directory/sites.csv?dry=1", more), 200)
	if len(got.Problems) != 1 || got.Problems[0].Row != 5 || got.Problems[0].Column != "C · Đơn vị" || got.Rows != 4 {
		t.Errorf("%+v", got)
	}
	refusedAs(t, ask(d, "root", "POST", "directory/sites.csv", more), 400, "form-invalid")
	rooms := "Tên phòng\r\nPhòng B\r\n"
	if got = answered[importedRows](t, ask(d, "root", "POST", "directory/rooms.csv?dry=1", rooms), 200); got.Revision != 1 || got.Rows != 1 {
		t.Errorf("%+v", got)
	}
	if book, _ := d.directory.Book(); len(book.Rooms) != 1 {
		t.Error("a dry run stored something")
	}
	if got = answered[importedRows](t, ask(d, "root", "POST", "directory/rooms.csv?revision=1", rooms), 200); got.Revision != 2 {
		t.Errorf("%+v", got)
	}
	refusedAs(t, ask(d, "root", "POST", "directory/rooms.csv", "name\n"+strings.Repeat("x", directory.MaxFile)), 400, "form-invalid")
	for _, path := range []string{"directory/templates.csv", "directory/sites", "directory/sites.xlsx", "directory/..%2f.csv"} {
		refusedAs(t, ask(d, "root", "GET", path, ""), 404, "table-unknown")
	}
}
