package slides

import (
	"encoding/binary"
	"encoding/json"
	"errors"

	"github.com/diemcau/diemcau/codec"
)

// A report that was recorded beforehand is a file of records in the order of time (PROTOCOL.md section 13.6).
const (
	reportMagic = "DCR1"
	recordHead  = 1 + 4 + 2 // kind, ms, length
	maxRecords  = 400_000
	maxPageText = 1024
	maxReportMs = 60 * 60 * 1000
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

// ParseReport reads a report. It keeps b. The error is ErrReport, for all that is not well formed to the end.
func ParseReport(b []byte) ([]Record, error) {
	if len(b) <= len(reportMagic) || len(b) > MaxReport || string(b[:len(reportMagic)]) != reportMagic {
		return nil, ErrReport
	}
	b = b[len(reportMagic):]
	var all []Record
	var last uint32
	for len(b) > 0 {
		if len(b) < recordHead || len(all) >= maxRecords {
			return nil, ErrReport
		}
		r := Record{Kind: RecordKind(b[0]), Ms: binary.BigEndian.Uint32(b[1:])}
		n := int(binary.BigEndian.Uint16(b[5:]))
		b = b[recordHead:]
		if n > len(b) || r.Ms < last || r.Ms > maxReportMs || !r.read(b[:n]) {
			return nil, ErrReport
		}
		last, b = r.Ms, b[n:]
		all = append(all, r)
	}
	return all, nil
}

// read takes the body of a record.
func (r *Record) read(body []byte) bool {
	if len(body) < 2 {
		return false
	}
	switch r.Kind {
	case RecordVoice:
		r.Level, r.Data = codec.Level(body[0]), body[1:]
		return len(r.Data) <= codec.MaxVoicePayload && r.Ms%20 == 0 // the grid of capture times
	case RecordStill:
		r.Codec, r.Data = codec.Codec(body[0]), body[1:]
		return r.Codec.Valid()
	case RecordPage:
		return len(body) <= maxPageText && json.Unmarshal(body, &r.Page) == nil && IsHash(r.Page.Lo) && (r.Page.Hi == "" || IsHash(r.Page.Hi)) && r.Page.Page > 0
	}
	return false
}
