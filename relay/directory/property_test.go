package directory

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/relay/meeting"
)

// words of names: what people write, and what files find hard.
var someWords = []string{
	"Xã", "Ga Ry", "Nam Giang", "A", "B", "/", " / ", "=1", "+84", "-", "@x", "'", "''=", ",", ";", "\"", "?", "%s", "u1", "49", "<b>", "e\u0302\u0301", "đ", "Đ", "sep=;", "#", "I", "ı",
}

func drawName(t *rapid.T, label string) string {
	if rapid.Bool().Draw(t, "alike") { // as many are, in different places
		return rapid.SampledFrom([]string{"A", "B", "A / B", "b/A"}).Draw(t, label)
	}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(someWords), 1, 4).Draw(t, label), " ")
}

func drawBlock(t *rapid.T, label string) string {
	lines := rapid.SliceOfN(rapid.SampledFrom(append([]string{"", "\n", "\n\n", "=x\n", "- TV\n"}, someWords...)), 0, 5).Draw(t, label)
	return strings.Join(lines, " ")
}

func drawID(t *rapid.T, table Table, rows []Row) string {
	if len(rows) == 0 || rapid.IntRange(0, 3).Draw(t, "new") == 0 {
		return ""
	}
	return rapid.SampledFrom(rows).Draw(t, string(table)).Key()
}

// drawEdit draws an edit that may well be good.
func drawEdit(t *rapid.T, b *Book) Edit {
	table := rapid.SampledFrom(Tables).Draw(t, "table")
	name := drawName(t, "name")
	id := drawID(t, table, b.rows(table))
	of := func(table Table) string { return drawID(t, table, b.rows(table)) }
	if rapid.IntRange(0, 5).Draw(t, "remove") == 0 {
		return Edit{Table: table, Remove: id}
	}
	rows := map[Table]func() Row{
		Tiers: func() Row { return Tier{id, rapid.IntRange(1, 5).Draw(t, "level"), name, ""} },
		Kinds: func() Row { return Kind{id, name, drawName(t, "en"), rapid.IntRange(0, 3).Draw(t, "quota")} },
		Units: func() Row {
			return Unit{id, name, of(Kinds), of(Tiers), of(Units), rapid.SampledFrom([]string{"", "", "49", "510", "=5"}).Draw(t, "code")}
		},
		Rooms: func() Row {
			bodies := rapid.SliceOfN(rapid.SampledFrom(someWords), 0, 3).Draw(t, "bodies")
			return Room{id, name, drawBlock(t, "address"), rapid.IntRange(0, 9).Draw(t, "seats"), bodies}
		},
		Sites: func() Row {
			phone := rapid.SampledFrom([]string{"", "+84 905 123 456", "113", "0905123456", "-0905123456"}).Draw(t, "phone")
			return Site{id, name, of(Units), of(Rooms), drawBlock(t, "equipment"), drawName(t, "technician"), phone, drawBlock(t, "note")}
		},
		Templates: func() Row {
			return Template{id, name, name, meeting.Plan{Invited: []meeting.Invited{{N: 1, Site: of(Sites)}}}}
		},
	}
	return Edit{Table: table, Row: rows[table]()}
}

// sound says what does not hold in a Book.
func sound(b Book) error {
	if _, problems := b.Edit(nil); len(problems) > 0 {
		return fmt.Errorf("the whole does not hold: %+v", problems)
	}
	var edits []Edit
	for _, row := range b.rows(Tables...) {
		edits = append(edits, Edit{Table: row.Table(), Row: row})
	}
	again, problems := b.Edit(edits)
	if len(problems) > 0 || !bytes.Equal(encoded(again), encoded(b)) {
		return fmt.Errorf("its rows are not in their written form: %+v\n%s\n%s", problems, encoded(b), encoded(again))
	}
	count := map[string]int{}
	for _, site := range b.Sites {
		unit, ok := b.Unit(site.Unit)
		kind, known := find(b.Kinds, unit.Kind)
		if count[unit.ID]++; !ok || !known || kind.Quota > 0 && count[unit.ID] > kind.Quota {
			return fmt.Errorf("site %+v of %+v", site, unit)
		}
	}
	for _, unit := range b.Units {
		for n, at := 0, unit.Parent; at != ""; n++ {
			above, ok := b.Unit(at)
			if !ok || n > len(b.Units) {
				return fmt.Errorf("unit %+v hangs in the air", unit)
			}
			at = above.Parent
		}
	}
	return nil
}

