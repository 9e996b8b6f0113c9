package transport

import "time"

const (
	stillFor  = 4                     // seconds in a row
	stillness = 30 * time.Millisecond // by which their least queues differ at most
)

// still watches for a delay that is no queue: one that stays as it is while less and less is sent is a longer path, or a clock that was set.
type still struct {
	least, first time.Duration // queue, of this second and of the first like it
	n            int           // seconds before this one
	calm, last   cut           // what was believed a second before the last without a queue, and at its end
}

// sample takes the queue as one datagram found it.
func (s *still) sample(queue time.Duration) {
	if s.least == 0 || queue < s.least {
		s.least = max(queue, 1)
	}
}

// second ends a second, with what is believed at its end, and says how much longer the path is than was thought; 0: it is not.
func (s *still) second(believed cut) (longer time.Duration) {
	least := s.least
	s.least = 0
	switch {
	case least < uplinkCalm:
		s.n, s.calm, s.last = 0, s.last, believed
	case s.n > 0 && max(least-s.first, s.first-least) <= stillness:
		s.n++
	default:
		s.n, s.first = 1, least
		if s.calm.at.IsZero() {
			s.calm = believed
		}
	}
	if s.n < stillFor {
		return 0
	}
	s.n = 0
	return least
}
