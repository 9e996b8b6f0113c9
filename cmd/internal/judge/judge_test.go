package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/codec"
)

const testdata = "../../../codec/testdata"

// record writes a recording that began at a wall clock and whose messages were late by up to 30 ms.
func record(t *testing.T, name string, samples []float32, began float64) string {
	t.Helper()
	const part = 4096
	name = filepath.Join(t.TempDir(), name)
	n := len(samples) / part
	var raw []byte
	for _, s := range samples[:n*part] {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(s))
	}
	arrived := make([]float64, n)
	for i := range arrived {
		arrived[i] = began + float64(i+1)*part*1000/codec.ClockRate + float64(i*7%31)
	}
	head, err := json.Marshal(map[string]any{"rate": codec.ClockRate, "part": part, "arrived": arrived})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(name+".f32", raw, 0o600), os.WriteFile(name+".json", head, 0o600)); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestHear(t *testing.T) {
	loop, err := speech.Load(os.DirFS(testdata))
	if err != nil {
		t.Fatal(err)
	}
	pcm, err := clean(filepath.Join(testdata, "speech-a-clean.ogg"))
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(pcm)) != loop.Length() {
		t.Fatalf("%d samples, a round has %d", len(pcm), loop.Length())
	}
	// The microphone hears the speech from its sixth second on for 40 s; the loudspeaker plays it 310 ms later at 24 kbit/s, but nothing for 8 s.
	const phase, seconds, wall, late, gap = 6, 40, 1.7e12, 310., 10
	var mic []float32
	for i := range seconds * codec.ClockRate {
		mic = append(mic, float32(pcm[(i+phase*codec.ClockRate)%len(pcm)])/32768)
	}
	var frames []speech.Frame
	for at := int64(phase * codec.ClockRate); at < (phase+seconds)*codec.ClockRate; at += 960 {
		if out := at - (phase+gap)*codec.ClockRate; loop.Sent(at, 20) && (out < 0 || out > 8*codec.ClockRate) {
			frames = append(frames, speech.Frame{Time: at, Samples: 960, Packet: loop.Packet(at, 24000, 20)})
		}
	}
	ear := speech.Render(frames, phase*codec.ClockRate, (phase+seconds)*codec.ClockRate)
	m, err := load(record(t, "mic", mic, wall))
	if err != nil {
		t.Fatal(err)
	}
	e, err := load(record(t, "ear", ear, wall+late))
	if err != nil {
		t.Fatal(err)
	}
	r, err := hear(loop, m, e, wall+18e3+late, []float64{wall + 18e3 + late})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Utterances) < 4 || *r.Median < .95 || *r.Worst < .93 {
		t.Errorf("%d utterances, median %.3f, worst %.3f", len(r.Utterances), *r.Median, *r.Worst)
	}
	if math.Abs(*r.Delay-late) > 2 {
		t.Errorf("delay %.1f ms, want %.0f", *r.Delay, late)
	}
	if want := ms(loop.Length()) - phase*1000; math.Abs(math.Mod(r.Zero-wall+2*r.Round, r.Round)-want) > 2 {
		t.Errorf("a round begins at %.1f ms, want %.1f", r.Zero-wall, want)
	}
	if r.Slip[0] > 1 || r.Slip[1] > 1 {
		t.Errorf("even clocks slip by %v ms", r.Slip)
	}
	if r.Back[0] == nil || *r.Back[0] > 700 {
		t.Errorf("back after %v", r.Back)
	}
	all, err := hear(loop, m, e, 0, nil)
	if err != nil || *all.Worst > .3 || len(all.Utterances) <= len(r.Utterances) {
		t.Errorf("with what was not heard: %v, %+v", err, all)
	}
}

func TestLoadRefuses(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x")
	if _, err := load(name); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	for _, head := range []string{"", "{}", `{"rate":48000,"part":2,"arrived":[1,2]}`} {
		if err := errors.Join(os.WriteFile(name+".f32", make([]byte, 8), 0o600), os.WriteFile(name+".json", []byte(head), 0o600)); err != nil {
			t.Fatal(err)
		}
		if _, err := load(name); !errors.Is(err, errRecording) {
			t.Errorf("%s: %v", head, err)
		}
	}
}
