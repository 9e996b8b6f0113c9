package frames

import (
	"math"
	"time"

	"github.com/diemcau/diemcau/fec"
)

const (
	parityTarget = 0.01 // of frames may stay incomplete if nothing can be sent again,
	parityOnce   = 0.10 // if it can once,
	againSlack   = 60 * time.Millisecond
	parityLeast  = 0.005 // loss
)

// Parity returns how many parity shards a frame of k data shards needs on a line that loses a share (0 to 1) of its pieces, in runs of a mean length in pieces (at least 1), if all has to be there
// within the deadline; 0: whenever. What can be sent again twice needs none.
func Parity(k int, loss, run float64, rtt, deadline time.Duration) int {
	if loss < parityLeast || k < 1 || deadline == 0 {
		return 0
	}
	target := parityTarget
	again := rtt + againSlack
	switch rest := deadline - rtt/2 - again; {
	case rest >= again:
		return 0
	case rest >= 0:
		target = parityOnce
	}
	most := min(k+1, fec.MaxShards-k)
	for m := range most {
		if missing(k+m, m, loss, max(run, 1)) <= target {
			return m
		}
	}
	return max(most, 0)
}

// missing is the chance that more than m of n pieces are lost, where losses come in runs: about as many as of n / run pieces when each stands for a run.
func missing(n, m int, loss, run float64) float64 {
	units := max(int(math.Ceil(float64(n)/run)), 1)
	most := int(float64(m) / run)
	chance, sum := math.Pow(1-loss, float64(units)), 0.0
	for i := 0; i <= min(most, units); i++ {
		sum += chance
		chance *= float64(units-i) / float64(i+1) * loss / (1 - loss)
	}
	return max(1-sum, 0)
}
