package relay

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"aidanwoods.dev/go-paseto"

	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/relay/store/memory"
)

var seedA, seedB = make([]byte, SeedSize), bytes.Repeat([]byte{1}, SeedSize)

func openSites(t testing.TB, log Log, seed []byte) *Sites {
	t.Helper()
	s, err := OpenSites(log, seed)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func enrol(t testing.TB, s *Sites, name string) (Site, string) {
	t.Helper()
	site, token, err := s.Enrol(name)
	if err != nil {
		t.Fatal(err)
	}
	return site, token
}

// wantCheck says what Check must answer.
func wantCheck(t testing.TB, s *Sites, token string, site Site, want error) {
	t.Helper()
	if got, err := s.Check(token); got != site || !errors.Is(err, want) {
		t.Errorf("Check gives %+v, %v; want %+v, %v", got, err, site, want)
	}
}

func TestSiteIsReplacedByEnrollingAgain(t *testing.T) {
	s := openSites(t, &memory.Log{}, seedA)
	old, oldToken := enrol(t, s, " Xã Ga Ry ")
	if old.Name != "Xã Ga Ry" || old.Generation != 1 || old.Revoked || time.Since(old.Since) > time.Minute {
		t.Errorf("%+v", old)
	}
	other, otherToken := enrol(t, s, "Xã Ch'ơm")
	wantCheck(t, s, oldToken, old, nil)
	// The same name as another keyboard writes it: the tilde is a character of its own.
	site, token := enrol(t, s, "xa\u0303  Ga Ry")
	if site.ID != old.ID || site.Generation != 2 {
		t.Errorf("%+v after %+v", site, old)
	}
	wantCheck(t, s, token, site, nil)
	wantCheck(t, s, oldToken, site, ErrSiteRevoked)
	wantCheck(t, s, otherToken, other, nil)
	if list := s.List(); len(list) != 2 || list[0] != other || list[1] != site {
		t.Errorf("%+v", list)
	}
}

func TestSiteIsRevoked(t *testing.T) {
	s := openSites(t, &memory.Log{}, seedA)
	site, token := enrol(t, s, "Xã Ga Ry")
	for range 2 {
		if err := s.Revoke(site.ID); err != nil {
			t.Fatal(err)
		}
	}
	revoked := site
	revoked.Revoked = true
	wantCheck(t, s, token, revoked, ErrSiteRevoked)
	if err := s.Revoke("nobody"); !errors.Is(err, ErrSiteUnknown) {
		t.Error(err)
	}
	next, nextToken := enrol(t, s, "Xã Ga Ry")
	if next.ID != site.ID || next.Generation != 2 || next.Revoked {
		t.Errorf("%+v", next)
	}
	wantCheck(t, s, nextToken, next, nil)
	wantCheck(t, s, token, next, ErrSiteRevoked)
}

func TestSiteNames(t *testing.T) {
	s := openSites(t, &memory.Log{}, seedA)
	for _, name := range []string{"", "  ", "a\nb", "a\u202eb", strings.Repeat("ă", meeting.MaxName+1), "\xff"} {
		if _, _, err := s.Enrol(name); !errors.Is(err, meeting.ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"a", strings.Repeat("ễ", meeting.MaxName), strings.Repeat("<", meeting.MaxName), strings.Repeat("𠀀", meeting.MaxName), strings.Repeat(`"`, meeting.MaxName)} {
		site, token := enrol(t, s, name)
		if len(token) > MaxSiteToken || site.Name != name {
			t.Errorf("%q: %d bytes, %q", name, len(token), site.Name)
		}
		wantCheck(t, s, token, site, nil)
	}
	if list := s.List(); len(list) != 5 {
		t.Errorf("%d sites were listed", len(list))
	}
}

func TestSitesOutliveTheProcess(t *testing.T) {
	log := &memory.Log{}
	s := openSites(t, log, seedA)
	_, first := enrol(t, s, "Xã Ga Ry")
	ry, second := enrol(t, s, "Xã Ga Ry")
	chom, gone := enrol(t, s, "Xã Ch'ơm")
	if err := s.Revoke(chom.ID); err != nil {
		t.Fatal(err)
	}
	chom.Revoked = true
	s = openSites(t, log, seedA)
	wantCheck(t, s, first, ry, ErrSiteRevoked)
	wantCheck(t, s, second, ry, nil)
	wantCheck(t, s, gone, chom, ErrSiteRevoked)
	if again, _ := enrol(t, s, "Xã Ch'ơm"); again.ID != chom.ID || again.Generation != 2 {
		t.Errorf("%+v", again)
	}
	// A store syncs the first event of a subject, so there must be no second one; and what is superseded is gone.
	subjects, err := log.Subjects()
	if err != nil || len(subjects) != 2 {
		t.Fatalf("%q, %v", subjects, err)
	}
	for _, subject := range subjects {
		events := 0
		if err := log.Read(subject, 0, func([]byte) error { events++; return nil }); err != nil || events != 1 {
			t.Errorf("%s has %d events, %v", subject, events, err)
		}
	}
}

// crash is a log that writes no more after the first few writes.
type crash struct {
	memory.Log
	left int
}

var errCrash = errors.New("the power is gone")

func (c *crash) Append(subject string, after uint64, events ...[]byte) error {
	if c.left--; c.left < 0 {
		return errCrash
	}
	return c.Log.Append(subject, after, events...)
}

func (c *crash) Remove(subject string) error {
	if c.left--; c.left < 0 {
		return errCrash
	}
	return c.Log.Remove(subject)
}

// TestSitesAfterACrash ends the process after every write of a story: what was answered holds, what was not has not happened.
func TestSitesAfterACrash(t *testing.T) {
	const writes = 6 // enrol, enrol again, revoke, enrol again: each writes, and all but the first remove
	for left := range writes + 2 {
		t.Run(fmt.Sprint(left), func(t *testing.T) {
			log := &crash{left: left}
			s := openSites(t, log, seedA)
			var good string // the token that was given out last and not revoked since
			var bad []string
			for i := range 4 {
				if i == 2 {
					if list := s.List(); len(list) == 1 && s.Revoke(list[0].ID) == nil {
						bad, good = append(bad, good), ""
					}
					continue
				}
				if _, token, err := s.Enrol("Xã Ga Ry"); err == nil {
					if good != "" {
						bad = append(bad, good)
					}
					good = token
				}
			}
			log.left = 100
			for range 2 { // the second start finds what the first has tidied up
				s = openSites(t, log, seedA)
				for _, token := range bad {
					if _, err := s.Check(token); !errors.Is(err, ErrSiteRevoked) {
						t.Errorf("a token of before: %v", err)
					}
				}
				if good != "" {
					if _, err := s.Check(good); err != nil {
						t.Errorf("the last token: %v", err)
					}
				}
				if subjects, _ := log.Subjects(); len(subjects) != len(s.List()) {
					t.Errorf("%q for %d sites", subjects, len(s.List()))
				}
			}
		})
	}
}

func TestUnreadableRegistry(t *testing.T) {
	for _, event := range []string{"{", "[]", "{}", `{"id":"x","name":"y","generation":1}`, `{"id":"x","name":"y","change":1}`, `{"id":"","name":"y","generation":1,"change":1}`} {
		log := &memory.Log{}
		if err := log.Append("x.1", 0, []byte(event)); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenSites(log, seedA); !errors.Is(err, errSites) {
			t.Errorf("%s: %v", event, err)
		}
	}
	if _, err := OpenSites(&memory.Log{}, seedA[1:]); err == nil {
		t.Error("a short seed was taken")
	}
}

func TestTokensOfOthers(t *testing.T) {
	log := &memory.Log{}
	s := openSites(t, log, seedA)
	_, token := enrol(t, s, "Xã Ga Ry")
	wantCheck(t, openSites(t, log, seedB), token, Site{}, ErrSiteCluster)
	// The key is ours, the registry is not: it was lost, say.
	wantCheck(t, openSites(t, &memory.Log{}, seedA), token, Site{}, ErrSiteRevoked)

	session := s.tokens.issue("abc-def-ghj", "seat", time.Now())
	wantCheck(t, s, session, Site{}, ErrSiteToken)
	footer := base64.RawURLEncoding.EncodeToString(s.cluster)
	wantCheck(t, s, session+"."+footer, Site{}, ErrSiteToken)
	if _, err := s.tokens.seat(token, "abc-def-ghj", time.Now()); err == nil {
		t.Error("a site's token was taken for a session's")
	}
	// Even with the claims of the other, the signature is in another domain.
	both := paseto.NewToken()
	both.SetString("s", s.List()[0].ID)
	_ = both.Set("g", 1)
	both.SetFooter(s.cluster)
	wantCheck(t, s, both.V4Sign(s.tokens.secret, nil), Site{}, ErrSiteToken)
	wantCheck(t, s, both.V4Sign(s.tokens.secret, siteDomain), s.List()[0], nil)
	both.SetString("more", strings.Repeat("x", maxSiteText))
	wantCheck(t, s, both.V4Sign(s.tokens.secret, siteDomain), Site{}, ErrSiteToken) // too long to be looked at
	both.SetString("m", "abc-def-ghj")
	both.SetExpiration(time.Now().Add(time.Hour))
	both.SetNotBefore(time.Now().Add(-time.Hour))
	both.SetIssuedAt(time.Now().Add(-time.Hour))
	if _, err := s.tokens.seat(both.V4Sign(s.tokens.secret, siteDomain), "abc-def-ghj", time.Now()); err == nil {
		t.Error("a site's signature was taken for a session's")
	}
}

func TestTamperedSiteTokens(t *testing.T) {
	s := openSites(t, &memory.Log{}, seedA)
	_, token := enrol(t, s, "Xã Ga Ry")
	for i := range len(token) {
		for _, text := range []string{token[:i], token[:i] + token[i+1:], token[:i] + string(token[i]^1) + token[i+1:], token[:i] + "." + token[i:]} {
			if site, err := s.Check(text); site != (Site{}) || !errors.Is(err, ErrSiteToken) && !errors.Is(err, ErrSiteCluster) {
				t.Fatalf("changed at %d: %+v, %v", i, site, err)
			}
		}
	}
	for _, text := range []string{"v4.local." + token[10:], "v2.public." + token[10:], " " + token, token + "\n"} {
		wantCheck(t, s, text, Site{}, ErrSiteToken)
	}
}

func TestTooManySites(t *testing.T) {
	s := openSites(t, &memory.Log{}, seedA)
	for i := range MaxSites {
		enrol(t, s, fmt.Sprint("Xã ", i))
	}
	if _, _, err := s.Enrol("Xã Ga Ry"); !errors.Is(err, ErrTooManySites) {
		t.Error(err)
	}
	if site, _ := enrol(t, s, "Xã 7"); site.Generation != 2 {
		t.Errorf("%+v", site)
	}
}

func TestSitesConcurrently(t *testing.T) {
	s := openSites(t, &memory.Log{}, seedA)
	site, _ := enrol(t, s, "Xã Ga Ry")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				if _, token, err := s.Enrol("Xã Ga Ry"); err != nil {
					t.Error(err)
				} else if got, err := s.Check(token); got.ID != site.ID || err != nil && !errors.Is(err, ErrSiteRevoked) {
					t.Errorf("%+v, %v", got, err)
				}
				s.List()
			}
		})
	}
	wg.Wait()
	if list := s.List(); len(list) != 1 || list[0].Generation != 41 {
		t.Errorf("%+v", list)
	}
}

