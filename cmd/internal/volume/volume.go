package volume

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/data"
)

// ErrFile says that the file of a Meter is not one: nobody knows what was used.
var ErrFile = errors.New("the file with the volumes of uplinks cannot be read; delete it to begin at 0")

const month = "2006-01"

// Meter counts bytes by uplink and month. Its methods are for one goroutine.
type Meter struct {
	file  string
	kept  kept
	seen  map[string]uint64 // totals that Count was last told
	dirty bool
}

// kept is what the file holds.
type kept struct {
	Month string            `json:"month"` // as the computer's clock and zone say
	Bytes map[string]uint64 `json:"bytes"` // by the uplink's name
}

// Open reads a file, which may not exist yet. The error is ErrFile or that of the system; the Meter is usable all the same, from 0 on.
func Open(file string) (*Meter, error) {
	m := &Meter{file: file, seen: map[string]uint64{}, kept: kept{Bytes: map[string]uint64{}}}
	b, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m, nil
	case err != nil:
		return m, err
	}
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return m, fmt.Errorf("%w: %s: %w", ErrFile, file, err)
	}
	if _, err := time.Parse(month, k.Month); err != nil {
		return m, fmt.Errorf("%w: %s: the month is %q", ErrFile, file, k.Month)
	}
	m.kept.Month = k.Month
	for name, n := range k.Bytes {
		m.kept.Bytes[name] = n
	}
	return m, nil
}

// Count takes how many bytes an uplink has carried since the process began, both ways together, and returns how many it has in this month. A total that is less than
// before is a new count from 0. A clock that goes back into an earlier month begins nothing anew.
func (m *Meter) Count(name string, total uint64, now time.Time) (used uint64) {
	if current := now.Format(month); current > m.kept.Month {
		m.kept = kept{Month: current, Bytes: map[string]uint64{}}
		m.dirty = true
	}
	more := total
	if last := m.seen[name]; total >= last {
		more = total - last
	}
	m.seen[name] = total
	if more > 0 {
		m.kept.Bytes[name] += more
		m.dirty = true
	}
	return m.kept.Bytes[name]
}

// Save writes the file if anything changed: all of it or, when power fails, what it was. Call it every minute or so: what was counted since is forgotten in a power cut.
func (m *Meter) Save() error {
	if !m.dirty {
		return nil
	}
	b, err := json.Marshal(m.kept)
	if err != nil {
		return err
	}
	if err := data.WriteFile(m.file, b); err != nil {
		return err
	}
	m.dirty = false
	return nil
}
