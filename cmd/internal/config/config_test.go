package config

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// base is what kong fills in when nothing is said.
func base() Serve { return Serve{Listen: "127.0.0.1:8080", TLS: "self", LogLevel: "info"} }

func TestCheckTakes(t *testing.T) {
	for name, change := range map[string]func(*Serve){
		"the default":         func(*Serve) {},
		"all addresses":       func(s *Serve) { s.Listen = ":8080" },
		"any port":            func(s *Serve) { s.Listen = "localhost:0" },
		"IPv6":                func(s *Serve) { s.Listen = "[::1]:8080" },
		"public name":         func(s *Serve) { s.Listen, s.PublicHost = ":8080", "hop.huyen.vn" },
		"public port":         func(s *Serve) { s.Listen, s.PublicHost = ":8080", "hop.huyen.vn:443" },
		"public IPv6":         func(s *Serve) { s.Listen, s.PublicHost = ":8080", "2001:db8::1" },
		"public IPv6 port":    func(s *Serve) { s.Listen, s.PublicHost = ":8080", "[2001:db8::1]:444" },
		"loopback by a proxy": func(s *Serve) { s.PublicHost = "127.0.0.1:9999" },
		"files":               func(s *Serve) { s.TLS, s.TLSCert, s.TLSKey = "files", "a", "b" },
		"acme": func(s *Serve) {
			s.TLS, s.Listen, s.PublicHost, s.ACMEEmail = "acme", ":443", "hop.huyen.vn", "it@huyen.vn"
		},
		"acme by a router": func(s *Serve) {
			s.TLS, s.Listen, s.PublicHost, s.ACMEEmail = "acme", ":8443", "hop.huyen.vn:443", "it@huyen.vn"
		},
		"host key":            func(s *Serve) { s.HostKey = "nhà-trên-núi" },
		"an origin with more": func(s *Serve) { s.Origin = []string{"https://UBND.example/", "http://localhost:5173"} },
	} {
		s := base()
		change(&s)
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	for _, c := range []struct {
		change func(*Serve)
		says   string
	}{
		{func(s *Serve) { s.Listen = "8080" }, `--listen: "8080" is no address with a port`},
		{func(s *Serve) { s.Listen = "127.0.0.1:99999" }, "--listen: "},
		{func(s *Serve) { s.Listen = "127.0.0.1:http" }, "--listen: "},
		{func(s *Serve) { s.Listen = "300.1.1.1:80" }, "--listen: "},
		{func(s *Serve) { s.PublicHost = "https://hop.huyen.vn" }, "--public-host: "},
		{func(s *Serve) { s.PublicHost = "192.168.1" }, "--public-host: "},
		{func(s *Serve) { s.PublicHost = "hop.huyen.vn:0" }, "--public-host: "},
		{func(s *Serve) { s.PublicHost = "điểm cầu" }, "--public-host: "},
		{func(s *Serve) { s.PublicHost = "hop.huyen.vn" }, "add --listen :8080"},
		{func(s *Serve) { s.TLS = "none" }, "--tls: "},
		{func(s *Serve) { s.TLS, s.TLSKey = "files", "b" }, "add --tls-cert FILE"},
		{func(s *Serve) { s.TLS, s.TLSCert = "files", "b" }, "add --tls-key FILE"},
		{func(s *Serve) { s.TLSCert = "b" }, "--tls-cert: the file is used with --tls files only"},
		{func(s *Serve) { s.ACMEEmail = "it@huyen.vn" }, "--acme-email: this is used with --tls acme only"},
		{func(s *Serve) { s.TLS, s.Listen = "acme", ":443" }, "add --public-host"},
		{func(s *Serve) { s.TLS, s.Listen, s.PublicHost = "acme", ":443", "203.0.113.9" }, "add --public-host"},
		{func(s *Serve) { s.TLS, s.Listen, s.PublicHost = "acme", ":8080", "hop.huyen.vn" }, "needs port 443"},
		{func(s *Serve) { s.TLS, s.Listen, s.PublicHost = "acme", ":443", "hop.huyen.vn" }, "add --acme-email"},
		{func(s *Serve) { s.HostKey = "1234-567" }, "--host-key: the key has less than 8"},
		{func(s *Serve) { s.HostKey = strings.Repeat("x", 300) }, "--host-key: "},
		{func(s *Serve) { s.HostKey = "abcdefgh\x00" }, "--host-key: "},
		{func(s *Serve) { s.Origin = []string{"ubnd.example"} }, "--origin: "},
		{func(s *Serve) { s.Origin = []string{"https://ubnd.example/page"} }, "--origin: "},
		{func(s *Serve) { s.Origin = []string{"*"} }, "--origin: "},
		{func(s *Serve) { s.Origin = []string{"https://u@ubnd.example"} }, "--origin: "},
		{func(s *Serve) { s.LogLevel = "loud" }, "--log-level: "},
	} {
		s := base()
		c.change(&s)
		err := s.Check()
		var p *Problem
		if !errors.As(err, &p) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v, want %s", s, err, c.says)
		}
		if err != nil && s.HostKey != "" && strings.Contains(err.Error(), s.HostKey) {
			t.Errorf("the key is shown: %v", err)
		}
	}
}

