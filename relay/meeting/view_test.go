package meeting

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"testing"
)

func deflated(t testing.TB, v any) int {
	t.Helper()
	b, err := plainJSON(v)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestCompression)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

// province is a meeting of 150 sites that are all here, under way.
func province(t testing.TB) *scene {
	sc := stage(t, plan(150, 12))
	names := map[string]bool{}
	for n := 1; n <= 150; n++ {
		sc.site(n)
		names[commune(n)] = true
		if n%3 == 0 {
			sc.enter(fmt.Sprint(n), Join{Seat: sc.id(fmt.Sprint(n))}) // on another line: another publication
		}
		if seat := sc.who[fmt.Sprint(n)]; n%4 != 0 {
			sc.do(sc.state.Ms, Mute{seat.ID, seat.Publication, true})
		}
	}
	if len(names) != 150 {
		t.Fatalf("%d different names", len(names))
	}
	sc.does("chair", Open{}, "opened mode")
	sc.does("secretary", PutNotice{"Báo cáo không quá 7 phút"}, "noticed")
	sc.does("chair", Next{}, "granted")
	sc.does("7", Raise{"Cầu treo bị cuốn"}, "raised")
	return sc
}

// What a site gets when it comes into a large meeting must leave room for the rest of the welcome in 6 kB.
func TestViewOfALargeMeetingIsSmall(t *testing.T) {
	sc := province(t)
	size := deflated(t, sc.state.View(sc.id("150")))
	if size > 3500 {
		t.Errorf("%d bytes", size)
	}
	b, _ := json.Marshal(sc.state.View(sc.id("150")))
	t.Logf("%d bytes, deflated %d: %.900s", len(b), size, b)
}

func BenchmarkView150(b *testing.B) {
	sc := province(b)
	id := sc.id("150")
	for b.Loop() {
		if _, err := plainJSON(sc.state.View(id)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(deflated(b, sc.state.View(id))), "B/view")
}
