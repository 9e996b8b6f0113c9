package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

const suffix = ".log"

var errStop = errors.New("store: seen enough")

// Dir is a Log of append-only files in one folder, one file a subject: its first record is the subject, the others are the events.
// A file's name is a hash of the subject. A record that a power cut has torn is cut off, with all that follows it.
//
// The first event of a subject is on the disk when Append returns; later ones survive the process, but after a power cut the last
// seconds may be missing (DESIGN.md). One process at a time may use a folder.
type Dir struct {
	path string

	mu    sync.Mutex
	sizes map[string]int64 // guarded by mu: bytes in whole records of the files that were looked at
}

// OpenDir makes the folder if need be, for its owner only, and proves that it can be written: if not, ErrUnwritable.
func OpenDir(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	probe, err := os.CreateTemp(path, ".probe-*")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	_, err = probe.Write([]byte{0})
	if err = errors.Join(err, probe.Close(), os.Remove(probe.Name())); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return &Dir{path: path, sizes: map[string]int64{}}, nil
}

// Append implements Log.
func (d *Dir) Append(subject string, event []byte) error {
	if err := check(subject, event); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	size, err := d.size(subject)
	if err != nil {
		return fmt.Errorf("store: reading before an append: %w", err)
	}
	var record []byte
	if size == 0 {
		record = appendRecord(record, []byte(subject))
	}
	record = appendRecord(record, event)
	if err := d.write(subject, size, record); err != nil {
		delete(d.sizes, subject) // what is in the file now is looked at before the next append
		return fmt.Errorf("store: appending: %w", err)
	}
	d.sizes[subject] = size + int64(len(record))
	return nil
}

// write puts the record at the end of the whole ones and takes away what a failed write left there. The caller holds mu.
func (d *Dir) write(subject string, size int64, record []byte) (err error) {
	file, err := os.OpenFile(d.file(subject), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Truncate(size))
		}
		err = errors.Join(err, file.Close())
	}()
	if _, err := file.WriteAt(record, size); err != nil {
		return err
	}
	if size > 0 {
		return nil
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return syncFolder(d.path)
}

// syncFolder makes a new file's name durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	// Some file systems cannot sync a folder; they have nothing better to offer.
	if err := folder.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return errors.Join(err, folder.Close())
	}
	return folder.Close()
}

// Read implements Log.
func (d *Dir) Read(subject string, each func(event []byte) error) error {
	d.mu.Lock()
	size, err := d.size(subject)
	d.mu.Unlock()
	if err != nil {
		return fmt.Errorf("store: reading: %w", err)
	}
	if size == 0 {
		return nil
	}
	file, err := os.Open(d.file(subject))
	if err != nil {
		return fmt.Errorf("store: reading: %w", err)
	}
	defer file.Close()
	first := true
	// What others append meanwhile lies beyond size.
	_, err = readRecords(io.LimitReader(file, size), func(payload []byte) error {
		if first {
			first = false
			return nil
		}
		return each(payload)
	})
	return err
}

// Subjects implements Log.
func (d *Dir) Subjects() ([]string, error) {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return nil, fmt.Errorf("store: listing: %w", err)
	}
	var subjects []string
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != suffix {
			continue
		}
		subject, err := d.subjectOf(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("store: listing: %w", err)
		}
		if subject != "" {
			subjects = append(subjects, subject)
		}
	}
	slices.Sort(subjects)
	return subjects, nil
}

// subjectOf reads a file's first record. A file without an event, or under a name that is not its own, has no subject.
func (d *Dir) subjectOf(name string) (string, error) {
	file, err := os.Open(filepath.Join(d.path, name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil // removed meanwhile
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	var subject string
	records := 0
	_, err = readRecords(file, func(payload []byte) error {
		if records++; records > 1 {
			return errStop
		}
		subject = string(payload)
		return nil
	})
	if err != nil && !errors.Is(err, errStop) {
		return "", err
	}
	if records < 2 || name != fileName(subject) {
		return "", nil
	}
	return subject, nil
}

// Remove implements Log.
func (d *Dir) Remove(subject string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sizes, subject)
	if err := os.Remove(d.file(subject)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("store: removing: %w", err)
	}
	return nil
}

// size returns the bytes in whole records of a subject's file, 0 if there is none, and cuts off what follows them when the file is
// looked at for the first time. The caller holds mu.
func (d *Dir) size(subject string) (int64, error) {
	if size, ok := d.sizes[subject]; ok {
		return size, nil
	}
	file, err := os.OpenFile(d.file(subject), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer file.Close()
	records := 0
	size, err := readRecords(file, func([]byte) error { records++; return nil })
	if err != nil {
		return 0, err
	}
	if records < 2 {
		size = 0 // the subject without an event: the first append was torn
	}
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	if torn := info.Size() - size; torn > 0 {
		slog.Warn("a log ended in a torn record, which is cut off", "file", filepath.Base(d.file(subject)), "bytes", torn)
		if err := file.Truncate(size); err != nil {
			return 0, err
		}
	}
	d.sizes[subject] = size
	return size, nil
}

func (d *Dir) file(subject string) string { return filepath.Join(d.path, fileName(subject)) }

// fileName hides a subject from backups' listings and the like; whoever may read the file may know the subject.
func fileName(subject string) string {
	sum := sha256.Sum256([]byte(subject))
	return hex.EncodeToString(sum[:16]) + suffix
}

func check(subject string, event []byte) error { return CheckAppend(subject, [][]byte{event}) }
