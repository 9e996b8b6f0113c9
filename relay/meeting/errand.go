package meeting

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// errands are the actions that one relay of a cluster may ask another for, by the names of their types: all that have an act, and what a relay says of
// sessions. Create, Restart and TakeOver are its own.
var errands = func() map[string]func([]byte) (Action, error) {
	all := map[string]func([]byte) (Action, error){
		"Join": readAction[Join], "Lose": readAction[Lose], "Return": readAction[Return], "Leave": readAction[Leave], "Mute": readAction[Mute],
		"Expire": readAction[Expire], "Admit": readAction[Admit], "Report": readAction[Report], "Skip": readAction[Skip], "Enact": readAction[Enact],
	}
	for _, a := range acts {
		all[a.of.Name()] = a.read
	}
	return all
}()

// EncodeAction returns an action as one relay asks another for it: its name and its JSON.
func EncodeAction(a Action) (name string, text json.RawMessage, err error) {
	text, err = json.Marshal(a)
	return reflect.TypeOf(a).Name(), text, err
}

// DecodeAction reads what EncodeAction wrote. The error is ErrCommand, also for an action that no relay may ask another for.
func DecodeAction(name string, text json.RawMessage) (Action, error) {
	read := errands[name]
	if read == nil {
		return nil, fmt.Errorf("%w: no relay asks another for %q", ErrCommand, name)
	}
	a, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %w", ErrCommand, name, err)
	}
	return a, nil
}
