package certs

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestACMENeedsAPublicName(t *testing.T) {
	for _, c := range []ACMEConfig{
		{Name: "", Email: "it@huyen.example"},
		{Name: "localhost", Email: "it@huyen.example"},
		{Name: "203.0.113.9", Email: "it@huyen.example"},
		{Name: "may_chu.local", Email: "it@huyen.example"},
		{Name: "hop.huyen.vn"},
	} {
		if _, err := NewACME(c, quiet); !errors.Is(err, errACMEName) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	a, err := NewACME(ACMEConfig{Name: "hop.huyen.vn", Email: "it@huyen.example"}, quiet)
	if err != nil || !strings.Contains(a.cfg.Directory, "letsencrypt.org") {
		t.Fatalf("%+v %v", a, err)
	}
	if !slices.Contains(a.Page().NextProtos, "acme-tls/1") || len(a.QUIC().NextProtos) > 0 {
		t.Error("the page must answer the challenge, QUIC must not")
	}
	if _, err := a.get(nil); !errors.Is(err, errNotReady) {
		t.Errorf("before Run: %v", err)
	}
}

// lines hands on each line of a log.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func TestACMEAuthorityThatIsNotThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme")
	log := make(lines, 10)
	a, err := NewACME(ACMEConfig{
		Name: "hop.huyen.vn", Email: "it@huyen.example", Directory: "https://127.0.0.1:1/directory", Dir: dir, Port: 443,
	}, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	line := <-log
	for _, part := range []string{"TCP port 443", "name=hop.huyen.vn", "authority=https://127.0.0.1:1/directory", "again_in=1m0s"} {
		if !strings.Contains(line, part) {
			t.Errorf("%q lacks %q", line, part)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
