package lines

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Measured is a row with what it reached.
type Measured struct {
	Name  string
	Note  string
	Cells []Cell
}

var columns = []string{colESTOI, colMissing, colWire, colReturn, colDelay, colOther}

// PrintHead writes the head of the terminal's table.
func PrintHead(w io.Writer) {
	fmt.Fprintf(w, "%-33s %-10s %-16s %-16s %-14s %-13s %-20s %s\n", "line", "behind it", colESTOI, colMissing, colWire, colReturn, "mic to ear, ms", colOther)
}

// Print writes a row of the terminal's table.
func (m Measured) Print(w io.Writer) {
	for _, c := range m.Cells {
		widths := []int{16, 16, 14, 13, 20, 0}
		fmt.Fprintf(w, "%-33s %-10s", short(m.Name), c.Who)
		for i, text := range c.texts(" ") {
			fmt.Fprintf(w, " %-*s", widths[i], text)
		}
		fmt.Fprintln(w)
	}
}

func short(name string) string {
	if r := []rune(name); len(r) > 33 {
		return string(r[:32]) + "…"
	}
	return name
}

// texts returns the cell's columns.
func (c Cell) texts(between string) []string {
	out := make([]string, len(columns))
	for i, name := range columns {
		var parts []string
		for _, f := range c.Figures() {
			if f.Name == name {
				parts = append(parts, f.text(between))
			}
		}
		out[i] = strings.Join(parts, "; ")
	}
	return out
}

func (f Figure) text(between string) string {
	switch {
	case f.Target == "":
		return f.Reached
	case f.OK:
		return f.Reached + between + "✓"
	}
	return f.Reached + between + "✗ " + f.Target
}

// Score counts the figures that have a target, and those that reach it.
func Score(all []Measured) (reached, asked int) {
	for _, m := range all {
		for _, c := range m.Cells {
			for _, f := range c.Figures() {
				if f.Target == "" {
					continue
				}
				asked++
				if f.OK {
					reached++
				}
			}
		}
	}
	return reached, asked
}

// Document says how a report was made.
type Document struct {
	Meeting time.Duration // of a cell
	Seed    uint64
	Soaks   []SoakResult
	Sites   bool // everybody is behind a site whose media goes beside QUIC
}

// name is that of the report's files; made says how it comes to be.
func (d Document) name() (name, title, made string) {
	if d.Sites {
		return "sites", "The voice through sites", "`make bench-sites`"
	}
	return "lines", "The voice on whole lines", "`make bench-lines`"
}

// Write writes the report as Markdown.
func (d Document) Write(w io.Writer, all []Measured) error {
	var b strings.Builder
	reached, asked := Score(all)
	name, title, made := d.name()
	fmt.Fprintf(&b, `# %s

Written by %s; do not edit. A relay, clients and QUIC as they ship, over lines in memory, in virtual time, %d minutes of a meeting a
cell, seed %d (a second run with it comes close, not to the digit: who runs first in a relay is chance). %d of %d figures reach their target; ✗ is followed by the target that was missed.

![ESTOI and wire rate of each line beside its target](%s.svg)

| line | behind it | %s | |
|---|---|`, title, made, int(d.Meeting.Minutes()), d.Seed, reached, asked, name, strings.Join(columns, " | "))
	b.WriteString(strings.Repeat("---|", len(columns)+1) + "\n")
	for _, m := range all {
		for _, c := range m.Cells {
			mark := "✓"
			for _, f := range c.Figures() {
				if f.Target != "" && !f.OK {
					mark = "✗"
				}
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", m.Name, c.Who, strings.Join(c.texts(" "), " | "), mark)
		}
	}
	b.WriteString(method)
	for _, m := range all {
		if m.Note != "" {
			fmt.Fprintf(&b, "- %s: %s.\n", m.Name, m.Note)
		}
	}
	if d.Sites {
		b.WriteString("- Here relay, sites and a client in each building: the line that is measured is the one between the relay and a site; its media goes beside QUIC, and the people are 2 ms from their site. Rows of several uplinks have a client with that many in a site's place.\n")
	}
	d.soaks(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

const method = `
## How it is measured

- **Line**: both directions lose, delay and limit alike; 150 ms round trip and 256 kbit/s unless the name says otherwise; 200 ms may wait before the bottleneck. Whoever is not
  behind it has 2 ms and no limit. A speaker talks Vietnamese (` + "`codec/testdata`" + `, 15.9 s, round after round) in the layers, bit rates and frames of the relay's plan; silence is not sent.
- **ESTOI**: of what leaves the loudspeaker, each utterance found again within ± 1.5 s and scored; the mean. All that is said from the moment at which the listener is welcomed counts.
- **missing**: share of the active speech that was not there at its playout.
- **wire, return**: IP packets that were offered to the line, with IPv4 and UDP, handshakes, QUIC's own acknowledgements, control messages: in the direction of the voice, and back.
- **mic to ear**: from a sample's capture to its playout, with packing, transit, repair and playout; sound cards not counted. The target is held against p95.
- **playout**: holds the budget that the relay's plan says; without one as much as the arrivals ask for, at least 20 ms. What is missing is concealed, plainer than libopus does.
- **first sound**: from the dial to the first sample at the ear, while the speaker does not pause; each join on a new line. **speech again**: from the return of the line.
`

func (d Document) soaks(b *strings.Builder) {
	if len(d.Soaks) == 0 {
		return
	}
	b.WriteString("\n## Soak\n\nBoth lines change every 20 s: loss 0 to 40 %, random or in bursts, 48 to 512 kbit/s, round trips of 40 to 600 ms, an outage of 2 to 40 s every 3 to 5 minutes.\n\n" +
		"| clocks apart | virtual time | missing | delay, median of the first and of the last quarter | longest loss of voice beyond outages | heap after the first quarter and at the end | goroutines likewise |\n|---|---|---|---|---|---|---|\n")
	for _, s := range d.Soaks {
		fmt.Fprintf(b, "| %+.0f ppm | %.0f min | %.1f %% | %.0f, %.0f ms | %.1f s | %.1f, %.1f MB | %d, %d |\n", s.PPM, s.For.Minutes(), 100*s.Missing, s.Delay[0], s.Delay[1],
			s.Longest.Seconds(), s.Heap[0], s.Heap[1], s.Goroutines[0], s.Goroutines[1])
	}
}
