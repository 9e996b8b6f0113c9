package bot

import (
	"fmt"
	"io"
	"time"
)

// Figures are what one bot counted. Bytes are those of IP packets, estimated: see client.Stats.
type Figures struct {
	Name        string    `json:"name"`
	Seconds     float64   `json:"seconds"`                // in the meeting
	FirstSound  *int64    `json:"time_to_first_sound_ms"` // from the dial to the first voice packet; null: nobody spoke
	Sent        uint64    `json:"sent"`                   // voice packets
	Received    uint64    `json:"received"`               // voice packets, those that repair brought back too
	Recovered   uint64    `json:"recovered"`              // datagrams that were lost and brought back
	Lost        uint64    `json:"lost"`                   // datagrams that were lost and not brought back
	BytesUp     uint64    `json:"bytes_up"`
	BytesDown   uint64    `json:"bytes_down"`
	RTT         float64   `json:"rtt_ms"` // 0: not measured; a listener learns it only while nobody speaks
	Reconnected int       `json:"reconnected"`
	Speakers    []Speaker `json:"speakers"`
	Shown       int       `json:"pictures_shown,omitempty"` // frames
	Seen        int       `json:"pictures_seen,omitempty"`  // frames that can be decoded
}

// Report is the figures of all bots together: sums, the longest time to first sound, the mean RTT. Each is there if there are several.
type Report struct {
	Bots int `json:"bots"`
	Figures
	Each []Figures `json:"each,omitempty"`
}

func (b *bot) figures() *Figures {
	s := b.client.Stats()
	f := &Figures{
		Name: b.name(), Seconds: b.stayed.Seconds(), Sent: s.Sent, Received: s.Received, Recovered: s.Recovered, Lost: s.Lost,
		BytesUp: s.BytesUp, BytesDown: s.BytesDown, RTT: float64(s.RTT) / float64(time.Millisecond), Reconnected: s.Sessions - 1,
		Speakers: b.ear.figures(),
	}
	f.Shown, f.Seen = b.camera.Shown(), b.viewer.Seen()
	if !s.First.IsZero() {
		ms := s.First.Sub(b.started).Milliseconds()
		f.FirstSound = &ms
	}
	return f
}

func newReport(all []*Figures) Report {
	r := Report{}
	measured := 0
	for _, f := range all {
		if f == nil {
			continue
		}
		r.Bots++
		r.Each = append(r.Each, *f)
		r.Sent += f.Sent
		r.Received += f.Received
		r.Recovered += f.Recovered
		r.Lost += f.Lost
		r.BytesUp += f.BytesUp
		r.BytesDown += f.BytesDown
		r.Reconnected += f.Reconnected
		r.Shown += f.Shown
		r.Seen += f.Seen
		r.Seconds = max(r.Seconds, f.Seconds)
		if f.FirstSound != nil && (r.FirstSound == nil || *f.FirstSound > *r.FirstSound) {
			r.FirstSound = f.FirstSound
		}
		if f.RTT > 0 {
			r.RTT += f.RTT
			measured++
		}
	}
	if measured > 0 {
		r.RTT /= float64(measured)
	}
	if len(r.Each) == 1 {
		return Report{Bots: 1, Figures: r.Each[0]}
	}
	return r
}

// Print writes the report for people.
func (r Report) Print(w io.Writer) {
	first := "nobody spoke"
	if r.FirstSound != nil {
		first = fmt.Sprintf("%d ms", *r.FirstSound)
	}
	fmt.Fprintf(w, "bots               %d, %.1f s\n", r.Bots, r.Seconds)
	fmt.Fprintf(w, "first sound        %s\n", first)
	fmt.Fprintf(w, "voice packets      %d sent, %d received\n", r.Sent, r.Received)
	fmt.Fprintf(w, "lost datagrams     %d recovered, %d gone\n", r.Recovered, r.Lost)
	fmt.Fprintf(w, "bytes              %d up, %d down (%s up, %s down each)\n", r.BytesUp, r.BytesDown, r.rate(r.BytesUp), r.rate(r.BytesDown))
	if r.Shown+r.Seen > 0 {
		fmt.Fprintf(w, "pictures           %d shown, %d seen\n", r.Shown, r.Seen)
	}
	if r.RTT > 0 {
		fmt.Fprintf(w, "round trip         %.1f ms\n", r.RTT)
	}
	fmt.Fprintf(w, "lost sessions      %d\n", r.Reconnected)
	for _, s := range r.Speakers {
		fmt.Fprintf(w, "heard %-12s %d packets, %d missing, %d late\n", s.Name, s.Packets, s.Missing, s.Late)
	}
}

// rate is the mean bit rate of one bot.
func (r Report) rate(bytes uint64) string {
	if r.Seconds == 0 || r.Bots == 0 {
		return "0 kbit/s"
	}
	return fmt.Sprintf("%.1f kbit/s", float64(bytes)*8/1000/r.Seconds/float64(r.Bots))
}
