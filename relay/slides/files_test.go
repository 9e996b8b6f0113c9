package slides

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// riff makes a WebP of chunks.
func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func chunk(name string, body []byte) []byte {
	b := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body))), body...)
	if len(body)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func vp8(w, h int) []byte {
	b := []byte{0x50, 0, 0, 0x9d, 1, 0x2a}
	b = binary.LittleEndian.AppendUint16(b, uint16(w))
	b = binary.LittleEndian.AppendUint16(b, uint16(h))
	return chunk("VP8 ", append(b, 1, 2, 3))
}

func vp8l(w, h int) []byte {
	return chunk("VP8L", append(binary.LittleEndian.AppendUint32([]byte{0x2f}, uint32(w-1)|uint32(h-1)<<14), 1, 2))
}

func vp8x(flags byte, w, h int) []byte {
	b := []byte{flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), byte((w - 1) >> 16), byte(h - 1), byte((h - 1) >> 8), byte((h - 1) >> 16)}
	return chunk("VP8X", b)
}

func TestCheckWebP(t *testing.T) {
	for name, good := range map[string][]byte{
		"lossy": riff(vp8(1280, 720)), "largest": riff(vp8(1920, 1080)), "lossless": riff(vp8l(720, 960)),
		"extended": riff(vp8x(0x10, 1280, 720), chunk("ALPH", []byte{1}), vp8(1280, 720), chunk("EXIF", nil)),
	} {
		if err := CheckWebP(good); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for cut := range good {
			if CheckWebP(good[:cut]) == nil {
				t.Errorf("%s is good when cut at %d", name, cut)
			}
		}
	}
	longer := append(riff(vp8(8, 8)), 0)
	for name, bad := range map[string][]byte{
		"wide": riff(vp8(1921, 8)), "high": riff(vp8(8, 1081)), "bomb": riff(vp8l(16384, 16384)), "no size": riff(vp8(0, 8)),
		"animated": riff(vp8x(2, 8, 8), chunk("ANIM", make([]byte, 6)), chunk("ANMF", make([]byte, 30))),
		"frames":   riff(vp8x(0, 8, 8), chunk("ANMF", make([]byte, 30)), vp8(8, 8)), "canvas": riff(vp8x(0, 20_000, 8), vp8(8, 8)),
		"two": riff(vp8(8, 8), vp8(8, 8)), "none": riff(chunk("EXIF", nil)), "nothing": riff(), "late": riff(vp8(8, 8), vp8x(0, 8, 8)),
		"longer": longer, "text": []byte(strings.Repeat("<svg/>", 10)), "delta frame": riff(chunk("VP8 ", []byte{0x51, 0, 0, 0x9d, 1, 0x2a, 8, 0, 8, 0})),
		"huge chunk": riff(append([]byte("VP8 "), 0xff, 0xff, 0xff, 0xff)), "odd chunk": riff([]byte("VP8 ")), "version": riff(chunk("VP8L", []byte{0x2f, 0, 0, 0, 0xe0})),
	} {
		if err := CheckWebP(bad); !errors.Is(err, ErrImage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzCheckWebP(f *testing.F) {
	f.Add(riff(vp8(1280, 720)))
	f.Add(riff(vp8l(8, 8)))
	f.Add(riff(vp8x(0, 8, 8), vp8(8, 8)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if CheckWebP(b) == nil && int(binary.LittleEndian.Uint32(b[4:]))+8 != len(b) {
			t.Error("the length is another")
		}
	})
}

func pages(n int) []Page {
	var out []Page
	for i := range n {
		out = append(out, Page{File{Hash(fmt.Append(nil, "lo", i)), 20_000}, File{Hash(fmt.Append(nil, "hi", i)), 50_000}, 1280, 720})
	}
	return out
}

func TestList(t *testing.T) {
	want := pages(MaxPages)
	want[3].Hi = File{}
	b, err := FormatList(want)
	if err != nil || len(b) > MaxDeck {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
	got, err := ParseList(b)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	t.Logf("200 pages: %d bytes", len(b))
	h := Hash(nil)
	row := func(members ...any) string {
		return strings.NewReplacer("{", "[", "}", "]").Replace(fmt.Sprintf("{%s}", strings.Trim(fmt.Sprintf("%#v", members)[len("[]interface {}"):], "{}")))
	}
	tooMany, _ := FormatList(pages(MaxPages + 1))
	for _, bad := range []string{
		"", "null", "{}", `{"pages":[]}`, `{"pages":null}`, "[]", `{"pages":[[]]}`, `{"pages":[null]}`, string(tooMany),
		`{"pages":[` + row(h, 1, h, 1, 8, 8) + `]} {}`, `{"pages":[` + row(h, 1, h, 1, 8, 8, 9) + `]}`, `{"pages":[` + row(h, 1, h, 1, 8) + `]}`,
		`{"pages":[` + row(h, 0, h, 1, 8, 8) + `]}`, `{"pages":[` + row(h, 1, h, MaxSlide+1, 8, 8) + `]}`, `{"pages":[` + row(h, 1, "", 1, 8, 8) + `]}`,
		`{"pages":[` + row("", 0, h, 1, 8, 8) + `]}`, `{"pages":[` + row(h+"A", 1, h, 1, 8, 8) + `]}`, `{"pages":[` + row(h, 1, h, 1, 0, 8) + `]}`,
		`{"pages":[` + row(h, 1, h, 1, 8, 1081) + `]}`, `{"pages":[["` + h + `",1e99,"",0,8,8]]}`, strings.Repeat(" ", MaxDeck+1),
	} {
		if got, err := ParseList([]byte(bad)); !errors.Is(err, ErrList) {
			t.Errorf("%.60s: %v, %v", bad, got, err)
		}
	}
	if _, err := ParseList([]byte(`{"pages":[` + row(h, 1, h, 1, 8, 8) + `]}`)); err != nil {
		t.Error(err)
	}
}

func FuzzParseList(f *testing.F) {
	for _, n := range []int{1, 3} {
		b, _ := FormatList(pages(n))
		f.Add(b)
	}
	f.Add([]byte(`{"pages":[["",1]]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ParseList(b)
		if err != nil {
			return
		}
		again, err := FormatList(got)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := ParseList(again); err != nil || !reflect.DeepEqual(same, got) {
			t.Errorf("%s: %v, %v", again, same, err)
		}
	})
}

func TestIsHash(t *testing.T) {
	h := Hash([]byte("x"))
	for text, want := range map[string]bool{h: true, "": false, h[1:]: false, h + "=": false, h[:42] + "=": false, h[:42] + "+": false, h[:20] + "\n" + h[20:]: false, h[:42] + "/": false} {
		if IsHash(text) != want {
			t.Errorf("%q", text)
		}
	}
}

func TestKinds(t *testing.T) {
	page := riff(vp8(8, 8))
	list, _ := FormatList(pages(1))
	for _, c := range []struct {
		kind    Kind
		content []byte
		hash    string
		want    error
	}{
		{Slide, page, Hash(page), nil},
		{Deck, list, Hash(list), nil},
		{Report, []byte(oneFrame), Hash([]byte(oneFrame)), nil},
		{Report, list, Hash(list), ErrReport},
		{Slide, list, Hash(list), ErrImage},
		{Deck, page, Hash(page), ErrList},
		{Slide, page, Hash(list), ErrHash},
		{Slide, nil, Hash(nil), ErrSize},
		{Slide, make([]byte, MaxSlide+1), "", ErrSize},
		{Deck, make([]byte, MaxDeck+1), "", ErrSize},
		{Report, make([]byte, MaxReport+1), "", ErrSize},
		{"film", page, Hash(page), ErrKind},
	} {
		if err := c.kind.Check(c.hash, c.content); !errors.Is(err, c.want) {
			t.Errorf("%s of %d bytes: %v, want %v", c.kind, len(c.content), err, c.want)
		}
	}
}
