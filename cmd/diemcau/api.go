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
	"strings"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/config"
)

const (
	apiTimeout = 20 * time.Second
	maxAnswer  = 4 << 20 // bytes
)

// Host are the flags of who tells a server what to do.
type Host struct {
	Server  string `required:"" env:"DIEMCAU_SERVER" placeholder:"URL" help:"Address of the server's page, as in http://127.0.0.1:8080."`
	HostKey string `required:"" env:"DIEMCAU_HOST_KEY" placeholder:"KEY" help:"The host key, which the server prints when it starts."`
	Trust   `embed:""`
}

// call asks the server's API (PROTOCOL.md section 8), in being sent as JSON unless it is nil, and reads the answer into out unless that
// is nil. The error is one sentence with the way out.
func (h Host) call(ctx context.Context, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	server, err := serverURL(h.Server)
	if err != nil {
		return err
	}
	trust, err := h.Trust.config(server.Hostname())
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: trust, Proxy: http.ProxyFromEnvironment}}
	defer client.CloseIdleConnections()
	r, err := h.request(ctx, method, server.JoinPath("api", path), in)
	if err != nil {
		return err
	}
	answer, err := client.Do(r)
	if err != nil {
		return unreachable(server, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return unreachable(server, err)
	}
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return refused(server, answer.Status, text)
	}
	if out != nil && json.Unmarshal(text, out) != nil {
		return foreign(server.String())
	}
	return nil
}

func (h Host) request(ctx context.Context, method string, at *url.URL, in any) (*http.Request, error) {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return nil, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, at.String(), &body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(h.HostKey))
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// foreign is for what answers well, but not as the API does.
func foreign(server string) error {
	return fmt.Errorf("%s is no Điểm Cầu server: give the address that serve prints", server)
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
	flags := map[string]string{
		"host-key-wrong": "--host-key", "title-too-long": "--title", "name-invalid": "--name", "site-unknown": "ID",
	}
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