func FuzzSiteToken(f *testing.F) {
	log := &memory.Log{}
	// Fuzzing happens in several processes, so nothing is drawn.
	if err := log.Append("site.1", 0, []byte(`{"id":"site","name":"Xã Ga Ry","generation":1,"since":1,"change":1}`)); err != nil {
		f.Fatal(err)
	}
	s := openSites(f, log, seedA)
	site, token := s.List()[0], s.issue(s.sites["site"])
	_, foreign := enrol(f, openSites(f, &memory.Log{}, seedB), "Xã Ga Ry")
	for _, text := range []string{"", token, foreign, s.tokens.issue("abc-def-ghj", "seat", time.Now()), "v4.public..", strings.Repeat("a.", 600)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.Check(text)
		if err == nil && (text != token || got != site) {
			t.Errorf("%q was taken for %+v", text, got)
		}
		if err != nil && !errors.Is(err, ErrSiteToken) && !errors.Is(err, ErrSiteCluster) {
			t.Errorf("%q: %v", text, err)
		}
	})
}

func BenchmarkCheckSite(b *testing.B) {
	s := openSites(b, &memory.Log{}, seedA)
	var token string
	for i := range MaxSites {
		_, token = enrol(b, s, fmt.Sprint("Xã ", i))
	}
	for b.Loop() {
		if _, err := s.Check(token); err != nil {
			b.Fatal(err)
		}
	}
}
