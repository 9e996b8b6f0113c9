package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/diemcau/diemcau/relay/meeting"
)

// MeetingCmd is "diemcau meeting".
type MeetingCmd struct {
	New MeetingNewCmd `cmd:"" help:"Open a meeting and print its code and link."`
}

// MeetingNewCmd is "diemcau meeting new".
type MeetingNewCmd struct {
	Host  `embed:""`
	Title string `placeholder:"TEXT" help:"The meeting's title, at most 200 characters."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// opened is a meeting as the API answers; see PROTOCOL.md section 8.
type opened struct {
	Code  string `json:"code"`
	Link  string `json:"link"`
	Title string `json:"title"`
}

// Run opens the meeting and prints it.
func (c *MeetingNewCmd) Run(ctx context.Context) error {
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

func (c *MeetingNewCmd) open(ctx context.Context) (m opened, err error) {
	if _, err := meeting.ParseTitle(c.Title); err != nil {
		return m, usagef("--title: a title has at most %d characters and no control characters", meeting.MaxTitle)
	}
	err = c.call(ctx, http.MethodPost, "meetings", map[string]string{"title": c.Title}, &m)
	if err == nil && m.Code == "" {
		err = foreign(c.Server)
	}
	return m, err
}
