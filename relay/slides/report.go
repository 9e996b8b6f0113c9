package slides

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"iter"

	"github.com/diemcau/diemcau/codec"
)

// A report that was recorded beforehand is a file of records in the order of time (PROTOCOL.md section 13.6).
const (
	reportMagic = "DCR1"
	recordHead  = 1 + 4 + 2 // kind, ms, length
	maxPageText = 1024
	maxReportMs = 60 * 60 * 1000
	voiceGrid   = 20   // ms: capture times lie on it
	stillApart  = 1000 // ms
	turnApart   = 200  // ms
	maxTurns    = 2000 // each is an event of the meeting
)

// ErrReport says that a file is no report.
var ErrReport = errors.New("slides: not a report")

// RecordKind is what a record of a report holds.
type RecordKind uint8

// The kinds of records.
const (
	RecordVoice RecordKind = 1 // Level and an Opus packet of one frame
	RecordStill RecordKind = 2 // a key frame of a camera, 320x180
	RecordPage  RecordKind = 3 // a page is turned
)

// Record is a moment of a report. Data lies in the file.
type Record struct {
	Kind  RecordKind
	Ms    uint32 // since the report began
	Level codec.Level
	Codec codec.Codec // of a still
	Data  []byte      // Opus packet, or key frame
	Page  Turn
}

// Turn is the page that a record turns to, as the act "show" has it.
type Turn struct {
	Deck string `json:"deck"`
	Page int    `json:"page"`
	Lo   string `json:"lo"`
	Hi   string `json:"hi,omitempty"`
}

// Records are those of a report, in the order of time. They are read as they are needed: one of an hour has 180,000.
type Records struct {
	content []byte
	ms      uint32 // of the last one
}

// Ms returns how long the report is, 1 to 3,600,000 ms: until its last record is over.
func (r Records) Ms() int { return int(min(r.ms+voiceGrid, maxReportMs)) }

// ParseReport reads a report. It keeps b. The error is ErrReport, for all that is not well formed to the end, or more than a page records: it is played to all.
func ParseReport(b []byte) (Records, error) {
	if len(b) <= len(reportMagic) || len(b) > MaxReport || string(b[:len(reportMagic)]) != reportMagic {
		return Records{}, ErrReport
	}
	var pace pace
	last := uint32(0)
	for rest := b[len(reportMagic):]; len(rest) > 0; {
		r, n := next(rest)
		if n == 0 || r.Ms < last || r.Ms > maxReportMs || !pace.takes(&r) {
			return Records{}, ErrReport
		}
		last, rest = r.Ms, rest[n:]
	}
	return Records{b[len(reportMagic):], last}, nil
}

// All returns the records one after the other.
func (r Records) All() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		for rest := r.content; len(rest) > 0; {
			record, n := next(rest)
			if n == 0 || !yield(record) {
				return
			}
			rest = rest[n:]
		}
	}
}

// next reads a record, and returns how many bytes it has; 0: it is none.
func next(b []byte) (r Record, n int) {
	if len(b) < recordHead {
		return r, 0
	}
	r = Record{Kind: RecordKind(b[0]), Ms: binary.BigEndian.Uint32(b[1:])}
	n = recordHead + int(binary.BigEndian.Uint16(b[5:]))
	if n > len(b) || !r.read(b[recordHead:n]) {
		return r, 0
	}
	return r, n
}

// pace says how fast records may follow one another: a pause that was cut out brings some closer together.
type pace struct {
	voice, stills, turns due
	turned               int
}

func (p *pace) takes(r *Record) bool {
	switch r.Kind {
	case RecordVoice:
		return p.voice.takes(r.Ms, voiceGrid, 50)
	case RecordStill:
		return p.stills.takes(r.Ms, stillApart, 10)
	}
	p.turned++
	return p.turned <= maxTurns && p.turns.takes(r.Ms, turnApart, 100)
}

// due is when, in ms, those that came would have been over at their pace.
type due uint32

// takes notes one more at ms, and says whether no more than most are ahead of their pace.
func (d *due) takes(ms, apart, most uint32) bool {
	*d = due(max(uint32(*d), ms) + apart)
	return uint32(*d)-ms <= most*apart
}

// read takes the body of a record.
func (r *Record) read(body []byte) bool {
	if len(body) < 2 {
		return false
	}
	switch r.Kind {
	case RecordVoice:
		r.Level, r.Data = codec.Level(body[0]), body[1:]
		return len(r.Data) <= codec.MaxVoicePayload && r.Ms%voiceGrid == 0
	case RecordStill:
		r.Codec, r.Data = codec.Codec(body[0]), body[1:]
		return r.Codec.Valid()
	case RecordPage:
		var page Turn
		if len(body) > maxPageText || json.Unmarshal(body, &page) != nil {
			return false
		}
		r.Page = page
		return IsHash(page.Lo) && (page.Hi == "" || IsHash(page.Hi)) && page.Page > 0
	}
	return false
}
