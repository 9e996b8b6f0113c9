package transport

import (
	"testing"
	"time"
)

// TestLossIsOfWhatIsDecided tells of the first datagrams of a line that loses every third: those that may still come count for nothing.
func TestLossIsOfWhatIsDecided(t *testing.T) {
	var m lossMeter
	now := time.Unix(1e9, 0)
	m.update(reorderWindow-2, 0, 0, false, now)
	if m.weight != 0 || m.loss != 0 {
		t.Errorf("nothing is decided: %+v", m)
	}
	m.update(reorderWindow+11, 4, 4, false, now.Add(10*time.Millisecond))
	if m.loss < .32 || m.loss > .34 {
		t.Errorf("4 of 12 are lost: %+v", m)
	}
}
