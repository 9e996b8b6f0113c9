package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/meeting"
)

// Somebody in front of the server gets a link to a practice room, whose pass makes them a site of it.
func TestPracticeFromThisComputer(t *testing.T) {
	s, stop := startServer(t, config.Serve{Listen: "127.0.0.1:0"})
	defer stop()
	answer, err := http.Post(s.addresses.page()+"/api/practice", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var room struct{ Code, Link string }
	if err := json.NewDecoder(answer.Body).Decode(&room); err != nil || answer.StatusCode != http.StatusCreated {
		t.Fatalf("%s %v", answer.Status, err)
	}
	page, pass, _ := strings.Cut(room.Link, "#p=")
	if page != s.addresses.page()+"/m/"+room.Code {
		t.Errorf("the link is %s", room.Link)
	}
	who, name, err := passes{s.state.practice, s.state.access}.Check(relay.Shown{Meeting: room.Code, Pass: pass})
	if err != nil || name != "Điểm cầu tập" || who.Account != "" {
		t.Errorf("the pass is of %+v %q, %v", who, name, err)
	}
	if err := s.relay.State(room.Code, func(m *meeting.State) {
		if _, invited := m.Plan.Of(who.Site); !invited {
			t.Error("the pass is not of an invited site")
		}
	}); err != nil {
		t.Error(err)
	}
	if _, _, err := (passes{s.state.practice, s.state.access}).Check(relay.Shown{Meeting: room.Code, Pass: "practice-x"}); err == nil {
		t.Error("a wrong pass is good")
	}
}
