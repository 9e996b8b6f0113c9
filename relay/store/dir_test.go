package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestDirOutlivesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "meetings")
	d := openDir(t, path)
	add(t, d, "abc-def-ghj", "1", "2")
	d = openDir(t, path)
	wantSubjects(t, d, "abc-def-ghj")
	add(t, d, "abc-def-ghj", "3")
	want(t, openDir(t, path), "abc-def-ghj", "1", "2", "3")
}

func TestFilesAreTheirOwnersOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meetings")
	add(t, openDir(t, path), "abc-def-ghj", "1")
	files := listing(t, path)
	if len(files) != 1 || strings.Contains(files[0], "abc") {
		t.Fatalf("files %q", files)
	}
	for _, f := range []struct {
		name string
		mode os.FileMode
	}{{path, os.ModeDir | 0o700}, {filepath.Join(path, files[0]), 0o600}} {
		if info, err := os.Stat(f.name); err != nil || info.Mode() != f.mode {
			t.Errorf("%s: %v, %v, want %v", filepath.Base(f.name), info.Mode(), err, f.mode)
		}
	}
}

func listing(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestTornRecordIsCutOff lets a power cut leave every beginning of a file, alone and followed by zeros or rubbish.
func TestTornRecordIsCutOff(t *testing.T) {
	events := []string{"first", "the second", "3"}
	path := t.TempDir()
	add(t, openDir(t, path), "s", events...)
	file := filepath.Join(path, fileName("s"))
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) + 1 {
		survivors := survivorsOf(cut, events)
		for _, tail := range []string{"", "\x00", strings.Repeat("\x00", 4096), "\x00\x00\x00\x02rubbish, more of it"} {
			if cut < len(whole) && tail != "" && bytes.HasPrefix(whole[cut:], []byte(tail)) {
				continue // the tail happens to be what was there
			}
			if err := os.WriteFile(file, append(bytes.Clone(whole[:cut]), tail...), 0o600); err != nil {
				t.Fatal(err)
			}
			d := openDir(t, path)
			if len(survivors) > 0 {
				wantSubjects(t, d, "s")
			} else {
				wantSubjects(t, d)
			}
			want(t, d, "s", survivors...)
			add(t, d, "s", "after")
			want(t, d, "s", append(slices.Clone(survivors), "after")...)
			want(t, openDir(t, path), "s", append(slices.Clone(survivors), "after")...)
		}
	}
}

// survivorsOf returns the events that are whole in the first cut bytes of the file of "s".
func survivorsOf(cut int, events []string) []string {
	end := recordHeader + len("s")
	for i, e := range events {
		if end += recordHeader + len(e); cut < end {
			return events[:i]
		}
	}
	return events
}

func TestEveryFlippedByteIsFound(t *testing.T) {
	path := t.TempDir()
	add(t, openDir(t, path), "s", "first", "second")
	file := filepath.Join(path, fileName("s"))
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		bad := bytes.Clone(whole)
		bad[i] ^= 0x10
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		want(t, openDir(t, path), "s", survivorsOf(i, []string{"first", "second"})...)
	}
}

func TestOtherFilesAreNoSubjects(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	add(t, d, "s", "1")
	copied := appendRecord(appendRecord(nil, []byte("s")), []byte("1"))
	for name, content := range map[string][]byte{"copy.log": copied, "notes.txt": copied, "empty.log": nil} {
		if err := os.WriteFile(filepath.Join(path, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wantSubjects(t, d, "s")
}

func TestUnwritableFolder(t *testing.T) {
	// A file in the folder's place also stops a superuser.
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below")} {
		if _, err := OpenDir(path); !errors.Is(err, ErrUnwritable) {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
}

func TestFolderThatVanishes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meetings")
	d := openDir(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := d.Append("s", []byte("1")); err == nil {
		t.Error("appended to no folder")
	}
	if _, err := d.Subjects(); err == nil {
		t.Error("listed no folder")
	}
	d = openDir(t, path)
	add(t, d, "s", "1")
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if err := d.Read("s", func([]byte) error { return nil }); err == nil {
		t.Error("read a file that is gone")
	}
}

func TestReadRecordsReportsTheInputsError(t *testing.T) {
	for _, in := range []string{"", "\x00\x00\x00\x05", "\x00\x00\x00\x05sum!ha"} {
		r := iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(in + "xyz")))
		if whole, err := readRecords(r, nil); whole != 0 || !errors.Is(err, iotest.ErrTimeout) {
			t.Errorf("%q: %d, %v", in, whole, err)
		}
	}
}

func FuzzReadRecords(f *testing.F) {
	f.Add([]byte{})
	f.Add(appendRecord(appendRecord(nil, []byte("subject")), []byte("event")))
	f.Add([]byte{0, 0, 0, 1, 0, 0, 0, 0, 1})
	f.Add(bytes.Repeat([]byte{0xff}, 20))
	f.Fuzz(func(t *testing.T, data []byte) {
		var again []byte
		whole, err := readRecords(bytes.NewReader(data), func(p []byte) error {
			again = appendRecord(again, p)
			return nil
		})
		if err != nil || !bytes.Equal(again, data[:whole]) {
			t.Fatalf("%d whole bytes, %v, written again %x", whole, err, again)
		}
		// A whole record after the whole ones is found.
		records := 0
		count := func([]byte) error { records++; return nil }
		more, err := readRecords(bytes.NewReader(appendRecord(again, []byte(fmt.Sprint(whole)))), count)
		if err != nil || more <= whole || records == 0 {
			t.Fatalf("%d then %d, %v", whole, more, err)
		}
	})
}
