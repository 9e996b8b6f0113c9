package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/diemcau/diemcau/transport/transporttest"
)

// line is an impairment as people write it, in flags and in JSON.
type line struct {
	Rate       int      `json:"rate" help:"Rate of the bottleneck in kbit/s of IP packets; 0: none."`
	Queue      duration `json:"queue" help:"Longest wait before the bottleneck (default 200ms)."`
	QueueBytes int      `json:"queueBytes" help:"Size of the queue before the bottleneck in bytes; 0: no such limit."`
	Delay      duration `json:"delay" help:"Delay, one way."`
	Jitter     duration `json:"jitter" help:"Further delay, drawn evenly between 0 and this."`
	Reorder    bool     `json:"reorder" help:"Let jitter change the order of packets."`
	Loss       float64  `json:"loss" help:"Packets lost, in per cent."`
	Burst      float64  `json:"burst" help:"Mean run of losses in packets (Gilbert-Elliott); 0: independent losses."`
	Outages    []outage `json:"outages" name:"outage" help:"Nothing passes: after the first time, for the second. May be repeated." placeholder:"10s+6s"`
}

// UnmarshalText lets a flag hold a line as JSON.
func (l *line) UnmarshalText(text []byte) error {
	type plain line // without this method
	return strict(string(text), (*plain)(l))
}

// UnmarshalJSON keeps encoding/json from wanting a string.
func (l *line) UnmarshalJSON(text []byte) error { return l.UnmarshalText(text) }

func (l *line) impairment() transporttest.Impairment {
	i := transporttest.Impairment{
		Rate: l.Rate, Queue: time.Duration(l.Queue), QueueBytes: l.QueueBytes,
		Delay: time.Duration(l.Delay), Jitter: time.Duration(l.Jitter), Reorder: l.Reorder,
		Loss: l.Loss / 100, Burst: l.Burst,
	}
	for _, o := range l.Outages {
		i.Outages = append(i.Outages, transporttest.Outage(o))
	}
	return i
}

// strict decodes one JSON value and refuses members that it does not know: a misspelt one would make a perfect line.
func strict(text string, v any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("more than one JSON value in a line")
	}
	return nil
}

// duration is written as "75ms".
type duration time.Duration

func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

// outage is written as "10s+6s".
type outage transporttest.Outage

func (o *outage) UnmarshalText(text []byte) error {
	from, length, ok := strings.Cut(string(text), "+")
	if !ok {
		return fmt.Errorf("an outage is two times, as 10s+6s, not %q", text)
	}
	var err error
	if o.From, err = time.ParseDuration(from); err != nil {
		return err
	}
	o.For, err = time.ParseDuration(length)
	return err
}