func encoded(b Book) []byte {
	text, err := b.Encode()
	if err != nil {
		panic(err)
	}
	return text
}

// TestEditKeepsTheBookSound edits at random: all or nothing, and what holds, holds always.
func TestEditKeepsTheBookSound(t *testing.T) {
	good := 0
	rapid.Check(t, func(t *rapid.T) {
		b := namGiangBook
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			var edits []Edit
			for range rapid.IntRange(1, 3).Draw(t, "edits") {
				edits = append(edits, drawEdit(t, &b))
			}
			before := encoded(b)
			next, problems := b.Edit(edits)
			if !bytes.Equal(encoded(b), before) {
				t.Fatal("the Book itself was changed")
			}
			if len(problems) > 0 {
				if !reflect.DeepEqual(next, b) {
					t.Fatal("half done")
				}
				checkProblems(t, problems)
				continue
			}
			good++
			if err := sound(next); err != nil {
				t.Fatal(err)
			}
			b = next
		}
	})
	if good < 50 {
		t.Errorf("only %d edits were good: nothing was tried", good)
	}
}

func checkProblems(t interface{ Fatalf(string, ...any) }, problems []Problem) {
	for _, p := range problems {
		if p.Vi == "" || p.En == "" || !utf8.ValidString(p.Vi+p.En+p.Column) || strings.Contains(p.Vi+p.En, "%!") || len(problems) > MaxProblems {
			t.Fatalf("%d problems, %+v", len(problems), p)
		}
	}
}

// TestFilesGoRound exports a random Book and imports it: into nothing, and into itself.
func TestFilesGoRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := namGiangBook
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			b, _ = b.Edit([]Edit{drawEdit(t, &b)})
		}
		b.Templates = nil
		separator := rapid.SampledFrom([]rune{',', ';'}).Draw(t, "separator")
		fresh := Book{Seed: b.Seed, Last: b.Last}
		for _, table := range []Table{Tiers, Kinds, Units, Rooms, Sites} {
			file, err := b.Export(table, separator)
			if err != nil {
				t.Fatal(err)
			}
			var problems []Problem
			if fresh, _, problems = fresh.Import(table, file); len(problems) > 0 {
				t.Fatalf("into nothing: %+v\n%s", problems, file)
			}
			same, rows, problems := b.Import(table, file)
			if len(problems) > 0 || rows != len(b.rows(table)) || !bytes.Equal(encoded(same), encoded(b)) {
				t.Fatalf("into itself: %+v\n%s\n%s\n%s", problems, file, encoded(b), encoded(same))
			}
		}
		for _, table := range Tables {
			if !reflect.DeepEqual(fresh.rows(table), b.rows(table)) {
				t.Fatalf("%s became other ones:\n%+v\n%+v", table, b.rows(table), fresh.rows(table))
			}
		}
	})
}

// FuzzImport holds files from strangers to the same: nothing half done, and what was taken comes back.
func FuzzImport(f *testing.F) {
	for table := range sheets {
		file, err := namGiangBook.Export(table, ';')
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(table), file)
	}
	f.Add("units", []byte("Tên,Loại,Cấp,Trực thuộc\nC,Cấp xã,Xã,A / C\nC,Cấp huyện,Huyện,A\nA,Cấp tỉnh,Tỉnh,\n"))
	f.Add("sites", []byte("sep=,\nname,unit,note\nA,Xã La Bê,\"a\nb\"\n"))
	f.Fuzz(func(t *testing.T, table string, file []byte) {
		before := encoded(namGiangBook)
		b, rows, problems := namGiangBook.Import(Table(table), file)
		if !bytes.Equal(encoded(namGiangBook), before) {
			t.Fatal("the Book itself was changed")
		}
		if len(problems) > 0 {
			checkProblems(t, problems)
			if !bytes.Equal(encoded(b), before) {
				t.Fatal("half imported")
			}
			return
		}
		if err := sound(b); err != nil || rows > MaxRows {
			t.Fatal(rows, err)
		}
		out, err := b.Export(Table(table), ',')
		if err != nil {
			t.Fatal(err)
		}
		if again, _, problems := b.Import(Table(table), out); len(problems) > 0 || !bytes.Equal(encoded(again), encoded(b)) {
			t.Fatalf("%+v\n%s", problems, out)
		}
	})
}
