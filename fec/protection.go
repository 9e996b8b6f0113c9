package fec

// Protection is how a sender spends what the line carries beyond the media (PROTOCOL.md section 7). All zero: nothing is repaired.
type Protection struct {
	Window int  `json:"window"`           // how many datagrams back a lost one can still be of use, 1 to 64
	Age    int  `json:"age"`              // a datagram not confirmed after so many is copied, 1 to 64; 0: only when reported missing
	Gap    int  `json:"gap"`              // and again after so many more, 1 to 64
	Rate   int  `json:"rate"`             // bit/s of the wire, headers included, that media and repair may fill
	Prompt bool `json:"prompt,omitempty"` // every datagram should be reported on
}

// clamped returns p with every field in its range.
func (p Protection) clamped() Protection {
	p.Window = min(max(p.Window, 0), MaxWindow)
	p.Age = min(max(p.Age, 0), MaxWindow)
	p.Gap = min(max(p.Gap, 1), MaxWindow)
	p.Rate = max(p.Rate, 0)
	return p
}
