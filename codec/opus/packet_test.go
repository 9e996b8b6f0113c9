package opus

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// RFC 6716 table 2, one line per group of configurations.
func TestTOC(t *testing.T) {
	for _, row := range []struct {
		first     int
		mode      Mode
		bandwidth Bandwidth
		samples   []int
	}{
		{0, SILK, Narrowband, []int{480, 960, 1920, 2880}},
		{4, SILK, Mediumband, []int{480, 960, 1920, 2880}},
		{8, SILK, Wideband, []int{480, 960, 1920, 2880}},
		{12, Hybrid, Superwideband, []int{480, 960}},
		{14, Hybrid, Fullband, []int{480, 960}},
		{16, CELT, Narrowband, []int{120, 240, 480, 960}},
		{20, CELT, Wideband, []int{120, 240, 480, 960}},
		{24, CELT, Superwideband, []int{120, 240, 480, 960}},
		{28, CELT, Fullband, []int{120, 240, 480, 960}},
	} {
		for i, samples := range row.samples {
			for rest := range 8 {
				toc := TOC((row.first+i)<<3 | rest)
				if toc.Mode() != row.mode || toc.Bandwidth() != row.bandwidth || toc.FrameSamples() != samples {
					t.Errorf("%#x: %d %d %d", byte(toc), toc.Mode(), toc.Bandwidth(), toc.FrameSamples())
				}
				if toc.Channels() != 1+rest/4 {
					t.Errorf("%#x: %d channels", byte(toc), toc.Channels())
				}
			}
		}
	}
}

func appendSize(b []byte, n int) []byte {
	if n < 252 {
		return append(b, byte(n))
	}
	low := 252 + n&3
	return append(b, byte(low), byte((n-low)/4))
}

// build makes a packet of the frames with the given code, for code 3 with padding (−1: none), constant or variable.
func build(config, code int, sizes []int, padding int, variable bool) []byte {
	b := []byte{byte(config<<3 | code)}
	if code == 3 {
		flags := byte(len(sizes))
		if variable {
			flags |= 0x80
		}
		if padding >= 0 {
			flags |= 0x40
		}
		b = append(b, flags)
		for left := padding; left >= 0; left -= 254 {
			b = append(b, byte(min(left, 255)))
			if left < 255 {
				break
			}
		}
	}
	if code == 2 || variable {
		for _, n := range sizes[:len(sizes)-1] {
			b = appendSize(b, n)
		}
	}
	for i, n := range sizes {
		for range n {
			b = append(b, byte(i))
		}
	}
	return append(b, make([]byte, max(padding, 0))...)
}

func drawPacket(t *rapid.T) (packet []byte, sizes []int) {
	config := rapid.IntRange(0, 31).Draw(t, "config")
	code := rapid.IntRange(0, 3).Draw(t, "code")
	n, padding, variable := min(code+1, 2), -1, code == 2
	if code == 3 {
		n = rapid.IntRange(1, MaxDuration/TOC(config<<3).FrameSamples()).Draw(t, "n")
		padding = rapid.IntRange(-1, 800).Draw(t, "padding")
		variable = rapid.Bool().Draw(t, "variable")
	}
	size := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(250, 260), rapid.IntRange(0, MaxFrame))
	one := size.Draw(t, "size")
	for range n {
		if variable {
			one = size.Draw(t, "size")
		}
		sizes = append(sizes, one)
	}
	return build(config, code, sizes, padding, variable && code == 3), sizes
}

func TestParseFindsEveryFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		packet, sizes := drawPacket(t)
		info, err := Parse(packet)
		if err != nil {
			t.Fatal(err)
		}
		samples := len(sizes) * TOC(packet[0]).FrameSamples()
		if info.Frames != len(sizes) || info.Samples != samples {
			t.Fatalf("%+v, want %d frames", info, len(sizes))
		}
		l, _ := parse(packet)
		at, empty := l.start, true
		for i, n := range sizes {
			empty = empty && n <= 1
			for range n {
				if packet[at] != byte(i) {
					t.Fatalf("frame %d is not where it should be", i)
				}
				at++
			}
			if int(l.sizes[i]) != n {
				t.Fatalf("frame %d has %d bytes, want %d", i, l.sizes[i], n)
			}
		}
		if info.Empty != empty {
			t.Fatalf("empty: %v", info.Empty)
		}
	})
}

