package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/diemcau/diemcau/relay/meeting"
)

// exportTimeout is how long a server may take to write a meeting out: a long one, over a poor line.
const exportTimeout = 10 * time.Minute

// ExportCmd is "diemcau export".
type ExportCmd struct {
	Data       string `placeholder:"DIR" help:"Folder of a server that does not run now. While it runs, use --server."`
	Server     string `env:"DIEMCAU_SERVER" placeholder:"URL" help:"Address of the page of a server that runs, as in http://127.0.0.1:8080; --data goes before it."`
	HostKey    string `env:"DIEMCAU_HOST_KEY" placeholder:"KEY" help:"The host key of that server, which it prints when it starts."`
	Meeting    string `required:"" placeholder:"CODE" help:"The meeting's code or link."`
	Format     string `required:"" enum:"jsonl,md,html,csv" placeholder:"FORMAT" help:"jsonl: all that happened. md, html, csv: the minutes; html is to be printed."`
	Attendance bool   `help:"The attendance sheet in place of the minutes: html or csv."`
	English    bool   `help:"English labels. What people wrote stays as it is."`
	Out        string `placeholder:"FILE" help:"Write into this file; else on standard output."`
	Trust      `embed:""`
}

// Run writes the meeting out.
func (c *ExportCmd) Run(ctx context.Context) (err error) {
	code, err := meeting.ParseCode(c.code())
	switch {
	case err != nil:
		return usagef("--meeting: %q is no meeting code: it has 9 letters and digits, as abc-def-ghj", c.Meeting)
	case c.Data == "" && c.Server == "":
		return usagef("give --data DIR with the folder of a server that does not run, or --server URL with the address of one that does")
	case c.Attendance && c.Format != "html" && c.Format != "csv":
		return usagef("--attendance is written as --format html or csv")
	case c.Data == "" && c.HostKey == "":
		return usagef("--host-key: give the host key, which the server prints when it starts")
	}
	ctx, cancel := context.WithTimeout(ctx, exportTimeout)
	defer cancel()
	if c.Data != "" {
		return c.into(func(w io.Writer) error { return c.fromData(ctx, code, w) })
	}
	return c.into(func(w io.Writer) error { return c.fromServer(ctx, code, w) })
}

// code takes the code from a link.
func (c *ExportCmd) code() string {
	if u, err := url.Parse(c.Meeting); err == nil && u.Host != "" {
		return u.Path[max(0, len(u.Path)-len("abc-def-ghj")):]
	}
	return c.Meeting
}

// into lets write fill the file, or standard output. A file that could not be written whole does not stay.
func (c *ExportCmd) into(write func(io.Writer) error) error {
	if c.Out == "" {
		out := bufio.NewWriter(os.Stdout)
		return errors.Join(write(out), out.Flush())
	}
	file, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return usagef("--out: %q is there already: write another name", c.Out)
	}
	if err != nil {
		return usagef("--out: %q cannot be written (%w): write another name", c.Out, errors.Unwrap(err))
	}
	out := bufio.NewWriter(file)
	if err = write(out); err == nil {
		err = out.Flush()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(c.Out))
	}
	return nil
}

// fromServer asks a server for what it would give to the meeting's page.
func (c *ExportCmd) fromServer(ctx context.Context, code string, w io.Writer) error {
	h := Host{Server: c.Server, HostKey: c.HostKey, Trust: c.Trust}
	server, err := serverURL(h.Server)
	if err != nil {
		return err
	}
	trust, err := h.config(server.Hostname())
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: trust, Proxy: http.ProxyFromEnvironment}}
	defer client.CloseIdleConnections()
	r, err := h.request(ctx, http.MethodGet, c.at(server, code), nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(r)
	if err != nil {
		return unreachable(server, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
		return refused(server, answer.Status, text)
	}
	if _, err := io.Copy(w, answer.Body); err != nil {
		return unreachable(server, err)
	}
	return nil
}

// at is where a server has what is asked for.
func (c *ExportCmd) at(server *url.URL, code string) *url.URL {
	what := "minutes"
	if c.Attendance {
		what = "attendance"
	}
	at := server.JoinPath("api", "meetings", code, what)
	query := url.Values{"format": {c.Format}}
	if c.English {
		query.Set("lang", "en")
	}
	at.RawQuery = query.Encode()
	return at
}
