package meeting

import (
	"errors"
	"fmt"
)

// A publication id is the prefix of the relay that issued it and a counter of the meeting.
const (
	counterBits = 20
	maxCounter  = 1<<counterBits - 1
	// MaxRelay is the greatest prefix that a relay can have.
	MaxRelay = 1<<(32-counterBits) - 1
)

// Errors of issuing a publication id.
var (
	ErrRelay     = errors.New("meeting: a relay's prefix has 12 bits")
	ErrExhausted = errors.New("meeting: this relay has issued all publication ids of this meeting")
)

// PublicationID joins a relay's prefix (0 to MaxRelay) and a counter (1 to 2^20 − 1).
func PublicationID(relay uint16, counter uint32) uint32 {
	return uint32(relay)<<counterBits | counter&maxCounter
}

// PublicationRelay returns the prefix of the relay that issued an id.
func PublicationRelay(id uint32) uint16 { return uint16(id >> counterBits) }

// publicationCounter returns the counter in an id.
func publicationCounter(id uint32) uint32 { return id & maxCounter }

// nextPublication returns the id that a relay issues next in this meeting. No id is ever 0.
func (s *State) nextPublication(relay uint16) (uint32, error) {
	if relay > MaxRelay {
		return 0, fmt.Errorf("%w: %d", ErrRelay, relay)
	}
	counter := s.issued[relay]
	if counter == maxCounter {
		return 0, ErrExhausted
	}
	return PublicationID(relay, counter+1), nil
}

// issue notes that a publication id is taken.
func (s *State) issue(id uint32) {
	relay := PublicationRelay(id)
	put(&s.issued, relay, max(s.issued[relay], publicationCounter(id)))
}
