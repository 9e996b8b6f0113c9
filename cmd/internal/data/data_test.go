package data

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func open(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestSecretsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b")
	d := open(t, path)
	key, file, err := d.HostKey()
	if err != nil || !regexp.MustCompile(`^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$`).MatchString(key) {
		t.Errorf("%q %v", key, err)
	}
	seed, err := d.Secret("seed", 32)
	if err != nil || len(seed) != 32 {
		t.Errorf("%d bytes, %v", len(seed), err)
	}
	_ = d.Close()
	d = open(t, path)
	if again, _, _ := d.HostKey(); again != key {
		t.Error("the host key changed")
	}
	if again, _ := d.Secret("seed", 32); !bytes.Equal(again, seed) {
		t.Error("the secret changed")
	}
	for name, mode := range map[string]fs.FileMode{path: 0o700, file: 0o600, d.Path("seed"): 0o600, d.Path("lock"): 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	other := open(t, t.TempDir())
	if k, _, _ := other.HostKey(); k == key {
		t.Error("two servers have one host key")
	}
}

func TestOwnHostKeyIsTaken(t *testing.T) {
	d := open(t, t.TempDir())
	if err := os.WriteFile(d.Path("host-key"), []byte(" của tôi \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if key, _, err := d.HostKey(); key != "của tôi" || err != nil {
		t.Errorf("%q %v", key, err)
	}
}

func TestBadFolders(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	want := func(path, says string) {
		t.Helper()
		d, err := Open(path)
		if err == nil {
			_ = d.Close()
		}
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", path, err)
		}
	}
	want(file, "cannot be written (not a directory)")
	want(filepath.Join(file, "x"), "cannot be written (not a directory)")
	want("/proc/diemcau", "cannot be written")

	d := open(t, filepath.Join(dir, "used"))
	want(d.Path(), "another server uses the folder "+d.Path())
	if err := os.WriteFile(d.Path("seed"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Secret("seed", 32); err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("%v", err)
	}
}

func TestDefault(t *testing.T) {
	t.Setenv("STATE_DIRECTORY", "/var/lib/diemcau:/var/lib/other")
	t.Setenv("XDG_DATA_HOME", "/home/a/data")
	t.Setenv("HOME", "/home/a")
	for _, want := range []string{"/var/lib/diemcau", "/home/a/data/diemcau", "/home/a/.local/share/diemcau"} {
		if got, err := Default(); got != want || err != nil {
			t.Errorf("%s %v, want %s", got, err, want)
		}
		if want == "/var/lib/diemcau" {
			t.Setenv("STATE_DIRECTORY", "")
		} else {
			t.Setenv("XDG_DATA_HOME", "relative")
		}
	}
}
