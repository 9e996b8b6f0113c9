package opus_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"testing"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/ogg"
	"github.com/diemcau/diemcau/codec/opus"
)

func speech(t testing.TB, name string) (packets [][]byte) {
	t.Helper()
	b, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ogg.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			return packets
		}
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, p.Data)
	}
}

func TestMeterHearsSpeechAndPauses(t *testing.T) {
	for _, name := range []string{"speech-a.ogg", "speech-a-lo.ogg", "speech-b.ogg"} {
		m := opus.NewMeter()
		voiced, pauses, quiet := 0, 0, 0
		loudest := -127
		packets := speech(t, name)
		for i, p := range packets {
			l, err := m.Level(p)
			if err != nil {
				t.Fatalf("%s packet %d: %v", name, i, err)
			}
			loudest = max(loudest, l.DBov())
			if l.Voice() {
				voiced++
				quiet = 0
				continue
			}
			if quiet++; quiet == 15 { // 300 ms
				pauses++
			}
		}
		if share := float64(voiced) / float64(len(packets)); share < 0.6 || share > 0.9 {
			t.Errorf("%s: voice in %.0f %% of the packets", name, 100*share)
		}
		if pauses < 3 || pauses > 8 {
			t.Errorf("%s: %d pauses", name, pauses)
		}
		if loudest < -20 || loudest > -3 {
			t.Errorf("%s: loudest packet %d dBov", name, loudest)
		}
	}
}

func TestMeterSurvivesWhatCannotBeMeasured(t *testing.T) {
	m := opus.NewMeter()
	packets := speech(t, "speech-a.ogg")
	var last codec.Level
	for _, p := range packets[40:60] {
		last, _ = m.Level(p)
	}
	if !last.Voice() {
		t.Fatalf("no voice to begin with: %d", last)
	}
	if l, err := m.Level(nil); err == nil || l != last {
		t.Errorf("malformed: level %d after %d, %v", l, last, err)
	}
	for _, p := range [][]byte{{0x48}, {0x48, 0}, {0x4b, 0x06}, {0xf8}, {0x78, 1}} {
		if l, err := m.Level(p); err != nil || l != codec.Silence {
			t.Errorf("%x: level %d, %v", p, l, err)
		}
	}
	voice := false
	for _, p := range packets[60:90] {
		l, err := m.Level(p)
		if err != nil {
			t.Fatal(err)
		}
		voice = voice || l.Voice()
	}
	if !voice {
		t.Error("deaf after silence that was not sent")
	}
}

func TestDBov(t *testing.T) {
	square, sine := make([]float32, 960), make([]float32, 960)
	for i := range square {
		square[i] = float32(1 - i/20%2*2)
		sine[i] = float32(0.1 * math.Sin(2*math.Pi*float64(i)/48))
	}
	nan := []float32{float32(math.NaN())}
	for _, row := range []struct {
		pcm  []float32
		want float64
	}{{square, 0}, {sine, -23.01}, {make([]float32, 960), -127}, {nil, -127}, {nan, -127}} {
		if got := opus.DBov(row.pcm); math.Abs(got-row.want) > 0.01 {
			t.Errorf("%.2f dBov, want %.2f", got, row.want)
		}
	}
}

// A packet of several frames, of which some are empty, sounds like its frames one by one.
func TestDecoderTakesFramesApart(t *testing.T) {
	one, two := opus.NewDecoder(), opus.NewDecoder()
	packets := speech(t, "speech-a.ogg")
	for i := 0; i+1 < len(packets); i += 2 {
		a, b := packets[i], packets[i+1]
		if a[0] != b[0] {
			continue
		}
		joined := append(append([]byte{a[0] | 3, 0x83, byte(len(a) - 1), 0}, a[1:]...), b[1:]...)
		want := append([]float32(nil), decode(t, one, a)...)
		want = append(want, make([]float32, 960)...)
		want = append(want, decode(t, one, b)...)
		got := decode(t, two, joined)
		if len(got) != len(want) {
			t.Fatalf("%d samples, want %d", len(got), len(want))
		}
		for k := range got {
			if got[k] != want[k] {
				t.Fatalf("packet %d sample %d: %v, want %v", i, k, got[k], want[k])
			}
		}
	}
}

func decode(t *testing.T, d *opus.Decoder, packet []byte) []float32 {
	t.Helper()
	pcm, err := d.Decode(packet)
	if err != nil {
		t.Fatal(err)
	}
	return pcm
}

func FuzzDecoder(f *testing.F) {
	for _, name := range []string{"speech-a.ogg", "speech-a-lo.ogg"} {
		p := speech(f, name)
		f.Add(p[50], p[51], p[52])
	}
	f.Add([]byte{0x48}, []byte{0xf8, 0xff, 0xfe}, []byte{0x7b, 0x86, 1, 2, 3})
	f.Fuzz(func(t *testing.T, a, b, c []byte) {
		d, m := opus.NewDecoder(), opus.NewMeter()
		for _, p := range [][]byte{a, b, c, a} {
			info, parseErr := opus.Parse(p)
			pcm, err := d.Decode(p)
			switch {
			case errors.Is(err, opus.ErrMalformed) != (parseErr != nil):
				t.Fatalf("%v, but %v", err, parseErr)
			case parseErr == nil && len(pcm) != info.Samples:
				t.Fatalf("%d samples, want %d: %v", len(pcm), info.Samples, err)
			case err != nil && !errors.Is(err, opus.ErrMalformed) && !errors.Is(err, opus.ErrDecode):
				t.Fatal(err)
			}
			_, _ = m.Level(p)
		}
	})
}
