package bench

import (
	"context"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/script"
)

// Meeting says which meeting is held by bots, from its preparation to its final minutes: one of script.District or script.Province sites.
type Meeting struct {
	Program string        // path of the diemcau binary that serves
	Sites   int           //
	Idle    time.Duration // how long nothing happens, to be measured
	Burst   int           // events of a burst
	Rate    int           // of the burst, in events a second
}

// What is the same in every run.
const (
	speak  = 200 * time.Millisecond
	notes  = 60
	settle = 2 * time.Second
)

// Run starts a server, lets the bots meet, and stops it. The error also says what is wrong with what came of the meeting.
func (m Meeting) Run(ctx context.Context) (script.Report, error) {
	server, err := startRelay(ctx, m.Program)
	if err != nil {
		return script.Report{}, err
	}
	defer server.stop()
	return script.Run(ctx, script.Config{
		Base: server.base, HostKey: hostKey, Sites: m.Sites, Speak: speak, Idle: m.Idle, Burst: m.Burst, Rate: m.Rate, Notes: notes, Settle: settle,
	})
}
