package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/bot"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

const (
	maxBots   = 1000
	maxSpeech = 64 << 20 // bytes of a file to play
)

// BotCmd is "diemcau bot".
type BotCmd struct {
	Server   string        `required:"" env:"DIEMCAU_SERVER" placeholder:"URL" help:"Address of the server's page, as in http://127.0.0.1:8080."`
	Meeting  string        `required:"" placeholder:"CODE" help:"The meeting's code or link."`
	Name     string        `default:"bot" help:"Name in the meeting; with --count the others are NAME-2, NAME-3 …"`
	Play     string        `placeholder:"FILE" help:"Speak: play this Ogg Opus file in a loop; its pauses are not sent. Else the bot only listens."`
	PlayLo   string        `placeholder:"FILE" help:"The same speech for thin lines: 6 to 8 kbit/s, frame for frame."`
	Record   string        `placeholder:"FILE" help:"Write what is heard, one Ogg Opus file a speaker: heard-NAME.ogg for heard.ogg. With --count the first bot does."`
	For      time.Duration `placeholder:"TIME" help:"Leave after this time, as in 60s. Else stay until interrupted."`
	Count    int           `default:"1" help:"Number of bots."`
	Pictures bool          `help:"Show pictures that only bots understand, and watch those of others: to load lines and relays."`
	JSON     bool          `name:"json" help:"Print the figures as JSON."`
	On       string        `name:"transport" default:"auto" enum:"auto,webtransport,websocket" help:"What to travel on: webtransport, websocket, or auto, which takes a WebSocket where UDP is blocked."`
	Beside   bool          `default:"true" negatable:"" help:"Send media beside QUIC on the same port where that gets through; a page cannot."`
	Trust    `embed:""`
}

// Run joins, stays, leaves and prints the figures.
func (c *BotCmd) Run(ctx context.Context) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	report, err := bot.Run(ctx, config)
	switch {
	case errors.Is(err, client.ErrConfig):
		err = usageError{err}
	case errors.Is(err, client.ErrCertificate):
		err = fmt.Errorf("%w: add --cert-hash with the SHA-256 that serve prints", err)
	}
	if report.Bots == 0 {
		return err
	}
	if c.JSON {
		return errors.Join(err, json.NewEncoder(os.Stdout).Encode(report))
	}
	report.Print(os.Stdout)
	return err
}

// config turns flags and files into what the bots do.
func (c *BotCmd) config() (config bot.Config, err error) {
	if c.Count < 1 || c.Count > maxBots {
		return config, usagef("--count: give a number from 1 to %d", maxBots)
	}
	if c.For < 0 {
		return config, usagef("--for: give a time like 60s; 0 stays until Ctrl+C")
	}
	if _, err := meeting.ParseCode(c.Meeting); err != nil {
		return config, usagef("--meeting: %q is no meeting code: it has 9 letters and digits, as abc-def-ghj", c.Meeting)
	}
	if _, err := meeting.ParseName(c.Name); err != nil {
		return config, usagef("--name: a name has 1 to %d characters and no control characters", meeting.MaxName)
	}
	config = bot.Config{For: c.For, Count: c.Count, Pictures: c.Pictures, Client: client.Config{
		Server: c.Server, Meeting: c.Meeting, Name: c.Name, Insecure: c.Insecure, Build: build(), Way: client.Way{NoBeside: !c.Beside},
	}}
	if c.On != "auto" {
		config.Client.Transport = transport.Kind(c.On)
	}
	if config.Client.Hashes, err = c.hashes(); err != nil {
		return config, err
	}
	if err := config.Client.Validate(); err != nil {
		return config, usageError{err}
	}
	if config.Play, err = c.speech(); err != nil || c.Record == "" {
		return config, err
	}
	files, err := bot.NewFiles(c.Record)
	if err != nil {
		return config, usagef("--record: nothing can be written there: %w", err)
	}
	config.Create = files.Create
	return config, nil
}

// speech reads the files to play; nil without --play.
func (c *BotCmd) speech() (*bot.Speech, error) {
	if c.Play == "" {
		if c.PlayLo != "" {
			return nil, usagef("--play-lo needs --play beside it")
		}
		return nil, nil
	}
	hi, err := loadSpeech("--play", c.Play)
	if err != nil || c.PlayLo == "" {
		return hi, err
	}
	lo, err := loadSpeech("--play-lo", c.PlayLo)
	if err != nil {
		return nil, err
	}
	if err := hi.WithLo(lo); err != nil {
		return nil, usagef("--play-lo: %w", err)
	}
	return hi, nil
}

func loadSpeech(flag, path string) (*bot.Speech, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, usagef("%s: %w", flag, err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() > maxSpeech {
		return nil, usagef("%s: %s is longer than %d MB", flag, path, maxSpeech>>20)
	}
	speech, err := bot.LoadSpeech(file)
	if err != nil {
		return nil, usagef("%s: %s: %w", flag, path, err)
	}
	return speech, nil
}
