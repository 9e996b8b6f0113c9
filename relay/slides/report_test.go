package slides

import (
	"testing"

	"github.com/diemcau/diemcau/codec"
)

func FuzzParseReport(f *testing.F) {
	f.Add([]byte("DCR1\x01\x00\x00\x00\x14\x00\x03\xa0\x01\x02"))
	f.Add([]byte("DCR1\x02\x00\x00\x00\x14\x00\x03\x02\x01\x02"))
	f.Add([]byte(`DCR1` + "\x03\x00\x00\x00\x14\x00\x02" + `{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := ParseReport(b)
		if err != nil {
			return
		}
		last := uint32(0)
		for _, r := range all {
			if r.Ms < last || r.Kind == RecordVoice && (len(r.Data) == 0 || len(r.Data) > codec.MaxVoicePayload) || r.Kind == RecordStill && !r.Codec.Valid() {
				t.Fatalf("%+v", r)
			}
			last = r.Ms
		}
	})
}
