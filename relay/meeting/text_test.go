package meeting

import (
	"bytes"
	"crypto/rand"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

func TestParseName(t *testing.T) {
	for in, want := range map[string]string{
		"Xã Mường Lát":                 "Xã Mường Lát",
		"\t UBND huyện \n":             "UBND huyện",
		"a":                            "a",
		strings.Repeat("ệ", MaxName):   strings.Repeat("ệ", MaxName),
		strings.Repeat(" ", 300) + "b": "b",
	} {
		if got, err := ParseName(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{
		"", " \u00a0\t", strings.Repeat("ệ", MaxName+1), "a\x00b", "a\nb", "a\u0085b", "a\u2028b", "\xff", "a\xed\xa0\x80",
		"\u202eabc", "\u200b", "\u0301", strings.Repeat(" ", 1<<20) + "b",
	} {
		if got, err := ParseName(in); !errors.Is(err, ErrName) || got != "" {
			t.Errorf("%.20q: %q, %v", in, got, err)
		}
	}
	if title, err := ParseTitle(" "); err != nil || title != "" {
		t.Errorf("empty title: %q, %v", title, err)
	}
}

func TestNewCode(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{3}(-[0-9a-hjkmnp-tv-z]{3}){2}$`)
	seen, symbols := map[string]bool{}, map[rune]bool{}
	for range 1000 {
		code, err := NewCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseCode(code); !form.MatchString(code) || err != nil || again != code || seen[code] {
			t.Fatalf("code %q, parsed %q, %v", code, again, err)
		}
		seen[code] = true
		for _, s := range code {
			symbols[s] = true
		}
	}
	if len(symbols) != 33 { // 32 and the hyphen
		t.Errorf("%d different symbols", len(symbols))
	}
	if code, err := NewCode(bytes.NewReader([]byte{0, 1, 31, 32, 63, 10, 17, 18, 255})); err != nil || code != "01z-0za-hjz" {
		t.Errorf("known bytes: %q, %v", code, err)
	}
	if _, err := NewCode(iotest.ErrReader(errors.ErrUnsupported)); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("no randomness: %v", err)
	}
}

func TestParseCode(t *testing.T) {
	for _, in := range []string{"a0c-1ef-1hj", "A0C1EF1HJ", "aOc lef IHJ", " a0c_1Ef.1hj\n", "a–0–c–1–e–f–1–h–j", "AOC\u00a0LEF\u200bLHJ"} {
		if got, err := ParseCode(in); err != nil || got != "a0c-1ef-1hj" {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{
		"", "a0c-1ef-1h", "a0c-1ef-1hjk", "a0c-1ef-1hu", "ã0c-1ef-1hj", "a0c-1ef-1h\u0661", "a0c-1ef-1h\xff",
		"a0c-1ef-1hj" + strings.Repeat("-", 64),
	} {
		if got, err := ParseCode(in); !errors.Is(err, ErrCode) || got != "" {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("abc-def-ghj")
	f.Add("AOIL 0123456789")
	f.Fuzz(func(t *testing.T, in string) {
		code, err := ParseCode(in)
		if err != nil {
			return
		}
		if again, err := ParseCode(code); err != nil || again != code || len(code) != 11 {
			t.Fatalf("%q gives %q gives %q, %v", in, code, again, err)
		}
	})
}

func FuzzParseName(f *testing.F) {
	f.Add("Xã Mường Lát")
	f.Add("\u202e\x00 ")
	f.Fuzz(func(t *testing.T, in string) {
		name, err := ParseName(in)
		if err != nil {
			return
		}
		if again, err := ParseName(name); err != nil || again != name {
			t.Fatalf("%q gives %q gives %q, %v", in, name, again, err)
		}
	})
}

func TestDecodeRefuses(t *testing.T) {
	for _, line := range []string{
		"", "null", "[]", "{}", `{"n":1,"ms":0}`, `{"n":0,"ms":0,"kind":"left","seat":"a"}`, `{"n":1,"ms":-1,"kind":"left","seat":"a"}`,
		`{"n":1,"ms":0,"kind":"created"}`, `{"n":1,"ms":0,"kind":"joined","seat":"a"}`, `{"n":1,"ms":0,"kind":"left"}`,
		`{"n":1,"ms":0,"kind":"left","seat":"a"}{}`, `{"n":1,"ms":0,"kind":"left","seat":"` + strings.Repeat("a", MaxEvent) + `"}`,
	} {
		if e, err := Decode([]byte(line)); !errors.Is(err, ErrEvent) {
			t.Errorf("%.40s: %+v, %v", line, e, err)
		}
	}
	if e, err := Decode([]byte(`{"n":5,"ms":7,"kind":"danced","body":["x"]}`)); err != nil || e.N != 5 || e.Body != nil {
		t.Errorf("a kind of tomorrow: %+v, %v", e, err)
	}
	if _, err := Encode(Event{N: 1, Body: Left{}, Seat: strings.Repeat("a", MaxEvent)}); !errors.Is(err, ErrEvent) {
		t.Errorf("encoding a long event: %v", err)
	}
	longest := Event{
		N: 1<<64 - 1, Ms: 1<<63 - 1, Seat: "ffffffff", Actor: "ffffffff", Origin: MaxRelay,
		Command: strings.Repeat("\x01", MaxCommand), Body: Created{Code: "abc-def-ghj", Title: strings.Repeat("<", MaxTitle), Began: 1<<63 - 1},
	}
	if _, err := Encode(longest); err != nil {
		t.Errorf("the longest event that Decide can make: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"n":1,"ms":0,"kind":"created","body":{"code":"abc-def-gh0","title":"t","began":5}}`))
	f.Add([]byte(`{"n":2,"ms":9,"kind":"joined","seat":"00000001","actor":"00000001","body":{"name":"A","publication":1,"listen":true}}`))
	f.Add([]byte(`{"n":3,"ms":9,"kind":"muted","seat":"00000001","command":"c","origin":4095,"body":{"muted":true}}`))
	for _, line := range everyRole(f).log {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := Decode(line)
		if err != nil {
			if !errors.Is(err, ErrEvent) {
				t.Fatalf("%v", err)
			}
			return
		}
		state := State{N: e.N - 1}
		if err := state.Apply(e); err != nil && !errors.Is(err, ErrEpoch) || err == nil && state.N != e.N {
			t.Fatalf("applying %+v: %v", e, err)
		}
		if e.Body == nil {
			return // of tomorrow
		}
		foldInto(t, e)
		out, err := Encode(e)
		if err != nil {
			return // escapes made it too long
		}
		if again, err := Decode(out); err != nil || !reflect.DeepEqual(again, e) {
			t.Fatalf("%s: %+v, %v", out, again, err)
		}
	})
}

// foldInto puts any event after those of a meeting under way: whatever it says, that can be asked and shown.
func foldInto(t *testing.T, e Event) {
	sc := everyRoleFrom(t)
	e.N, e.Epoch = sc.state.N+1, sc.state.Epoch
	if err := sc.state.Apply(e); err != nil {
		if !errors.Is(err, ErrEvent) { // a writer whose epoch is another one
			t.Fatal(err)
		}
		return
	}
	sc.state.Due(1 << 60)
	sc.state.NextUp()
	for _, seat := range sc.state.Seats() {
		if _, err := plainJSON(sc.state.View(seat.ID)); err != nil {
			t.Fatal(err)
		}
		if _, err := sc.state.EncodeFor(e, seat.ID); sc.state.Visible(e, seat.ID) && err != nil && !errors.Is(err, ErrEvent) {
			t.Fatal(err)
		}
		if _, err := sc.ask("chair", Next{}); err != nil && !errors.As(err, new(Refusal)) {
			t.Fatal(err)
		}
	}
}
