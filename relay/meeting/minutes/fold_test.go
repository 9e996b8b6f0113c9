package minutes

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/diemcau/diemcau/relay/meeting"
)

var update = flag.Bool("update", false, "write the golden files anew")

// history reads a log.
func history(t *testing.T, name string) []meeting.Event {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var events []meeting.Event
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, meeting.MaxEvent)
	for lines.Scan() {
		e, err := meeting.Decode(lines.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		events = append(events, e)
	}
	return events
}

func folded(t *testing.T, events []meeting.Event) *Fold {
	t.Helper()
	var f Fold
	for _, e := range events {
		if err := f.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	return &f
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not as it was; got:\n%s", name, got)
	}
}

// A whole meeting of a district gives the minutes, the sheet and the tables that people have looked at.
func TestDistrictMeeting(t *testing.T) {
	m := folded(t, history(t, "district.jsonl")).Minutes()
	units := map[string]string{"u1": "UBND xã Ga Ry", "u2": "UBND xã A Xan", "u5": "UBND thị trấn Thạnh Mỹ"}
	o := Options{Unit: func(id string) string { return units[id] }}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "district.json", append(text, '\n'))
	golden(t, "district.md", []byte(m.Markdown(o)))
	golden(t, "district.en.md", []byte(m.Markdown(Options{English: true})))
	for name, write := range map[string]func(*bytes.Buffer) error{
		"district.html":           func(b *bytes.Buffer) error { return m.WriteHTML(b, o) },
		"district.csv":            func(b *bytes.Buffer) error { return m.WriteCSV(b, o) },
		"district.attendance.csv": func(b *bytes.Buffer) error { return m.WriteAttendanceCSV(b, o) },
		"district.sheet.html":     func(b *bytes.Buffer) error { return m.WriteSheet(b, o) },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
	}
}

// Whoever asks in between, and reads some events twice, gets the same minutes in the end.
func TestFoldInTwoParts(t *testing.T) {
	events := history(t, "district.jsonl")
	want := folded(t, events).Minutes()
	for cut := range events {
		f := folded(t, events[:cut])
		before, _ := json.Marshal(f.Minutes())
		kept := f.Minutes()
		for _, e := range events[max(0, cut-3):] {
			if err := f.Apply(e); err != nil {
				t.Fatal(err)
			}
		}
		if got := f.Minutes(); !reflect.DeepEqual(got, want) {
			t.Fatalf("cut at %d: other minutes", cut)
		}
		if after, _ := json.Marshal(kept); !bytes.Equal(before, after) {
			t.Fatalf("cut at %d: minutes that were given away have changed", cut)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, name := range []string{"district.jsonl"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"n":1,"ms":0,"kind":"item","body":{"item":1}}` + "\n" + `{"n":2,"ms":0,"kind":"planned","body":{"plan":{"agenda":[{"id":1}]}}}` + "\n" + `{"n":3,"ms":0,"kind":"closed"}`))
	f.Fuzz(func(t *testing.T, log []byte) {
		var fold Fold
		for _, line := range bytes.Split(log, []byte("\n")) {
			e, err := meeting.Decode(line)
			if err != nil {
				continue
			}
			e.N, e.Epoch = fold.State().N+1, fold.State().Epoch
			_ = fold.Apply(e)
		}
		m := fold.Minutes()
		checkTags(t, RenderHTML(m.Markdown(Options{})))
		for _, write := range []func(io.Writer, Options) error{m.WriteHTML, m.WriteSheet, m.WriteCSV, m.WriteAttendanceCSV, m.WriteMarkdown} {
			if err := write(io.Discard, Options{}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Nobody learns from the export who voted what in a secret poll, and everything else is as it was.
func TestExportKeepsSecrets(t *testing.T) {
	events := history(t, "district.jsonl")
	var out bytes.Buffer
	x := Export{W: &out}
	secret := 0
	for _, e := range events {
		if e.Body == nil {
			continue
		}
		before := out.Len()
		if err := x.Write(e); err != nil {
			t.Fatal(err)
		}
		told, err := meeting.Decode(out.Bytes()[before : out.Len()-1])
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := e.Body.(meeting.Voted); ok && v.Poll == "p2" {
			secret++
			if got := told.Body.(meeting.Voted); got.Choice != v.Choice || got.Voter != fmt.Sprintf("~%d", secret) || told.Seat != "" || told.Actor != "" {
				t.Errorf("the vote says who: %s", out.Bytes()[before:])
			}
			continue
		}
		if !reflect.DeepEqual(told, e) {
			t.Errorf("event %d became %+v", e.N, told)
		}
	}
	var again Fold
	for line := range bytes.Lines(out.Bytes()) {
		e, err := meeting.Decode(bytes.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	if want := folded(t, events).Minutes().Polls; !reflect.DeepEqual(again.Minutes().Polls, want) {
		t.Errorf("the export has polls %+v, want %+v", again.Minutes().Polls, want)
	}
	if secret != 2 {
		t.Errorf("%d secret votes, want 2", secret)
	}
}
