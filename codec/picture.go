package codec

// The layers of pictures (PROTOCOL.md section 13). A still is a key frame that stands alone.
const (
	LayerStill       Layer = 2  // camera, 320x180, one every 2 to 10 s
	LayerTiny        Layer = 3  // camera, 160x90, 5/s
	LayerSmall       Layer = 4  // camera, 320x180, 15/s
	LayerMedium      Layer = 5  // camera, 640x360, 20/s
	LayerLarge       Layer = 6  // camera, 1280x720, 30/s
	LayerScreenStill Layer = 8  // screen, up to 1280x720, one every 3 to 10 s
	LayerScreen      Layer = 9  // screen, up to 1280x720, 5 to 8/s
	LayerBulk        Layer = 15 // chunks of files
)

// Picture says whether the layer is one of a camera or a screen.
func (l Layer) Picture() bool { return l >= LayerStill && l <= LayerLarge || l.Screen() }

// Screen says whether the layer is one of a screen.
func (l Layer) Screen() bool { return l == LayerScreenStill || l == LayerScreen }

// Still says whether each frame of the layer stands alone.
func (l Layer) Still() bool { return l == LayerStill || l == LayerScreenStill }

// MaxTemporal is how many temporal layers a layer of pictures has at most (L1T3).
const MaxTemporal = 3

// Codec is how a picture is encoded, four bits of its marks.
type Codec uint8

// The codecs of pictures.
const (
	VP8 Codec = iota
	VP9
	AV1
	H264
	codecs // so many are known
)

var codecNames = [codecs]string{"vp8", "vp9", "av1", "h264"}

// Valid says whether the codec is known.
func (c Codec) Valid() bool { return c < codecs }

// String returns the codec's name on the wire, "vp8", "vp9", "av1" or "h264"; "unknown" for others.
func (c Codec) String() string {
	if !c.Valid() {
		return "unknown"
	}
	return codecNames[c]
}

// ParseCodec returns the codec of a name; false if it is none.
func ParseCodec(name string) (Codec, bool) {
	for i, n := range codecNames {
		if n == name {
			return Codec(i), true
		}
	}
	return 0, false
}
