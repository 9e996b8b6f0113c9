package minutes

import (
	"fmt"
	"io"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Export writes a log as JSON lines, as it may be read by the meeting's officers: who voted what in a secret poll is left out, voters there are
// numbered as they come, so that a fold counts them.
// The zero Export, with W set, begins at the first event.
type Export struct {
	W      io.Writer
	secret map[string]map[string]string // poll → voter → how the voter is called instead
}

// Write writes the next event. The error is the writer's, or meeting.ErrEvent for one of a kind that is not known here: such events are counted in no other
// format either, and may be passed over.
func (x *Export) Write(e meeting.Event) error {
	switch b := e.Body.(type) {
	case meeting.Polled:
		if b.Secret {
			if x.secret == nil {
				x.secret = map[string]map[string]string{}
			}
			x.secret[b.ID] = map[string]string{}
		}
	case meeting.Voted:
		if voters := x.secret[b.Poll]; voters != nil {
			if voters[b.Voter] == "" {
				voters[b.Voter] = fmt.Sprintf("~%d", len(voters)+1)
			}
			e.Seat, e.Actor, e.Command, e.Origin = "", "", "", 0
			b.Voter, b.Text = voters[b.Voter], ""
			e.Body = b
		}
	}
	line, err := meeting.Encode(e)
	if err != nil {
		return err
	}
	_, err = x.W.Write(append(line, '\n'))
	return err
}
