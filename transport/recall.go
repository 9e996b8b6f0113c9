package transport

// The control message that asks a site for voice that it has kept, and what its answer begins with (PROTOCOL.md section 12).
const (
	TypeRecall   MessageType = "recall"
	TypeRecalled MessageType = "recalled"
)

// Recall asks for the kept frames of a publication whose capture times, at 48 kHz, lie in [From, To), wrap-aware. A later one takes the place of an earlier one of the session.
type Recall struct {
	Type        MessageType `json:"type"`
	ID          uint64      `json:"id"` // at most 2⁵³ − 1
	Publication uint32      `json:"publication"`
	From        uint32      `json:"from"`
	To          uint32      `json:"to"`
}

// Recalled is the first message of the stream that answers a Recall; kept frames follow, see KeptReader. To is where the answer ends: before the To that was asked for if that was too much at once, never at From.
type Recalled struct {
	Type        MessageType `json:"type"`
	ID          uint64      `json:"id"`
	Publication uint32      `json:"publication"`
	From        uint32      `json:"from"`
	To          uint32      `json:"to"`
}

// MaxRecalled is the longest Recalled, framed as on the control stream, in bytes.
const MaxRecalled = 256

// Answers says whether r can be the answer to asked: the same publication and beginning, and an end within what was asked for.
func (r Recalled) Answers(asked Recall) bool {
	span := r.To - r.From
	return r.ID == asked.ID && r.Publication == asked.Publication && r.From == asked.From && span > 0 && span <= asked.To-asked.From
}
