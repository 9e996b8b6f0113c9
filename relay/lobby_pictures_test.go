package relay

import (
	"testing"
	"time"
)

// TestLobbySeesNothing: who waits is sent no picture, is not told of any, and has no word in what is encoded; who is admitted sees at once.
func TestLobbySeesNothing(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		w := h.with("", "Người lạ").look()
		defer w.quit()
		shown := h.with("account secretary", "Thư ký").look()
		defer shown.quit()
		shown.shows(true, false)
		w.watches(3)
		time.Sleep(5 * time.Second)
		if n := len(w.eye.told().Of); n > 0 || len(shown.eye.asked()) > 0 {
			t.Errorf("who waits is told of %d pictures, %v are asked for", n, shown.eye.asked())
		}
		if n := w.eye.sees(shown.welcome.Publication, false).frames(); n > 0 {
			t.Errorf("who waits sees %d frames", n)
		}
		chair.want("", "admit", "seat", w.welcome.You)
		time.Sleep(5 * time.Second)
		if n := w.eye.sees(shown.welcome.Publication, false).frames(); n == 0 {
			t.Error("who was admitted sees nothing")
		}
	})
}
