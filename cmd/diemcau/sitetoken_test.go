package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/relay"
)

func TestIssuedTokenIsGood(t *testing.T) {
	s, stop := startServer(t, config.Serve{Listen: ":0", PublicHost: "localhost"})
	defer stop()
	host := Host{Server: s.addresses.page() + "/", HostKey: s.key, Trust: Trust{Insecure: true}}
	file := filepath.Join(t.TempDir(), "token")
	var before string
	for generation := 1; generation <= 2; generation++ {
		if err := (&SiteTokenNewCmd{Host: host, Name: "Xã Ga Ry", Out: file}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		token, err := config.ReadToken(file)
		if err != nil || config.Exposed(file) {
			t.Fatalf("%v, or others can read it", err)
		}
		if site, err := s.sites.Check(token); err != nil || site.Name != "Xã Ga Ry" || site.Generation != generation {
			t.Errorf("%+v, %v", site, err)
		}
		if _, err := s.sites.Check(before); generation > 1 && !errors.Is(err, relay.ErrSiteRevoked) {
			t.Errorf("the token of before: %v", err)
		}
		before = token
	}
	if err := (&SiteTokenRevokeCmd{Host: host, ID: s.sites.List()[0].ID}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.sites.Check(before); !errors.Is(err, relay.ErrSiteRevoked) {
		t.Errorf("a revoked token: %v", err)
	}
}

func TestTokenFileSaysHowItIsUsed(t *testing.T) {
	site := enrolled{ID: "abc234def567", Name: "Xã Ga Ry", Generation: 3, Token: "v4.public.x.y"}
	for server, relay := range map[string]string{
		"https://hop.huyen.vn/": "https://hop.huyen.vn", "https://10.0.0.1:8080": "https://10.0.0.1:8080", "http://127.0.0.1:8080": "https://HOST:PORT",
	} {
		text := (&SiteTokenNewCmd{Host: Host{Server: server}}).text(site)
		if !strings.HasPrefix(text, site.Token+"\n") || strings.Count(text, "diemcau site --relay "+relay+" --token ") != 2 {
			t.Errorf("%s: %s", server, text)
		}
		for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n")[1:] {
			if line[0] != '#' {
				t.Errorf("%q is no comment", line)
			}
		}
	}
}
