package config

import (
	"net/url"
	"strings"
)

// Site are the keys of `diemcau site`.
type Site struct {
	Relay      []string `required:"" env:"DIEMCAU_RELAY" placeholder:"https://HOST[:PORT]" help:"The server above, as its page is addressed. Can be repeated: the first that answers is taken."`
	Token      string   `required:"" env:"DIEMCAU_TOKEN" placeholder:"FILE" help:"The file with this site's token, as diemcau site-token new wrote it."`
	Uplink     []string `sep:"none" env:"DIEMCAU_UPLINK" placeholder:"IFACE|ADDR[,limit=5GB][,cost=N][,last-resort]" help:"A way to the internet: an interface or an address of this computer. Twice or more: the voice goes over the better one, or over both when both are poor, all else over the cheaper one. limit: bytes a month."`
	Listen     string   `default:"127.0.0.1:8080" env:"DIEMCAU_LISTEN" placeholder:"ADDR:PORT" help:"Where browsers of the building find the page. The default lets in this computer only; :8080 lets in every other."`
	PublicHost string   `env:"DIEMCAU_PUBLIC_HOST" placeholder:"HOST[:PORT]" help:"The name or address under which others in the building reach this computer."`
	Data       string   `env:"DIEMCAU_DATA" placeholder:"DIR" help:"Folder for what is kept. Default: $STATE_DIRECTORY, $XDG_DATA_HOME/diemcau/site or ~/.local/share/diemcau/site."`
	LogLevel   string   `default:"info" env:"DIEMCAU_LOG_LEVEL" placeholder:"debug|info|warn|error" help:"How much is logged to standard error."`
}

// Serve are the keys of the site's own relay and page.
func (s *Site) Serve() Serve {
	return Serve{Listen: s.Listen, PublicHost: s.PublicHost, TLS: TLSSelf, Data: s.Data, LogLevel: s.LogLevel}
}

// Check says whether the values make sense, without looking at the machine. It tidies relays. The error is a *Problem.
func (s *Site) Check() error {
	serve := s.Serve()
	if err := serve.Check(); err != nil {
		return err
	}
	if _, err := s.Uplinks(); err != nil {
		return err
	}
	for i, relay := range s.Relay {
		u, err := url.Parse(strings.TrimSuffix(strings.TrimSpace(relay), "/"))
		switch {
		case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Path != "" || u.RawQuery != "" || !isHost(u.Hostname()):
			return problem("relay", "%q is no address of a server: write https://HOST or https://HOST:PORT, without a path", relay)
		case u.Scheme == "http" && !isLoopback(u.Hostname()):
			return problem("relay", "http:// is for a server on this computer: write https://%s", u.Host)
		}
		s.Relay[i] = u.String()
	}
	return nil
}
