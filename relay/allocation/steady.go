package allocation

import (
	"math"
	"time"
)

// How long a room has to have stood before it is built on.
const (
	stand       = 8 * time.Second
	longStand   = 24 * time.Second        // after it was relied upon in vain, again and again
	shortStand  = 1500 * time.Millisecond // if it is a multiple of what is relied upon,
	regretStand = 4 * time.Second         // also after it was relied upon in vain
	bucket      = 500 * time.Millisecond
	buckets     = int(longStand/bucket) + 1
	spread      = 2.6 // mean deviations below the mean that a noisy room hardly goes below
)

// steady remembers the least that the room was in each half second of the last 24.
type steady struct {
	lows  [buckets]float64
	began time.Time
	last  int // number of the newest bucket, since began
}

// add takes in the room of now.
func (s *steady) add(room float64, now time.Time) {
	if s.began.IsZero() {
		s.began = now
		s.lows[0] = room
		return
	}
	n := int(now.Sub(s.began) / bucket)
	if n <= s.last {
		low := &s.lows[s.last%buckets]
		*low = min(*low, room)
		return
	}
	before := s.lows[s.last%buckets]
	for i := max(s.last+1, n-buckets); i < n; i++ {
		s.lows[i%buckets] = min(before, room) // nobody asked; what was, stood
	}
	s.last = n
	s.lows[n%buckets] = room
}

// least returns the least room of a time until now, what the room hardly goes below if it moves by noise only, and whether it is known for so long.
func (s *steady) least(over time.Duration) (low, floor float64, stood bool) {
	if s.began.IsZero() {
		return 0, 0, false
	}
	all := int(over/bucket) + 1
	stood, all = s.last >= all-1, min(all, s.last+1)
	low = math.Inf(1)
	sum := 0.0
	for i := range all {
		v := s.lows[(s.last-i)%buckets]
		low = min(low, v)
		sum += v
	}
	mean, deviation := sum/float64(all), 0.0
	for i := range all {
		deviation += math.Abs(s.lows[(s.last-i)%buckets] - mean)
	}
	return low, min(low, mean-spread*deviation/float64(all)), stood
}

// lately returns the least room of the last moments.
func (s *steady) lately() float64 {
	low, _, _ := s.least(shortStand)
	return low
}

// leaps says whether the room has been a multiple of what it was for as long as that takes to be believed, and how much then is.
func (s *steady) leaps(over time.Duration, was float64) (room float64, ok bool) {
	low, floor, stood := s.least(over)
	return max(caution*low, floor), stood && caution*low >= multiple*was
}
