package client

import (
	"time"

	"github.com/diemcau/diemcau/transport"
)

// tried sends the datagrams of a trial that the relay asks for. It is for the goroutine that reads the session's control messages.
func (p *attachment) tried(m transport.Message) {
	var asked transport.Probe
	if m.Decode(&asked) != nil || asked.Rate <= 0 || asked.Ms <= 0 || !p.link.trying.CompareAndSwap(false, true) {
		return
	}
	length := min(time.Duration(asked.Ms)*time.Millisecond, transport.MostTrial)
	p.link.client.dials.Go(func() {
		defer p.link.trying.Store(false)
		p.link.try(asked.ID, transport.MakeTrial(float64(asked.Rate), length))
	})
}

// try sends datagrams until all are gone, in less than a second.
func (l *link) try(trial uint8, plan transport.TrialPlan) {
	ticker := time.NewTicker(plan.Apart)
	defer ticker.Stop()
	begun := time.Now()
	for n := range plan.Count {
		if n > 0 {
			<-ticker.C
		}
		_ = l.paths.SendDatagram(transport.AppendTrial(nil, trial, n, time.Since(begun))) // paths never fail
	}
}
