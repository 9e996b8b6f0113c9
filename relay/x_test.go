package relay
import ("testing";"time";"github.com/diemcau/diemcau/relay/slides";"github.com/diemcau/diemcau/transport")
func TestX(t *testing.T) {
	presented(t, func(t *testing.T, w *world, a *reader) {
		content := make([]byte, 30*slides.Chunk)
		a.offers(slides.Report, content)
		for i := range 20 {
			time.Sleep(time.Second)
			a.mu.Lock()
			room := w.room(w.code)
			p := room.participants[a.welcome.You]
			t.Log(i, a.sender.Stats(), len(a.messagesLocked()), p.aside.up.rate.Rate(time.Now()))
			for k := range p.aside.up.drops { if n := p.aside.up.drops[k].Load(); n>0 { t.Log(dropNames[k], n) } }
			a.mu.Unlock()
		}
	})
}
func (r *reader) messagesLocked() (out []transport.Message) { for _, m := range r.told { if m.Type==transport.TypePlan { out=append(out,m) } }; return }
