package store_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diemcau/diemcau/relay/store"
)

func TestEngineOutlivesItself(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "state")
	s := open(t, dir)
	if at := s.Listens(); at != nil {
		t.Errorf("it listens at %s", at)
	}
	add(t, s.Log(), "abc-def-ghj", "1", "2")
	p := partsOf(t, s)
	put(t, p.table, "k", "v")
	lease := acquired(t, p.leases, "abc-def-ghj", "a")
	if err := p.files.Put(t.Context(), "f", strings.NewReader("content"), 10); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Config{Dir: dir, Logger: quiet()}); !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Fatalf("opened twice: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	wantSubjects(t, s.Log(), "abc-def-ghj")
	if err := s.Log().Append("abc-def-ghj", 1, []byte("x")); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	add(t, s.Log(), "abc-def-ghj", "3")
	want(t, s.Log(), "abc-def-ghj", "1", "2", "3")
	p = partsOf(t, s)
	if v, _, err := p.table.Get(t.Context(), "k"); err != nil || string(v) != "v" {
		t.Error(v, err)
	}
	if again := acquired(t, p.leases, "abc-def-ghj", "b"); again.Epoch <= lease.Epoch {
		t.Errorf("epoch %d after %d", again.Epoch, lease.Epoch)
	}
	if f, err := p.files.Get(t.Context(), "f"); err != nil || f.Close() != nil {
		t.Error(err)
	}
	ownersOnly(t, dir)
}

// ownersOnly wants a folder that nobody else can enter, and no subject in a name within.
func ownersOnly(t *testing.T, dir string) {
	t.Helper()
	if info, err := os.Stat(dir); err != nil || info.Mode() != os.ModeDir|0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.Contains(path, "abc-def") {
			t.Errorf("%s tells a subject", path)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// TestLogsAreQuiet: a day without trouble is silent, and no line ever holds a subject.
func TestLogsAreQuiet(t *testing.T) {
	var said, whispered bytes.Buffer
	dir := t.TempDir()
	for _, logger := range []*slog.Logger{
		slog.New(slog.NewTextHandler(&said, nil)),
		slog.New(slog.NewTextHandler(&whispered, &slog.HandlerOptions{Level: slog.LevelDebug})),
	} {
		s := openWith(t, store.Config{Dir: dir, Logger: logger})
		add(t, s.Log(), "abc-def-ghj", "1")
		p := partsOf(t, s)
		acquired(t, p.leases, "abc-def-ghj", "a")
		if _, err := p.requests.Ask(t.Context(), "abc-def-ghj", nil); !errors.Is(err, store.ErrNobody) {
			t.Error(err)
		}
		if err := errors.Join(s.Log().Remove("abc-def-ghj"), s.Close()); err != nil {
			t.Error(err)
		}
	}
	if said.Len() > 0 {
		t.Errorf("it said %s", &said)
	}
	if whispered.Len() == 0 || strings.Contains(whispered.String(), "abc-def") {
		t.Errorf("it whispered %s", &whispered)
	}
}

func TestFullDisk(t *testing.T) {
	s := open(t, t.TempDir())
	p := partsOf(t, s)
	add(t, s.Log(), "m", "1")
	s.SetRoom(store.Reserve - 1)
	_, err1 := p.table.Put(t.Context(), "k", nil, 0)
	err2 := p.files.Put(t.Context(), "f", strings.NewReader("content"), 10)
	if err := s.Log().Append("m", 1, bytesOf("2", "3")...); !errors.Is(err, store.ErrFull) || !errors.Is(err1, store.ErrFull) || !errors.Is(err2, store.ErrFull) {
		t.Errorf("%v, %v, %v", err, err1, err2)
	}
	want(t, s.Log(), "m", "1")
	if err := s.Log().Remove("m"); err != nil {
		t.Errorf("no room can be made: %v", err)
	}
	s.SetRoom(store.Reserve)
	add(t, s.Log(), "m", "1", "2")
	want(t, s.Log(), "m", "1", "2")
}

// TestEngineIsRevived: nobody notices that it was started anew.
func TestEngineIsRevived(t *testing.T) {
	s := openWith(t, store.Config{Dir: t.TempDir(), Logger: quiet(), Timeout: patience})
	p := partsOf(t, s)
	news, changes := follow(t, s.Log(), 0), watch(t, p.table)
	add(t, s.Log(), "m", "1")
	news.want(t, "m 1 1")
	changes.want(t, "=")
	s.Fail()
	add(t, s.Log(), "m", "2", "3")
	news.want(t, "m 2 2", "m 3 3")
	put(t, p.table, "k", "v")
	changes.want(t, "k=v")
	want(t, s.Log(), "m", "1", "2", "3")
}

func TestFoldersThatCannotBeUsed(t *testing.T) {
	// A file in the folder's place also stops a superuser.
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	below := filepath.Join(t.TempDir(), "state")
	if err := os.MkdirAll(below, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(below, "jetstream"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below"), below} {
		_, err := store.Open(t.Context(), store.Config{Dir: dir, Logger: quiet()})
		if !errors.Is(err, store.ErrUnwritable) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", filepath.Base(dir), err)
		}
	}
	for _, c := range []store.Config{{}, {Dir: "a", URL: "b"}, {Dir: "a", Replicas: 3}, {URL: "a", Replicas: 6}, {Dir: "a", Credentials: "b"}, {Dir: "a", Timeout: -1}} {
		if _, err := store.Open(t.Context(), c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
