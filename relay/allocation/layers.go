package allocation

import (
	"math"

	"github.com/diemcau/diemcau/codec"
)

// Offer is a layer that can be had. Least and Most are bit/s on the line of the one that asks, with headers and repair.
type Offer struct {
	Layer       codec.Layer
	Least, Most float64
	Temporal    []float64 // share of the rate up to temporal layer i, rising to 1; empty: there is but one
	Rate        float64   // frames a second
	Cost        Cost      // by which Least and Most were made
}

// share returns the part of the rate up to a temporal layer.
func (o *Offer) share(temporal int) float64 {
	if temporal >= len(o.Temporal) {
		return 1
	}
	return o.Temporal[temporal]
}

// full returns the highest temporal layer.
func (o *Offer) full() int { return max(len(o.Temporal)-1, 0) }

// bitrate returns the bit rate of the codec of the whole layer, of which a line pays rate for what is up to temporal.
func (o *Offer) bitrate(rate float64, temporal int) float64 {
	return o.Cost.Bitrate(rate/o.share(temporal), o.Rate)
}

// Cost is what a line adds to a picture. The zero Cost adds nothing.
type Cost struct {
	Header float64 // bytes around each piece, with those of IP and UDP
	Piece  float64 // bytes of a frame in a piece; 0: a thousand
	Parity float64 // repair, per byte of a piece
}

// Wire returns the bit/s on the line of a picture of a bit rate in frames a second. The last piece of a frame is taken to be half full.
func (c Cost) Wire(bitrate, frames float64) float64 {
	return (bitrate*(1+c.Header/c.piece()) + 4*c.Header*frames) * (1 + c.Parity)
}

// Bitrate is the inverse of Wire; never below 0.
func (c Cost) Bitrate(wire, frames float64) float64 {
	return max((wire/(1+c.Parity)-4*c.Header*frames)/(1+c.Header/c.piece()), 0)
}

func (c Cost) piece() float64 {
	if c.Piece <= 0 {
		return 1000
	}
	return c.Piece
}

// kind is what there is to know of a layer.
type kind struct {
	layer       codec.Layer
	least, most float64 // bit/s of the codec
	frames      float64 // a second
	below       int     // height of the layer before it: a source that is no higher has no use for this one
	height      int
	temporal    bool
}

// kinds are all layers of pictures, rising (PROTOCOL.md section 13).
var kinds = [...]kind{
	{layer: codec.LayerStill, least: 3e3, most: 8e3, frames: 0.2, height: 180},
	{layer: codec.LayerTiny, least: 20e3, most: 40e3, frames: 5, height: 90},
	{layer: codec.LayerSmall, least: 60e3, most: 160e3, frames: 15, below: 90, height: 180, temporal: true},
	{layer: codec.LayerMedium, least: 200e3, most: 600e3, frames: 20, below: 180, height: 360, temporal: true},
	{layer: codec.LayerLarge, least: 700e3, most: 1800e3, frames: 30, below: 360, height: 720, temporal: true},
	{layer: codec.LayerScreenStill, least: 6e3, most: 60e3, frames: 0.1, height: 720},
	{layer: codec.LayerScreen, least: 60e3, most: 600e3, frames: 5, height: 720, temporal: true},
}

// kindOf returns the kind of a layer, nil if it is none of a picture.
func kindOf(layer codec.Layer) *kind {
	for i := range kinds {
		if kinds[i].layer == layer {
			return &kinds[i]
		}
	}
	return nil
}

const (
	screenStillBytes = 25_000 // of a still, at most
	// stillSpare is how much faster than it has to a still of a line is sent: it is whole, with what was lost of it, well before the next one.
	stillSpare = 0.5
)

// rate10 returns the frames in ten seconds of a layer at a bit rate.
func (k *kind) rate10(bitrate float64, fps float64) int {
	switch k.layer {
	case codec.LayerScreenStill:
		return min(max(int(bitrate*10/(8*screenStillBytes)), 1), 3)
	case codec.LayerScreen:
		return int(10 * min(limit(fps, 8), k.frames+3*(bitrate-k.least)/(k.most-k.least)))
	}
	if k.layer.Still() {
		fps = 0
	}
	return int(math.Round(10 * limit(fps, k.frames)))
}

// limit returns most, or fps if it is less and not 0.
func limit(fps, most float64) float64 {
	if fps > 0 {
		return min(fps, most)
	}
	return most
}

// Spec is what a source of pictures can be encoded in. What is 0 has no limit.
type Spec struct {
	Screen   bool
	Height   int         // pixels
	FPS      float64     // frames a second
	Most     codec.Layer // the highest that its encoder can do
	Temporal int         // temporal layers, 1 to codec.MaxTemporal; 0: one
}

// shares are what temporal layers take of a rate, as encoders divide it: the base has the larger frames.
var shares = [codec.MaxTemporal + 1][]float64{2: {.6, 1}, 3: {.5, .7, 1}}

// Offers returns the layers of a source, rising, on a line of a cost. The caller may take some away.
func Offers(of Spec, cost Cost) []Offer {
	offers := make([]Offer, 0, 5)
	for i := range kinds {
		k := &kinds[i]
		switch {
		case k.layer.Screen() != of.Screen, of.Most != 0 && k.layer > of.Most, of.Height != 0 && k.below >= of.Height:
			continue
		}
		frames, cost := k.frames, cost
		if k.layer.Still() {
			cost.Parity += stillSpare
		} else {
			frames = limit(of.FPS, frames)
		}
		offer := Offer{Layer: k.layer, Least: cost.Wire(k.least, frames), Most: cost.Wire(k.most, frames), Rate: frames, Cost: cost}
		if k.temporal {
			offer.Temporal = shares[min(max(of.Temporal, 0), codec.MaxTemporal)]
		}
		offers = append(offers, offer)
	}
	return offers
}

// Within returns those of the offers that a picture has a use for that is shown so many pixels high, 0: any. The result shares their memory.
func Within(offers []Offer, height int) []Offer {
	if height == 0 {
		return offers
	}
	for i := range offers {
		if k := kindOf(offers[i].Layer); k != nil && k.below >= height {
			return offers[:i]
		}
	}
	return offers
}
