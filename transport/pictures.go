package transport

import (
	"encoding/json"
	"fmt"

	"github.com/diemcau/diemcau/codec"
)

// The control messages of PROTOCOL.md section 13: pictures, and what is sent ahead.
const (
	TypeWatch    MessageType = "watch"
	TypeSend     MessageType = "send"
	TypeKey      MessageType = "key"
	TypeOffer    MessageType = "offer"
	TypePoint    MessageType = "point"
	TypePictures MessageType = "pictures"
	TypeBlob     MessageType = "blob"
	TypeAccept   MessageType = "accept"
	TypeStored   MessageType = "stored"
	TypePointer  MessageType = "pointer"
)

// What a client wants to see.
const (
	WatchAll    = "all"
	WatchSlides = "slides"
	WatchVoice  = "voice"
)

// The sources of a publication's pictures.
const (
	SourceCamera = 0
	SourceScreen = 1
)

// Limits of what is told of pictures.
const (
	MaxSmall     = 5    // small pictures
	BlobChunk    = 8192 // bytes of a file in a frame
	MaxBlob      = 32 << 20
	MaxHave      = 1200 // hashes in a watch
	HashLength   = 43   // base64url of a SHA-256, without padding
	HavePrefix   = 8    // characters of a hash in Have
	PointerScale = 10_000
)

// Watch says what a client wants to see, and can decode. Without it a client gets no pictures.
type Watch struct {
	Type    MessageType `json:"type"`
	Mode    string      `json:"mode"`
	Decodes []string    `json:"decodes"`
	Large   uint32      `json:"large,omitempty"`  // publication; 0: the relay's choice
	Small   int         `json:"small,omitempty"`  // 0 to MaxSmall
	Height  int         `json:"height,omitempty"` // of the large picture, in pixels; 0: any
	Have    []string    `json:"have,omitempty"`   // the beginnings of the hashes of what is kept from earlier
}

// Send says what a client can send. A source that is nil is off. A site says it of each publication that can send anything.
type Send struct {
	Type        MessageType `json:"type"`
	Publication uint32      `json:"publication,omitempty"` // of a site
	Camera      *SendSource `json:"camera,omitempty"`
	Screen      *SendSource `json:"screen,omitempty"`
}

// SendSource is a source of pictures: what it can be encoded with, best first, its size in pixels, and the highest layer that can be encoded now, 0: any.
type SendSource struct {
	Codecs []string    `json:"codecs"`
	Width  int         `json:"width"`
	Height int         `json:"height"`
	FPS    int         `json:"fps,omitempty"`
	Most   codec.Layer `json:"most,omitempty"`
}

// Key says that a decoder needs a key frame. A relay says it to a site, whose reports could not say of which publication.
type Key struct {
	Type        MessageType `json:"type"`
	Publication uint32      `json:"publication"`
	Layer       codec.Layer `json:"layer"`
}

// VideoPlan is what a client is to send of its pictures, at once. Layers that are not listed are not to be sent. Rate is bit/s of all pieces with all headers,
// Piece the longest piece in bytes, Parity what is sent of each frame beyond itself, in per cent. A site has several publications: Of is then what it is to send of each,
// with Publication, the codecs and Layers only. It is never changed.
type VideoPlan struct {
	Camera string      `json:"camera,omitempty"` // codec
	Screen string      `json:"screen,omitempty"` // codec
	Rate   int         `json:"rate,omitempty"`
	Piece  int         `json:"piece,omitempty"`
	Parity int         `json:"parity,omitempty"`
	Fill   int         `json:"fill,omitempty"` // bit/s up to which repair of the last frame is sent while frames leave room: so the line is tried
	Layers []LayerPlan `json:"layers,omitempty"`

	Publication uint32      `json:"publication,omitempty"` // in Of
	Of          []VideoPlan `json:"of,omitempty"`          // of a site
}

// Each returns the plan of each publication: the plan itself, or Of. nil has none.
func (p *VideoPlan) Each() []VideoPlan {
	switch {
	case p == nil:
		return nil
	case p.Of != nil:
		return p.Of
	}
	return []VideoPlan{*p}
}

// Wants says whether a layer of a publication is to be sent. A plan without Publication is for any.
func (p *VideoPlan) Wants(publication uint32, layer codec.Layer) bool {
	for _, of := range p.Each() {
		if of.Publication != 0 && of.Publication != publication {
			continue
		}
		for _, l := range of.Layers {
			if l.Layer == layer {
				return true
			}
		}
	}
	return false
}

// LayerPlan is a layer of a VideoPlan: bit/s of the codec, tenths of frames a second, temporal layers (1 to 3). In JSON [layer, bitrate, rate10, temporal].
type LayerPlan struct {
	Layer    codec.Layer
	Bitrate  int
	Rate10   int
	Temporal int
}

// MarshalJSON implements json.Marshaler.
func (l LayerPlan) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "[%d,%d,%d,%d]", l.Layer, l.Bitrate, l.Rate10, l.Temporal), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *LayerPlan) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&l.Layer, &l.Bitrate, &l.Rate10, &l.Temporal})
}

// Pictures tells a watcher of all sources that there are, and what it is sent.
type Pictures struct {
	Type  MessageType `json:"type"`
	Large *Shown      `json:"large,omitempty"`
	Of    []Shown     `json:"of"`
	Room  int         `json:"room"` // kbit/s for pictures
}

// Shown is a source and the layer of it that is sent, 0: none. In JSON [publication, source, layer].
type Shown struct {
	Publication uint32
	Source      int
	Layer       codec.Layer
}

// MarshalJSON implements json.Marshaler.
func (s Shown) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "[%d,%d,%d]", s.Publication, s.Source, s.Layer), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Shown) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&s.Publication, &s.Source, &s.Layer})
}

// Offer asks to store a file: Kind "slide", "deck" or "report".
type Offer struct {
	Type MessageType `json:"type"`
	Hash string      `json:"hash"`
	Size int         `json:"size"`
	Kind string      `json:"kind"`
}

// Accept answers an Offer: its chunks are to come under ID, those of Missing (all if absent), or why not.
type Accept struct {
	Type    MessageType `json:"type"`
	Hash    string      `json:"hash"`
	ID      uint32      `json:"id,omitempty"`
	Missing [][2]int    `json:"missing,omitempty"`
	Code    string      `json:"code,omitempty"`
	Vi      string      `json:"vi,omitempty"`
	En      string      `json:"en,omitempty"`
}

// Blob says that chunks of a file come under ID.
type Blob struct {
	Type MessageType `json:"type"`
	ID   uint32      `json:"id"`
	Hash string      `json:"hash"`
	Size int         `json:"size"`
	Kind string      `json:"kind"`
}

// Stored says that a file is kept.
type Stored struct {
	Type MessageType `json:"type"`
	Hash string      `json:"hash"`
}

// Point is where a presenter points at a slide, in ten-thousandths of its width and height; nil: nowhere.
type Point struct {
	Type MessageType `json:"type"`
	X    *int        `json:"x,omitempty"`
	Y    *int        `json:"y,omitempty"`
	By   string      `json:"by,omitempty"` // the seat of a site that points; only a site says it
}

// Pointer tells watchers where a seat points.
type Pointer struct {
	Type MessageType `json:"type"`
	Seat string      `json:"seat"`
	X    *int        `json:"x,omitempty"`
	Y    *int        `json:"y,omitempty"`
}
