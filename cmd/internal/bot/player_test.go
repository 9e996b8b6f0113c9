package bot

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
)

// stage is a publisher that notes what is played, and when.
type stage struct {
	plan  transport.VoicePlan
	start time.Time
	busy  time.Duration // each call blocks so long
	err   error

	at     []time.Duration
	frames [][]client.Frame
}

func (s *stage) Plan() transport.VoicePlan { return s.plan }

func (s *stage) Publish(frames ...client.Frame) error {
	s.at = append(s.at, time.Since(s.start))
	s.frames = append(s.frames, frames)
	time.Sleep(s.busy)
	return s.err
}

// perform plays for a while into a stage.
func perform(t *testing.T, s *Speech, st *stage, from float64, d time.Duration) {
	t.Helper()
	st.start = time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	if err := play(ctx, s, from, st); err != nil {
		t.Error(err)
	}
}

func TestPlaysInRealTimeAndInALoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := load(t, "speech-a.ogg")
		st := &stage{plan: transport.VoicePlan{Hi: 24000, Frame: 20}, err: client.ErrAway} // the session may be away
		perform(t, s, st, 0, 40*time.Second)
		first := slices.IndexFunc(s.frames, func(f frame) bool { return f.send })
		zero := st.frames[0][0].Time - uint32(s.frames[first].start)
		n := 0
		for i, f := range st.frames {
			if len(f) != 1 || f[0].Layer != codec.LayerHi || f[0].Time%codec.TimeGrid != 0 {
				t.Fatalf("datagram %d: %+v", i, f)
			}
			since := length(int64(f[0].Time - zero))
			if late := st.at[i] - since; late != 20*time.Millisecond {
				t.Fatalf("frame %d was sent %v after it began", i, late)
			}
			n = i
		}
		sent := 0
		for _, f := range s.frames {
			if f.send {
				sent++
			}
		}
		if n < 2*sent || n > 3*sent {
			t.Errorf("%d frames in 40 s; a loop has %d", n, sent)
		}
	})
}

func TestPlaysWhatThePlanWants(t *testing.T) {
	lo := load(t, "speech-a.ogg")
	if err := lo.WithLo(load(t, "speech-a-lo.ogg")); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		speech *Speech
		plan   transport.VoicePlan
		sizes  []int
		layers []codec.Layer
	}{
		"hi":                {load(t, "speech-a.ogg"), transport.VoicePlan{Hi: 1, Frame: 20}, []int{60}, []codec.Layer{1}},
		"hi in place of lo": {load(t, "speech-a.ogg"), transport.VoicePlan{Lo: 1, Frame: 20}, []int{60}, []codec.Layer{0}},
		"both":              {lo, transport.VoicePlan{Hi: 1, Lo: 1, Frame: 20}, []int{60, 20}, []codec.Layer{1, 0}},
		"both in pairs":     {lo, transport.VoicePlan{Hi: 1, Lo: 1, Frame: 40}, []int{60, 60, 20, 20}, []codec.Layer{1, 1, 0, 0}},
	} {
		synctest.Test(t, func(t *testing.T) {
			st := &stage{plan: row.plan}
			perform(t, row.speech, st, 0, 4*time.Second)
			if len(st.frames) < 60 {
				t.Errorf("%s: %d datagrams", name, len(st.frames))
			}
			for _, f := range st.frames[:20] {
				var sizes []int
				var layers []codec.Layer
				for _, x := range f {
					sizes, layers = append(sizes, len(x.Payload)), append(layers, x.Layer)
				}
				if !slices.Equal(sizes, row.sizes) || !slices.Equal(layers, row.layers) {
					t.Fatalf("%s: %v bytes in layers %v", name, sizes, layers)
				}
				if n := len(f); f[n-1].Time-f[0].Time != uint32(row.plan.Frame-20)*48 {
					t.Errorf("%s: times %d and %d", name, f[0].Time, f[n-1].Time)
				}
			}
		})
	}
}

func TestFramesThatTheLineDidNotTakeInTimeAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := load(t, "speech-a.ogg")
		st := &stage{plan: transport.VoicePlan{Hi: 1, Frame: 20}, busy: 50 * time.Millisecond}
		perform(t, s, st, 0.5, 30*time.Second)
		first := st.frames[0][0].Time
		for i, f := range st.frames {
			if late := st.at[i] - st.at[0] - length(int64(f[0].Time-first)); late > tooLate || late < 0 {
				t.Fatalf("datagram %d is %v late", i, late)
			}
		}
		st.err = errors.New("bad payload")
		if err := play(context.Background(), s, 0, st); !errors.Is(err, st.err) {
			t.Errorf("play returns %v", err)
		}
	})
}
