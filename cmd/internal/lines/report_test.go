package lines

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/estoi"
)

func cells() []Measured {
	good := &Listened{Score: estoi.Summary{Mean: .95}, P50: 100 * time.Millisecond, P95: 140 * time.Millisecond}
	bad := &Listened{Score: estoi.Summary{Mean: math.NaN()}, Missing: 1}
	target := Target{ESTOI: .93, Missing: .003, Wire: 56, Delay: 700 * time.Millisecond}
	return []Measured{
		{Name: "30 %", Cells: []Cell{{Who: "listener", Target: target, Heard: good, Wire: 50, Return: 9}, {Who: "speaker", Target: target, Heard: bad, Wire: 60}}},
		{Name: "outage", Note: "a note", Cells: []Cell{{
			Who: "listener", Target: Target{Back: time.Second, BackMax: 2 * time.Second}, Back: []time.Duration{time.Second, 0, time.Second},
		}}},
		{Name: "joins", Cells: []Cell{{
			Who: "listener", Target: Target{First: 4 * time.Second, FirstOf: .6}, First: []time.Duration{3 * time.Second, 5 * time.Second, 4 * time.Second},
		}}},
	}
}

func TestFiguresAreHeldAgainstTheirTargets(t *testing.T) {
	want := [][]bool{{true, true, true, true, true}, {false, false, false, true, false}, {false}, {true}}
	n := 0
	for _, m := range cells() {
		for _, c := range m.Cells {
			for i, f := range c.Figures() {
				if f.OK != want[n][i] {
					t.Errorf("%s, %s: %+v", m.Name, c.Who, f)
				}
			}
			n++
		}
	}
	if reached, asked := Score(cells()); reached != 5 || asked != 10 {
		t.Errorf("%d of %d", reached, asked)
	}
}

func TestReport(t *testing.T) {
	var b strings.Builder
	d := Document{Meeting: 10 * time.Minute, Seed: 7, Soaks: []SoakResult{{PPM: -200, For: 2 * time.Hour}}}
	if err := d.Write(&b, cells()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"10 minutes", "seed 7", "5 of 10 figures", "| 30 % | listener | 0.950 ✓ | 0.00 % ✓ | 50.0 ✓ | 9.0 | 100 / 140 ✓ |  | ✓ |",
		"NaN ✗ ≥ 0.93", "speech again 1.00 s, at most never", "2 of 3 in time ✓", "- outage: a note.", "| -200 ppm | 120 min |",
	} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("%q is not in\n%s", part, b.String())
		}
	}
}

func TestPlotIsXML(t *testing.T) {
	var b strings.Builder
	if err := Plot(&b, cells()); err != nil {
		t.Fatal(err)
	}
	d, bars := xml.NewDecoder(strings.NewReader(b.String())), 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "rect" {
			bars++
		}
	}
	if bars != 1+2*2 {
		t.Errorf("%d bars", bars)
	}
	if strings.Contains(b.String(), "NaN") {
		t.Error("a bar without a length")
	}
}
