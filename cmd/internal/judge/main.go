package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/codec/ogg"
	"github.com/diemcau/diemcau/codec/opus"
)

type flags struct {
	Microphone microphone `cmd:"" help:"Writes a round of the speech for a microphone."`
	Hear       hearing    `cmd:"" help:"Judges what was heard."`
}

func main() {
	var f flags
	c := kong.Parse(&f, kong.Name("judge"), kong.Description("How well a speech was heard, for tests."))
	if err := c.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}

type hearing struct {
	Speech string    `default:"codec/testdata" help:"Folder of the speech."`
	Begin  float64   `help:"Wall clock in ms: what was said before is not judged."`
	Back   []float64 `help:"Wall clock in ms: how long until speech is heard after that."`
	Mic    string    `arg:"" help:"Recording of the microphone."`
	Ear    string    `arg:"" help:"Recording of the loudspeaker."`
}

// Run implements the command.
func (h *hearing) Run() error {
	loop, err := speech.Load(os.DirFS(h.Speech))
	if err != nil {
		return err
	}
	mic, err := load(h.Mic)
	if err != nil {
		return err
	}
	ear, err := load(h.Ear)
	if err != nil {
		return err
	}
	r, err := hear(loop, mic, ear, h.Begin, h.Back)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

type microphone struct {
	Speech string `default:"codec/testdata" help:"Folder of the speech."`
	Out    string `arg:"" help:"WAV file to write."`
}

// Run implements the command.
func (m *microphone) Run() error {
	pcm, err := clean(m.Speech + "/speech-a-clean.ogg")
	if err != nil {
		return err
	}
	f, err := os.Create(m.Out)
	if err != nil {
		return err
	}
	return errors.Join(writeWAV(f, pcm), f.Close())
}

// clean decodes a file whole: as long as its packets say, so that rounds follow each other as a Loop's do.
func clean(name string) ([]int16, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	packets, err := ogg.NewReader(f)
	if err != nil {
		return nil, err
	}
	decoder := opus.NewDecoder()
	var out []int16
	for {
		p, err := packets.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		pcm, err := decoder.Decode(p.Data)
		if err != nil {
			return nil, err
		}
		for _, s := range pcm {
			out = append(out, int16(32767*min(max(s, -1), 1)))
		}
	}
}

// writeWAV writes mono sound at codec.ClockRate.
func writeWAV(w io.Writer, pcm []int16) error {
	size := uint32(2 * len(pcm))
	head := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, 36+size)...)
	head = append(head, "WAVEfmt "...)
	for _, field := range []uint32{16, 1<<16 | 1, codec.ClockRate, 2 * codec.ClockRate, 16<<16 | 2} { // PCM, one channel, 16 bits
		head = binary.LittleEndian.AppendUint32(head, field)
	}
	head = append(head, "data"...)
	if _, err := w.Write(binary.LittleEndian.AppendUint32(head, size)); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, pcm)
}