func TestOriginsAreTidied(t *testing.T) {
	s := base()
	s.Origin = []string{" https://UBND.example/ "}
	if err := s.Check(); err != nil || s.Origin[0] != "https://ubnd.example" {
		t.Errorf("%v %v", s.Origin, err)
	}
}

func TestPublic(t *testing.T) {
	for text, want := range map[string][2]string{
		"": {}, "a.example": {"a.example", ""}, "a.example:444": {"a.example", "444"},
		"::1": {"::1", ""}, "[::1]": {"::1", ""}, "[::1]:5": {"::1", "5"}, "1.2.3.4:5": {"1.2.3.4", "5"},
	} {
		s := Serve{PublicHost: text}
		if host, port := s.Public(); host != want[0] || port != want[1] {
			t.Errorf("%q: %q %q", text, host, port)
		}
	}
}

var keys = map[string]bool{"listen": false, "public-host": false, "host-key": false, "origin": true}

func read(t *testing.T, text string) (*File, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "diemcau.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return ReadFile(name, keys)
}

func TestFile(t *testing.T) {
	f, err := read(t, "# máy chủ\nlisten: :8080\n\nhost-key: 0123456789\npublic-host: \"hop.huyen.vn\" # tên\norigin:\n  - https://a.example\n  - https://b.example\n")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Entry{
		"listen":      {[]string{":8080"}, 2},
		"host-key":    {[]string{"0123456789"}, 4},
		"public-host": {[]string{"hop.huyen.vn"}, 5},
		"origin":      {[]string{"https://a.example", "https://b.example"}, 6},
	}
	if !maps.EqualFunc(f.Entries, want, func(a, b Entry) bool { return a.Line == b.Line && slices.Equal(a.Values, b.Values) }) {
		t.Errorf("%+v", f.Entries)
	}
	for _, text := range []string{"", "# nothing\n", "---\n", "listen: :1\n", "origin: https://a.example\n"} {
		if _, err := read(t, text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestBadFile(t *testing.T) {
	for text, says := range map[string]string{
		"listen: :1\nlistne: x\n":           `:2: there is no key "listne": did you mean listen?`,
		"Public_Host: x\n":                  `:1: there is no key "Public_Host": did you mean public-host?`,
		"port: 80\n":                        "use one of host-key, listen, origin, public-host",
		"listen: :1\n\nlisten: :2\n":        ":3: ",
		"listen: [a, b]\n":                  ":1: listen needs a text, not a list",
		"\nlisten:\n  a: b\n":               ":2: listen needs a text, not further keys",
		"listen:\nhost-key: 12345678\n":     ":1: listen needs a text, not nothing",
		"origin:\n  - [a]\n":                ":1: origin needs a text, not a list",
		"hello\n":                           ":1: this is no key",
		"- listen\n":                        ":1: this is no key",
		"listen: :1\n\tx: y\n":              ":2: this is no YAML",
		"listen: \"abc\n":                   ": this is no YAML",
		"listen: :1\n---\nhost-key: abcd\n": ":3: a second document begins here",
		"listen: *x\n":                      ":1: listen needs a text",
	} {
		_, err := read(t, text)
		if err == nil || !strings.Contains(err.Error(), "diemcau.yaml") || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", text, err, says)
		}
	}
	if _, err := ReadFile("/nowhere/x.yaml", keys); err == nil || !strings.HasPrefix(err.Error(), `--config: there is no file "/nowhere/x.yaml"`) {
		t.Errorf("%v", err)
	}
	if _, err := ReadFile(t.TempDir(), keys); err == nil || !strings.HasPrefix(err.Error(), "--config: ") {
		t.Errorf("%v", err)
	}
}

func FuzzFile(f *testing.F) {
	for _, text := range []string{"listen: :8080\n", "origin: [a, b]", "&a listen: *a", "? x\n: y", "<<: {}", "listen: |\n  x\n", "\t", "a: !!binary x"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file := &File{Name: "x.yaml", Entries: map[string]Entry{}}
		if err := file.parse(text, keys); err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than a line: %q", err)
			}
			return
		}
		for key := range file.Entries {
			if _, known := keys[key]; !known {
				t.Errorf("%q was taken", key)
			}
		}
	})
}
