package store

import "net"

// SetRoom lets the disk have that many free bytes in the store's eyes.
func (s *Store) SetRoom(free uint64) { s.engine.room = func(string) uint64 { return free } }

// Fail lets the engine give up writing, as after a failed write.
func (s *Store) Fail() { s.engine.logger.Errorf("a test's write error") }

// Listens is where the engine listens, nil: nowhere.
func (s *Store) Listens() net.Addr { return s.engine.running.Addr() }

// TokenOf is the name of a subject in the engine.
func TokenOf(subject string) string { return tokenOf(subject) }

// Reserve is the room that is kept free, in bytes.
const Reserve = reserve
