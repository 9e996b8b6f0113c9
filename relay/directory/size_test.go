package directory

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// province is a Book of one province, 160 districts, 3,200 communes with a site and a room each: more than any has.
func province(tb testing.TB) Book {
	tb.Helper()
	rows := []Row{Unit{ID: "p", Name: "Tỉnh", Kind: "province", Tier: "province"}}
	for i := range 160 {
		district := fmt.Sprintf("d%d", i)
		rows = append(rows, Unit{ID: district, Name: "Huyện " + district, Kind: "district", Tier: "district", Parent: "p"})
		for j := range 20 {
			n := fmt.Sprintf("%d-%d", i, j)
			rows = append(rows,
				Unit{ID: "u" + n, Name: "Xã " + n, Kind: "commune", Tier: "commune", Parent: district},
				Room{ID: "r" + n, Name: "Hội trường xã " + n, Seats: 40},
				Site{ID: "s" + n, Name: "UBND xã " + n, Unit: "u" + n, Room: "r" + n, Phone: "0905123456", Equipment: "TV 65 inch, camera, micro không dây"})
		}
	}
	b, problems := Start("").Edit(put(rows...))
	if len(problems) > 0 {
		tb.Fatal(problems)
	}
	return b
}

// The example that people begin from fits a new server, whose districts they then remove.
func TestExample(t *testing.T) {
	file, err := os.ReadFile("../../docs/units.csv")
	if err != nil {
		t.Fatal(err)
	}
	b, rows, problems := Start("").Import(Units, file)
	if len(problems) > 0 || rows != 12 || !strings.HasPrefix(string(file), bom) || !strings.Contains(string(file), "\r\n") {
		t.Fatalf("%d rows, %+v", rows, problems)
	}
	two := edited(t, b, remove(Tiers, "district"), remove(Kinds, "district"))
	if len(two.Tiers) != 2 || len(two.Units) != 12 {
		t.Errorf("%+v", two.Tiers)
	}
}

func BenchmarkEdit(b *testing.B) {
	book := province(b)
	for b.Loop() {
		if _, problems := book.Edit(put(Room{ID: "r0-0", Name: "Tên khác"})); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

func BenchmarkImport(b *testing.B) {
	book := province(b)
	file, err := book.Export(Units, ',')
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, problems := book.Import(Units, file); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

// BenchmarkImportAlike is the worst that a file does: units that have one name, each under the one before.
func BenchmarkImportAlike(b *testing.B) {
	file := "Tên,Loại,Cấp,Trực thuộc\nA,Cấp xã,Xã,\n" + strings.Repeat("A,Cấp xã,Xã,A / A / A\n", MaxRows-1)
	for b.Loop() {
		if _, _, problems := Start("").Import(Units, []byte(file)); len(problems) != MaxProblems {
			b.Fatal(len(problems))
		}
	}
}
