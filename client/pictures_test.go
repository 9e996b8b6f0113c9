package client

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// TestWhatIsShownNoMoreIsForgotten: of many publications of a site there remain those that can show something, and every line is told of the others once.
func TestWhatIsShownNoMoreIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t)
		c, g, stop := h.join(Config{}, nil)
		first := <-g.attached
		camera := &transport.SendSource{Codecs: []string{"vp8"}, Width: 640, Height: 360, FPS: 15}
		show := func(publication uint32, camera *transport.SendSource) {
			if err := c.Send(transport.Send{Publication: publication, Camera: camera}); err != nil && publication != 28 {
				t.Error(err)
			}
		}
		known := func() int {
			c.mu.Lock()
			defer c.mu.Unlock()
			return len(c.looks.sends)
		}
		for i := range uint32(30) {
			show(i, camera)
		}
		for i := range uint32(28) {
			show(i, nil)
		}
		if n := known(); n != 2 {
			t.Errorf("%d are known", n)
		}
		_ = first.session.Close("")
		show(28, nil) // the session is gone, or not
		<-g.attached
		time.Sleep(time.Second)
		if n := known(); n != 1 {
			t.Errorf("%d are known to a new session", n)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		over := map[uint32]int{}
		for m := range g.said {
			var s transport.Send
			if m.Type == transport.TypeSend && m.Decode(&s) == nil && s.Camera == nil {
				over[s.Publication]++
			}
		}
		if len(over) != 29 || over[28] == 0 {
			t.Errorf("the relay heard of %d, of the last one %d times", len(over), over[28])
		}
	})
}
