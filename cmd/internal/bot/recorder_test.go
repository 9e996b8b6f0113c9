package bot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/ogg"
	"github.com/diemcau/diemcau/transport"
)

// shelf keeps recordings in memory.
type shelf struct {
	files map[string]*book
	err   error
}

type book struct {
	bytes.Buffer
	closed bool
}

func (b *book) Close() error {
	b.closed = true
	return nil
}

func (s *shelf) create(name string) (io.WriteCloser, error) {
	if s.err != nil {
		return nil, s.err
	}
	b := &book{}
	s.files[name] = b
	return b, nil
}

// packets reads a recording.
func (s *shelf) packets(t *testing.T, name string) []ogg.Packet {
	t.Helper()
	b := s.files[name]
	if b == nil || !b.closed {
		t.Fatalf("%s: no recording, or an open one, among %d", name, len(s.files))
	}
	return packets(t, &b.Buffer)
}

func packets(t *testing.T, r io.Reader) (all []ogg.Packet) {
	t.Helper()
	d, err := ogg.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, err := d.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// seats names publications.
type seats map[uint32]transport.Seat

func (s seats) speaker(publication uint32) (transport.Seat, bool) {
	seat, ok := s[publication]
	return seat, ok
}

// record runs a recorder while f pushes.
func record(t *testing.T, s *shelf, known seats, f func(r *recorder)) *recorder {
	t.Helper()
	r := newRecorder(s.create, known.speaker)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- r.run(ctx) }()
	f(r)
	cancel()
	if err := <-done; !errors.Is(err, s.err) {
		t.Errorf("run returned %v, want %v", err, s.err)
	}
	return r
}

func packet(publication uint32, layer codec.Layer, sequence, at uint32) *transport.Packet {
	return transport.NewVoice(publication, layer, sequence, at, 0, []byte{0x48, byte(sequence), byte(sequence >> 8), byte(layer)})
}

func TestRecordsInOrderAndInTimeOverAChangeOfLayer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{files: map[string]*book{}}
		known := seats{7: {ID: "s", Name: "Xã Ga Ry"}}
		rng := rand.New(rand.NewPCG(1, 2))
		r := record(t, s, known, func(r *recorder) {
			for i := range uint32(300) {
				p := packet(7, codec.LayerHi, i, i*960-5000)
				if i >= 100 && i < 200 {
					p = packet(7, codec.LayerLo, 40+i, i*960-5000)
				}
				if i%50 == 25 { // lost
					time.Sleep(20 * time.Millisecond)
					continue
				}
				time.AfterFunc(time.Duration(rng.IntN(60))*time.Millisecond, func() { r.push(p, time.Now()) })
				time.Sleep(20 * time.Millisecond)
			}
			time.Sleep(100 * time.Millisecond)
		})
		got := s.packets(t, "Xã Ga Ry")
		if len(got) != 300 {
			t.Fatalf("%d packets", len(got))
		}
		for i, p := range got {
			want := packet(7, codec.LayerHi, uint32(i), 0).Payload
			if i >= 100 && i < 200 {
				want = packet(7, codec.LayerLo, uint32(40+i), 0).Payload
			}
			if silent := len(p.Data) == 3; p.Start != int64(i)*960 || silent != (i%50 == 25) || !silent && !bytes.Equal(p.Data, want) {
				t.Fatalf("packet %d at %d: %x, want %x", i, p.Start, p.Data, want)
			}
		}
		if missing, late := r.stats(7); missing != 6 || late > 0 {
			t.Errorf("%d missing, %d late", missing, late)
		}
	})
}

func TestRecordsOneFileASeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{files: map[string]*book{}}
		known := seats{1: {ID: "a", Name: "A"}}
		record(t, s, known, func(r *recorder) {
			speak := func(publication, zero uint32) {
				for i := range uint32(50) {
					r.push(packet(publication, codec.LayerHi, i, zero+i*960), time.Now())
					time.Sleep(20 * time.Millisecond)
				}
			}
			speak(1, 1e6)
			time.Sleep(9 * time.Second)
			known[2] = transport.Seat{ID: "a", Name: "A"} // came back, with another clock
			speak(2, 77)
			speak(3, 5) // nobody says who that is
			time.Sleep(3 * time.Second)
			r.push(&transport.Packet{}, time.Now())
		})
		got := s.packets(t, "A")
		last := got[len(got)-1]
		if end := last.Start + 960; end != 11*codec.ClockRate || last.Data[1] != 49 || got[500].Data[1] != 0 || got[49].Data[1] != 49 {
			t.Errorf("%d packets, the last at %d: %x", len(got), last.Start, last.Data)
		}
		if n := len(s.packets(t, "3")); n != 50 {
			t.Errorf("the nameless one said %d packets", n)
		}
	})
}

func TestAFullDiskEndsTheRecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{err: errors.New("disk full")}
		record(t, s, seats{1: {ID: "a"}}, func(r *recorder) {
			r.push(packet(1, codec.LayerHi, 0, 0), time.Now())
			time.Sleep(time.Second)
		})
	})
}

func TestFileNames(t *testing.T) {
	dir := t.TempDir()
	f, err := NewFiles(filepath.Join(dir, "heard.ogg"))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ộ", 60)
	for _, row := range [][2]string{
		{"Xã Ga Ry", "heard-Xã-Ga-Ry.ogg"},
		{"xã ga ry", "heard-xã-ga-ry-2.ogg"},
		{"Xã Ga Ry", "heard-Xã-Ga-Ry-3.ogg"},
		{"../../etc/passwd", "heard-.._.._etc_passwd.ogg"},
		{`a:b*c?"<>|\`, "heard-a_b_c______.ogg"},
		{"..", "heard-unnamed.ogg"},
		{"", "heard-unnamed-2.ogg"},
		{"x-2", "heard-x-2.ogg"},
		{"x", "heard-x.ogg"},
		{"x", "heard-x-2-2.ogg"},
		{long, "heard-" + strings.Repeat("ộ", 33) + ".ogg"},
	} {
		w, err := f.Create(row[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(dir, row[1])); err != nil {
			t.Errorf("%q: %v", row[0], err)
		}
	}
	if _, err := NewFiles(filepath.Join(dir, "nowhere", "heard.ogg")); err == nil {
		t.Error("a folder that does not exist is taken")
	}
}
