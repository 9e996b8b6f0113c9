package linesim_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diemcau/diemcau/fec/linesim"
)

// draw asks a channel for n datagrams, one every interval.
func draw(c linesim.Channel, n int, interval time.Duration) []bool {
	lost := make([]bool, n)
	for i := range lost {
		lost[i] = c.Lost(time.Duration(i) * interval)
	}
	return lost
}

// losses returns the share that is lost and the mean length of a run of losses.
func losses(lost []bool) (share, run float64) {
	n, runs := 0, 0
	for i, l := range lost {
		if !l {
			continue
		}
		n++
		if i == 0 || !lost[i-1] {
			runs++
		}
	}
	return float64(n) / float64(len(lost)), float64(n) / float64(max(runs, 1))
}

// The bounds are four standard deviations: of runs of a mean of r whose lengths are geometric, one mean of n is √(r² / n) wide.
func TestChannelsLoseAsAsked(t *testing.T) {
	const n = 200_000
	for name, test := range map[string]struct {
		loss     linesim.Loss
		interval time.Duration
		run      float64 // in datagrams
	}{
		"independent, 5 %":               {linesim.Loss{Share: 0.05}, 20 * time.Millisecond, 1 / 0.95},
		"independent, 40 %":              {linesim.Loss{Share: 0.4, Run: 1}, 20 * time.Millisecond, 1 / 0.6},
		"runs of 3, 20 %":                {linesim.Loss{Share: 0.2, Run: 3}, 20 * time.Millisecond, 3},
		"runs of 4, 40 %":                {linesim.Loss{Share: 0.4, Run: 4}, 40 * time.Millisecond, 4},
		"bad times of 160 ms, a look":    {linesim.Loss{Share: 0.3, Burst: 160 * time.Millisecond}, time.Millisecond, 160},
		"bad times of 160 ms, a voice":   {linesim.Loss{Share: 0.3, Burst: 160 * time.Millisecond}, 40 * time.Millisecond, 1 / (0.7 * (1 - math.Exp(-40/(160*0.7))))},
		"bad times go before runs":       {linesim.Loss{Share: 0.1, Run: 9, Burst: 20 * time.Millisecond}, time.Millisecond, 20},
		"bad times shorter than a pause": {linesim.Loss{Share: 0.25, Burst: 5 * time.Millisecond}, 120 * time.Millisecond, 1 / 0.75},
	} {
		t.Run(name, func(t *testing.T) {
			share, run := losses(draw(test.loss.New(7, 1), n, test.interval))
			runs := n * test.loss.Share / test.run
			within := 4 / math.Sqrt(runs) // of the mean
			if math.Abs(run/test.run-1) > within || math.Abs(share/test.loss.Share-1) > 1.5*within {
				t.Errorf("share %.4f, run %.2f; want %.4f, %.2f, within %.1f %%", share, run, test.loss.Share, test.run, 100*within)
			}
		})
	}
	if share, _ := losses(draw(linesim.Loss{}.New(1, 1), 1000, time.Millisecond)); share != 0 {
		t.Errorf("a line without loss loses %g", share)
	}
}

func TestChannelsFollowTheirSeed(t *testing.T) {
	for _, loss := range []linesim.Loss{{Share: 0.3}, {Share: 0.3, Run: 3}, {Share: 0.3, Burst: 160 * time.Millisecond}} {
		one := draw(loss.New(1, 1), 500, 20*time.Millisecond)
		if !slices.Equal(one, draw(loss.New(1, 1), 500, 20*time.Millisecond)) {
			t.Errorf("%+v: the same seed, other losses", loss)
		}
		if slices.Equal(one, draw(loss.New(2, 1), 500, 20*time.Millisecond)) || slices.Equal(one, draw(loss.New(1, 2), 500, 20*time.Millisecond)) {
			t.Errorf("%+v: another seed or direction, the same losses", loss)
		}
	}
}

// The two directions of a trace are half of it apart.
func TestTracesAreReplayed(t *testing.T) {
	loss := linesim.Loss{Share: 0.9, Burst: time.Second, Trace: []bool{true, false, false, false}}
	for direction, want := range map[uint64][]bool{
		1: {false, false, true, false, false, false, true, false, false},
		2: {true, false, false, false, true, false, false, false, true},
	} {
		if got := draw(loss.New(5, direction), len(want), time.Hour); !slices.Equal(got, want) {
			t.Errorf("direction %d: %v", direction, got)
		}
	}
}

func TestReadTrace(t *testing.T) {
	got, err := linesim.ReadTrace(strings.NewReader("# measured at xã A\n01 x.\t1\r\n\n#111\n0"))
	if want := []bool{false, true, true, false, true, false}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	const most = 1 << 20
	if got, err = linesim.ReadTrace(strings.NewReader(strings.Repeat("0", most))); err != nil || len(got) != most {
		t.Errorf("%d, %v", len(got), err)
	}
	for name, text := range map[string]string{
		"empty":         "",
		"a remark only": "# nothing\n \n",
		"text":          "0101\nlost\n",
		"binary":        "\x00\x01",
		"too long":      strings.Repeat("01\n", most/2) + "0",
		"one long line": strings.Repeat(" ", 4*most),
	} {
		if got, err := linesim.ReadTrace(strings.NewReader(text)); !errors.Is(err, linesim.ErrTrace) || got != nil {
			t.Errorf("%s: %d, %v", name, len(got), err)
		}
	}
}

func FuzzReadTrace(f *testing.F) {
	f.Add("0101\n#x\n..xx")
	f.Add("2")
	f.Fuzz(func(t *testing.T, text string) {
		lost, err := linesim.ReadTrace(strings.NewReader(text))
		if (err == nil) != (len(lost) > 0) || err != nil && !errors.Is(err, linesim.ErrTrace) {
			t.Fatalf("%d, %v", len(lost), err)
		}
	})
}
