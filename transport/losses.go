package transport

import "time"

// lossMeter turns the running counts of feedback into a loss rate and a mean run over the last statsHorizon.
type lossMeter struct {
	started   bool
	highest   int64
	lost      uint8
	runs      uint8
	since     time.Time
	weight    float64 // datagrams, decaying
	lostSum   float64
	runSum    float64
	loss, run float64
}

// update takes the highest sequence and the low bits of the counts of one report. Reports that arrive out of order are skipped. What was
// lost on a crowded line was lost to a queue of ours, and a little before that as well: it is left out, and the measurement begins again.
func (m *lossMeter) update(highest int64, lost, runs uint8, crowded bool, now time.Time) {
	if !m.started {
		m.started, m.highest, m.lost, m.runs, m.since, m.run = true, highest, lost, runs, now, 1
		m.lostSum, m.runSum, m.weight = float64(lost), float64(runs), decided(highest)
		return
	}
	if highest <= m.highest {
		return
	}
	if crowded {
		*m = lossMeter{started: true, highest: highest, lost: lost, runs: runs, since: now, loss: m.loss, run: m.run}
		return
	}
	decay := max(0, 1-float64(now.Sub(m.since))/float64(statsHorizon))
	m.weight = m.weight*decay + decided(highest) - decided(m.highest)
	m.lostSum = m.lostSum*decay + float64(lost-m.lost)
	m.runSum = m.runSum*decay + float64(runs-m.runs)
	m.highest, m.lost, m.runs, m.since = highest, lost, runs, now
	m.loss, m.run = min(m.lostSum/max(m.weight, 1), 1), 1
	if m.runSum >= 1 {
		m.run = max(1, m.lostSum/m.runSum)
	}
}

// decided returns of how many datagrams a count says whether they were lost, when highest is the newest: the last ones may still come.
func decided(highest int64) float64 { return float64(max(highest-reorderWindow+1, 0)) }
