package lines
import ("testing";"time")
func TestDbg(t *testing.T) {
	inTown(t, func(k *town) {
		b := k.building(k.line(thin[0].line))
		chair, site := k.visit("Chủ tọa", nil), k.visit("Xã", b)
		defer site.talk(t)()
		defer site.films(t)()
		chair.watches(t, 5)
		for range 20 {
			time.Sleep(2*time.Second)
			from := time.Now().Add(-2*time.Second)
			saw := chair.sees(site, from)
			t.Log(time.Since(k.begun), saw.Rate, saw.Layers, chair.told(), site.VideoPlan())
			for id, s := range b.server.Stats().Dropped { if s > 0 { t.Log("  below", id, s) } }
			for id, s := range k.server.Stats().Dropped { if s > 0 { t.Log("  above", id, s) } }
		}
	})
}
