package relay

import (
	"strings"
	"testing"
	"time"
)

// A guest who writes without end does not fill the thin lines of all others; who leads is not slowed down.
func TestWhoWritesWithoutEnd(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		visitor := h.with("guest", "Khách")
		defer visitor.quit()
		codes := func(g *guest, n int) (done int) {
			for range n {
				if code := g.do("say", "text", strings.Repeat("ồn ào ", 160)); code == "" {
					done++
				} else if code != "too-often" {
					t.Errorf("refused: %s", code)
				}
				time.Sleep(50 * time.Millisecond)
			}
			return done
		}
		if done := codes(visitor, 100); done < 5 || done > 15 {
			t.Errorf("%d long texts in 5 s", done)
		}
		if done := codes(chair, 100); done != 100 {
			t.Errorf("the chair said %d of 100", done)
		}
		time.Sleep(10 * time.Second)
		visitor.want("", "raise", "reason", "Xin nói")
	})
}
