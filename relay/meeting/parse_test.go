package meeting

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestParseAction(t *testing.T) {
	from := "00000007"
	for _, c := range []struct {
		act, text string
		want      Action
	}{
		{"open", `{}`, Open{}},
		{"raise", `{"type":"do","id":"c1","act":"raise","reason":"Cầu"}`, Raise{"Cầu"}},
		{"call", `{"invited":3,"item":2,"minutes":5,"from":"00000007"}`, Call{Invited: 3, Item: 2, Minutes: 5, From: &from}},
		{"next", `{}`, Next{}},
		{"return", `{"from":null}`, Recall{}},
		{"unnotice", `{"id":"c9","notice":"12"}`, TakeNotice{"12"}},
		{"end-poll", `{"id":"c9","poll":"12"}`, EndPoll{"12"}},
		{"vote", `{"poll":"12","choice":"other","text":"x"}`, CastVote{"12", Other, "x"}},
		{"conclude", `{"text":"x","units":[1,2],"due":"2026-10-01"}`, Conclude{Text: "x", Units: []int{1, 2}, Due: "2026-10-01"}},
		{"prepare", `{"plan":{"invited":[{"n":1,"name":"Xã"}],"lobby":true}}`, Prepare{Plan{Invited: []Invited{{N: 1, Name: "Xã"}}, Lobby: true}}},
	} {
		if got, err := ParseAction(c.act, []byte(c.text)); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %s: %+v, %v", c.act, c.text, got, err)
		}
	}
	for text, want := range map[string]Refusal{
		"": BadAction, "null{": BadAction, "[]": BadAction, `{"minutes":"5"}`: BadAction, `{"minutes":5.5}`: BadAction, `{"minutes":1e99}`: BadAction,
		`{"seat":"` + strings.Repeat("x", 1<<20) + `"}`: TooLong, `{"minutes":5}{}`: BadAction,
	} {
		if a, err := ParseAction("call", []byte(text)); !errors.Is(err, want) || a != nil {
			t.Errorf("%.40s: %v, %v", text, a, err)
		}
	}
	if _, err := ParseAction("dance", []byte("{}")); !errors.Is(err, UnknownAct) {
		t.Error(err)
	}
}

// No member of a command has the name of a member of the message.
func TestMembersOfCommands(t *testing.T) {
	for act, a := range acts {
		for f := range a.of.Fields() {
			if name := f.Tag.Get("json"); name == "" || name == "id" || name == "type" || name == "act" || strings.Contains(name, ",") {
				t.Errorf("%s has the member %q", act, name)
			}
		}
	}
}

// FuzzParseAction lets a chair and a site ask for anything: it is refused in words, or leads to events that can be stored, read back and folded.
func FuzzParseAction(f *testing.F) {
	f.Add("call", []byte(`{"invited":3,"item":2,"minutes":5,"from":""}`))
	f.Add("prepare", []byte(`{"plan":{"invited":[{"n":1,"name":"Xã"}],"agenda":[{"id":1,"title":"x","by":1}],"script":[{"when":"late","do":"warn"}]}}`))
	f.Add("conclude", []byte(`{"text":"x","units":[1,2],"due":"2026-10-01"}`))
	f.Add("ring", []byte(`{"invited":[1,4]}`))
	f.Add("minute", []byte(`{"text":"# x\n\u0000"}`))
	f.Add("say", []byte(`{"to":"table","text":"\u202e"}`))
	f.Add("extend", []byte(`{"minutes":-9223372036854775808}`))
	for act := range acts {
		f.Add(act, []byte(`{}`))
	}
	f.Fuzz(func(t *testing.T, act string, text []byte) {
		a, err := ParseAction(act, text)
		if err != nil {
			if !errors.As(err, new(Refusal)) {
				t.Fatal(err)
			}
			return
		}
		sc := everyRoleFrom(t)
		for _, who := range []string{"chair", "secretary", "1"} {
			_, err := sc.ask(who, a) // which stores and folds
			if err != nil && !errors.As(err, new(Refusal)) {
				t.Fatal(err)
			}
		}
		for _, seat := range sc.state.Seats() {
			if _, err := json.Marshal(sc.state.View(seat.ID)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// everyRoleFrom is everyRole from its log, which is quicker.
func everyRoleFrom(t testing.TB) *scene {
	if played.log == nil {
		played = everyRole(t)
	}
	sc := &scene{room: &room{t: t}, who: played.who, ids: 1 << 20}
	for _, line := range played.log {
		e, _ := Decode(line)
		if err := sc.state.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	return sc
}

var played = &scene{room: &room{}}
