package ogg

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/opus"
)

func speech(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readAll(r io.Reader) (*Reader, []Packet, error) {
	d, err := NewReader(r)
	if err != nil {
		return nil, nil, err
	}
	var all []Packet
	for {
		p, err := d.Next()
		if err != nil {
			return d, all, err
		}
		all = append(all, p)
	}
}

// The files are another program's: their checksums and granule positions prove our reading of them.
func TestReadsFilesOfOpusenc(t *testing.T) {
	for name, bytes60 := range map[string]int{"speech-a.ogg": 60, "speech-a-lo.ogg": 20, "speech-b.ogg": 60} {
		d, packets, err := readAll(bytes.NewReader(speech(t, name)))
		if !errors.Is(err, io.EOF) {
			t.Fatalf("%s: %v", name, err)
		}
		if d.Head() != Voice {
			t.Errorf("%s: head %+v", name, d.Head())
		}
		if !strings.HasPrefix(d.Tags().Vendor, "libopus") || len(d.Tags().Comments) == 0 {
			t.Errorf("%s: tags %+v", name, d.Tags())
		}
		if len(packets) < 750 {
			t.Errorf("%s: %d packets", name, len(packets))
		}
		for i, p := range packets {
			if p.Start != int64(i)*960 || p.Samples != 960 || len(p.Data) != bytes60 {
				t.Fatalf("%s: packet %d starts at %d, %d samples, %d bytes", name, i, p.Start, p.Samples, len(p.Data))
			}
		}
	}
}

func TestEveryTruncationIsAnErrorAndKeepsWhatWasWhole(t *testing.T) {
	file := speech(t, "speech-a-lo.ogg")[:6000]
	last := 0
	for n := range len(file) {
		_, packets, err := readAll(bytes.NewReader(file[:n]))
		if !errors.Is(err, ErrTruncated) {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if len(packets) < last {
			t.Fatalf("%d bytes: %d packets, with less %d", n, len(packets), last)
		}
		last = len(packets)
	}
	if last < 200 {
		t.Errorf("%d packets in 6,000 bytes", last)
	}
}

func TestEveryFlippedByteIsFound(t *testing.T) {
	file := speech(t, "speech-a-lo.ogg")[:1500]
	for i := range file {
		bad := bytes.Clone(file)
		bad[i] ^= 0x20
		_, _, err := readAll(bytes.NewReader(bad))
		if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTruncated) {
			t.Fatalf("byte %d: %v", i, err)
		}
		if !strings.HasPrefix(err.Error(), "byte ") {
			t.Fatalf("no place in %q", err)
		}
	}
}

func TestErrorNamesTheByte(t *testing.T) {
	file := speech(t, "speech-a-lo.ogg")
	second := bytes.Index(file[1:], []byte("OggS")) + 1
	bad := bytes.Clone(file)
	bad[second] = 'X'
	_, err := NewReader(bytes.NewReader(bad))
	if !errors.Is(err, ErrFormat) || !strings.HasPrefix(err.Error(), "byte 47:") || second != 47 {
		t.Errorf("page at %d: %v", second, err)
	}
}

func TestRefusesWhatIsNoVoice(t *testing.T) {
	for name, head := range map[string][]byte{
		"short":      []byte("OpusHead"),
		"vorbis":     []byte("\x01vorbis, some more bytes to be long enough"),
		"version 16": func() []byte { b := Voice.append(nil); b[8] = 16; return b }(),
		"surround":   Head{Channels: 6}.append(nil),
		"family 1":   append(Voice.append(nil)[:18], 1),
	} {
		o := &Writer{w: &bytes.Buffer{}}
		o.add(head)
		o.flush(flagFirst)
		if _, err := NewReader(o.w.(*bytes.Buffer)); !errors.Is(err, ErrKind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, file := range map[string]string{"empty": "", "text": strings.Repeat("not Ogg ", 100)} {
		if _, err := NewReader(strings.NewReader(file)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A packet that goes on over pages, a page that is lost, a page of another stream: RFC 3533 section 6.
func TestPacketsAcrossPages(t *testing.T) {
	long := append([]byte{0x0b, 0xc6}, make([]byte, 0)...) // code 3, variable, padded: 6 frames
	long = append(append(long, 255, 255, 200), make([]byte, 254+254+200+5)...)
	if _, err := opus.Parse(long); err != nil {
		t.Fatal(err)
	}
	pages := func(skip int) io.Reader {
		var b bytes.Buffer
		o, err := NewWriter(&b, Voice, 7)
		if err != nil {
			t.Fatal(err)
		}
		b.Write((&page{serial: 8, lacing: []byte{1}, body: []byte{1}}).appendTo(nil))
		for i, p := range []page{
			{lacing: []byte{3, 255}, body: append(bytes.Clone(silence[0]), long[:255]...), granule: 960},
			{flags: flagContinued, lacing: []byte{255}, body: long[255:510], granule: -1},
			{flags: flagContinued, lacing: []byte{byte(len(long) - 510), 3}, body: append(bytes.Clone(long[510:]), silence[0]...), granule: 7680},
			{flags: flagLast, lacing: []byte{3}, body: silence[0], granule: 8000},
		} {
			p.serial, p.sequence = 7, o.page.sequence+uint32(i)
			if i != skip {
				b.Write(p.appendTo(nil))
			}
		}
		return &b
	}
	count := func(skip int) (n int, starts []int64) {
		_, packets, err := readAll(pages(skip))
		if !errors.Is(err, io.EOF) {
			t.Fatalf("page %d left out: %v", skip, err)
		}
		for _, p := range packets {
			starts = append(starts, p.Start)
		}
		return len(packets), starts
	}
	if n, starts := count(-1); n != 4 || starts[1] != 960 || starts[2] != 6720 || starts[3] != 7680 {
		t.Errorf("whole: %d packets at %v", n, starts)
	}
	for skip, want := range map[int]int{0: 2, 1: 3, 2: 2} {
		if n, starts := count(skip); n != want {
			t.Errorf("page %d left out: %d packets at %v, want %d", skip, n, starts, want)
		}
	}
}

func TestWriterGivesBackWhatItGot(t *testing.T) {
	_, in, _ := readAll(bytes.NewReader(speech(t, "speech-a.ogg")))
	var b bytes.Buffer
	o, err := NewWriter(&b, Voice, 1, "TITLE=Nậm Cắn")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range in {
		if err := o.WritePacket(p.Data, uint32(p.Start)-20000); err != nil { // wraps
			t.Fatal(err)
		}
	}
	crashed := b.Len()
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if o.WritePacket(in[0].Data, 0) == nil {
		t.Error("a closed writer takes packets")
	}
	d, out, err := readAll(bytes.NewReader(b.Bytes()))
	if !errors.Is(err, io.EOF) || len(out) != len(in) {
		t.Fatalf("%d of %d packets: %v", len(out), len(in), err)
	}
	if d.Tags().Comments[0] != "TITLE=Nậm Cắn" {
		t.Errorf("tags %q", d.Tags())
	}
	for i := range out {
		if !bytes.Equal(out[i].Data, in[i].Data) || out[i].Start != in[i].Start {
			t.Fatalf("packet %d differs", i)
		}
	}
	// What a crash leaves is all but the last second.
	_, out, err = readAll(bytes.NewReader(b.Bytes()[:crashed]))
	if !errors.Is(err, ErrTruncated) || len(out) < len(in)-51 {
		t.Errorf("after a crash %d of %d packets: %v", len(out), len(in), err)
	}
}

// Whatever is left out or comes late, every packet that was taken lies in the file where its capture time says.
func TestTimeLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		o, err := NewWriter(&b, Voice, 1)
		if err != nil {
			t.Fatal(err)
		}
		type mark struct {
			start int64
			id    byte
		}
		var want []mark
		origin := rapid.Uint32().Draw(t, "origin")
		at, end := int64(0), int64(0)
		for i := range rapid.IntRange(1, 60).Draw(t, "packets") {
			payload := []byte{0x48, byte(i), 1} // SILK wideband 20 ms
			err := o.WritePacket(payload, origin+uint32(at))
			if late := at <= end-960; late != errors.Is(err, ErrLate) || !late && err != nil {
				t.Fatalf("at %d, written up to %d: %v", at, end, err)
			} else if !late {
				want = append(want, mark{max(at, end), byte(i)})
				end += max(at-end, 0)/120*120 + 960 // less than 2.5 ms is not filled
			}
			at += int64(rapid.SampledFrom([]int{960, 960, 960, 959, 1000, 1920, 480, -960, 48000, 480000}).Draw(t, "step"))
			at = max(at, 0)
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		_, packets, err := readAll(&b)
		if !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		last := int64(0)
		for _, p := range packets {
			if p.Start != last {
				t.Fatalf("a hole or an overlap at %d: %d", last, p.Start)
			}
			last = p.Start + int64(p.Samples)
			if len(want) > 0 && p.Data[0] == 0x48 && p.Data[1] == want[0].id {
				if d := want[0].start - p.Start; d < 0 || d >= 120 {
					t.Fatalf("packet %d lies at %d, belongs to %d", want[0].id, p.Start, want[0].start)
				}
				want = want[1:]
			}
		}
		if len(want) > 0 {
			t.Fatalf("%d packets are missing", len(want))
		}
	})
}

func TestWriterRefuses(t *testing.T) {
	var b bytes.Buffer
	o, err := NewWriter(&b, Voice, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.WritePacket(nil, 0); !errors.Is(err, opus.ErrMalformed) {
		t.Errorf("empty packet: %v", err)
	}
	for _, step := range []struct {
		time uint32
		want error
	}{{5000, nil}, {5000 + MaxGap + 961, ErrJump}, {5000, ErrLate}, {5960, nil}} {
		if err := o.WritePacket(silence[0], step.time); !errors.Is(err, step.want) {
			t.Errorf("time %d: %v, want %v", step.time, err, step.want)
		}
	}
	if _, err := NewWriter(&b, Head{Channels: 3}, 1); !errors.Is(err, ErrKind) {
		t.Errorf("three channels: %v", err)
	}
	if _, err := NewWriter(&b, Voice, 1, strings.Repeat("x", opus.MaxPacket)); err == nil {
		t.Error("endless comments are taken")
	}
}

type fullDisk struct{ left int }

var errFull = errors.New("disk is full")

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.left -= len(b); d.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestFullDiskStays(t *testing.T) {
	o, err := NewWriter(&fullDisk{left: 500}, Voice, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.WritePacket(silence[0], 0); err != nil {
		t.Fatal(err)
	}
	if err := o.WritePacket(silence[0], 600*codec.ClockRate); !errors.Is(err, errFull) {
		t.Errorf("ten minutes of silence on a full disk: %v", err)
	}
	if err := o.Close(); !errors.Is(err, errFull) {
		t.Errorf("closing: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(speech(f, "speech-a-lo.ogg")[:3000])
	var b bytes.Buffer
	o, _ := NewWriter(&b, Voice, 1)
	_ = o.WritePacket(silence[0], 0)
	_ = o.WritePacket(silence[1], 5000)
	_ = o.Close()
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, file []byte) {
		file = bytes.Clone(file)
		// Right checksums, or the fuzzer never gets past the first page.
		for at := 0; at+headerSize <= len(file); {
			n := headerSize + int(file[at+26])
			if at+n > len(file) {
				break
			}
			for _, l := range file[at+headerSize : at+n] {
				n += int(l)
			}
			if at+n > len(file) {
				break
			}
			clear(file[at+22 : at+26])
			sum := crc(0, file[at:at+n])
			for i := range 4 {
				file[at+22+i] = byte(sum >> (8 * i))
			}
			at += n
		}
		_, packets, err := readAll(bytes.NewReader(file))
		if err == nil {
			t.Fatal("no end")
		}
		end := int64(0)
		for _, p := range packets {
			if p.Start < end {
				t.Fatalf("packet at %d begins before %d", p.Start, end)
			}
			end = p.Start + int64(p.Samples)
		}
	})
}
