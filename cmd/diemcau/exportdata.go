package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/diemcau/diemcau/cmd/internal/cluster"
	"github.com/diemcau/diemcau/cmd/internal/data"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin/office"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/meeting/minutes"
	"github.com/diemcau/diemcau/relay/store"
)

// fromData reads the folder of a server that does not run.
func (c *ExportCmd) fromData(ctx context.Context, code string, w io.Writer) error {
	if info, err := os.Stat(c.Data); err != nil || !info.IsDir() {
		return usagef("--data: there is no folder %s: give the one that the server was started with", c.Data)
	}
	dir, err := data.Open(c.Data)
	if errors.Is(err, data.ErrInUse) {
		return usagef("--data: a server uses the folder %s now: give --server with its address and --host-key, or stop it first", c.Data)
	}
	if err != nil {
		return usagef("--data: %w", err)
	}
	defer dir.Close()
	if _, err := os.Stat(dir.Path(stateFolder)); err != nil {
		return usagef("--data: the folder %s is no server's, or the server keeps its state elsewhere: give the one that it was started with, or --server", c.Data)
	}
	state, err := store.Open(ctx, store.Config{Dir: dir.Path(stateFolder), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return usagef("--data: %w", err)
	}
	defer state.Close()
	log := cluster.Under{Log: state.Log(), Prefix: cluster.Meetings}
	if c.Format == "jsonl" {
		return c.events(log, code, w)
	}
	var f minutes.Fold
	if err := each(log, code, f.Apply); err != nil {
		return err
	}
	if !f.State().Created() {
		return c.unknown(code)
	}
	units, err := state.Table(ctx, "directory")
	if err != nil {
		return usagef("--data: %w", err)
	}
	book, err := office.OpenDirectory(ctx, units, store.ErrConflict, "")
	if err != nil {
		return usagef("--data: %w", err)
	}
	m, o := f.Minutes(), minutes.Options{English: c.English, Unit: book.UnitName}
	switch {
	case c.Attendance && c.Format == "csv":
		return m.WriteAttendanceCSV(w, o)
	case c.Attendance:
		return m.WriteSheet(w, o)
	case c.Format == "csv":
		return m.WriteCSV(w, o)
	case c.Format == "md":
		return m.WriteMarkdown(w, o)
	}
	return m.WriteHTML(w, o)
}

// events writes the log.
func (c *ExportCmd) events(log relay.Log, code string, w io.Writer) error {
	x, n := minutes.Export{W: w}, 0
	err := each(log, code, func(e meeting.Event) error {
		n++
		if e.Body == nil {
			return nil // of a later version of this program
		}
		return x.Write(e)
	})
	if err == nil && n == 0 {
		return c.unknown(code)
	}
	return err
}

func (c *ExportCmd) unknown(code string) error {
	return usagef("--meeting: the folder %s has no meeting %s: check the code, or give another folder", c.Data, code)
}

// each reads a meeting's log.
func each(log relay.Log, code string, do func(meeting.Event) error) error {
	return log.Read(code, 0, func(line []byte) error {
		e, err := meeting.Decode(line)
		if err != nil {
			return fmt.Errorf("the meeting's log is damaged: %w", err)
		}
		return do(e)
	})
}
