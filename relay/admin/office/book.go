package office

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/diemcau/diemcau/relay/directory"
)

// Table keeps the newest value of each key; one of store's satisfies it. It is called concurrently.
type Table interface {
	// Put sets the value of a key that has this revision, 0 for a key that is not there, and returns the new one. Of two that put at
	// the same revision one gets the error that OpenDirectory was told of.
	Put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)
	// Watch calls each with all values there are, then once with the key "", then with every change, a nil value for a key that was
	// deleted, until ctx ends or each fails, and returns that error.
	Watch(ctx context.Context, each func(key string, value []byte, revision uint64) error) error
}

// bookKey is where in the table the directory is.
const bookKey = "book"

// Directory is the newest directory.Book that is known here. Its methods may be called concurrently.
type Directory struct {
	table    Table
	conflict error

	mu       sync.RWMutex
	book     directory.Book
	revision uint64 // of the table; 0: nobody has changed the start book yet
}

// errRead ends the first watch.
var errRead = errors.New("office: all is read")

// OpenDirectory reads the directory from a table of its own. Run keeps it up to date. Conflict is what the table returns to the later one
// of two writers; the seed, as directory.Start takes it, is for a table that is empty.
func OpenDirectory(ctx context.Context, table Table, conflict error, seed string) (*Directory, error) {
	d := &Directory{table: table, conflict: conflict, book: directory.Start(seed)}
	err := table.Watch(ctx, func(key string, value []byte, revision uint64) error {
		if key == "" {
			return errRead
		}
		return d.take(key, value, revision)
	})
	if !errors.Is(err, errRead) {
		return nil, fmt.Errorf("office: the directory cannot be read: %w", err)
	}
	return d, nil
}

// Run follows the edits of other relays until ctx ends, which is no error, or the table fails.
func (d *Directory) Run(ctx context.Context) error {
	err := d.table.Watch(ctx, d.take)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// take takes what the table tells. A value that this version cannot read ends the watch: going on with the old one, an edit would undo it.
func (d *Directory) take(key string, value []byte, revision uint64) error {
	if key != bookKey || value == nil {
		return nil
	}
	if _, known := d.Book(); revision <= known {
		return nil
	}
	book, err := directory.Decode(value)
	if err != nil {
		return err
	}
	d.set(book, revision)
	return nil
}

// set keeps the newer of two.
func (d *Directory) set(book directory.Book, revision uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if revision > d.revision {
		d.book, d.revision = book, revision
	}
}

// Book returns the directory and its revision. It is only read.
func (d *Directory) Book() (directory.Book, uint64) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.book, d.revision
}

// errChanged says that somebody else was faster.
var errChanged = errors.New("office: the directory was changed meanwhile")

// put stores the book that takes the place of the one with a revision. The error is errChanged or the table's.
func (d *Directory) put(ctx context.Context, book directory.Book, revision uint64) (uint64, error) {
	text, err := book.Encode()
	if err != nil {
		return 0, err
	}
	now, err := d.table.Put(ctx, bookKey, text, revision)
	if errors.Is(err, d.conflict) {
		return 0, errChanged
	}
	if err != nil {
		return 0, err
	}
	d.set(book, now)
	return now, nil
}

// UnitName returns the name of a unit, "" for one that is not there.
func (d *Directory) UnitName(id string) string {
	book, _ := d.Book()
	unit, _ := book.Unit(id)
	return unit.Name
}
