package minutes

import (
	"fmt"
	"testing"

	"github.com/diemcau/diemcau/relay/meeting"
)

// BenchmarkFold makes minutes of 100,000 events of a meeting of 145 sites.
func BenchmarkFold(b *testing.B) {
	s, chair := open(b, province(145))
	for i := 1; i <= 145; i++ {
		s.join("phòng họp", meeting.Identity{Site: fmt.Sprint("s", i)})
	}
	s.do(1, chair, meeting.Open{})
	for i := 0; len(s.events) < 100_000; i++ {
		s.do(100, chair, meeting.Call{Invited: i%145 + 1})
		s.do(100, chair, meeting.Take{})
		s.do(100, chair, meeting.Say{Text: fmt.Sprint("Ý kiến ", i)})
	}
	b.ResetTimer()
	for b.Loop() {
		var f Fold
		for _, e := range s.events {
			if err := f.Apply(e); err != nil {
				b.Fatal(err)
			}
		}
		_ = f.Minutes()
	}
}
