package main

import (
	"math"
	"slices"

	"github.com/diemcau/diemcau/cmd/internal/estoi"
	"github.com/diemcau/diemcau/cmd/internal/speech"
	"github.com/diemcau/diemcau/codec"
)

const (
	usual   = 500.0 // ms from microphone to loudspeaker around which it is looked for
	audible = 1e-4  // mean power of 10 ms of speech: −40 dB of full scale
	slice   = 10.0  // ms
	longest = 30e3  // ms after an outage in which speech is waited for
)

// report is what judge prints. Times are wall clock in ms, delays ms; what is not known is null.
type report struct {
	Zero       float64     `json:"zero"`    // when a round of the speech began
	Round      float64     `json:"round"`   // length of one, ms
	Longest    [2]float64  `json:"longest"` // its longest utterance, ms from its begin
	Utterances []utterance `json:"utterances"`
	Median     *float64    `json:"median"` // intelligibility
	Mean       *float64    `json:"mean"`
	Worst      *float64    `json:"worst"`
	Delay      *float64    `json:"delay"` // median from microphone to loudspeaker
	DelayMost  *float64    `json:"delayMost"`
	Slip       [2]float64  `json:"slip"` // unevenness of the clocks of microphone and loudspeaker
	Back       []*float64  `json:"back"` // from each moment asked for to the next speech from the loudspeaker
}

type utterance struct {
	At    float64 `json:"at"` // when it was spoken
	Score float64 `json:"score"`
	Rigid float64 `json:"rigid"`
	Moved float64 `json:"moved"` // by how much its delay changed
	Delay float64 `json:"delay"`
}

// hear judges what ear played of what mic heard, from the wall clock begin on. Back: when the line came back.
func hear(loop *speech.Loop, mic, ear *recording, begin float64, back []float64) (*report, error) {
	zero, err := findZero(loop, mic)
	if err != nil {
		return nil, err
	}
	spoken, err := loop.Judge(mic.samples, mic.rate, zero)
	if err != nil {
		return nil, err
	}
	origin := int64(math.Round(ear.at(mic.when(float64(zero)) + usual)))
	played, err := loop.Judge(ear.samples, ear.rate, origin)
	if err != nil {
		return nil, err
	}
	r := &report{Zero: mic.when(float64(zero)), Round: ms(loop.Length()), Longest: longestOf(loop, spoken), Slip: [2]float64{mic.slip(), ear.slip()}, Utterances: []utterance{}}
	for _, p := range played {
		i := slices.IndexFunc(spoken, func(s speech.Verdict) bool { return s.Time == p.Time })
		if i < 0 {
			continue
		}
		said := mic.when(place(zero, mic.rate, spoken[i]))
		if said < begin {
			continue
		}
		r.Utterances = append(r.Utterances, utterance{
			At: said, Score: p.Score, Rigid: p.Rigid, Moved: float64(p.Moved) * 1000 / estoi.Rate,
			Delay: ear.when(place(origin, ear.rate, p)) - said,
		})
	}
	r.summarise()
	for _, at := range back {
		r.Back = append(r.Back, next(ear, at))
	}
	return r, nil
}

// ms returns capture time in ms.
func ms(samples int64) float64 { return float64(samples) * 1000 / codec.ClockRate }

// place returns the sample at which an utterance begins in a recording whose capture time 0 is at zero.
func place(zero int64, rate int, v speech.Verdict) float64 {
	return float64(zero) + (ms(v.Time)/1000+v.Late.Seconds())*float64(rate)
}

// findZero returns the sample of a microphone's recording at which a round of the speech begins, at most one round before the recording.
func findZero(loop *speech.Loop, mic *recording) (int64, error) {
	round := int64(ms(loop.Length()) * float64(mic.rate) / 1000)
	step := int64(2 * mic.rate) // each place is looked for within ±1.5 s
	first := mic.samples[:min(len(mic.samples), int(round)+10*mic.rate)]
	best, found := -1.0, int64(0)
	for zero := -round; zero < 0; zero += step {
		verdicts, err := loop.Judge(first, mic.rate, zero)
		if err != nil {
			return 0, err
		}
		sum := 0.0
		for _, v := range verdicts {
			sum += v.Score
		}
		if n := len(verdicts); n > 0 && sum/float64(n) > best {
			best = sum / float64(n)
			// The utterance that is recognised best tells the place.
			v := slices.MaxFunc(verdicts, func(a, b speech.Verdict) int { return int(math.Copysign(1, a.Score-b.Score)) })
			found = zero + int64(v.Late.Seconds()*float64(mic.rate))
		}
	}
	return found, nil
}

// longestOf returns the begin and the length of the utterance that is followed by the latest next one: good to be interrupted.
func longestOf(loop *speech.Loop, spoken []speech.Verdict) (out [2]float64) {
	for i := 1; i < len(spoken); i++ {
		from, to := ms(spoken[i-1].Time%loop.Length()), ms((spoken[i].Time-1)%loop.Length())
		if to > from && to-from > out[1] {
			out = [2]float64{from, to - from}
		}
	}
	return out
}

func (r *report) summarise() {
	if len(r.Utterances) == 0 {
		return
	}
	var scores, delays []float64
	for _, u := range r.Utterances {
		scores = append(scores, u.Score)
		if u.Score > 0.5 { // what was hardly recognised has no place
			delays = append(delays, u.Delay)
		}
	}
	s := estoi.Summarise(scores)
	r.Median, r.Mean, r.Worst = &s.Median, &s.Mean, &s.Worst
	if len(delays) > 0 {
		slices.Sort(delays)
		median, most := delays[len(delays)/2], delays[len(delays)-1]
		r.Delay, r.DelayMost = &median, &most
	}
}

// next returns how long after a moment a loudspeaker plays speech, nil if not soon.
func next(ear *recording, at float64) *float64 {
	size := int(slice * float64(ear.rate) / 1000)
	for from := max(0, int(ear.at(at))); from+size <= len(ear.samples); from += size {
		after := ear.when(float64(from)) - at
		if after > longest {
			return nil
		}
		power := 0.0
		for _, s := range ear.samples[from : from+size] {
			power += float64(s) * float64(s)
		}
		if power/float64(size) > audible {
			after = max(after, 0)
			return &after
		}
	}
	return nil
}
