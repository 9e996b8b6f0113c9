package allocation

import "time"

// Chooser divides the room of a line over time: down at once, up when the room has stood. The zero Chooser is ready. It belongs to one goroutine.
type Chooser struct {
	held   float64 // the room by which the present layers were chosen
	steady steady
	ladder ladder
}

// Update returns what the watcher gets now, in the order of the sources, never more than room in all, and the room that would give it more: what the line is to be
// probed for; 0: there is no more. The choices are valid until the next Update.
func (c *Chooser) Update(room float64, sources []Source, now time.Time) (choices []Choice, want float64) {
	return Allocate(room, sources), 0
}

type steady struct{}
