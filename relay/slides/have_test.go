package slides

import (
	"fmt"
	"testing"
)

// TestHaveIsBounded: who says ever other files to be kept does not fill the memory, and what was delivered stays known.
func TestHaveIsBounded(t *testing.T) {
	var s Sending
	hash := Hash([]byte("page"))
	s.Want([]Wish{{File: File{Hash: hash}, Kind: Slide}})
	send, ok := s.Next(false, func(string) int { return 4 })
	if s.Done(send, true); !ok || !s.Has(hash) {
		t.Fatal("a file that was delivered is not there")
	}
	for i := range 1000 {
		s.Have([]string{fmt.Sprintf("%08d", i), fmt.Sprintf("x%07d", i)})
	}
	if len(s.have) > 2 || !s.Has("00000999") || s.Has("00000000") || !s.Has(hash) {
		t.Errorf("%d are remembered", len(s.have))
	}
	if s.Have(nil); !s.Has("00000999") {
		t.Error("who says nothing has nothing any more")
	}
}
