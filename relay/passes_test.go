package relay

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// revocable are badges of which the sites' can be revoked.
type revocable struct {
	badges
	revoked atomic.Bool
}

func (r *revocable) Check(shown Shown) (who meeting.Identity, name string, err error) {
	if who, name, err = r.badges.Check(shown); who.Site != "" && r.revoked.Load() {
		return who, "", Notice{Code: "pass-revoked", Vi: "Thẻ đã thu hồi.", En: "The pass is revoked."}
	}
	return who, name, err
}

// A pass that is revoked during a meeting ends the stay that it began, and no other.
func TestRevokedPassEndsAStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		passes := &revocable{}
		w := newWorld(t, func(c *Config) { c.Passes = passes })
		defer w.stop()
		enter := func(pass string) *guest {
			return w.enter(transport.Hello{Name: "An", Pass: pass, Line: transport.NewLineSecret()}, transport.WebTransport)
		}
		site, guest := enter("site dc1"), enter("guest")
		defer site.quit()
		defer guest.quit()
		time.Sleep(2 * checkEvery)
		wantHappened(t, &guest.peer, 0)
		passes.revoked.Store(true)
		if bye := site.bye(); bye.Code != "pass-revoked" || bye.Again {
			t.Errorf("%+v", bye)
		}
		wantHappened(t, &guest.peer, 2*time.Second, "away "+site.welcome.You)
	})
}
