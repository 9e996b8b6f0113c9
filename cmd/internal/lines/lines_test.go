package lines

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/cmd/internal/speech"
)

// `make bench-lines` sets these; `go test` alone measures a little of the table.
var (
	lasting = flag.Duration("lines.for", 0, "measure the whole table, so long a meeting")
	only    = flag.String("lines.only", "", "measure the rows whose name matches, and no soak")
	seed    = flag.Uint64("lines.seed", 1, "of all losses")
	aside   = flag.Bool("lines.beside", false, "the clients send beside QUIC, as a site does and a page cannot")
	sites   = flag.Bool("lines.site", false, "each is behind a relay of their own building, and the line is from there to the one above")
	folder  = flag.String("lines.report", "", "where lines.md and lines.svg are written")
	soaking = flag.Duration("lines.soak", 10*time.Minute, "length of a soak, virtual")
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var loaded = sync.OnceValues(func() (*speech.Loop, error) { return speech.Load(os.DirFS("../../../codec/testdata")) })

func loop(t testing.TB) *speech.Loop {
	t.Helper()
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// bubble runs f in the time of a bubble and with the same random numbers each time.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	cryptotest.SetGlobalRandom(t, *seed)
	synctest.Test(t, f)
}

// measure runs a row, each side in a bubble of its own.
func measure(t *testing.T, row Row, span time.Duration) Measured {
	t.Helper()
	m := Measured{Name: row.Name, Note: row.Note}
	for _, side := range row.Sides {
		bubble(t, func(t *testing.T) {
			cells, err := row.Run(context.Background(), Setup{Loop: loop(t), For: span, Side: side, Seed: *seed, Beside: *aside, Sites: *sites})
			if err != nil {
				t.Errorf("%s, %s: %v", row.Name, side, err)
			}
			m.Cells = append(m.Cells, cells...)
		})
	}
	return m
}

func TestTable(t *testing.T) {
	if *lasting == 0 {
		sample(t)
		return
	}
	var all []Measured
	PrintHead(os.Stdout)
	rows := Table()
	if *aside {
		rows = slices.Concat(rows, Beside(), UplinkRows(*seed))
	}
	for _, row := range rows {
		if matched, err := regexp.MatchString(*only, row.Name); err != nil || !matched {
			continue
		}
		m := measure(t, row, *lasting)
		m.Print(os.Stdout)
		all = append(all, m)
	}
	reached, asked := Score(all)
	fmt.Printf("%d of %d figures reach their target\n", reached, asked)
	document := Document{Meeting: *lasting, Seed: *seed, Sites: *sites}
	if *only == "" && !*sites {
		document.Soaks = soak(t)
		for _, r := range document.Soaks {
			holds(t, r)
		}
	}
	if *folder == "" {
		return
	}
	name, _, _ := document.name()
	if err := errors.Join(
		create(name+".md", func(f *os.File) error { return document.Write(f, all) }),
		create(name+".svg", func(f *os.File) error { return Plot(f, all) }),
	); err != nil {
		t.Error(err)
	}
}

func create(name string, write func(*os.File) error) error {
	f, err := os.Create(filepath.Join(*folder, name))
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// sample holds the rows to what no change may fall below.
func sample(t *testing.T) {
	for _, row := range Table() {
		switch row.Name {
		case "clean, 512 kbit/s", "30 % random":
			for _, c := range measure(t, row, 40*time.Second).Cells {
				if h := c.Heard; h.Score.Mean < .80 || h.Missing > .08 || h.P95 > 1200*time.Millisecond || c.Wire < 10 || c.Wire > 100 {
					t.Errorf("%s, %s: %+v, %.0f kbit/s", row.Name, c.Who, *h, c.Wire)
				}
			}
		}
	}
	line := impaired(256, rtt150, .1, 0)
	for _, side := range bothSides {
		bubble(t, func(t *testing.T) {
			first, err := Joins{Loop: loop(t), Line: line, Side: side, Count: 3, Seed: *seed, Beside: *aside, Sites: *sites}.Run(context.Background())
			if err != nil || len(first) != 3 || middle(first) == 0 || middle(first) > 5*time.Second {
				t.Errorf("first sounds of a %s: %v, %v", side, first, err)
			}
		})
		bubble(t, func(t *testing.T) {
			cuts := []time.Duration{6 * time.Second, 20 * time.Second}
			back, err := Outages{Loop: loop(t), Line: line, Side: side, Cuts: cuts, Seed: *seed, Beside: *aside, Sites: *sites}.Run(context.Background())
			if err != nil || len(back) != 2 || back[0] == 0 || back[1] == 0 || max(back[0], back[1]) > 10*time.Second {
				t.Errorf("outages of a %s: %v, %v", side, back, err)
			}
		})
	}
}
