package slides

import (
	"encoding/binary"
	"errors"
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
		for r := range all.All() {
			if r.Ms < last || r.Kind == RecordVoice && (len(r.Data) == 0 || len(r.Data) > codec.MaxVoicePayload) || r.Kind == RecordStill && !r.Codec.Valid() {
				t.Fatalf("%+v", r)
			}
			last = r.Ms
		}
	})
}

// oneFrame is a report of 20 ms.
const oneFrame = "DCR1\x01\x00\x00\x00\x14\x00\x03\xa0\x01\x02"

// report makes one of so many records of a body, each so many ms after the one before.
func report(n, apart int, kind RecordKind, body string) []byte {
	b := []byte("DCR1")
	for i := range n {
		b = append(b, byte(kind))
		b = binary.BigEndian.AppendUint32(b, uint32(i*apart))
		b = binary.BigEndian.AppendUint16(b, uint16(len(body)))
		b = append(b, body...)
	}
	return b
}

// TestReportsThatFlood: what all lines of a meeting would be sent at once, or its log be filled with, is no report.
func TestReportsThatFlood(t *testing.T) {
	voice, still, page := "\xa0\x01", "\x02\x01", `{"deck":"d","page":1,"lo":"`+Hash(nil)+`"}`
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"an hour of voice":        {report(180_000, 20, RecordVoice, voice), nil},
		"a voice after a cut":     {report(40, 0, RecordVoice, voice), nil},
		"voices at once":          {report(60, 0, RecordVoice, voice), ErrReport},
		"an hour of stills":       {report(720, 5000, RecordStill, still), nil},
		"stills at once":          {report(20, 0, RecordStill, still), ErrReport},
		"an hour of pages":        {report(1800, 2000, RecordPage, page), nil},
		"pages at once":           {report(200, 0, RecordPage, page), ErrReport},
		"pages that fill the log": {report(4000, 500, RecordPage, page), ErrReport},
	} {
		if _, err := ParseReport(c.content); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestHourOfReportIsSmall: an hour of voice is read without a list of all that is in it.
func TestHourOfReportIsSmall(t *testing.T) {
	content := report(180_000, 20, RecordVoice, "\xa0\x01")
	n := 0
	made := testing.AllocsPerRun(1, func() {
		all, _ := ParseReport(content)
		for range all.All() {
			n++
		}
	})
	if n != 2*180_000 || made > 10 {
		t.Errorf("%d records, %v allocations", n, made)
	}
}
