package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/cmd/internal/data"
	"github.com/diemcau/diemcau/cmd/internal/site"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/transport"
)

// SiteCmd is "diemcau site": serve, with a relay above.
type SiteCmd struct {
	Config configFile `env:"DIEMCAU_CONFIG" placeholder:"FILE" help:"A YAML file with any of these flags as keys, without the dashes. Flags and variables go before it."`
	config.Site
	Trust `embed:""`

	origins origins
}

// AfterApply implements a hook of kong.
func (c *SiteCmd) AfterApply(ctx *kong.Context, s *settings) error {
	c.origins = originsOf(ctx, s.file)
	if err := c.Check(); err != nil {
		return c.origins.blame("", err)
	}
	return nil
}

// Run serves until a signal comes.
func (c *SiteCmd) Run(ctx context.Context) error {
	s, err := c.server(os.Stdout)
	if err != nil {
		return err
	}
	return s.serve(ctx, func() { s.above.banner(s.addresses.page()) })
}

// server is that of serve, with a relay above.
func (c *SiteCmd) server(out *os.File) (*server, error) {
	serve := &ServeCmd{Serve: c.Serve(), origins: c.origins}
	serve.HostKey = rand.Text() // nobody opens meetings at a site
	if serve.Data == "" {
		dir, err := data.Default()
		if err != nil {
			return nil, c.origins.blame("data", err)
		}
		if serve.Data = dir; os.Getenv("STATE_DIRECTORY") == "" {
			serve.Data = filepath.Join(dir, "site")
		}
	}
	if _, err := config.ReadToken(c.Token); err != nil {
		return nil, c.origins.blame("token", err)
	}
	a := &above{cmd: c, status: newStatus(out)}
	level, _ := serve.Level() // checked
	log := slog.New(slog.NewTextHandler(a.status, &slog.HandlerOptions{Level: level}))
	if config.Exposed(c.Token) {
		log.Warn("others on this computer can read the site's token: chmod 600", "file", c.Token)
	}
	return &server{cmd: serve, log: log, above: a}, nil
}

// above is what a site has beside what serve has.
type above struct {
	cmd    *SiteCmd
	trunks *site.Trunks
	server *server
	status *status
	volume *volumes
}

// open adds what the site's relay needs for the one above.
func (a *above) open(s *server, c *relay.Config) error {
	instance, err := s.data.Secret("instance", 12)
	if err != nil {
		return a.cmd.origins.blame("data", err)
	}
	base := client.Config{Insecure: a.cmd.Insecure, Build: build()}
	if base.Hashes, err = a.cmd.hashes(); err != nil {
		return err
	}
	uplinks, _ := a.cmd.Uplinks() // checked
	a.volume = openVolumes(s.data.Path("volumes.json"), uplinks, s.log)
	base.Uplinks = a.volume.dialers()
	a.server = s
	a.trunks = site.NewTrunks(site.Config{
		Client: base, Servers: a.cmd.Relay, Instance: hex.EncodeToString(instance), Logger: s.log,
		Token:  func() (string, error) { return readToken(a.cmd.Token) },
		Places: site.OpenPlaces(s.data.Path("relays.json")),
	})
	c.Trunk = a.trunks.Trunk
	return nil
}

// readToken reads the file with the site's token.
func readToken(path string) (string, error) {
	token, err := config.ReadToken(path)
	if err != nil {
		return "", fmt.Errorf("%w: %w", site.ErrToken, err)
	}
	return token, nil
}

// siteState answers GET /api/site.
type siteState struct {
	Site     string        `json:"site"`
	Meetings []siteMeeting `json:"meetings"`
}

type siteMeeting struct {
	Code     string             `json:"code"`
	Title    string             `json:"title"`
	Upstream transport.Upstream `json:"upstream"`
}

// site is what the start page shows: the meetings that this site takes part in. Their codes let people in, so only the site's own computer is told.
func (a *above) site(own bool) any {
	state := siteState{Meetings: []siteMeeting{}}
	a.trunks.Each(func(code string, up transport.Upstream, _ *client.Client) {
		if up.Site != "" {
			state.Site = up.Site
		}
		if !own {
			return
		}
		if title, ok := a.server.relay.Lookup(code); ok {
			state.Meetings = append(state.Meetings, siteMeeting{code, title, up})
		}
	})
	return state
}

// banner tells the person who started it where the page is, Vietnamese first.
func (a *above) banner(page string) {
	fmt.Fprintf(a.status.out, "Điểm cầu đang chạy · This site is running\nTrang họp / Page: %s\nMáy chủ / Server: %s\nCtrl+C để dừng · Ctrl+C stops it\n",
		page, strings.Join(a.cmd.Relay, ", "))
}

// run counts what the uplinks carry, and shows how the lines are, until ctx ends: on a terminal only, else the log says it.
func (a *above) run(ctx context.Context) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	defer func() { a.volume.save(time.Now()) }()
	if a.status.terminal {
		defer a.status.set("")
	}
	meter := newMeter()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			a.look(meter, now)
		}
	}
}

// look is what run does every second.
func (a *above) look(meter *meter, now time.Time) {
	people := a.server.relay.Stats().Participants
	var lines []string
	var clients []*client.Client
	a.trunks.Each(func(_ string, up transport.Upstream, c *client.Client) {
		lines = append(lines, meter.line(up, c, people, now))
		if c != nil {
			clients = append(clients, c)
		}
	})
	a.volume.account(clients, now)
	if !a.status.terminal {
		return
	}
	if len(lines) == 0 {
		lines = []string{"○ chưa vào cuộc họp nào · in no meeting yet"}
	}
	a.status.set(strings.Join(lines, "   "))
}
