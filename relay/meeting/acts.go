package meeting

import (
	"encoding/json"
)

// MaxAction is the longest JSON of an action, in bytes.
const MaxAction = MaxEvent

// ParseAction reads what a page or the API asks for: act names it, text is a JSON object with its members; others are passed over.
// The error is a Refusal.
func ParseAction(act string, text []byte) (Action, error) {
	read := acts[act]
	if read == nil {
		return nil, UnknownAct
	}
	if len(text) > MaxAction {
		return nil, TooLong
	}
	a, err := read(text)
	if err != nil {
		return nil, BadAction
	}
	return a, nil
}

// acts has what reads each act.
var acts = map[string]func([]byte) (Action, error){
	"prepare":     reads[Prepare],
	"open":        reads[Open],
	"close":       reads[Close],
	"mode":        reads[SetMode],
	"raise":       reads[Raise],
	"lower":       reads[Lower],
	"call":        reads[Call],
	"next":        reads[Next],
	"return":      reads[Recall],
	"yield":       reads[Yield],
	"take":        reads[Take],
	"extend":      reads[Extend],
	"silence":     reads[Silence],
	"lock":        reads[Lock],
	"remove":      reads[Remove],
	"admit":       reads[LetIn],
	"deny":        reads[Deny],
	"role":        reads[SetRole],
	"chair":       reads[HandOver],
	"item":        reads[SetItem],
	"roll":        reads[CallRoll],
	"present":     reads[Attend],
	"confirm":     reads[Confirm],
	"say":         reads[Say],
	"notice":      reads[PutNotice],
	"unnotice":    reads[TakeNotice],
	"poll":        reads[Ask],
	"vote":        reads[CastVote],
	"end-poll":    reads[EndPoll],
	"note":        reads[TakeNote],
	"conclude":    reads[Conclude],
	"acknowledge": reads[Acknowledge],
	"progress":    reads[Progress],
	"ring":        reads[Ring],
	"answer":      reads[Answer],
	"minute":      reads[Minute],
	"finalise":    reads[Finalise],
}

func reads[T Action](text []byte) (Action, error) {
	var a T
	err := json.Unmarshal(text, &a)
	return a, err
}
