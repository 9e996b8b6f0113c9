package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
)

// around is how many parts to each side tell the time of one: 4 s in parts of 4096 samples.
const around = 47

var errRecording = errors.New("no recording")

// recording is what was heard at one place, and when.
type recording struct {
	samples []float32
	rate    int
	part    int
	begins  []float64 // wall clock of each part's first sample, ms
}

// load reads the two files of a recording. Errors wrap errRecording or are those of os.
func load(name string) (*recording, error) {
	raw, err := os.ReadFile(name + ".f32")
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(name + ".json")
	if err != nil {
		return nil, err
	}
	var head struct {
		Rate    int       `json:"rate"`
		Part    int       `json:"part"`
		Arrived []float64 `json:"arrived"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", errRecording, name, err)
	}
	if head.Rate <= 0 || head.Part <= 0 || len(head.Arrived) == 0 || len(raw) != 4*head.Part*len(head.Arrived) {
		return nil, fmt.Errorf("%w: %s: %d bytes in %d parts of %d", errRecording, name, len(raw), len(head.Arrived), head.Part)
	}
	r := &recording{rate: head.Rate, part: head.Part, samples: make([]float32, len(raw)/4)}
	for i := range r.samples {
		r.samples[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	r.begins = begins(head.Arrived, float64(head.Part)*1000/float64(head.Rate))
	return r, nil
}

// begins turns the times at which parts of so many ms were complete into those at which they began. A message may be late but not early, so the
// least delayed of its neighbours tells the time of each.
func begins(arrived []float64, length float64) []float64 {
	out := make([]float64, len(arrived))
	for i := range out {
		out[i] = math.Inf(1)
		for k := max(0, i-around); k <= min(len(arrived)-1, i+around); k++ {
			out[i] = min(out[i], arrived[k]-float64(k-i+1)*length)
		}
	}
	return out
}

// when returns the wall clock of a sample in ms.
func (r *recording) when(sample float64) float64 {
	i := max(0, min(int(sample)/r.part, len(r.begins)-1))
	return r.begins[i] + (sample-float64(i*r.part))*1000/float64(r.rate)
}

// at returns the sample of a wall clock in ms, which may lie outside.
func (r *recording) at(ms float64) float64 {
	i := 0
	for i+1 < len(r.begins) && r.begins[i+1] <= ms {
		i++
	}
	return float64(i*r.part) + (ms-r.begins[i])*float64(r.rate)/1000
}

// slip returns by how many ms a recording's clock differs at most from an even one: a busy machine leaves samples out.
func (r *recording) slip() float64 {
	least, most := math.Inf(1), math.Inf(-1)
	for i, at := range r.begins {
		even := float64(i*r.part) * 1000 / float64(r.rate)
		least, most = min(least, at-even), max(most, at-even)
	}
	return most - least
}
