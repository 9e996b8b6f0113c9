package speech

import "math"

const (
	history   = 40 * ms    // that concealment looks back on
	highest   = 5 * ms / 2 // shortest period: 400 Hz
	lowest    = 15 * ms    // longest: 67 Hz
	window    = 15 * ms    // compared with what was a period before
	noise     = 20 * ms    // period of what has none
	coarse    = 6          // step of the first search, samples: at 8 kHz
	periodic  = 0.5        // correlation from which on a voice is taken for periodic
	splice    = 5 * ms / 2 // over which a jump is smoothed
	hold      = 20 * ms    // full loudness
	vanishing = 120 * ms   // then nothing is left
)

// concealment repeats the last period of a voice, as ITU-T G.711 appendix I does, ever softer. The zero value is none.
type concealment struct {
	cycle []float32
	jump  float32 // from the last sample to the first
	at    int     // samples given
}

func (c *concealment) active() bool { return c.cycle != nil }

// conceal begins where past, of the length history, ends.
func conceal(past []float32) concealment {
	period := period(past)
	end := len(past)
	cycle := append([]float32(nil), past[end-period:]...)
	// Its end runs over into its begin: the last quarter becomes what was before the begin.
	quarter := period / 4
	for i := range quarter {
		part := float32(i+1) / float32(quarter)
		k := period - quarter + i
		cycle[k] += part * (past[end-2*period+k] - cycle[k])
	}
	return concealment{cycle: cycle, jump: past[end-1] - cycle[period-1]}
}

// next returns the next sample.
func (c *concealment) next() float32 {
	s := c.cycle[c.at%len(c.cycle)]
	if c.at < splice {
		s += c.jump * (1 - float32(c.at)/splice)
	}
	if c.at > hold {
		s *= max(0, 1-float32(c.at-hold)/(vanishing-hold))
	}
	c.at++
	return min(max(s, -1), 1)
}

// period returns the length of the voice's last period in samples.
func period(past []float32) int {
	best, likeness := noise, periodic
	for lag := highest; lag <= lowest; lag += coarse {
		if r := repeats(past, lag, coarse); r > likeness {
			best, likeness = lag, r
		}
	}
	if best == noise {
		return noise
	}
	around := best
	for lag := max(around-coarse+1, highest); lag < min(around+coarse, lowest); lag++ {
		if r := repeats(past, lag, 1); r > likeness {
			best, likeness = lag, r
		}
	}
	return best
}

// repeats returns how the last window correlates with what was lag before, −1 to 1, looking at every step-th sample.
func repeats(past []float32, lag, step int) float64 {
	var ab, aa, bb float64
	for i := len(past) - window; i < len(past); i += step {
		a, b := float64(past[i]), float64(past[i-lag])
		ab += a * b
		aa += a * a
		bb += b * b
	}
	if aa*bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}
