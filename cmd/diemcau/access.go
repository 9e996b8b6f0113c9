package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin/access"
	"github.com/diemcau/diemcau/relay/directory"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store"
)

// openAccess opens what decides who gets in.
func (s *server) openAccess(ctx context.Context) error {
	table, err := s.state.store.Table(ctx, "access")
	if err != nil {
		return s.blameState(err)
	}
	c := access.Config{
		Table: table, Conflict: store.ErrConflict, Seed: s.state.seed, TLS: s.addresses.tls, Log: s.log,
		Site: s.site, Invites: s.invites,
	}
	if c.OIDC, err = s.oidc(); err != nil {
		return err
	}
	if s.state.access, err = access.Open(ctx, c); err != nil {
		return s.blameState(err)
	}
	if s.state.setup, err = s.state.access.SetupLink(ctx, s.addresses.page()); err != nil {
		return s.blameState(err)
	}
	return nil
}

// oidc is the provider by whose accounts people may sign in, nil if none is configured.
func (s *server) oidc() (*access.OIDC, error) {
	if s.cmd.OIDCIssuer == "" {
		return nil, nil
	}
	secret, err := s.cmd.ReadOIDCSecret()
	var p *config.Problem
	if errors.As(err, &p) {
		return nil, s.cmd.origins.blame(p.Key, err)
	}
	return &access.OIDC{Issuer: s.cmd.OIDCIssuer, ClientID: s.cmd.OIDCClientID, Secret: secret}, nil
}

// site finds a site of the directory.
func (s *server) site(id string) (access.Site, bool) {
	book := s.state.book()
	site, there := book.Site(id)
	unit, _ := book.Unit(site.Unit)
	return access.Site{ID: site.ID, Name: site.Name, Unit: unit.Name}, there
}

// places gives a site that joins by a token the id that the directory has for it, so that a plan which invites the one means the other: they are the same where
// their names are. A name that the directory has twice, or not at all, leaves the site its own id.
type places struct {
	tokens relay.SiteChecker
	book   func() directory.Book
}

// Check implements relay.SiteChecker.
func (p places) Check(token string) (relay.Site, error) {
	site, err := p.tokens.Check(token)
	if err != nil {
		return site, err
	}
	name := norm.NFC.String(site.Name)
	var found []string
	for _, s := range p.book().Sites {
		if strings.EqualFold(s.Name, name) {
			found = append(found, s.ID)
		}
	}
	if len(found) == 1 {
		site.ID = found[0]
	}
	return site, nil
}

// invites says whether an account may invite to a meeting: an officer of it, or an administrator.
func (s *server) invites(account directory.Account, code string) bool {
	officer := false
	err := s.relay.State(code, func(state *meeting.State) {
		officer = slices.ContainsFunc(state.Plan.Officers, func(o meeting.Officer) bool { return o.Account == account.ID })
	})
	return err == nil && (officer || account.Role == directory.Admin)
}

// setupText tells how the first administrator is made, as lines; none if there is one already. The link is a secret: where standard output
// is a log, only the way to another one is told.
func (s *server) setupText() []string {
	switch {
	case s.state.setup == "":
		return nil
	case os.Getenv("JOURNAL_STREAM") != "":
		return []string{
			"Chưa có người quản trị. Để lấy liên kết thiết lập, chạy:",
			"There is no administrator yet. To get the link that makes one, run:",
			"",
			"  " + program() + " admin reset --server " + s.addresses.page() + " --host-key …",
		}
	}
	return []string{
		"Chưa có người quản trị. Mở liên kết này trong 30 phút để tạo (chỉ dùng được một lần):",
		"There is no administrator yet. Open this link within 30 minutes to make one (it works once):",
		"",
		s.state.setup,
	}
}
