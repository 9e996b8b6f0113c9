package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/transport"
)

// status is the last line of a terminal, under the log, which goes through it. Where there is no terminal it is only the log's way to standard error. Its methods may be called from
// any goroutine.
type status struct {
	out      *os.File
	terminal bool

	mu   sync.Mutex
	line string
}

func newStatus(out *os.File) *status {
	return &status{out: out, terminal: isTerminal(out) && isTerminal(os.Stderr)}
}

// isTerminal says whether a line may be written again and again.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Write writes a piece of the log, of whole lines.
func (s *status) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line == "" || len(b) == 0 || b[len(b)-1] != '\n' {
		return os.Stderr.Write(b)
	}
	_, _ = fmt.Fprint(s.out, "\r\x1b[K")
	n, err := os.Stderr.Write(b)
	_, _ = fmt.Fprint(s.out, s.line)
	return n, err
}

// set shows another line; "" takes it away.
func (s *status) set(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if width, _, err := term.GetSize(int(s.out.Fd())); err == nil && utf8.RuneCountInString(line) >= width {
		line = string([]rune(line)[:max(width-1, 0)])
	}
	s.line = line
	_, _ = fmt.Fprint(s.out, "\r\x1b[K", line)
}

// meter makes rates of counts.
type meter struct {
	last map[*client.Client]reading
}

type reading struct {
	at       time.Time
	up, down uint64
}

const maxMeters = 64

func newMeter() *meter { return &meter{last: map[*client.Client]reading{}} }

// uplinks says how each of several uplinks is.
func uplinks(c *client.Client) (parts []string) {
	all := c.Uplinks()
	if len(all) < 2 {
		return nil
	}
	for _, u := range all {
		mark := "○"
		switch {
		case u.Suspended:
			mark = "hết dung lượng · used up"
		case u.Voice:
			mark = "●"
		case u.Alive:
			mark = "◐"
		}
		parts = append(parts, u.Name+" "+mark)
	}
	return parts
}

// line says in one line how the line to the relay above is.
func (m *meter) line(up transport.Upstream, c *client.Client, people int, now time.Time) string {
	var parts []string
	switch {
	case up.Up && up.Vi == "":
		parts = append(parts, "● đã nối · connected")
	case up.Up:
		parts = append(parts, "◐ "+up.Vi+" · "+up.En)
	case up.Vi != "":
		parts = append(parts, "○ "+up.Vi+" · "+up.En)
	default:
		parts = append(parts, "○ đang nối · connecting")
	}
	if up.Site != "" {
		parts = append([]string{up.Site}, parts...)
	}
	if c != nil && up.Up {
		stats := c.Stats()
		if was, ok := m.last[c]; ok && now.After(was.at) {
			perSecond := 8.0 / 1000 / now.Sub(was.at).Seconds()
			parts = append(parts, fmt.Sprintf("↑ %.0f ↓ %.0f kbit/s", float64(stats.BytesUp-was.up)*perSecond, float64(stats.BytesDown-was.down)*perSecond))
		}
		if len(m.last) > maxMeters { // of lines that are long gone
			clear(m.last)
		}
		m.last[c] = reading{now, stats.BytesUp, stats.BytesDown}
		parts = append(parts, fmt.Sprintf("%d ms", stats.RTT.Milliseconds()))
		if stats.Beside {
			parts = append(parts, "UDP+")
		} else {
			parts = append(parts, string(c.Kind()))
		}
	}
	if c != nil {
		parts = append(parts, uplinks(c)...)
	}
	parts = append(parts, fmt.Sprintf("%d người trong nhà · in the building", people))
	return strings.Join(parts, " · ")
}
