package config

import (
	"errors"
	"slices"
	"testing"
)

func TestUplinks(t *testing.T) {
	s := Site{Uplink: []string{"eth0", "wwan0,limit=5GB,last-resort", "10.0.0.7,cost=1,limit=0.5 gb"}}
	got, err := s.Uplinks()
	want := []Uplink{{Name: "eth0"}, {Name: "wwan0", Cost: 5, Limit: 5e9, LastResort: true}, {Name: "10.0.0.7", Cost: 1, Limit: 5e8}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	for _, wrong := range [][]string{
		{""},
		{",cost=1"},
		{"eth 0"},
		{"eth0,cost=x"},
		{"eth0,cost=-1"},
		{"eth0,limit=5"},
		{"eth0,limit=0GB"},
		{"eth0,limit=NaNGB"},
		{"eth0,limit=-5GB"},
		{"eth0,fast"},
		{"eth0", "eth0"},
		{"a", "b", "c", "d", "e"},
	} {
		s := Site{Uplink: wrong}
		var p *Problem
		if _, err := s.Uplinks(); !errors.As(err, &p) || p.Key != "uplink" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestRelays(t *testing.T) {
	good := Site{Listen: "127.0.0.1:8080", LogLevel: "info", Relay: []string{"https://hop.huyen.vn/", " https://10.0.0.1:8443", "http://127.0.0.1:8080"}}
	if err := good.Check(); err != nil || !slices.Equal(good.Relay, []string{"https://hop.huyen.vn", "https://10.0.0.1:8443", "http://127.0.0.1:8080"}) {
		t.Errorf("%v %v", good.Relay, err)
	}
	for _, wrong := range []string{"hop.huyen.vn", "https://", "https://hop.huyen.vn/m/abc", "http://hop.huyen.vn", "ftp://hop.huyen.vn", "https://hop.huyen.vn?x"} {
		s := Site{Listen: "127.0.0.1:8080", LogLevel: "info", Relay: []string{wrong}}
		var p *Problem
		if err := s.Check(); !errors.As(err, &p) || p.Key != "relay" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
