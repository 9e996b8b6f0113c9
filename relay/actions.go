package relay

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/diemcau/diemcau/relay/meeting"
)

// actions are those that a relay may ask another one to do, by the names of their types.
var actions = named(
	meeting.Join{}, meeting.Lose{}, meeting.Return{}, meeting.Leave{}, meeting.Mute{}, meeting.Expire{}, meeting.Admit{}, meeting.Report{}, meeting.Skip{}, meeting.Enact{},
	meeting.Prepare{}, meeting.Open{}, meeting.Close{}, meeting.SetMode{}, meeting.Raise{}, meeting.Lower{}, meeting.Call{}, meeting.Next{}, meeting.Recall{}, meeting.Yield{},
	meeting.Take{}, meeting.Extend{}, meeting.Silence{}, meeting.Lock{}, meeting.Remove{}, meeting.LetIn{}, meeting.Deny{}, meeting.SetRole{}, meeting.HandOver{}, meeting.SetItem{},
	meeting.CallRoll{}, meeting.Attend{}, meeting.Confirm{}, meeting.Say{}, meeting.PutNotice{}, meeting.TakeNotice{}, meeting.Ask{}, meeting.CastVote{}, meeting.EndPoll{},
	meeting.TakeNote{}, meeting.Conclude{}, meeting.Acknowledge{}, meeting.Progress{}, meeting.Ring{}, meeting.Answer{}, meeting.Minute{}, meeting.Finalise{},
)

func named(all ...meeting.Action) map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, a := range all {
		types[reflect.TypeOf(a).Name()] = reflect.TypeOf(a)
	}
	return types
}

// actionOf reads an action that another relay of the cluster has written.
func actionOf(name string, text json.RawMessage) (meeting.Action, error) {
	t := actions[name]
	if t == nil {
		return nil, fmt.Errorf("relay: no action %q", name)
	}
	v := reflect.New(t)
	if err := json.Unmarshal(text, v.Interface()); err != nil {
		return nil, fmt.Errorf("relay: an action %q: %w", name, err)
	}
	return v.Elem().Interface().(meeting.Action), nil
}
