package lines

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/speech"
)

// `make bench-lines` sets these; `go test` alone runs a short table that asks for less.
var (
	lasting = flag.Duration("lines.for", 0, "measure the whole table, so long a meeting")
	only    = flag.String("lines.only", "", "measure the rows whose name matches")
	seed    = flag.Uint64("lines.seed", 1, "of all losses")
	folder  = flag.String("lines.report", "", "where lines.md and lines.svg are written")
	soaking = flag.Duration("lines.soak", 10*time.Minute, "length of the soak, virtual")
)

var loaded = sync.OnceValues(func() (*speech.Loop, error) { return speech.Load(os.DirFS("../../../codec/testdata")) })

func loop(t testing.TB) *speech.Loop {
	t.Helper()
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// measure runs a row, each side in a bubble of its own.
func measure(t *testing.T, row Row, span time.Duration) Measured {
	t.Helper()
	m := Measured{Name: row.Name, Note: row.Note}
	for _, side := range row.Sides {
		synctest.Test(t, func(t *testing.T) {
			cells, err := row.Run(context.Background(), Setup{Loop: loop(t), For: span, Side: side, Seed: *seed})
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
		return
	}
	var all []Measured
	PrintHead(os.Stdout)
	for _, row := range Table() {
		if matched, err := regexp.MatchString(*only, row.Name); err != nil || !matched {
			continue
		}
		m := measure(t, row, *lasting)
		m.Print(os.Stdout)
		all = append(all, m)
	}
	reached, asked := Score(all)
	fmt.Printf("%d of %d figures reach their target\n", reached, asked)
	document := Document{Meeting: *lasting, Seed: *seed}
	if *only == "" {
		document.Soaks = soak(t)
	}
	if *folder != "" {
		if err := errors.Join(write(document, all), draw(all)); err != nil {
			t.Error(err)
		}
	}
}

func write(d Document, all []Measured) error {
	f, err := os.Create(filepath.Join(*folder, "lines.md"))
	if err != nil {
		return err
	}
	return errors.Join(d.Write(f, all), f.Close())
}

func draw(all []Measured) error {
	f, err := os.Create(filepath.Join(*folder, "lines.svg"))
	if err != nil {
		return err
	}
	return errors.Join(Plot(f, all), f.Close())
}
