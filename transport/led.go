package transport

import "encoding/json"

// The control messages that lead a meeting, PROTOCOL.md section 6.
const (
	TypeDo       MessageType = "do"
	TypeDone     MessageType = "done"
	TypeRefused  MessageType = "refused"
	TypeDeck     MessageType = "deck"
	TypeAwait    MessageType = "await"
	TypeAwaiting MessageType = "awaiting"
	TypeRing     MessageType = "ring"
	TypeAnswer   MessageType = "answer"
	TypeBeat     MessageType = "beat"
	TypeRenew    MessageType = "renew"
	TypeProbe    MessageType = "probe"
)

// MaxCommand is the longest id of a command, in bytes.
const MaxCommand = 64

// Event is one entry of the meeting's log, as far as a page may see it. Kinds and bodies are those of relay/meeting.
type Event struct {
	Type  MessageType     `json:"type,omitempty"`
	N     uint64          `json:"n,omitempty"` // 0: of a site's building only
	Ms    int64           `json:"ms"`
	Kind  string          `json:"kind"`
	Seat  string          `json:"seat,omitempty"`
	Actor string          `json:"actor,omitempty"`
	Body  json.RawMessage `json:"body,omitempty"`
}

// Do is what all commands have; the members of the act stand beside.
type Do struct {
	Type MessageType `json:"type"`
	ID   string      `json:"id"` // unique in the meeting: a command that comes twice is done once
	Act  string      `json:"act"`
	By   string      `json:"by,omitempty"` // the seat whose wish it is, from a site
}

// Done answers a command. N is the number of its last event; 0: all was so already.
type Done struct {
	Type MessageType `json:"type"`
	ID   string      `json:"id"`
	N    uint64      `json:"n,omitempty"`
}

// Refused answers a command that was not done, with a sentence.
type Refused struct {
	Type MessageType `json:"type"`
	ID   string      `json:"id"`
	Code string      `json:"code"`
	Vi   string      `json:"vi"`
	En   string      `json:"en"`
}

// Renew asks a relay for a fresh welcome.
type Renew struct {
	Type MessageType `json:"type"`
}

// Deck tells those who lead how the uplink of the seat is whose turn is next. Kbps was proved so far.
type Deck struct {
	Type  MessageType `json:"type"`
	Seat  string      `json:"seat"`
	Video bool        `json:"video,omitempty"`
	Kbps  int         `json:"kbps,omitempty"`
	Busy  bool        `json:"busy,omitempty"` // the trial is under way
}

// Probe asks a client for the datagrams of a trial, at once.
type Probe struct {
	Type MessageType `json:"type"`
	ID   uint8       `json:"id"`
	Rate int         `json:"rate"` // bit/s with all headers
	Ms   int         `json:"ms"`
}

// Await is the first message of a session that waits for meetings to ring its site.
type Await struct {
	Type     MessageType `json:"type"`
	Protocol int         `json:"protocol"`
	Pass     string      `json:"pass"`
	Proof    string      `json:"proof,omitempty"`
	Line     string      `json:"line"` // as in Hello: what the proof is over
}

// Awaiting answers a good await, and is a page's beat.
type Awaiting struct {
	Type MessageType `json:"type"`
}

// Ring tells an idle room that it is wanted in a meeting.
type Ring struct {
	Type    MessageType `json:"type"`
	Meeting string      `json:"meeting"` // its code
	Title   string      `json:"title,omitempty"`
	Text    string      `json:"text,omitempty"`
}

// Answer says that somebody has seen the ring of a meeting.
type Answer struct {
	Type    MessageType `json:"type"`
	Meeting string      `json:"meeting"`
}
