package admin

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/diemcau/diemcau/relay"
)

// metrics is a registry of its own: what Go and the process cost, the relay's counts, and what admin refused.
type metrics struct {
	registry *prometheus.Registry
	refused  *prometheus.CounterVec
}

func newMetrics(stats func() relay.Stats) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "diemcau_http_refused_total",
			Help: "HTTP requests that were refused, by the code of the refusal.",
		}, []string{"code"}),
	}
	m.registry.MustRegister( // the names are ours, they do not clash
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.refused,
		relayCollector(stats),
	)
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// relayCollector renders what a relay has counted, all of one moment.
type relayCollector func() relay.Stats

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("diemcau_"+name, help, labels, nil)
}

var (
	meetings     = desc("meetings", "Meetings that are open.")
	participants = desc("participants", "Participants who have a session now.")
	sessions     = desc("sessions", "Sessions now, also those that have not said hello yet.")
	channels     = desc("beside_channels", "Channels that carry media beside QUIC now.")
	refusedHello = desc("refused_sessions_total", "Sessions that were refused, by the code of the bye.", "code")
	datagrams    = desc("datagrams_total", "Datagrams over all lines.", "direction")
	traffic      = desc("datagram_bytes_total", "Bytes of datagrams over all lines, without QUIC and IP.", "direction")
	packets      = desc("packets_total", "Packets of voice over all lines.", "direction")
	dropped      = desc("dropped_total", "Packets and datagrams that went no further, by reason.", "reason")
	recovered    = desc("recovered_datagrams_total", "Lost datagrams that repair brought back.")
	pictures     = desc("picture_frames_total", "Frames of pictures and chunks of files over all lines.", "direction")
	again        = desc("quic_packets_again_total", "Small QUIC packets, as acknowledgements, that were sent again because the line loses them.")
	againBytes   = desc("quic_bytes_again_total", "Bytes of those, without UDP and IP.")
)

// Describe implements prometheus.Collector.
func (relayCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{meetings, participants, sessions, channels, refusedHello, datagrams, traffic, packets, dropped, recovered, pictures, again, againBytes} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (stats relayCollector) Collect(to chan<- prometheus.Metric) {
	s := stats()
	gauge := func(d *prometheus.Desc, v float64) { to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v) }
	count := func(d *prometheus.Desc, n uint64, label ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), label...)
	}
	gauge(meetings, float64(s.Meetings))
	gauge(participants, float64(s.Participants))
	gauge(sessions, float64(s.Sessions))
	gauge(channels, float64(s.Beside))
	for code, n := range s.Refused {
		count(refusedHello, n, code)
	}
	for direction, t := range map[string]relay.Traffic{"in": s.In, "out": s.Out} {
		count(datagrams, t.Datagrams, direction)
		count(traffic, t.Bytes, direction)
		count(packets, t.Packets, direction)
	}
	for reason, n := range s.Dropped {
		count(dropped, n, reason)
	}
	count(recovered, s.Recovered)
	count(pictures, s.Pictures.In, "in")
	count(pictures, s.Pictures.Out, "out")
	count(again, s.Again.Datagrams)
	count(againBytes, s.Again.Bytes)
}
