package relay

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// seeing is a guest with an eye.
type seeing struct {
	*guest
	eye *eye
}

// look opens a guest's eye; nobody else may read its messages from then on.
func (g *guest) look() *seeing {
	g.t.Helper()
	if err := g.session.SetReadDeadline(time.Time{}); err != nil {
		g.t.Fatal(err)
	}
	s := &seeing{g, openEye(g.ctx, g.t, g.paths, g.welcome.Publication)}
	go s.listen()
	return s
}

// listen takes plans, and what is said of pictures.
func (s *seeing) listen() {
	for {
		m, err := s.read()
		if err != nil {
			return
		}
		var plan transport.Plan
		var pictures transport.Pictures
		switch {
		case m.Type == transport.TypePlan && m.Decode(&plan) == nil:
			s.eye.follow(plan.Video)
		case m.Type == transport.TypePictures && m.Decode(&pictures) == nil:
			s.eye.mu.Lock()
			s.eye.pictures = pictures
			s.eye.mu.Unlock()
		case m.Type == transport.TypeError:
			s.t.Errorf("%s", m.JSON)
		}
	}
}

func (s *seeing) watches(small int) {
	s.say(transport.Watch{Type: transport.TypeWatch, Mode: transport.WatchAll, Decodes: []string{"vp8"}, Small: small})
}

func (s *seeing) shows(camera, screen bool) {
	of := transport.SendSource{Codecs: []string{"vp8"}, Width: 1280, Height: 720, FPS: 30}
	send := transport.Send{Type: transport.TypeSend}
	if camera {
		send.Camera = &of
	}
	if screen {
		send.Screen = &of
	}
	s.say(send)
}

// TestPicturesLeaveTheVoiceAlone floods a thin line with a picture while it carries a voice.
func TestPicturesLeaveTheVoiceAlone(t *testing.T) {
	alone, late, _ := voiceOnAThinLine(t, false)
	beside, later, frames := voiceOnAThinLine(t, true)
	if beside < alone-20 || frames < 100 || later > late+120*time.Millisecond {
		t.Errorf("of 2000 voice frames %d came, %v late, and %d beside %d frames, %v late", alone, late, beside, frames, later)
	}
}

// voiceOnAThinLine returns how many of 2000 voice frames come down a line of 256 kbit/s, how late the last hundredth is, and how many frames of a picture come beside them.
func voiceOnAThinLine(t *testing.T, picture bool) (heard int, late time.Duration, frames int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.stop()
		a, b := w.join("A", transport.WebTransport).look(), w.join("B", transport.WebTransport).look()
		defer a.quit()
		defer b.quit()
		thin := transporttest.Impairment{Rate: 256, Delay: 75 * time.Millisecond, Queue: 400 * time.Millisecond}
		if err := b.access.Set(thin, thin); err != nil {
			t.Fatal(err)
		}
		a.shows(picture, false)
		b.watches(0)
		began, over := time.Now(), make(chan struct{})
		var delays []time.Duration
		go func() {
			defer close(over)
			for p := range b.heard {
				delays = append(delays, time.Since(began)-time.Duration(p.Sequence)*20*time.Millisecond)
			}
		}()
		a.talk(0, 2000)
		b.leave()
		<-over
		slices.Sort(delays)
		heard, late = len(delays), delays[len(delays)*99/100]
		frames = b.eye.sees(a.welcome.Publication, false).frames()
	})
	return heard, late, frames
}

// TestRightsToShow: in a moderated meeting a site shows its screen while it has the floor, an observer nothing.
func TestRightsToShow(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		chair := h.with("account chair", "Chủ tọa")
		defer chair.quit()
		guest := h.with("site dc1", "")
		defer guest.quit()
		chair.want("", "open")
		chair.want("", "mode", "mode", "moderated")
		watching := h.with("account secretary", "Thư ký").look()
		defer watching.quit()
		watching.watches(3)
		site := guest.look()
		site.shows(true, true)
		time.Sleep(5 * time.Second)
		of := func(source int) bool {
			for _, s := range watching.eye.told().Of {
				if s.Publication == site.welcome.Publication && s.Source == source {
					return true
				}
			}
			return false
		}
		if !of(transport.SourceCamera) || of(transport.SourceScreen) {
			t.Errorf("a site that was not called: %+v", watching.eye.told())
		}
		chair.want("", "call", "seat", site.welcome.You)
		time.Sleep(5 * time.Second)
		if told := watching.eye.told(); !of(transport.SourceScreen) || told.Large == nil || told.Large.Source != transport.SourceScreen {
			t.Errorf("a site that has the floor: %+v", told)
		}
		chair.want("", "take")
		time.Sleep(3 * time.Second)
		watching.eye.sees(site.welcome.Publication, true)
		time.Sleep(3 * time.Second)
		if got := watching.eye.sees(site.welcome.Publication, true); of(transport.SourceScreen) || got.frames() > 0 {
			t.Errorf("after that: %+v, %d", watching.eye.told(), got.seen)
		}
		if _, err := h.Do(t.Context(), h.code, meeting.By{Account: "admin", Role: meeting.RoleAdmin}, meeting.SetRole{Seat: site.welcome.You, Role: meeting.RoleObserver}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		if told := watching.eye.told(); len(told.Of) > 0 {
			t.Errorf("an observer shows %+v", told)
		}
	})
}
