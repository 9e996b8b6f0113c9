package volume

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var november = time.Date(2026, time.November, 30, 23, 59, 0, 0, time.UTC)

func open(t *testing.T, file string) *Meter {
	t.Helper()
	m, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func count(t *testing.T, m *Meter, total uint64, now time.Time, want uint64) {
	t.Helper()
	if used := m.Count("4g", total, now); used != want {
		t.Errorf("%d used in %s, want %d", used, now.Format(month), want)
	}
}

func TestAMonth(t *testing.T) {
	file := filepath.Join(t.TempDir(), "volume.json")
	m := open(t, file)
	count(t, m, 1000, november, 1000)
	count(t, m, 1500, november, 1500)
	count(t, m, 200, november, 1700) // another client
	if used := m.Count("adsl", 7, november); used != 7 {
		t.Errorf("%d of another uplink", used)
	}
	if err := m.Save(); err != nil {
		t.Fatal(err)
	}
	m = open(t, file) // after a power cut
	count(t, m, 300, november, 2000)
	count(t, m, 350, november.Add(time.Minute), 50) // December
	count(t, m, 360, november, 60)                  // the clock was set back
	if err := m.Save(); err != nil {
		t.Fatal(err)
	}
	m = open(t, file)
	count(t, m, 0, november.Add(time.Hour), 60)
	count(t, m, 5, november.AddDate(1, 0, 0), 5)
	if err := m.Save(); err != nil {
		t.Fatal(err)
	}
	if all, err := os.ReadDir(filepath.Dir(file)); err != nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
}

func TestAFileThatIsNone(t *testing.T) {
	for _, text := range []string{"", "{", `{"month":"soon"}`, `{"month":"2026-11","bytes":{"4g":-1}}`} {
		file := filepath.Join(t.TempDir(), "volume.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := Open(file)
		if !errors.Is(err, ErrFile) {
			t.Errorf("%q: %v", text, err)
		}
		count(t, m, 5, november, 5)
		if err := m.Save(); err != nil {
			t.Error(err)
		}
		count(t, open(t, file), 0, november, 5)
	}
}

func TestAFileThatCannotBeWritten(t *testing.T) {
	m := open(t, filepath.Join(t.TempDir(), "gone", "volume.json"))
	if err := m.Save(); err != nil {
		t.Error("nothing is to be saved, and yet", err)
	}
	count(t, m, 5, november, 5)
	if m.Save() == nil {
		t.Error("saved where there is no folder")
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"month":"2026-11","bytes":{"4g":1}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := filepath.Join(t.TempDir(), "v")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		m, _ := Open(file)
		m.Count("4g", 1, november)
	})
}
