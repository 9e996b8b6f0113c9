package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/relay/meeting"
)

const (
	meetingTimeout = 20 * time.Second
	maxAnswer      = 64 << 10 // bytes
)

// MeetingCmd is "diemcau meeting".
type MeetingCmd struct {
	New MeetingNewCmd `cmd:"" help:"Open a meeting and print its code and link."`
}

// MeetingNewCmd is "diemcau meeting new".
type MeetingNewCmd struct {
	Server  string `required:"" env:"DIEMCAU_SERVER" placeholder:"URL" help:"Address of the server's page, as in http://127.0.0.1:8080."`
	HostKey string `required:"" env:"DIEMCAU_HOST_KEY" placeholder:"KEY" help:"The host key, which the server prints when it starts."`
	Title   string `placeholder:"TEXT" help:"The meeting's title, at most 200 characters."`
	JSON    bool   `name:"json" help:"Print JSON."`
	Trust   `embed:""`
}

// opened is a meeting as the API answers; see PROTOCOL.md section 8.
type opened struct {
	Code  string `json:"code"`
	Link  string `json:"link"`
	Title string `json:"title"`
}

// Run opens the meeting and prints it.
func (c *MeetingNewCmd) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, meetingTimeout)
	defer cancel()
	m, err := c.open(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(m)
	}
	_, err = fmt.Printf("%s\n%s\n", m.Code, m.Link)
	return err
}

func (c *MeetingNewCmd) open(ctx context.Context) (opened, error) {
	if _, err := meeting.ParseTitle(c.Title); err != nil {
		return opened{}, usagef("--title: a title has at most %d characters and no control characters", meeting.MaxTitle)
	}
	server, err := serverURL(c.Server)
	if err != nil {
		return opened{}, err
	}
	trust, err := c.Trust.config(server.Hostname())
	if err != nil {
		return opened{}, err
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: trust, Proxy: http.ProxyFromEnvironment}}
	defer client.CloseIdleConnections()
	body, err := json.Marshal(map[string]string{"title": c.Title})
	if err != nil {
		return opened{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.JoinPath("api", "meetings").String(), bytes.NewReader(body))
	if err != nil {
		return opened{}, err
	}
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(c.HostKey))
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return opened{}, unreachable(server, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return opened{}, unreachable(server, err)
	}
	var m opened
	if answer.StatusCode != http.StatusCreated {
		return m, refused(server, answer.Status, text)
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Code == "" {
		return m, fmt.Errorf("%s is no Điểm Cầu server: give the address that serve prints", server)
	}
	return m, nil
}

// serverURL reads the address of a server's page. The host key may not travel in the open.
func serverURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, usagef("--server: %q is no address of a page: write https://HOST:PORT, or http://127.0.0.1:8080 on the server itself", text)
	case u.Scheme == "http" && !(&config.Serve{Listen: net.JoinHostPort(u.Hostname(), "0")}).Loopback():
		return nil, usagef("--server: over http:// others could read the host key: write https://%s", u.Host)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func unreachable(server *url.URL, err error) error {
	var wrong *tls.CertificateVerificationError
	if errors.As(err, &wrong) || errors.Is(err, client.ErrCertificate) {
		return fmt.Errorf("the certificate of %s is not to be trusted (%w): add --cert-hash with the SHA-256 that serve prints, or install %s/ca.crt",
			server, cause(err), server)
	}
	return fmt.Errorf("%s does not answer (%w): is the address right, and the server running?", server, cause(err))
}

// cause drops the request from an error of net/http: the server is named in the sentence already.
func cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// refused says what the server said.
func refused(server *url.URL, status string, text []byte) error {
	var answer struct{ Code, En string }
	if json.Unmarshal(text, &answer) != nil || answer.En == "" {
		return fmt.Errorf("%s answers %s and is no Điểm Cầu server: give the address that serve prints", server, status)
	}
	flags := map[string]string{"host-key-wrong": "--host-key", "title-too-long": "--title"}
	if flag := flags[answer.Code]; flag != "" {
		return usagef("%s: %s", flag, lowerFirst(answer.En))
	}
	return errors.New(lowerFirst(answer.En))
}

// lowerFirst fits a sentence of the server behind a colon.
func lowerFirst(s string) string {
	s = strings.TrimSuffix(s, ".")
	return strings.ToLower(s[:1]) + s[1:]
}
