package bot

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/codec/ogg"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testdata = "../../../codec/testdata/"

func load(t *testing.T, name string) *Speech {
	t.Helper()
	b, err := os.ReadFile(testdata + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := LoadSpeech(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPausesAreNotSentAndVoiceIsWithAMargin(t *testing.T) {
	for _, name := range []string{"speech-a.ogg", "speech-a-lo.ogg", "speech-b.ogg"} {
		s := load(t, name)
		sent, pauses, voiceAfter, lastVoice := 0, 0, 0, -100
		for i, f := range s.frames {
			if f.send {
				sent++
			} else if i > 0 && s.frames[i-1].send {
				pauses++
			}
			if f.level.Voice() {
				lastVoice = i
				for k := max(i-3, 0); k <= i; k++ {
					if !s.frames[k].send {
						t.Errorf("%s: frame %d is not sent, %d is voice", name, k, i)
					}
				}
			}
			if want := i-lastVoice <= 15; want && !f.send {
				t.Errorf("%s: frame %d is not sent, %d was voice", name, i, lastVoice)
			} else if !want && f.send {
				voiceAfter++
			}
		}
		if share := float64(sent) / float64(len(s.frames)); share < 0.7 || share > 0.98 || pauses < 2 {
			t.Errorf("%s: %.0f %% sent, %d pauses", name, 100*share, pauses)
		}
		if voiceAfter > 3*(pauses+1) {
			t.Errorf("%s: %d frames are sent for nothing", name, voiceAfter)
		}
		if s.length%960 != 0 || s.length < int64(len(s.frames))*960 {
			t.Errorf("%s: a loop of %d samples", name, s.length)
		}
	}
}

// written returns an Ogg Opus file of the payloads.
func written(t *testing.T, payloads ...[]byte) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w, err := ogg.NewWriter(&b, ogg.Voice, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range payloads {
		if err := w.WritePacket(p, uint32(i)*960); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestRefusesWhatCannotBePlayed(t *testing.T) {
	for name, row := range map[string]struct {
		file *bytes.Buffer
		want error
	}{
		"empty":    {&bytes.Buffer{}, ogg.ErrTruncated},
		"text":     {bytes.NewBufferString(strings.Repeat("x", 500)), ogg.ErrFormat},
		"silence":  {written(t, []byte{0xf8, 0xff, 0xfe}, []byte{0xf8, 0xff, 0xfe}), ErrSpeech},
		"nothing":  {written(t), ErrSpeech},
		"too long": {written(t, append([]byte{0x48}, make([]byte, 400)...)), ErrSpeech},
	} {
		if _, err := LoadSpeech(row.file); !errors.Is(err, row.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b, err := os.ReadFile(testdata + "speech-a.ogg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSpeech(bytes.NewReader(b[:20000])); !errors.Is(err, ogg.ErrTruncated) {
		t.Errorf("half a file: %v", err)
	}
}

func TestLoFitsOnlyItsOwnSpeech(t *testing.T) {
	s := load(t, "speech-a.ogg")
	if err := s.WithLo(load(t, "speech-b.ogg")); !errors.Is(err, ErrFraming) || s.frames[0].lo != nil {
		t.Errorf("another speech: %v", err)
	}
	if err := s.WithLo(load(t, "speech-a-lo.ogg")); err != nil || len(s.frames[0].lo) != 20 {
		t.Errorf("its own: %v", err)
	}
}
