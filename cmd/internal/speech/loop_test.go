package speech

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/estoi"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/ogg"
)

const testdata = "../../../codec/testdata"

var loaded = sync.OnceValues(func() (*Loop, error) { return Load(os.DirFS(testdata)) })

func loop(t testing.TB) *Loop {
	t.Helper()
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// spoken returns what is sent of so many rounds.
func spoken(l *Loop, rate, frame int, rounds int64) []Frame {
	var frames []Frame
	for at := int64(0); at < rounds*l.Length(); at += int64(frame * ms) {
		if l.Sent(at, frame) {
			frames = append(frames, Frame{at, frame * ms, l.Packet(at, rate, frame)})
		}
	}
	return frames
}

func judge(t testing.TB, l *Loop, frames []Frame, to int64) (estoi.Summary, []Verdict) {
	t.Helper()
	verdicts, err := l.Judge(Render(frames, 0, to), codec.ClockRate, 0)
	if err != nil {
		t.Fatal(err)
	}
	scores := make([]float64, len(verdicts))
	for i, v := range verdicts {
		scores[i] = v.Score
	}
	return estoi.Summarise(scores), verdicts
}

// What Opus alone reaches. The means are those of the same files decoded by libopus 1.3.1 (opusdec).
func TestEveryEncodingIsDecodedAsLibopusDoes(t *testing.T) {
	l := loop(t)
	for _, r := range []struct {
		rate  int
		means [2]float64 // frames of 20 and 40 ms
	}{
		{6000, [2]float64{.7347, .7961}},
		{8000, [2]float64{.8773, .8888}},
		{10000, [2]float64{.9255, .9292}},
		{12000, [2]float64{.9257, .9355}},
		{16000, [2]float64{.9482, .9458}},
		{20000, [2]float64{.9645, .9625}},
		{24000, [2]float64{.9733, .9725}},
		{32000, [2]float64{.9830, .9829}},
	} {
		for i, frame := range Frames {
			s, verdicts := judge(t, l, spoken(l, r.rate, frame, 1), l.Length())
			if s.Utterances != 4 || math.Abs(s.Mean-r.means[i]) > 0.001 {
				t.Errorf("%d bit/s, %d ms: %+v, want mean %v", r.rate, frame, s, r.means[i])
			}
			for _, v := range verdicts {
				if v.Late.Abs() > 200*time.Microsecond || v.Moved != 0 {
					t.Errorf("%d bit/s, %d ms: %+v", r.rate, frame, v)
				}
			}
		}
	}
}

func TestRoundsFollowEachOther(t *testing.T) {
	l := loop(t)
	if l.Length()%(40*ms) != 0 {
		t.Fatalf("a round of %d samples", l.Length())
	}
	for _, at := range []int64{0, 40 * ms, l.Length() - 40*ms} {
		for _, rate := range Rates {
			for _, frame := range Frames {
				p := l.Packet(at, rate, frame)
				if len(p) != rate*frame/8000 || &p[0] != &l.Packet(at+3*l.Length(), rate, frame)[0] {
					t.Errorf("%d bit/s, %d ms, at %d: %d bytes", rate, frame, at, len(p))
				}
			}
		}
		if l.Level(at, 40) != l.Level(at+l.Length(), 40) || l.Sent(at, 20) != l.Sent(at+l.Length(), 20) {
			t.Errorf("at %d: another level in the next round", at)
		}
	}
	for _, p := range [][]byte{l.Packet(0, 7000, 20), l.Packet(0, 8000, 60), l.Packet(20*ms, 8000, 40), l.Packet(-40*ms, 8000, 40)} {
		if p != nil {
			t.Error("a packet that is not there")
		}
	}
	// Between two rounds the plan may change, and nothing is heard of it but the rate.
	frames := append(spoken(l, 16000, 40, 1), spoken(l, 24000, 20, 2)[len(spoken(l, 24000, 20, 1)):]...)
	_, verdicts := judge(t, l, frames, 2*l.Length())
	if len(verdicts) != 8 || verdicts[4].Time-verdicts[0].Time != l.Length() {
		t.Fatalf("%+v", verdicts)
	}
	for i := range 4 {
		if verdicts[i].Score > verdicts[i+4].Score || verdicts[i+4].Score < .96 {
			t.Errorf("utterance %d: %.3f, then %.3f", i, verdicts[i].Score, verdicts[i+4].Score)
		}
	}
}

func TestVoiceIsSentWithAMargin(t *testing.T) {
	l := loop(t)
	var sent, voiced, pauses int
	for at := int64(0); at < l.Length(); at += 20 * ms {
		voice := l.Level(at, 20).Voice()
		if voice {
			voiced++
			for d := int64(-60); d <= 300; d += 20 {
				if !l.Sent(at+d*ms+l.Length(), 20) {
					t.Fatalf("not sent %d ms from the voice at %d", d, at)
				}
			}
		}
		switch {
		case l.Sent(at, 20):
			sent++
		case l.Sent(at+20*ms, 20):
			pauses++
		}
		if at%(40*ms) == 0 {
			both := l.Level(at, 20).Voice() || l.Level(at+20*ms, 20).Voice()
			if l.Level(at, 40).Voice() != both || l.Level(at, 40).DBov() != max(l.Level(at, 20).DBov(), l.Level(at+20*ms, 20).DBov()) {
				t.Fatalf("level of 40 ms at %d", at)
			}
			if l.Sent(at, 40) != (l.Sent(at, 20) || l.Sent(at+20*ms, 20)) {
				t.Fatalf("40 ms at %d", at)
			}
		}
	}
	steps := int(l.Length() / (20 * ms))
	if voiced < steps*6/10 || voiced > steps*9/10 || sent < voiced || sent == steps || pauses < 2 {
		t.Errorf("of %d steps %d have voice, %d are sent, %d pauses", steps, voiced, sent, pauses)
	}
}

func TestJudgeLooksWhereItIsTold(t *testing.T) {
	l := loop(t)
	frames := spoken(l, 24000, 20, 1)
	pcm := Render(frames, 0, l.Length())
	const late = 300 * ms
	recording := append(make([]float32, 2*codec.ClockRate+late), pcm...)
	verdicts, err := l.Judge(recording, codec.ClockRate, 2*codec.ClockRate)
	if err != nil || len(verdicts) != 4 {
		t.Fatalf("%d verdicts: %v", len(verdicts), err)
	}
	for _, v := range verdicts {
		if v.Late < 299*time.Millisecond || v.Late > 301*time.Millisecond || v.Score < .96 {
			t.Errorf("%+v", v)
		}
	}
	// A recording that begins later has only the later utterances.
	cut := int(verdicts[1].Time) - 100*ms
	verdicts, err = l.Judge(pcm[cut:], codec.ClockRate, int64(-cut))
	if err != nil || len(verdicts) != 3 || verdicts[0].Score < .96 || verdicts[0].Late.Abs() > time.Millisecond {
		t.Errorf("from the second utterance on: %+v, %v", verdicts, err)
	}
	if verdicts, err := l.Judge(nil, codec.ClockRate, 0); err != nil || len(verdicts) != 0 {
		t.Errorf("of nothing: %v, %v", verdicts, err)
	}
}

func TestMissing(t *testing.T) {
	l := loop(t)
	frames := spoken(l, 12000, 40, 2)
	missing, all := l.Missing(frames, 0, 2*l.Length())
	if missing != 0 || all < 20*time.Second || all > 28*time.Second {
		t.Errorf("%v of %v", missing, all)
	}
	if missing, _ := l.Missing(nil, 0, 2*l.Length()); missing != all {
		t.Errorf("without frames %v of %v", missing, all)
	}
	var want time.Duration
	for i := range frames {
		if i%10 == 0 { // some are known to be missing, of some nothing is known
			frames[i].Packet = nil
			for _, at := range []int64{frames[i].Time, frames[i].Time + 20*ms} {
				if l.Level(at, 20).Voice() {
					want += 20 * time.Millisecond
				}
			}
		}
	}
	known := frames
	frames = nil
	for i, f := range known {
		if i%20 != 0 {
			frames = append(frames, f)
		}
	}
	if missing, _ := l.Missing(frames, 0, 2*l.Length()); missing != want {
		t.Errorf("%v, want %v", missing, want)
	}
}

func TestLoadRefusesWhatDoesNotFit(t *testing.T) {
	whole := fstest.MapFS{}
	files, err := os.ReadDir(testdata)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(testdata + "/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		whole[f.Name()] = &fstest.MapFile{Data: b}
	}
	for name, r := range map[string]struct {
		file, with string
		want       error
	}{
		"no clean file":   {original, "", fs.ErrNotExist},
		"no encoding":     {"speech-a-16-40.ogg", "", fs.ErrNotExist},
		"another rate":    {"speech-a-16-40.ogg", "speech-a-20-40.ogg", ErrMaterial},
		"another frame":   {"speech-a-16-40.ogg", "speech-a-16-20.ogg", ErrMaterial},
		"another length":  {"speech-a.ogg", "speech-b.ogg", ErrMaterial},
		"another clean":   {original, "speech-b.ogg", ErrMaterial},
		"no Ogg":          {"speech-a-lo.ogg", "speech.sh", ogg.ErrFormat},
		"no Ogg as clean": {original, "README.md", ogg.ErrFormat},
	} {
		folder := fstest.MapFS{}
		for name, f := range whole {
			folder[name] = f
		}
		delete(folder, r.file)
		if r.with != "" {
			folder[r.file] = whole[r.with]
		}
		if _, err := Load(folder); !errors.Is(err, r.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
