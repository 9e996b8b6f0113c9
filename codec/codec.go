// Package codec names what is encoded and how: layers, audio levels, payload types. It is a leaf: no I/O, no clock.
//
// Hop 2 of a packet's way: what an encoder hands over is described in these words.
package codec

// ClockRate is the rate of every capture time, in Hz (RFC 7587: Opus always counts 48 kHz).
const ClockRate = 48000

// TimeGrid is the step, in 48 kHz samples (20 ms), on which capture times lie so that a hop can shorten them.
const TimeGrid = 960

// MaxVoicePayload is the longest Opus packet that is carried, in bytes.
const MaxVoicePayload = 400

// Layer is one encoding of a publication (RFC 8853).
type Layer uint8

// The layers of a voice.
const (
	LayerLo Layer = 0 // 6 to 8 kbit/s
	LayerHi Layer = 1 // 16 to 32 kbit/s
)

// VoiceLayers is the number of layers a voice has.
const VoiceLayers = 2

// Voice says whether the layer is one of a voice.
func (l Layer) Voice() bool { return l < VoiceLayers }

var layerNames = map[Layer]string{
	LayerLo: "lo", LayerHi: "hi", LayerStill: "still", LayerTiny: "tiny", LayerSmall: "small", LayerMedium: "medium", LayerLarge: "large",
	LayerScreenStill: "screen-still", LayerScreen: "screen", LayerBulk: "bulk",
}

// String returns the layer's name: "lo", "hi", "small" and so on; "reserved" for those that there are not.
func (l Layer) String() string {
	if name, ok := layerNames[l]; ok {
		return name
	}
	return "reserved"
}

// RTP payload types of the layers on the Go side.
const (
	PayloadTypeLo = 111
	PayloadTypeHi = 112
)

// PayloadType returns the RTP payload type of a voice layer.
func (l Layer) PayloadType() uint8 { return PayloadTypeLo + uint8(l) }

// Level is an audio level in the form of RFC 6464: bit 7 is voice activity, bits 0 to 6 are −dBov.
type Level uint8

// Silence is the lowest level, without voice activity.
const Silence Level = 127

// MakeLevel builds a level from voice activity and the loudness in dBov, 0 (loudest) to −127; outside values are clamped.
func MakeLevel(voice bool, dBov float64) Level {
	l := Level(min(max(-dBov+0.5, 0), 127))
	if voice {
		l |= 0x80
	}
	return l
}

// Voice says whether the frame is part of speech.
func (l Level) Voice() bool { return l&0x80 != 0 }

// DBov returns the loudness, 0 to −127 dBov.
func (l Level) DBov() int { return -int(l & 0x7f) }
