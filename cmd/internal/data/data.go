package data

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Default is the folder that is used when none is configured: what systemd gives, else the user's own.
func Default() (string, error) {
	if dir := os.Getenv("STATE_DIRECTORY"); dir != "" {
		dir, _, _ = strings.Cut(dir, ":")
		return dir, nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "diemcau"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("this user has no home folder: give a folder with --data DIR")
	}
	return filepath.Join(home, ".local", "share", "diemcau"), nil
}

// ErrInUse says that another process has the folder.
var ErrInUse = errors.New("another server uses the folder")

// Dir is the folder of one server, locked against a second one.
type Dir struct {
	path string
	lock *os.File
}

// Open makes the folder if need be, for its owner only, and locks it. Close gives it back. The error is one sentence.
func Open(path string) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("the folder %s cannot be used: %w", path, err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, unwritable(path, err)
	}
	f, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unwritable(path, err)
	}
	if err := lock(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%w %s: stop it, or give this one a folder of its own", ErrInUse, path)
	}
	return &Dir{path, f}, nil
}

func unwritable(path string, err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		err = inner // the path is in the sentence already
	}
	return fmt.Errorf("the folder %s cannot be written (%w): make it writable for this user, or give another folder", path, err)
}

// Close unlocks the folder.
func (d *Dir) Close() error { return d.lock.Close() }

// Path is the absolute path of something in the folder, or of the folder itself.
func (d *Dir) Path(elem ...string) string {
	return filepath.Join(append([]string{d.path}, elem...)...)
}

// Secret returns n random bytes that are the same at the next start. The error is one sentence.
func (d *Dir) Secret(name string, n int) ([]byte, error) {
	secret, err := d.keep(name, func() []byte {
		b := make([]byte, n)
		_, _ = rand.Read(b) // never fails
		return b
	})
	if err == nil && len(secret) != n {
		return nil, fmt.Errorf("%s is damaged: move it away to have a new one made", d.Path(name))
	}
	return secret, err
}

// HostKey returns the host key, which it makes at the first start. Whoever runs the server may write another one into the file.
func (d *Dir) HostKey() (key, file string, err error) {
	text, err := d.keep("host-key", func() []byte { return []byte(newKey() + "\n") })
	return strings.TrimSpace(string(text)), d.Path("host-key"), err
}

// newKey draws 80 bits in a form that is read aloud and typed without mistakes: Crockford's base 32 in four groups of four.
func newKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	var key strings.Builder
	for i, v := range b {
		if i > 0 && i%4 == 0 {
			key.WriteByte('-')
		}
		key.WriteByte("0123456789abcdefghjkmnpqrstvwxyz"[v%32])
	}
	return key.String()
}

// keep returns the contents of a file, which it writes if there is none.
func (d *Dir) keep(name string, content func() []byte) ([]byte, error) {
	file := d.Path(name)
	text, err := os.ReadFile(file)
	if err == nil {
		return text, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the file %s cannot be read (%w): make it readable for this user", file, errors.Unwrap(err))
	}
	text = content()
	if err := WriteFile(file, text); err != nil {
		return nil, unwritable(d.path, err)
	}
	return text, nil
}

// WriteFile replaces a file in one step, readable by this user only: when power fails it is what it was, or whole.
func WriteFile(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already if all went well
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
