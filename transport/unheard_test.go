package transport

import (
	"testing"
	"time"
)

// The way there is dead, the way back is not: reports come, and tell of nothing new.
func TestUnheard(t *testing.T) {
	now := time.Unix(1000, 0)
	l := NewLine(nil, now)
	if l.Unheard(now.Add(time.Hour)) != 0 {
		t.Error("nothing was asked")
	}
	l.unheard.sent(now)
	l.unheard.sent(now.Add(time.Second))
	if got := l.Unheard(now.Add(3 * time.Second)); got != 3*time.Second {
		t.Errorf("%v since the first", got)
	}
	l.unheard.told(&Feedback{Highest: 7})
	if got := l.Unheard(now.Add(4 * time.Second)); got != 0 {
		t.Errorf("%v after a report", got)
	}
	l.unheard.sent(now.Add(5 * time.Second))
	l.unheard.told(&Feedback{Highest: 7})
	if got := l.Unheard(now.Add(7 * time.Second)); got != 2*time.Second {
		t.Errorf("%v though the report tells of nothing new", got)
	}
}
