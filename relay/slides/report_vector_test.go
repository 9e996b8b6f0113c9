package slides

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/diemcau/diemcau/codec"
)

// TestReportOfPages reads the file that the page's own test writes.
func TestReportOfPages(t *testing.T) {
	text, err := os.ReadFile("testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	var vector struct {
		File    []byte
		Records []struct {
			Kind  RecordKind
			Ms    uint32
			First uint8
			Data  []byte
			Page  Turn
		}
	}
	if err := json.Unmarshal(text, &vector); err != nil {
		t.Fatal(err)
	}
	all, err := ParseReport(vector.File)
	got := slices.Collect(all.All())
	if err != nil || len(got) != len(vector.Records) || len(got) != 5 {
		t.Fatalf("%d records, %v", len(got), err)
	}
	for i, want := range vector.Records {
		r := got[i]
		if r.Kind != want.Kind || r.Ms != want.Ms || !bytes.Equal(r.Data, want.Data) || r.Page != want.Page {
			t.Errorf("%d: %+v, want %+v", i, r, want)
		}
		if r.Kind == RecordVoice && r.Level != codec.Level(want.First) || r.Kind == RecordStill && r.Codec != codec.Codec(want.First) {
			t.Errorf("%d: %+v, want %d", i, r, want.First)
		}
	}
}
