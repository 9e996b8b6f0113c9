package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/relay/meeting"
)

// SiteTokenCmd is "diemcau site-token".
type SiteTokenCmd struct {
	New    SiteTokenNewCmd    `cmd:"" help:"Issue the token with which a room's PC joins as a site; the same name again replaces a lost one."`
	List   SiteTokenListCmd   `cmd:"" help:"List the sites."`
	Revoke SiteTokenRevokeCmd `cmd:"" help:"Revoke a site's token."`
}

// SiteTokenNewCmd is "diemcau site-token new".
type SiteTokenNewCmd struct {
	Host `embed:""`
	Name string `required:"" placeholder:"TEXT" help:"The site's name, as in \"Xã Ga Ry\", at most 64 characters. The same name again: the token of before is revoked."`
	Out  string `placeholder:"FILE" help:"Write the token into this file, for its owner only. Else it is printed."`
}

// enrolled is a site with its token as the API answers; see PROTOCOL.md section 8.
type enrolled struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Generation int    `json:"generation"`
	Token      string `json:"token"`
}

// Run has the token issued, once it is certain that it can be written.
func (c *SiteTokenNewCmd) Run(ctx context.Context) error {
	if _, err := meeting.ParseName(c.Name); err != nil {
		return usagef("--name: hãy ghi tên gồm 1 đến %d ký tự, không có ký tự điều khiển / write a name of 1 to %[1]d characters, none of them a control character", meeting.MaxName)
	}
	out := &secretFile{path: c.Out}
	defer out.discard()
	if c.Out != "" {
		if err := out.open(); err != nil {
			return usagef("--out: %w", err)
		}
	}
	var site enrolled
	if err := c.call(ctx, http.MethodPost, "sites", map[string]string{"name": c.Name}, &site); err != nil {
		return err
	}
	if site.Token == "" {
		return foreign(c.Server)
	}
	if c.Out == "" {
		_, err := fmt.Print(c.text(site))
		return err
	}
	if err := out.commit(c.text(site)); err != nil {
		return fmt.Errorf("chưa ghi được thẻ, hãy cấp lại vào tệp khác / the token was not written (%w): issue it again into another file", err)
	}
	fmt.Printf("Đã cấp thẻ cho điểm cầu “%s”, lần cấp %d.\n", site.Name, site.Generation)
	if site.Generation > 1 {
		fmt.Println("Thẻ cấp trước không còn dùng được.")
	}
	fmt.Printf("Chép tệp này sang máy của điểm cầu: %s\n\n", c.Out)
	fmt.Printf("The site “%s” has a token, generation %d.\n", site.Name, site.Generation)
	if site.Generation > 1 {
		fmt.Println("The token of before is revoked.")
	}
	_, err := fmt.Printf("Copy this file to the site's PC: %s\n", c.Out)
	return err
}

// text is the token file: the token, and what whoever finds the file should know.
func (c *SiteTokenNewCmd) text(site enrolled) string {
	return fmt.Sprintf(`%s
#
# Điểm cầu: %s (số hiệu %s, lần cấp %d)
# Dòng đầu là thẻ để máy của điểm cầu vào họp. Xin giữ kín: ai có thẻ này thì vào họp được với tên điểm cầu.
# Cách dùng, trên máy của điểm cầu: diemcau site --relay %s --token TỆP-NÀY
# Mất máy hoặc lộ thẻ: cấp lại thẻ cho cùng tên, thẻ cũ không vào họp được nữa.
#
# Site: %[2]s (id %[3]s, generation %[4]d)
# The first line is the token with which the site's PC joins. Keep it secret: who has it joins under the site's name.
# Use, on the site's PC: diemcau site --relay %[5]s --token THIS-FILE
# If the PC is lost or the token seen: issue it again for the same name, and nobody joins by the old one any more.
`, site.Token, site.Name, site.ID, site.Generation, c.relay())
}

