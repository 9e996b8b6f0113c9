package film

import (
	"testing"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/frames"
)

var opening = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// shoot films a plan for some time.
func shoot(c *Camera, plan *transport.VideoPlan, from, until time.Duration) (all []*frames.Frame) {
	for at := from; at < until; at += turn {
		all = append(all, c.film(plan, at, opening.Add(at))...)
	}
	return all
}

func TestCameraFollowsThePlan(t *testing.T) {
	plan := &transport.VideoPlan{Camera: "vp9", Screen: "vp9", Layers: []transport.LayerPlan{
		{Layer: codec.LayerStill, Bitrate: 8000, Rate10: 2, Temporal: 1},
		{Layer: codec.LayerSmall, Bitrate: 120e3, Rate10: 150, Temporal: 2},
		{Layer: codec.LayerScreen, Bitrate: 120e3, Rate10: 50, Temporal: 1},
	}}
	var c Camera
	all := shoot(&c, plan, 0, 20*time.Second)
	c.Key(0, []codec.Layer{codec.LayerSmall})
	all = append(all, shoot(&c, plan, 20*time.Second, 21*time.Second)...)
	count, bytes, keys := map[codec.Layer]int{}, map[codec.Layer]int{}, 0
	for _, f := range all {
		if f.Sequence != uint32(count[f.Layer]) || f.Valid() != nil || f.Codec != codec.VP9 {
			t.Fatalf("%+v", f)
		}
		count[f.Layer]++
		bytes[f.Layer] += len(f.Payload)
		if f.Layer == codec.LayerSmall && f.Key {
			keys++
		}
	}
	if len(count) != 2 || count[codec.LayerStill] != 5 || count[codec.LayerSmall] < 313 || count[codec.LayerSmall] > 317 || keys != 2 {
		t.Errorf("%v, %d key frames", count, keys)
	}
	if rate := float64(8*bytes[codec.LayerSmall]) / 21; rate < 110e3 || rate > 130e3 {
		t.Errorf("%.0f bit/s", rate)
	}
	if other := shoot(&Camera{Publication: 7}, &transport.VideoPlan{Of: []transport.VideoPlan{{Publication: 8, Camera: "vp9", Layers: plan.Layers}}}, 0, time.Second); len(other) > 0 {
		t.Errorf("%d frames for somebody else", len(other))
	}
}

func TestViewerSeesWhatCanBeDecoded(t *testing.T) {
	plan := &transport.VideoPlan{Camera: "vp8", Layers: []transport.LayerPlan{{Layer: codec.LayerSmall, Bitrate: 120e3, Rate10: 100, Temporal: 2}}}
	camera := Camera{Publication: 9}
	lost := 0
	v := Viewer{Lost: func(uint32, codec.Layer) { lost++ }}
	for i, f := range shoot(&camera, plan, 0, 5*time.Second) {
		if i == 20 { // one that others need
			continue
		}
		if i == 3 { // and one that nobody does
			f.Payload[len(f.Payload)-1]++
		}
		v.Picture(f, opening.Add(time.Duration(i)*100*time.Millisecond))
	}
	saw := v.Saw(9, false, opening, opening.Add(5*time.Second))
	if saw.Frames != 20 || saw.Layers[codec.LayerSmall] != 20 || saw.Longest < 3*time.Second || saw.Frozen < 2500*time.Millisecond || lost == 0 || v.Wrong() != 1 {
		t.Errorf("%+v, %d times lost, %d wrong", saw, lost, v.Wrong())
	}
	if other := v.Saw(9, true, opening, opening.Add(5*time.Second)); other.Frames != 0 || other.Frozen != 4500*time.Millisecond {
		t.Errorf("of the screen %+v", other)
	}
}
