package meeting

import (
	"errors"
	"reflect"
	"testing"
)

// Every action that a page has comes to the relay that writes, and what a relay says of sessions; what begins a log or its writer does not.
func TestErrands(t *testing.T) {
	all := []Action{
		Join{Seat: "00100001", Name: "Ga Ry", Who: Identity{Account: "a"}},
		Lose{Seat: "00100001", Publication: 7},
		Return{},
		Leave{},
		Mute{Muted: true},
		Expire{},
		Admit{Site: "s"},
		Report{Seats: []Seat{{ID: "00100001", Name: "Ga Ry"}}},
		Skip{Issued: 9},
		Enact{Rule: 1, Seat: "00100001"},
	}
	for _, a := range acts {
		all = append(all, reflect.Zero(a.of).Interface().(Action))
	}
	for _, want := range all {
		name, text, err := EncodeAction(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := DecodeAction(name, text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v became %#v, %v", name, want, got, err)
		}
	}
	for _, own := range []Action{Create{}, Restart{}, TakeOver{}} {
		name, text, _ := EncodeAction(own)
		if _, err := DecodeAction(name, text); !errors.Is(err, ErrCommand) {
			t.Errorf("%s can be asked for: %v", name, err)
		}
	}
	if _, err := DecodeAction("Join", []byte("[")); !errors.Is(err, ErrCommand) {
		t.Errorf("what is no JSON: %v", err)
	}
}
