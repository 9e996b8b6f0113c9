package transport

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/fec"
)

// Protocol is the version of PROTOCOL.md that this code speaks.
const Protocol = 1

// Limits of PROTOCOL.md section 6, in bytes.
const (
	MaxControl = 64 << 10
	MaxHello   = 2 << 10
	MaxName    = 64 // characters
)

// MessageType is the member "type" of a control message.
type MessageType string

// The control messages of PROTOCOL.md section 6.
const (
	TypeHello    MessageType = "hello"
	TypeAttach   MessageType = "attach"
	TypeMute     MessageType = "mute"
	TypeBye      MessageType = "bye"
	TypeWelcome  MessageType = "welcome"
	TypeAttached MessageType = "attached"
	TypeEvent    MessageType = "event"
	TypePlan     MessageType = "plan"
	TypeClock    MessageType = "clock"
	TypeError    MessageType = "error"
	TypeBeside   MessageType = "beside"
	TypeSeats    MessageType = "seats"
	TypeUpstream MessageType = "upstream"
)

// LineSecret is the length of the secret of a line, in characters of base64url (128 bits).
const LineSecret = 22

// Hello is the first message of a session that begins a line.
type Hello struct {
	Type     MessageType `json:"type"`
	Protocol int         `json:"protocol"`
	Build    string      `json:"build,omitempty"`
	Meeting  string      `json:"meeting"`
	Name     string      `json:"name"`
	Token    string      `json:"token,omitempty"`
	Muted    *bool       `json:"muted,omitempty"` // nil: as the seat was, open for a new one
	Listen   bool        `json:"listen,omitempty"`
	Site     *SiteHello  `json:"site,omitempty"`   // of a site: it has seats of its own, and needs no name
	Pass     string      `json:"pass,omitempty"`   // a secret that proves who this is
	Proof    string      `json:"proof,omitempty"`  // of the key that the pass is bound to
	Cursor   string      `json:"cursor,omitempty"` // of what the client knows of the meeting
	Quiet    bool        `json:"quiet,omitempty"`  // the client knows of quiet lines
	Line     string      `json:"line,omitempty"`   // the secret that the new line is to have: the same hello over another session joins it
	Uplink   int         `json:"uplink,omitempty"` // that the session is over, 0 to MaxUplinks − 1 in the order of cost
}

// NewLineSecret makes the secret of a line.
func NewLineSecret() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// ValidLineSecret says whether s can be the secret of a line.
func ValidLineSecret(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && len(b) == 16
}

// SiteHello is what a site says of itself. Token is a secret; Instance is that of the installation: two computers with one token differ in it.
type SiteHello struct {
	Token    string `json:"token"`
	Instance string `json:"instance"`
}

// MaxInstance is the longest SiteHello.Instance, in bytes.
const MaxInstance = 32

// Attach is the first message of a session that becomes one more path of a line. Control makes its control stream the one on which events travel:
// a Welcome answers it, else an Attached does.
type Attach struct {
	Type     MessageType `json:"type"`
	Protocol int         `json:"protocol"`
	Line     string      `json:"line"` // as Welcome said
	Control  bool        `json:"control,omitempty"`
	Uplink   int         `json:"uplink,omitempty"` // as in Hello
	Cursor   string      `json:"cursor,omitempty"` // as in Hello
}

// Attached answers a good attach without control.
type Attached struct {
	Type MessageType `json:"type"`
}

// Beside, without a channel, tells a relay that this session could send beside QUIC; the relay answers with the number of a channel. Deaf tells either side that
// nothing comes on the channel any more.
type Beside struct {
	Type    MessageType `json:"type"`
	Channel uint64      `json:"channel,omitempty"`
	Deaf    bool        `json:"deaf,omitempty"`
}

// Mute tells the relay that the participant closed or opened the microphone.
type Mute struct {
	Type  MessageType `json:"type"`
	Muted bool        `json:"muted"`
}

// Bye is the last message of either side. From a relay it has a code and a sentence; Again says that coming back makes sense.
type Bye struct {
	Type  MessageType `json:"type"`
	Code  string      `json:"code,omitempty"`
	Vi    string      `json:"vi,omitempty"`
	En    string      `json:"en,omitempty"`
	Again bool        `json:"again,omitempty"`
}

