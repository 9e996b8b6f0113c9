package main

import (
	"log/slog"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/cmd/internal/volume"
	"github.com/diemcau/diemcau/transport"
)

// saveEvery is how much of what a metered line carried may be forgotten in a power cut.
const saveEvery = time.Minute

// volumes holds metered uplinks to what they may carry in a month. It is for one goroutine.
type volumes struct {
	uplinks []config.Uplink
	meter   *volume.Meter
	log     *slog.Logger
	totals  map[string]uint64 // by uplink, since the process began
	seen    map[*client.Client]map[string]uint64
	spent   map[string]bool
	saved   time.Time
}

// openVolumes reads how much was used.
func openVolumes(file string, uplinks []config.Uplink, log *slog.Logger) *volumes {
	meter, err := volume.Open(file)
	if err != nil {
		log.Warn("how much the uplinks have carried this month is not known; counting from 0", "error", err)
	}
	return &volumes{
		uplinks: uplinks, meter: meter, log: log, totals: map[string]uint64{}, seen: map[*client.Client]map[string]uint64{}, spent: map[string]bool{}, saved: time.Now(),
	}
}

// dialers are the uplinks as a client wants them. One that is not there now is told, and used when it comes.
func (v *volumes) dialers() []client.Uplink {
	var all []client.Uplink
	for _, u := range v.uplinks {
		sockets, err := transport.Bound(u.Name)
		if err != nil {
			v.log.Warn("an uplink is not there; it is used when it comes", "uplink", u.Name, "error", err)
		}
		all = append(all, client.Uplink{Name: u.Name, Sockets: sockets, Cost: u.Cost, LastResort: u.LastResort})
	}
	return all
}

// account counts what the clients have sent, and takes uplinks out whose volume is used up, or puts them back in another month.
func (v *volumes) account(clients []*client.Client, now time.Time) {
	before := v.seen
	v.seen = map[*client.Client]map[string]uint64{}
	for _, c := range clients {
		was := before[c]
		v.seen[c] = map[string]uint64{}
		for _, u := range c.Uplinks() {
			v.seen[c][u.Name] = u.Sent + u.Received
			v.totals[u.Name] += u.Sent + u.Received - was[u.Name]
		}
	}
	for _, u := range v.uplinks {
		used := v.meter.Count(u.Name, v.totals[u.Name], now)
		if u.Limit == 0 {
			continue
		}
		if spent := used >= u.Limit; spent != v.spent[u.Name] {
			v.spent[u.Name] = spent
			v.log.Warn("an uplink's volume of the month", "uplink", u.Name, "used up", spent, "bytes", used, "limit", u.Limit)
		}
		for _, c := range clients {
			_ = c.Suspend(u.Name, v.spent[u.Name]) // it has this uplink
		}
	}
	if now.Sub(v.saved) >= saveEvery {
		v.save(now)
	}
}

func (v *volumes) save(now time.Time) {
	v.saved = now
	if err := v.meter.Save(); err != nil {
		v.log.Warn("how much the uplinks have carried cannot be kept", "error", err)
	}
}