// relay is where the site's PC finds the server, as far as is known here.
func (c *SiteTokenNewCmd) relay() string {
	if u, err := serverURL(c.Server); err == nil && u.Scheme == "https" {
		return u.String()
	}
	return "https://HOST:PORT" // http is for the server itself
}

// secretFile is written whole or not at all, for its owner only. It begins as another file beside it.
type secretFile struct {
	path string
	file *os.File // nil: not open, or committed
}

// open makes sure that the file can be written, and that it takes the place of nothing but an older token.
func (f *secretFile) open() (err error) {
	info, err := os.Lstat(f.path)
	if err == nil {
		old := info.Mode().IsRegular()
		if old && info.Size() > 0 {
			_, err = config.ReadToken(f.path)
		}
		if !old || err != nil {
			return fmt.Errorf("%q đã có và không phải là tệp thẻ, hãy ghi tên khác / %[1]q is there already and is no token file: write another name", f.path)
		}
	}
	f.file, err = os.CreateTemp(filepath.Dir(f.path), ".token-*") // mode 0600
	if err != nil {
		return fmt.Errorf("không ghi được %q, hãy ghi tên khác / %[1]q cannot be written (%w): write another name", f.path, reason(err))
	}
	return nil
}

func (f *secretFile) commit(text string) error {
	_, err := f.file.WriteString(text)
	if err = errors.Join(err, f.file.Sync(), f.file.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.file.Name(), f.path); err != nil {
		return reason(err)
	}
	f.file = nil
	return nil
}

func (f *secretFile) discard() {
	if f.file != nil {
		_ = f.file.Close()
		_ = os.Remove(f.file.Name())
	}
}

// reason drops the paths from an error of a file.
func reason(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// SiteTokenListCmd is "diemcau site-token list".
type SiteTokenListCmd struct {
	Host `embed:""`
	JSON bool `name:"json" help:"Print JSON."`
}

// siteList is the list as the API answers.
type siteList struct {
	Sites []siteRow `json:"sites"`
}

// siteRow is one of it.
type siteRow struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Generation int    `json:"generation"`
	Revoked    bool   `json:"revoked"`
	Since      int64  `json:"since"` // Unix ms
}

// Run prints the sites, one a line.
func (c *SiteTokenListCmd) Run(ctx context.Context) error {
	var list siteList
	if err := c.call(ctx, http.MethodGet, "sites", nil, &list); err != nil {
		return err
	}
	if list.Sites == nil {
		return foreign(c.Server)
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(list)
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "số hiệu / id\tlần cấp / generation\tcấp lúc / since\tthẻ / token\tđiểm cầu / site")
	for _, s := range list.Sites {
		state := "còn dùng / good"
		if s.Revoked {
			state = "đã thu hồi / revoked"
		}
		fmt.Fprintf(out, "%s\t%d\t%s\t%s\t%s\n", s.ID, s.Generation, time.UnixMilli(s.Since).Format("2006-01-02 15:04"), state, s.Name)
	}
	return out.Flush()
}

// SiteTokenRevokeCmd is "diemcau site-token revoke".
type SiteTokenRevokeCmd struct {
	Host `embed:""`
	ID   string `arg:"" help:"The site's id, as site-token list prints it."`
}

// Run revokes the token.
func (c *SiteTokenRevokeCmd) Run(ctx context.Context) error {
	if c.ID == "" || strings.Trim(c.ID, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return usagef("ID: %q không phải là số hiệu, hãy xem diemcau site-token list / %[1]q is no site's id: diemcau site-token list prints them", c.ID)
	}
	if err := c.call(ctx, http.MethodDelete, "sites/"+c.ID, nil, nil); err != nil {
		return err
	}
	_, err := fmt.Println("Đã thu hồi thẻ, không vào họp bằng thẻ đó được nữa. / The token is revoked and lets nobody in any more.")
	return err
}