func TestEveryTruncationOfCountedFramesIsSafe(t *testing.T) {
	packet := build(1, 3, []int{10, 300, 20}, 260, true)
	for n := range packet {
		info, err := Parse(packet[:n])
		if err == nil && (info.Frames != 3 || n < 20) || err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("%d bytes: %+v %v", n, info, err)
		}
	}
}

func TestMalformed(t *testing.T) {
	for name, packet := range map[string][]byte{
		"empty":                      {},
		"huge":                       make([]byte, MaxPacket+1),
		"frame too long":             build(1, 0, []int{MaxFrame + 1}, -1, false),
		"two frames too long":        build(1, 1, []int{MaxFrame + 1, MaxFrame + 1}, -1, false),
		"two frames, odd bytes":      {1, 0, 0, 0},
		"second frame too long":      build(1, 2, []int{3, MaxFrame + 1}, -1, false),
		"first size is missing":      {2},
		"first size is half":         {2, 252},
		"first frame is cut off":     {2, 5, 0, 0},
		"count is missing":           {3},
		"count is 0":                 {3, 0x80},
		"140 ms":                     build(1, 3, make([]int, 7), -1, false),
		"49 frames":                  {0x83, 49},
		"padding is missing":         {3, 0x41},
		"padding goes on to nowhere": {3, 0x41, 255},
		"padding is cut off":         {3, 0x41, 3, 0, 0},
		"constant, does not divide":  {0x0b, 2, 0, 0, 0},
		"variable, size is missing":  {0x0b, 0x82},
		"variable, frame is cut off": {0x0b, 0x82, 3, 0, 0},
	} {
		if info, err := Parse(packet); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %+v %v", name, info, err)
		}
	}
}

func TestDuration(t *testing.T) {
	for _, row := range []struct {
		packet []byte
		want   time.Duration
	}{
		{[]byte{0x48}, 20 * time.Millisecond},
		{[]byte{0xe0}, 2500 * time.Microsecond},
		{[]byte{0x51}, 80 * time.Millisecond},
		{[]byte{0x5b, 2}, 120 * time.Millisecond},
		{[]byte{0x83, 48}, 120 * time.Millisecond},
	} {
		info, err := Parse(row.packet)
		if err != nil || info.Duration() != row.want {
			t.Errorf("%x: %v %v, want %v", row.packet, info.Duration(), err, row.want)
		}
		if n, err := Duration(row.packet); err != nil || n != info.Samples {
			t.Errorf("%x: %d samples, %v", row.packet, n, err)
		}
	}
	packet := build(1, 3, []int{10, 300, 20}, 260, true)
	if n := testing.AllocsPerRun(100, func() { _, _ = Parse(packet); _, _ = Parse(packet[:30]) }); n != 0 {
		t.Errorf("Parse allocates %v times", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte{0x48, 1, 2, 3})
	f.Add(build(1, 3, []int{10, 300, 20}, 260, true))
	f.Add(build(30, 3, make([]int, 12), 3, false))
	f.Add(build(9, 2, []int{1, 2}, -1, false))
	f.Fuzz(func(t *testing.T, packet []byte) {
		samples, durationErr := Duration(packet)
		info, err := Parse(packet)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if durationErr != nil || samples != info.Samples || samples < 120 || samples > MaxDuration {
			t.Fatalf("%d samples, %v, %+v", samples, durationErr, info)
		}
		l, _ := parse(packet)
		end := l.start
		for _, n := range l.sizes[:l.n] {
			end += int(n)
		}
		if end > len(packet) {
			t.Fatalf("frames end at %d of %d", end, len(packet))
		}
	})
}
