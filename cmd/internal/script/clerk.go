package script

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strconv"
	"strings"
	"time"
)

// clerk asks a server's API (PROTOCOL.md section 8) as one person, or as a place's computer.
type clerk struct {
	base   string
	client *http.Client
	key    string // the host key, "" for who signs in
	place  *place // nil: a person
}

func newClerk(base string) *clerk {
	jar, _ := cookiejar.New(nil) // never fails
	return &clerk{base: base, client: &http.Client{Jar: jar, Timeout: time.Minute}}
}

// refused is an answer that is no success.
type refused struct {
	status int
	Code   string `json:"code"`
	En     string `json:"en"`
}

func (r *refused) Error() string { return fmt.Sprintf("%d %s: %s", r.status, r.Code, r.En) }

// call asks and reads the answer into out, unless that is nil. When it is told to wait, it waits.
func (c *clerk) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	for {
		text, again, err := c.once(ctx, method, path, body)
		switch {
		case err != nil:
			return fmt.Errorf("script: %s %s: %w", method, path, err)
		case again > 0:
			if err := pause(ctx, again); err != nil {
				return err
			}
			continue
		case out == nil:
			return nil
		}
		if raw, ok := out.(*[]byte); ok {
			*raw = text
			return nil
		}
		return json.Unmarshal(text, out)
	}
}

func (c *clerk) once(ctx context.Context, method, path string, body []byte) (text []byte, again time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	if c.place != nil {
		if err := c.prove(ctx, r); err != nil {
			return nil, 0, err
		}
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	if text, err = io.ReadAll(answer.Body); err != nil {
		return nil, 0, err
	}
	switch {
	case answer.StatusCode == http.StatusTooManyRequests:
		s, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		if err != nil || s < 1 {
			s = 1
		}
		return nil, time.Duration(s) * time.Second, nil
	case answer.StatusCode/100 != 2:
		why := &refused{status: answer.StatusCode}
		_ = json.Unmarshal(text, why)
		return nil, 0, why
	}
	return text, 0, nil
}

// prove shows whose computer asks.
func (c *clerk) prove(ctx context.Context, r *http.Request) error {
	var got struct{ Nonce string }
	if err := (&clerk{base: c.base, client: c.client}).call(ctx, http.MethodGet, "/api/nonce", nil, &got); err != nil {
		return err
	}
	r.Header.Set("Diemcau-Pass", c.place.pass)
	r.Header.Set("Diemcau-Nonce", got.Nonce)
	r.Header.Set("Diemcau-Proof", c.place.key.sign(r.Method+" "+r.URL.EscapedPath()+"\n"+got.Nonce))
	return nil
}

// admin becomes the server's administrator, as who has the host key may.
func admin(ctx context.Context, base, hostKey string) (*clerk, error) {
	host := newClerk(base)
	host.key = hostKey
	var made struct{ Link string }
	if err := host.call(ctx, http.MethodPost, "/api/setup/reset", nil, &made); err != nil {
		return nil, err
	}
	root := newClerk(base)
	return root, root.call(ctx, http.MethodPost, "/api/setup", map[string]string{
		"token": after(made.Link, "#"), "login": "root", "name": "Quản trị", "password": rand.Text(),
	}, nil)
}

// person makes an account and signs in as it.
func (c *clerk) person(ctx context.Context, login, name, role string) (p *clerk, id string, err error) {
	password := rand.Text()
	var made struct{ ID string }
	in := map[string]string{"login": login, "name": name, "role": role, "password": password}
	if err := c.call(ctx, http.MethodPost, "/api/accounts", in, &made); err != nil {
		return nil, "", err
	}
	p = newClerk(c.base)
	return p, made.ID, p.call(ctx, http.MethodPost, "/api/login", map[string]string{"login": login, "password": password}, nil)
}

// enrol binds the computer of a place to its site.
func (c *clerk) enrol(ctx context.Context, p *place) error {
	var made struct{ Link string }
	if err := c.call(ctx, http.MethodPost, "/api/sites/"+p.id+"/enrolment", map[string]bool{}, &made); err != nil {
		return err
	}
	var got struct{ Pass string }
	err := newClerk(c.base).call(ctx, http.MethodPost, "/api/enrol", map[string]any{"token": after(made.Link, "#"), "key": p.key.jwk()}, &got)
	p.pass = got.Pass
	return err
}

func after(s, mark string) string { return s[strings.Index(s, mark)+len(mark):] }

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
