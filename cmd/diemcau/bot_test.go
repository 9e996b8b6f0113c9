package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever is wrong with flags and files is one sentence that names the flag, and exit code 2.
func TestBotRefusesBadFlags(t *testing.T) {
	const speech = "../../codec/testdata/"
	dir := t.TempDir()
	text := filepath.Join(dir, "text.ogg")
	if err := os.WriteFile(text, []byte("this is not an Ogg file, however long it may be"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := BotCmd{
		Server: "http://127.0.0.1:8080", Meeting: "abc-def-ghj", Name: "bot", Count: 1,
		Play: speech + "speech-a.ogg", PlayLo: speech + "speech-a-lo.ogg", Record: filepath.Join(dir, "heard.ogg"),
		Trust: Trust{CertHash: strings.Repeat("0a", 32)},
	}
	config, err := good.config()
	if err != nil || config.Play == nil || config.Create == nil || len(config.Client.Hashes) != 1 {
		t.Fatalf("%+v %v", config, err)
	}
	for name, row := range map[string]struct {
		change func(*BotCmd)
		says   string
	}{
		"count 0":          {func(c *BotCmd) { c.Count = 0 }, "--count"},
		"count 1001":       {func(c *BotCmd) { c.Count = 1001 }, "--count"},
		"negative time":    {func(c *BotCmd) { c.For = -1 }, "--for"},
		"hash":             {func(c *BotCmd) { c.CertHash = "abc" }, "--cert-hash"},
		"server":           {func(c *BotCmd) { c.Server = "127.0.0.1:8080" }, "server"},
		"meeting":          {func(c *BotCmd) { c.Meeting = "" }, "code"},
		"name":             {func(c *BotCmd) { c.Name = strings.Repeat("x", 65) }, "name"},
		"no file":          {func(c *BotCmd) { c.Play = filepath.Join(dir, "none.ogg") }, "--play"},
		"a folder":         {func(c *BotCmd) { c.Play = dir }, "--play"},
		"a text":           {func(c *BotCmd) { c.Play = text }, "--play"},
		"a text for lo":    {func(c *BotCmd) { c.PlayLo = text }, "--play-lo"},
		"lo alone":         {func(c *BotCmd) { c.Play = "" }, "--play-lo"},
		"lo of another":    {func(c *BotCmd) { c.PlayLo = speech + "speech-b.ogg" }, "--play-lo"},
		"record nowhere":   {func(c *BotCmd) { c.Record = filepath.Join(dir, "none", "heard.ogg") }, "--record"},
		"record to a file": {func(c *BotCmd) { c.Record = filepath.Join(text, "heard.ogg") }, "--record"},
	} {
		c := good
		row.change(&c)
		_, err := c.config()
		if !errors.As(err, new(usageError)) || !strings.Contains(err.Error(), row.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Errorf("checking left files behind: %v %v", files, err)
	}
}