// Seat is a participant's place in the meeting as the page sees it.
type Seat struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Publication uint32 `json:"publication,omitempty"`
	Here        bool   `json:"here,omitempty"`
	Muted       bool   `json:"muted,omitempty"`
	Listen      bool   `json:"listen,omitempty"`
	Role        string `json:"role,omitempty"`    // of relay/meeting; not in a site's report
	Invited     int    `json:"invited,omitempty"` // number in the plan; not in a site's report
}

// MeetingInfo describes the meeting in a welcome. Ms is the time since it began.
type MeetingInfo struct {
	Code  string `json:"code"`
	Title string `json:"title,omitempty"`
	Ms    int64  `json:"ms"`
}

// Welcome answers a good hello, and an attach with control. Line is a secret: with it a session attaches to this line. The state of the meeting is View and then Events, or Events after the
// client's cursor.
type Welcome struct {
	Type        MessageType       `json:"type"`
	Protocol    int               `json:"protocol"`
	Build       string            `json:"build,omitempty"`
	You         string            `json:"you,omitempty"`
	Publication uint32            `json:"publication,omitempty"`
	Token       string            `json:"token,omitempty"`
	Line        string            `json:"line"`
	Meeting     MeetingInfo       `json:"meeting"`
	View        json.RawMessage   `json:"view,omitempty"`
	Events      []json.RawMessage `json:"events,omitempty"`
	Plan        Plan              `json:"plan"`
	Relays      []string          `json:"relays,omitempty"`
	Quiet       bool              `json:"quiet,omitempty"` // the relay does, too
	Site        *SiteWelcome      `json:"site,omitempty"`  // to a site: it has no seat and no publication of its own
}

// SiteWelcome gives a site the prefix under which it issues seats and publications in this meeting. Issued is the highest publication id that is taken there, 0 for none; Now is
// the relay's Unix time in ms.
type SiteWelcome struct {
	Name   string `json:"name"`
	Prefix uint16 `json:"prefix"`
	Issued uint32 `json:"issued,omitempty"`
	Now    int64  `json:"now"`
}

// Seats tells a relay all seats of a site, whenever one has changed.
type Seats struct {
	Type MessageType `json:"type"`
	Of   []Seat      `json:"of"`
}

// Upstream tells a page of a site about the line to the relay above. Without it the page hears those in its building. Code, Vi and En say why, or what is wrong though it is Up; all "" if
// nothing is.
type Upstream struct {
	Type MessageType `json:"type"`
	Up   bool        `json:"up"`
	Site string      `json:"site,omitempty"` // its name
	Code string      `json:"code,omitempty"`
	Vi   string      `json:"vi,omitempty"`
	En   string      `json:"en,omitempty"`
}

// Plan is the send plan: what a publisher sends, decided by the relay.
type Plan struct {
	Type   MessageType `json:"type,omitempty"`
	Voice  VoicePlan   `json:"voice"`
	Listen ListenPlan  `json:"listen"`
	Video  *VideoPlan  `json:"video,omitempty"` // nil: no pictures
}

// ListenPlan says how long a page has to hold what it hears: Budget in ms from the capture of a frame, transit not counted; 0: as the jitter asks.
type ListenPlan struct {
	Budget int `json:"budget"`
}

// VoicePlan is the plan of a voice: bit rates in bit/s, 0 for a layer that nobody needs; Frame in ms (20 or 40); Interval in ms between
// datagrams, a multiple of Frame.
type VoicePlan struct {
	Lo         int            `json:"lo"`
	Hi         int            `json:"hi"`
	Frame      int            `json:"frame"`
	Interval   int            `json:"interval"`
	Protection fec.Protection `json:"protection"`
}

// Wants says whether somebody needs a layer.
func (p VoicePlan) Wants(layer codec.Layer) bool {
	if layer == codec.LayerLo {
		return p.Lo > 0
	}
	return p.Hi > 0
}

// ClockPoint ties a publication's capture time to the meeting's milliseconds; PPM is the drift of its clock.
type ClockPoint struct {
	Publication uint32  `json:"publication"`
	Time        uint32  `json:"time"`
	Ms          int64   `json:"ms"`
	PPM         float64 `json:"ppm,omitempty"`
}

// Clock carries the clock points of those who spoke.
type Clock struct {
	Type MessageType  `json:"type"`
	Of   []ClockPoint `json:"of"`
}

// Error tells one sender that one message was not understood or not allowed.
type Error struct {
	Type MessageType `json:"type"`
	Code string      `json:"code"`
	Vi   string      `json:"vi"`
	En   string      `json:"en"`
}
