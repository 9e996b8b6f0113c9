package frames

import (
	"math"
	"time"

	"github.com/diemcau/diemcau/fec"
)

const (
	parityTarget = 0.01                  // of frames may stay incomplete
	againSlack   = 80 * time.Millisecond // beyond a round trip until what is missing was sent again
	parityLeast  = 0.005                 // loss
)

// Parity returns how many parity shards a frame of k data shards needs on a line that loses a share (0 to 1) of its pieces, in runs of a mean length in pieces (at least 1), if all has to be there
// within the deadline; 0: whenever. The more often what is missing can be sent again in time, the fewer it needs.
func Parity(k int, loss, run float64, rtt, deadline time.Duration) int {
	if loss < parityLeast || k < 1 || deadline == 0 {
		return 0
	}
	rounds := max((deadline-rtt/2)/(rtt+againSlack), 0)
	most := min(k+1, fec.MaxShards-k)
	for m := range most {
		if missing(k+m, m, math.Pow(loss, float64(1+rounds)), max(run, 1)) <= parityTarget {
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
